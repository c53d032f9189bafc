#include "mcp/call.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/card_guard.h"
#include "mail/folder_missing.h"
#include "mail/imap_cache.h"
#include "mail/private.h"
#include "mcp/progress.h"
#include "oauth/bearer.h"
#include "oauth/pace.h"
#include "oauth/plain.h"

static const char *
account_names(const struct call *call)
{
	const struct account	*accounts;
	struct texts		 names = { 0 };
	size_t			 i;

	accounts = call->access->accounts.at;
	for (i = 0; i < call->access->accounts.len; i++)
		texts_add(call->arena, &names, accounts[i].address);
	return texts_join(call->arena, names, ", ");
}

const struct fault *
call_choose(struct call *call, const char *account)
{
	const struct account	*accounts;
	size_t			 i;

	accounts = call->access->accounts.at;
	call->account = &accounts[0];
	if (text_is_empty(account))
		return NULL;
	for (i = 0; i < call->access->accounts.len; i++) {
		call->account = &accounts[i];
		if (text_equal_case(accounts[i].address, account) ||
		    (accounts[i].label != NULL &&
		    text_equal_case(accounts[i].label, account)))
			return NULL;
	}
	call->account = NULL;
	return fault_make(call->arena, FAULT_ARGUMENT,
	    "account must be one of: %s", account_names(call));
}

/* Whether the account's card is that of the grant's first. */
static bool
is_first(const struct call *call, const struct account *account)
{
	const struct account	*first = call->access->accounts.at;
	const struct card_place	*card = account->card.at;

	return card != NULL && first->card.at != NULL &&
	    text_equal(((const struct card_place *)first->card.at)->grant,
	    card->grant);
}

void
call_guard(struct call *call, struct imap *imap,
    const struct account *account)
{
	const struct card_owner	 owner = {
		.keys = call->authority->keys,
		.issuer = call->config->base_url, .account = account
	};
	struct card_guard	*guard;

	imap_set_watch(imap, progress_of(call));
	/* What was proved stays so for the call: what it has sent, it files. */
	if (call->guard != NULL && call->guard->guard.proved &&
	    call->guard->owner.account == account)
		return;
	guard = card_guard(imap, call->arena, &owner,
	    is_first(call, account) ? FAULT_TOKEN : FAULT_PERMISSION);
	if (guard != NULL)
		guard->verdict = &call->revoked;
	call->guard = guard;
}

/* A session, kept or new, that has logged in unless it may do so later. */
static const struct fault *
take_settled(struct call *call, bool ahead, struct imap **imap)
{
	const struct fault	*bad;

	bad = imap_cache_take(call->arena, call->account, call->config,
	    call->deadline, imap);
	if (bad != NULL || ahead || (bad = imap_settle(*imap)) == NULL)
		return bad;
	imap_cache_put(call->account, call->config, *imap);
	*imap = NULL;
	return bad;
}

/* Anybody can try passwords in headers, so that each is counted. */
static const struct fault *
take_counted(struct call *call, bool ahead, struct imap **imap)
{
	const struct mail_server	*server = call->account->imap.at;
	const struct fault		*bad;
	struct pace			 pace;

	if (call->access->client != plain_client)
		return take_settled(call, ahead, imap);
	bad = pace_login(call->request, server->host,
	    call->account->username, &pace);
	if (bad != NULL)
		return bad;
	bad = take_settled(call, false, imap);
	pace_login_end(call->request, &pace, bad);
	return bad;
}

/* Between requests the password may have changed. */
static const struct fault *
of_login(const struct call *call, const struct fault *bad)
{
	if (bad == NULL || bad->kind != FAULT_LOGIN)
		return bad;
	return fault_make(call->arena, FAULT_TOKEN,
	    "the mail server refuses the mailbox's credentials: %s",
	    bad->detail);
}

/* A session, kept or new. */
static const struct fault *
take_session(struct call *call, bool ahead, struct imap **imap)
{
	const struct fault	*bad;

	if (!call->counted && (bad = pace_call(call->request,
	    call->account)) != NULL)
		return bad;
	call->counted = true;
	bad = take_counted(call, ahead, imap);
	if (bad != NULL)
		return of_login(call, bad);
	call_guard(call, *imap, call->account);
	return NULL;
}

