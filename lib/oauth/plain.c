#include "oauth/plain.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/utf8.h"
#include "mail/account.h"
#include "oauth/bearer.h"
#include "oauth/client.h"
#include "oauth/hosts.h"
#include "oauth/person.h"
#include "oauth/scope.h"
#include "web/serve.h"

enum { SECRET_BYTES = 256, PLAIN_SECONDS = 3600 };

const char		 plain_client[] = "plain";

static const char	 scheme[] = "Basic ";
static const char	 send_scope[] = "mail:send";

static bool
has_basic(const struct request *request)
{
	const char	*value;

	value = request_header(request, "Authorization");
	return value != NULL && text_starts_case(value, scheme);
}

bool
plain_is_sent(const struct request *request)
{
	if (request->config->header_credentials == 0 ||
	    request->config->imap_host == NULL)
		return false;
	if (!text_is_empty(request_header(request, "Authorization")))
		return has_basic(request);
	return request_header(request, "x-imap-user") != NULL &&
	    request_header(request, "x-imap-pass") != NULL;
}

/* user-pass = user-id ":" password */
static bool
split_basic(struct request *request, struct account *account)
{
	const char	*value;
	struct bytes	 text;
	size_t		 colon;

	value = request_header(request, "Authorization") + strlen(scheme);
	value += strspn(value, " ");
	if (!base64_read_lenient(request->arena, bytes_of(value), &text) ||
	    memchr(text.at, '\0', text.len) != NULL)
		return false;
	colon = bytes_find(text, ':');
	if (colon == text.len)
		return false;
	account->username = arena_copy(request->arena, text.at, colon);
	account->password = arena_copy(request->arena, text.at + colon + 1,
	    text.len - colon - 1);
	return true;
}

static bool
is_good(const char *text)
{
	return !text_is_empty(text) && strlen(text) <= SECRET_BYTES &&
	    !text_has_control(text) && utf8_is_valid(bytes_of(text));
}

static bool
read_account(struct request *request, struct account *account)
{
	if (!has_basic(request)) {
		account->username = request_header(request, "x-imap-user");
		account->password = request_header(request, "x-imap-pass");
	} else if (!split_basic(request, account))
		return false;
	if (!is_good(account->username) || !is_good(account->password))
		return false;
	account->username = arena_text(request->arena, account->username);
	account->password = arena_text(request->arena, account->password);
	account->address = person_address(request->arena, account->username);
	return account->address != NULL;
}

static struct texts
scopes_of(const struct request *request)
{
	struct texts	 may = { NULL, 0 };
	size_t		 i;

	for (i = 0; scopes[i].name != NULL; i++)
		if (request->config->smtp_host != NULL ||
		    !text_equal(scopes[i].name, send_scope))
			texts_add(request->arena, &may, scopes[i].name);
	return may;
}

const struct fault *
plain_read(struct request *request, const struct access **result)
{
	struct account	*account;
	struct access	*access;

	account = arena_take(request->arena, sizeof(*account));
	access = arena_take(request->arena, sizeof(*access));
	if (!read_account(request, account))
		return fault_make(request->arena, FAULT_TOKEN,
		    "the user name must be an email address, with its "
		    "password");
	hosts_configured(request->arena, request->config, account);
	account->scopes = scopes_of(request);
	access->audience = bearer_audience(request->arena, request->config);
	access->client = plain_client;
	access->grant = client_hash(request->arena,
	    text_format(request->arena, "plain %s", account->username));
	access->ends = clock_now() + PLAIN_SECONDS;
	access->base.expires = access->ends;
	access->scopes = account->scopes;
	access->accounts = (struct objects){ account, 1 };
	*result = access;
	return NULL;
}
