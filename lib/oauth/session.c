#include "oauth/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "mail/account.h"
#include "oauth/token.h"
#include "web/cookie.h"
#include "web/reply.h"
#include "web/serve.h"

enum { MINUTE_SECONDS = 60 };

static const char	 cookie_name[] = "postern-session";

struct session_claims {
	struct token_base	 base;
	struct object		 account;
};

static const struct field	 session_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct session_claims, account, "a"), .required = true,
	  .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_END }
};

static const struct token_sort	 session_sort = {
	TOKEN_COOKIE, session_rows
};

bool
session_read(struct request *request, const struct authority *authority,
    struct account *account)
{
	struct session_claims	 claims = { .account = { NULL } };
	const char		*value;

	value = cookie_read(request, cookie_name);
	if (value == NULL || token_open(request->arena, authority,
	    &session_sort, value, &claims) != NULL)
		return false;
	*account = *(const struct account *)claims.account.at;
	return true;
}

/* Only what signing in takes. */
static struct account
strip(const struct account *account)
{
	return (struct account){
		.address = account->address, .username = account->username,
		.password = account->password, .bearer = account->bearer,
		.upstream = account->upstream, .imap = account->imap,
		.smtp = account->smtp,
		.smtp_username = account->smtp_username,
		.smtp_password = account->smtp_password
	};
}

const struct fault *
session_start(struct request *request, struct reply *reply,
    const struct authority *authority, const struct account *account)
{
	const struct account	 stripped = strip(account);
	const struct fault	*bad;
	struct session_claims	 claims = { .account = { &stripped } };
	const char		*token;

	claims.base.expires = clock_now() + SESSION_MINUTES * MINUTE_SECONDS;
	bad = token_seal(request->arena, authority, &session_sort, &claims,
	    &token);
	if (bad != NULL)
		return bad;
	if (strlen(token) > SESSION_CHARS)
		return fault_make(request->arena, FAULT_LIMIT,
		    "what was typed is too long for a cookie");
	cookie_write(request, reply, cookie_name, token,
	    SESSION_MINUTES * MINUTE_SECONDS);
	return NULL;
}

void
session_end(struct request *request, struct reply *reply)
{
	cookie_write(request, reply, cookie_name, "", 0);
}

const char *
session_lost(const struct account *account)
{
	return account->bearer != NULL ?
	    "Your sign-in at your provider has ended: sign in once more." :
	    "Your mailbox does not take this password any more.";
}