const struct fault *
call_imap(struct call *call)
{
	return call->imap == NULL ? take_session(call, false, &call->imap) :
	    of_login(call, imap_settle(call->imap));
}

/* Names of roles, encoded ones and the grant's limits are looked up, in ways
 * that servers differ in. */
static const struct fault *
take_ahead(struct call *call, const char *folder)
{
	if (call->imap != NULL || call->account->folders.len > 0 ||
	    strpbrk(folder, "\\&") != NULL)
		return call_imap(call);
	return take_session(call, true, &call->imap);
}

const struct fault *
call_run(struct call *call)
{
	return of_login(call, imap_run(call->imap));
}

const struct fault *
call_prove(struct call *call)
{
	const struct fault	*bad;

	if (call->account->card.at == NULL)
		return NULL;
	bad = call_imap(call);
	return bad != NULL ? bad : imap_prove(call->imap);
}

const struct fault *
call_verdict(const struct call *call, const struct fault *bad)
{
	return call->revoked != NULL && call->revoked->kind == FAULT_TOKEN ?
	    call->revoked : bad;
}

const struct fault *
call_reader(struct call *call, struct imap **imap)
{
	const struct fault	*bad = NULL;

	if (call->reader == NULL)
		bad = take_session(call, false, &call->reader);
	*imap = call->reader;
	return bad;
}

void
call_end_reader(struct call *call)
{
	if (call->reader != NULL)
		imap_cache_put(call->account, call->config, call->reader);
	call->reader = NULL;
}

/* The limits are names or roles as the consent page took them; they are looked
 * up once in a call, since a list of folders asks for each. */
static const struct fault *
find_limits(struct call *call)
{
	const struct fault	*bad;
	const char		*limit;
	size_t			 i;

	if (call->limited == call->account)
		return NULL;
	call->limits = (struct texts){ NULL, 0 };
	for (i = 0; i < call->account->folders.len; i++) {
		bad = folder_wire_name(call->imap, call->arena,
		    call->account->folders.at[i], &limit);
		if (bad != NULL && bad->kind != FAULT_FOLDER &&
		    bad->kind != FAULT_PERMISSION)
			return bad;
		if (bad == NULL)
			texts_add(call->arena, &call->limits, limit);
	}
	call->limited = call->account;
	return NULL;
}

const struct fault *
call_allows(struct call *call, const char *wire, bool *allowed)
{
	const struct fault	*bad;

	*allowed = false;
	if (private_covers(call->imap, call->arena, wire))
		return NULL;
	if ((bad = find_limits(call)) != NULL)
		return bad;
	*allowed = call->account->folders.len == 0 ||
	    texts_have(call->limits, wire);
	return NULL;
}

const struct fault *
call_keep_allowed(struct call *call, struct folders *folders)
{
	const struct fault	*bad;
	bool			 allowed;
	size_t			 i, n;

	for (i = n = 0; i < folders->len; i++) {
		bad = call_allows(call, folders->at[i].wire, &allowed);
		if (bad != NULL)
			return bad;
		if (allowed)
			folders->at[n++] = folders->at[i];
	}
	folders->len = n;
	return NULL;
}

const struct fault *
call_permits(struct call *call, const char *wire)
{
	const struct fault	*bad;
	bool			 allowed;

	if ((bad = call_allows(call, wire, &allowed)) != NULL || allowed)
		return bad;
	if (private_covers(call->imap, call->arena, wire))
		return private_refusal(call->imap, call->arena);
	return fault_make(call->arena, FAULT_PERMISSION,
	    "the user allowed these folders only: %s",
	    texts_join(call->arena, call->account->folders, ", "));
}

static const struct fault *
find_folder(struct call *call, const char *folder, const char **wire)
{
	const struct fault	*bad;

	bad = folder_wire_name(call->imap, call->arena, folder, wire);
	return bad != NULL ? bad : call_permits(call, *wire);
}

const struct fault *
call_folder(struct call *call, const char *folder, const char **wire)
{
	const struct fault	*bad;

	if (text_is_empty(folder))
		folder = "INBOX";
	bad = call_imap(call);
	return bad != NULL ? bad : find_folder(call, folder, wire);
}

