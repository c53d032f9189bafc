#include "mcp/confirm_link.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/url.h"
#include "mail/account.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/parked.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "oauth/bearer.h"

enum {
	NONCE_BYTES = 16,
	ARGUMENTS_CHARS = 1000	/* that go into the link itself */
};

static const struct field	 draft_rows[] = {
	{ FIELD_AS(struct confirm_draft, kind, "k"), .required = true },
	{ FIELD_AS(struct confirm_draft, sent, "s") },
	{ FIELD_AS(struct confirm_draft, hold_until, "h"),
	  .most = INT64_MAX },
	{ FIELD_AS(struct confirm_draft, marking.wire, "f") },
	{ FIELD_AS(struct confirm_draft, marking.uidvalidity, "v"),
	  .most = UINT32_MAX },
	{ FIELD_AS(struct confirm_draft, marking.uid, "u"),
	  .most = UINT32_MAX },
	{ FIELD_AS(struct confirm_draft, marking.mark, "m") },
	{ FIELD_END }
};

static const struct field	 link_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct confirm_link, nonce, "n"), .required = true },
	{ FIELD_AS(struct confirm_link, tool, "t"), .required = true },
	{ FIELD_AS(struct confirm_link, arguments, "j") },
	{ FIELD_AS(struct confirm_link, parcel, "p") },
	{ FIELD_AS(struct confirm_link, digest, "d"), .required = true },
	{ FIELD_AS(struct confirm_link, question, "q"), .required = true },
	{ FIELD_AS(struct confirm_link, grant, "g"), .required = true },
	{ FIELD_AS(struct confirm_link, identity, "i"), .required = true },
	{ FIELD_AS(struct confirm_link, address, "a"), .required = true },
	{ FIELD_AS(struct confirm_link, name, "w") },
	{ FIELD_AS(struct confirm_link, aliases, "l") },
	{ FIELD_AS(struct confirm_link, folders, "b") },
	{ FIELD_AS(struct confirm_link, recipients, "r") },
	{ FIELD_AS(struct confirm_link, card, "c"), .rows = card_place_rows,
	  .size = sizeof(struct card_place) },
	{ FIELD_AS(struct confirm_link, draft, "o"), .rows = draft_rows,
	  .size = sizeof(struct confirm_draft) },
	{ FIELD_AS(struct confirm_link, servers.imap, "x"),
	  .rows = mail_server_rows, .size = sizeof(struct mail_server) },
	{ FIELD_AS(struct confirm_link, servers.smtp, "y"),
	  .rows = mail_server_rows, .size = sizeof(struct mail_server) },
	{ FIELD_END }
};

static const struct token_sort	 link_sort = { TOKEN_STATE, link_rows };

static const char *
digest_of(struct arena *arena, const char *text)
{
	return digest_hex(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(text)));
}

static const struct fault *
seal(struct call *call, struct confirm_link *link, const char **url)
{
	const struct fault	*bad;
	const char		*token;

	bad = token_seal(call->arena, call->authority, &link_sort, link,
	    &token);
	if (bad != NULL)
		return bad;
	if (strlen(token) > CONFIRM_LINK_CHARS)
		return fault_make(call->arena, FAULT_LIMIT, "the user is to "
		    "be asked first, and this is too much for one question");
	*url = text_format(call->arena, "%s/confirm?link=%s",
	    call->config->base_url, token);
	return NULL;
}

const struct fault *
confirm_link_make(struct call *call, const char **url)
{
	const struct confirm	*confirm = call->confirm;
	const struct account	*account = call->account;
	const struct mail_server *imap = account->imap.at;
	const struct fault	*bad;
	struct confirm_link	 link = {
		.base = { .expires = clock_now() + CONFIRM_SECONDS },
		.nonce = base64_write_url(call->arena,
		    digest_random(call->arena, NONCE_BYTES)),
		.tool = confirm->tool->name,
		.arguments = confirm_arguments(call),
		.digest = digest_of(call->arena, confirm_arguments(call)),
		.question = question_digest(call, confirm->question),
		.grant = call->access->grant,
		.identity = account_identity(call->arena, account),
		.address = account->address, .name = account->name,
		.aliases = account->aliases, .folders = account->folders,
		.recipients = account->recipients, .card = account->card,
		.draft = { confirm->draft }
	};

	if (imap != NULL && imap->named) {
		link.servers.imap = account->imap;
		link.servers.smtp = account->smtp;
	}
	if (strlen(link.arguments) > ARGUMENTS_CHARS) {
		bad = parked_keep(call, link.arguments, &link.parcel);
		if (bad != NULL)
			return bad;
		link.arguments = NULL;
	}
	return seal(call, &link, url);
}

const struct fault *
confirm_link_open(struct arena *arena, const struct authority *authority,
    const char *token, struct confirm_link *link)
{
	const struct fault	*bad;

	*link = (struct confirm_link){ .nonce = NULL };
	if (text_is_empty(token))
		return fault_make(arena, FAULT_TOKEN, "the address ends "
		    "before its link");
	bad = token_open(arena, authority, &link_sort, token, link);
	if (bad != NULL)
		return bad;
	if (tool_find(link->tool) != NULL &&
	    (link->arguments == NULL) != (link->parcel == NULL))
		return NULL;
	return fault_make(arena, FAULT_TOKEN, "the link is not what this "
	    "server writes");
}

bool
confirm_link_is_for(struct arena *arena, const struct confirm_link *link,
    const struct account *account)
{
	return text_equal(link->identity, account_identity(arena, account));
}
