#include "oauth/pace.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/shelf.h"
#include "base/tally.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "mail/account.h"
#include "oauth/token.h"
#include "web/serve.h"

/* What is counted, each in a file of its own, for how long. */
enum subject {
	USERS, ADDRESSES, REGISTRATIONS, DISCOVERIES, CALLS, SENDS, SUBJECTS
};

static const struct {
	const char	*file;
	int64_t		 seconds;
} subjects[SUBJECTS] = {
	[USERS] = { "logins-of-users", PACE_SECONDS },
	[ADDRESSES] = { "logins-of-addresses", PACE_SECONDS },
	[REGISTRATIONS] = { "registrations", PACE_SECONDS },
	[DISCOVERIES] = { "discoveries", PACE_SECONDS },
	[CALLS] = { "calls", PACE_CALLS_SECONDS },
	[SENDS] = { "sends", PACE_SENDS_SECONDS }
};

enum { NETWORK_BYTES = 8 };	/* of an IPv6 address: one customer's */

/* A counter for a text. */
static int64_t
counter_of(const struct request *request, const char *text)
{
	const struct authority	*authority = request->process;
	struct bytes		 key, mac;

	key = keys_derive(request->arena, authority->keys,
	    keys_newest(authority->keys), "pace");
	/* Without it nobody would be counted: postern keys. */
	assert(key.at != NULL);
	mac = digest_hmac(request->arena, DIGEST_SHA256, key,
	    bytes_of(text));
	return (mac.at[0] << 8 | mac.at[1]) % SHELF_COUNTERS;
}

/* A counter for whoever asks, or -1 for this computer and for what is no
 * address. */
static int64_t
counter_of_address(const struct request *request)
{
	struct in6_addr	 v6;
	struct in_addr	 v4;
	const char	*text;

	text = request_variable(request, "REMOTE_ADDR");
	if (text_is_empty(text))
		return -1;
	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET ? -1 :
		    counter_of(request, text);
	if (inet_pton(AF_INET6, text, &v6) != 1 || IN6_IS_ADDR_LOOPBACK(&v6))
		return -1;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return counter_of(request, strrchr(text, ':') + 1);
	return counter_of(request, digest_hex(request->arena,
	    bytes_from(v6.s6_addr, NETWORK_BYTES)));
}

/* In the folder that all processes share; where it is of no use, in this
 * process alone. */
static int64_t
count_for(const struct request *request, enum subject subject,
    int64_t counter, struct counting *counting)
{
	const struct authority	*authority = request->process;
	int64_t			 stands;

	counting->seconds = subjects[subject].seconds;
	if (counter == -1)
		return 0;
	stands = shelf_count(request->arena, request->config->run_dir,
	    subjects[subject].file, (unsigned)counter, counting);
	if (stands >= 0 || authority->counts == NULL)
		return stands;
	return tally_count(authority->counts,
	    (unsigned)counter * SUBJECTS + subject, counting);
}

static int64_t
count(const struct request *request, enum subject subject, int64_t counter,
    int64_t more)
{
	struct counting	 counting = { .more = more };

	return count_for(request, subject, counter, &counting);
}

/* A counter for a mailbox. */
static int64_t
counter_of_user(const struct request *request, const char *host,
    const char *username)
{
	return counter_of(request, text_lower_copy(request->arena,
	    text_format(request->arena, "%s %s", host, username)));
}

const struct fault *
pace_login(const struct request *request, const char *host,
    const char *username, struct pace *pace)
{
	int64_t	 from_address;

	pace->user = counter_of_user(request, host, username);
	pace->vain = false;
	pace->address = counter_of_address(request);
	pace->tries = count(request, USERS, pace->user, 1);
	from_address = count(request, ADDRESSES, pace->address, 1);
	/* Whoever fills the disk is not to guess as often as he likes. */
	if (pace->tries == SHELF_FULL || from_address == SHELF_FULL)
		return fault_make(request->arena, FAULT_UNAVAILABLE,
		    "There is no room here to count wrong passwords. Try "
		    "again later.");
	if (pace->tries <= PACE_LOGINS &&
	    from_address <= PACE_ADDRESS_LOGINS)
		return NULL;
	return fault_make(request->arena, FAULT_LIMIT, "There were too many "
	    "wrong passwords or servers. Wait ten minutes, then try again.");
}

void
pace_login_end(const struct request *request, const struct pace *pace,
    const struct fault *bad)
{
	if (bad != NULL && bad->kind == FAULT_LOGIN)
		return;
	if (!pace->vain)
		count(request, ADDRESSES, pace->address, -1);
	count(request, USERS, pace->user, bad == NULL ? -pace->tries : -1);
}

const struct fault *
pace_registration(const struct request *request)
{
	if (count(request, REGISTRATIONS, counter_of_address(request), 1) <=
	    PACE_REGISTRATIONS)
		return NULL;
	return fault_make(request->arena, FAULT_LIMIT, "there were too many "
	    "registrations from this address; wait ten minutes");
}

const struct fault *
pace_discovery(const struct request *request)
{
	if (count(request, DISCOVERIES, counter_of_address(request), 1) <=
	    PACE_DISCOVERIES)
		return NULL;
	return fault_make(request->arena, FAULT_LIMIT, "there were too many "
	    "mailboxes to look for from this address; wait ten minutes");
}

/* One more of what an account may do so often. */
static const struct fault *
count_account(const struct request *request, const struct account *account,
    enum subject subject, int64_t most)
{
	struct counting		 counting = { .more = 1 };
	struct wire_target	 target;

	account_imap_target(account, request->config, &target);
	if (most == 0 || count_for(request, subject, counter_of_user(request,
	    target.guard.host, account->username), &counting) <= most)
		return NULL;
	return fault_make(request->arena, FAULT_RATE, "this mailbox is at its "
	    "limit of %lld %s; it is open again in %lld seconds",
	    (long long)most, subject == CALLS ? "calls a minute" :
	    "messages sent an hour", (long long)counting.left);
}

const struct fault *
pace_call(const struct request *request, const struct account *account)
{
	return count_account(request, account, CALLS,
	    request->config->rate_calls);
}

const struct fault *
pace_send(const struct request *request, const struct account *account)
{
	return count_account(request, account, SENDS,
	    request->config->rate_sends);
}
