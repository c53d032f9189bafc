#include "mcp/once.h"

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_session.h"
#include "mail/private.h"
#include "mcp/call.h"
#include "mcp/stamp.h"

/* Generations of records. */
enum { CLAIM = 1, DONE = 2 };

/* Two of each message that a busy account sends in ONCE_SECONDS. */
enum { RECORDS_MOST = 4000 };

/* The record's names: nobody else can make them, and they tell nothing. */
static struct texts
names_of(struct call *call, struct texts ids)
{
	struct texts	 stamps, names = { NULL, 0 };
	size_t		 i, k;

	for (i = 0; i < ids.len; i++) {
		stamps = stamp_all(call, "operation-name", ids.at[i]);
		for (k = 0; k < stamps.len; k++)
			texts_add(call->arena, &names, arena_copy(call->arena,
			    stamps.at[k], LEDGER_GRANT_CHARS));
	}
	return names;
}

static struct ledger
ledger_at(const struct call *call, const char *wire)
{
	return (struct ledger){
		.keys = call->authority->keys, .purpose = LEDGER_OPERATIONS,
		.issuer = call->config->base_url, .account = call->account,
		.wire = wire, .most = RECORDS_MOST
	};
}

static const struct fault *
open_ledger(struct call *call, struct once *once)
{
	const struct fault	*bad;
	struct private_folder	 folder;

	if ((bad = call_imap(call)) != NULL || (bad = private_make(call->imap,
	    call->arena, PRIVATE_OPERATIONS, &folder)) != NULL)
		return bad;
	once->ledger = ledger_at(call, folder.wire);
	return NULL;
}

static const struct fault *
look(struct call *call, struct once *once, struct ledger_look *look)
{
	const struct fault	*bad;
	struct ledger_flight	 flight = { NULL, NULL, NULL };

	bad = ledger_queue_record(call->imap, call->arena, &once->ledger,
	    &once->own, &flight);
	if (bad != NULL)
		return bad;
	ledger_queue_look(call->imap, call->arena, &once->ledger, &flight);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	bad = ledger_read(call->imap, call->arena, &once->ledger, &flight,
	    &once->own, look);
	if (bad != NULL || look->own != NULL)
		return bad;
	return fault_make(call->arena, FAULT_UNAVAILABLE, "the mail server "
	    "does not show what was just put into it");
}

/* A claim that is marked was given back: nothing was done, and that does not
 * change any more. */
static enum once_state
judge(const struct once *once, const struct ledger_look *look)
{
	enum once_state	 state = ONCE_OURS;
	size_t		 i;

	for (i = 0; i < look->len; i++) {
		if (look->records[i].is_marked ||
		    !texts_have(once->names, look->records[i].grant))
			continue;
		if (look->records[i].generation == DONE)
			return ONCE_DONE;
		if (look->own == NULL ||
		    look->records[i].uid < look->own->uid)
			state = ONCE_CLAIMED;
	}
	return state;
}

/* What is too old to matter, and our own claim where it came too late. */
static void
prune(struct call *call, const struct ledger_look *look,
    enum once_state state)
{
	const struct ledger_record	*record;
	struct uids			 drop;
	size_t				 i;

	drop.at = arena_array(call->arena, look->len, sizeof(*drop.at));
	for (i = drop.len = 0; i < look->len; i++) {
		record = &look->records[i];
		if (record == look->own ? state != ONCE_OURS :
		    record->is_marked ||
		    look->own->time - record->time > ONCE_SECONDS)
			drop.at[drop.len++] = record->uid;
	}
	(void)ledger_drop(call->imap, call->arena, drop);
}

static const struct fault *
not_claimed(struct call *call, const struct fault *bad)
{
	if (bad->kind == FAULT_TOKEN)
		return bad;
	return fault_hint(call->arena, fault_make(call->arena, bad->kind,
	    "nothing was done: the mailbox could not note what is done once: "
	    "%s", bad->detail), "Try again, with the same request_id if there "
	    "was one.");
}

const struct fault *
once_claim(struct call *call, struct texts ids, struct once *once,
    enum once_state *state)
{
	const struct fault	*bad;
	struct ledger_look	 seen;

	*once = (struct once){ .held = false };
	*state = ONCE_OURS;
	if (ids.len == 0 || call->account->card.at == NULL ||
	    call->config->grants_folder == NULL)
		return NULL;
	once->names = names_of(call, ids);
	once->own = ledger_make(call->arena, once->names.at[0], CLAIM);
	if ((bad = open_ledger(call, once)) != NULL ||
	    (bad = look(call, once, &seen)) != NULL)
		return not_claimed(call, bad);
	*state = judge(once, &seen);
	prune(call, &seen, *state);
	once->own.uid = seen.own->uid;
	once->uidvalidity = seen.uidvalidity;
	once->held = *state == ONCE_OURS;
	return NULL;
}

const struct fault *
once_look(struct call *call, struct texts ids, enum once_state *state)
{
	const struct fault	*bad;
	struct once		 once = { .held = false };
	struct ledger_flight	 flight = { NULL, NULL, NULL };
	struct ledger_look	 seen;
	struct private_folder	 folder;

	*state = ONCE_OURS;
	if (call->account->card.at == NULL ||
	    call->config->grants_folder == NULL)
		return NULL;
	if ((bad = call_imap(call)) != NULL || (bad = private_find(call->imap,
	    call->arena, PRIVATE_OPERATIONS, &folder)) != NULL ||
	    !folder.there)
		return bad;
	once.ledger = ledger_at(call, folder.wire);
	once.names = names_of(call, ids);
	ledger_queue_look(call->imap, call->arena, &once.ledger, &flight);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = ledger_read(call->imap, call->arena, &once.ledger, &flight,
	    NULL, &seen)) != NULL)
		return bad;
	*state = judge(&once, &seen);
	return NULL;
}

/* A session that idled while mail was sent may be dead. */
static const struct fault *
renew(struct call *call)
{
	if (call->imap != NULL && !imap_is_usable(call->imap))
		call_end(call);
	call_extend(call);
	return call_imap(call);
}

static const struct fault *
release(struct call *call, struct once *once)
{
	const struct imap_command	*opened;
	const struct imap_box		*box;
	const struct fault		*bad;

	if ((bad = renew(call)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, once->ledger.wire,
	    true);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	box = imap_box(call->imap);
	if ((opened != NULL && opened->outcome != IMAP_OK) || box == NULL ||
	    box->uidvalidity != once->uidvalidity)
		return NULL;
	return ledger_drop(call->imap, call->arena,
	    (struct uids){ &once->own.uid, 1 });
}

static const struct fault *
done(struct call *call, struct once *once)
{
	const struct fault	*bad;
	struct ledger_flight	 flight = { NULL, NULL, NULL };
	struct ledger_record	 record;

	record = ledger_make(call->arena, once->own.grant, DONE);
	if ((bad = renew(call)) != NULL || (bad = ledger_queue_record(
	    call->imap, call->arena, &once->ledger, &record, &flight)) != NULL)
		return bad;
	return imap_run(call->imap);
}

/* Both once more in a new session, where the one that there was had died. A
 * claim that stays says that nobody knows, which is true then. */
static void
finish(struct call *call, struct once *once,
    const struct fault *(*end)(struct call *call, struct once *once))
{
	if (!once->held)
		return;
	once->held = false;
	if (end(call, once) != NULL && (call->imap == NULL ||
	    !imap_is_usable(call->imap)))
		(void)end(call, once);
}

void
once_done(struct call *call, struct once *once)
{
	finish(call, once, done);
}

void
once_release(struct call *call, struct once *once)
{
	finish(call, once, release);
}