const struct fault *
call_folder_ahead(struct call *call, const char *folder, const char **wire)
{
	const struct fault	*bad;

	if (text_is_empty(folder))
		folder = "INBOX";
	bad = take_ahead(call, folder);
	return bad != NULL ? bad : find_folder(call, folder, wire);
}

const struct fault *
call_check_open(struct call *call, const struct imap_command *opened,
    const char *folder, int64_t uidvalidity)
{
	const struct imap_box	*box;
	const struct fault	*bad;

	if (opened != NULL && opened->outcome != IMAP_OK) {
		bad = imap_command_fault(call->arena, opened,
		    "open the folder");
		if (folder == NULL || (bad->kind != FAULT_FOLDER &&
		    bad->kind != FAULT_REFUSED))
			return bad;
		return folder_missing(call->imap, call->arena, folder, bad);
	}
	if ((box = imap_box(call->imap)) == NULL)
		return fault_make(call->arena, FAULT_PROTOCOL,
		    "the mail server opened no folder");
	if (uidvalidity != 0 && uidvalidity != box->uidvalidity)
		return fault_make(call->arena, FAULT_CHANGED,
		    "uidvalidity of the folder is now %lu: the UIDs name "
		    "other messages", (unsigned long)box->uidvalidity);
	return NULL;
}

const struct fault *
call_open(struct call *call, const char *folder, bool writable,
    int64_t uidvalidity, const struct imap_box **box)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	const char			*wire;

	if ((bad = call_folder_ahead(call, folder, &wire)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, wire, writable);
	if ((bad = call_run(call)) != NULL ||
	    (bad = call_check_open(call, opened, folder, uidvalidity)) != NULL)
		return bad;
	*box = imap_box(call->imap);
	return NULL;
}

static const struct fault *
refuse_kept_back(struct call *call, const char *scope, const char *where)
{
	return fault_hint(call->arena, fault_make(call->arena,
	    FAULT_PERMISSION, "the user did not grant %s%s", scope, where),
	    "Only the user can change that, by connecting again.");
}

const struct fault *
call_lacks(struct call *call, const char *what, const char *scopes)
{
	struct texts	 withheld = call->access->withheld;
	struct texts	 words = text_split(call->arena, scopes, " ");
	size_t		 i;

	for (i = 0; i < words.len; i++)
		if (texts_have(withheld, words.at[i]))
			return refuse_kept_back(call, words.at[i], "");
	return fault_scope(call->arena, what, scopes);
}

const struct fault *
call_needs(struct call *call, const char *scope)
{
	if (texts_have(call->account->scopes, scope))
		return NULL;
	return refuse_kept_back(call, scope, text_format(call->arena,
	    " for %s", call->account->address));
}

const struct fault *
call_requires(struct call *call, const char *what, const char *scope)
{
	if (!texts_have(call->access->scopes, scope))
		return call_lacks(call, what, scope);
	return call_needs(call, scope);
}

const struct fault *
call_sends(struct call *call)
{
	if (call->account->smtp.at != NULL)
		return NULL;
	return fault_make(call->arena, FAULT_UNSUPPORTED,
	    "this account was connected without sending");
}

void
call_add_content(struct call *call, struct content content)
{
	struct content	**at, *block;

	block = arena_take(call->arena, sizeof(*block));
	*block = content;
	block->next = NULL;
	for (at = &call->content; *at != NULL; at = &(*at)->next)
		continue;
	*at = block;
}

void
call_extend(struct call *call)
{
	if (call->deadline < clock_ms() + IMAP_FLIGHT_MS)
		call->deadline = clock_ms() + IMAP_FLIGHT_MS;
	if (call->imap != NULL)
		imap_begin(call->imap, call->arena, call->deadline);
}

void
call_end(struct call *call)
{
	if (call->imap != NULL)
		imap_cache_put(call->account, call->config, call->imap);
	call->imap = NULL;
}

void
call_sweep(const struct config *config)
{
	imap_cache_sweep(config);
}

void
call_close_kept(void)
{
	imap_cache_close();
}
