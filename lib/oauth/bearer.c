#include "oauth/bearer.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/tally.h"
#include "crypt/keys.h"
#include "mail/account.h"
#include "oauth/explain.h"
#include "oauth/plain.h"
#include "oauth/scope.h"
#include "web/gate.h"
#include "web/serve.h"

static const struct field	 access_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct access, audience, "aud"), .required = true },
	{ FIELD_AS(struct access, client, "c"), .required = true },
	{ FIELD_AS(struct access, grant, "g"), .required = true },
	{ FIELD_AS(struct access, ends, "e"), .most = INT64_MAX },
	{ FIELD_AS(struct access, scopes, "s"), .packed = true,
	  .words = account_scopes, .otherwise = ACCOUNT_SCOPES_ALL },
	{ FIELD_AS(struct access, withheld, "w"), .packed = true,
	  .words = account_scopes },
	{ FIELD_AS(struct access, accounts, "a"), .required = true,
	  .least = 1, .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_END }
};

const struct token_sort	 access_sort = { TOKEN_ACCESS, access_rows };

/* What is kept there may be lost at any time, so that it is no reason to
 * refuse anybody; but its operator is told. */
static void
check_run_dir(const struct config *config)
{
	if (!text_is_empty(config->run_dir) &&
	    access(config->run_dir, R_OK | W_OK | X_OK) == -1)
		log_line(LOG_WARN, "RUN_DIR: %s cannot be written to by this "
		    "user; each process counts for itself", config->run_dir);
}

const struct fault *
bearer_start(struct arena *arena, const struct config *config,
    const void **process)
{
	struct authority	*authority;

	authority = arena_take(arena, sizeof(*authority));
	authority->config = config;
	/* What serves one request has nothing to count. */
	if (gate_environment("GATEWAY_INTERFACE") == NULL)
		authority->counts = tally_make(arena);
	*process = authority;
	check_run_dir(config);
	return keys_load(arena, config, gate_environment("DOCUMENT_ROOT"),
	    &authority->keys);
}

const char *
bearer_audience(struct arena *arena, const struct config *config)
{
	return text_format(arena, "%s/mcp", config->base_url);
}

/* RFC 6750 2.1: credentials = "Bearer" 1*SP b64token */
static const struct fault *
read_header(struct request *request, const char **token)
{
	static const char	 scheme[] = "Bearer ";
	const char		*value;

	value = request_header(request, "Authorization");
	if (text_is_empty(value))
		return fault_make(request->arena, FAULT_TOKEN,
		    "an access token is needed");
	if (!text_starts_case(value, scheme))
		return fault_make(request->arena, FAULT_TOKEN,
		    "RFC 6750 2.1: Authorization must be a Bearer token");
	value += strlen(scheme);
	*token = value + strspn(value, " ");
	return NULL;
}

const struct fault *
bearer_read(struct request *request, const struct access **result)
{
	const struct authority	*authority = request->process;
	const struct fault	*bad;
	struct access		*access;
	const char		*token = "";

	if (plain_is_sent(request))
		return plain_read(request, result);
	if ((bad = read_header(request, &token)) != NULL)
		return bad;
	access = arena_take(request->arena, sizeof(*access));
	bad = token_open(request->arena, authority, &access_sort, token,
	    access);
	if (bad != NULL)
		return bad;
	if (!text_equal(access->audience,
	    bearer_audience(request->arena, request->config)))
		return fault_make(request->arena, FAULT_TOKEN,
		    "the token is for another address");
	*result = access;
	return NULL;
}

/* The document below BASE_URL's path: a web server that gives us no other
 * path has it there, and at a root it is where RFC 9728 3.1 puts it. */
const char *
bearer_challenge(struct arena *arena, const struct config *config,
    const struct fault *fault, struct texts wanted)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_text(&buf, "Bearer ");
	if (fault != NULL)
		buf_format(&buf, "error=\"%s\", error_description=\"%s\", ",
		    fault_voice(fault->kind)->oauth,
		    explain_text(arena, fault->detail));
	buf_format(&buf, "resource_metadata=\"%s/.well-known/"
	    "oauth-protected-resource/mcp\", scope=\"%s\"", config->base_url,
	    scope_write(arena, wanted));
	return buf_string(&buf);
}

const struct account *
bearer_account(struct arena *arena, const struct access *access,
    const struct account *sealed)
{
	const struct account	*accounts = access->accounts.at;
	const struct card_place	*card, *wanted = sealed->card.at;
	size_t			 i;

	for (i = 0; wanted != NULL && i < access->accounts.len; i++) {
		card = accounts[i].card.at;
		if (card != NULL && text_equal(card->grant, wanted->grant) &&
		    text_equal(account_identity(arena, &accounts[i]),
		    account_identity(arena, sealed)))
			return &accounts[i];
	}
	return sealed;
}
