#include "mail/card_guard.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

static const struct card_place *
place_of(const struct card_guard *at)
{
	return at->owner.account->card.at;
}

/* Whether this session has looked at this card, and the server would tell if
 * anything in its folder has changed.  Of a folder that is open it would not:
 * Dovecot then tells what it saw as it opened it, be it deleted since. */
static bool
is_known(const struct card_guard *at, struct imap *imap)
{
	const struct card_place	*place = place_of(at);
	const struct imap_proof	*proof = imap_proof(imap);

	return imap_can(imap, IMAP_CAN_CONDSTORE) && proof->modseq != 0 &&
	    !imap_has_examined(imap, card_folder(imap, place)) &&
	    proof->uidnext != 0 && text_equal(proof->grant, place->grant) &&
	    proof->uidvalidity == place->uidvalidity &&
	    proof->uid == place->uid;
}

static void
queue_status(struct card_guard *at, struct imap *imap)
{
	struct buf	 text;

	buf_start(&text, at->arena);
	buf_text(&text, "STATUS ");
	imap_astring(&text, card_folder(imap, place_of(at)));
	buf_text(&text, " (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)");
	at->status = imap_queue(imap, at->arena, &text);
}

/* The look itself; the folder that was open before is open again then. */
static void
queue_look(struct card_guard *at, struct imap *imap)
{
	const struct card_place	*place = place_of(at);
	const struct imap_box	*box = imap_box(imap);
	const char		*before = NULL;
	struct buf		 text;
	bool			 writable = box != NULL && box->writable;

	if (box != NULL)
		before = arena_text(at->arena, box->name);
	memset(imap_proof(imap), 0, sizeof(struct imap_proof));
	imap_forget_folder(imap);
	at->opened = imap_queue_open(imap, at->arena, card_folder(imap,
	    place), false);
	buf_start(&text, at->arena);
	buf_format(&text, "UID FETCH %llu (UID FLAGS %s)",
	    (unsigned long long)place->uid, card_items);
	at->fetched = imap_queue(imap, at->arena, &text);
	if (before != NULL)
		(void)imap_queue_open(imap, at->arena, before, writable);
}

static void
ask(void *state, struct imap *imap)
{
	struct card_guard	*at = state;

	at->status = at->opened = at->fetched = NULL;
	if (card_folder(imap, place_of(at)) == NULL)
		return;
	if (is_known(at, imap))
		queue_status(at, imap);
	else
		queue_look(at, imap);
}

static bool
is_as_before(const struct card_guard *at, struct imap *imap)
{
	const struct imap_proof		*proof = imap_proof(imap);
	const struct imap_status	*status = at->status->replies.statuses;

	return at->status->outcome == IMAP_OK && status != NULL &&
	    status->next == NULL && status->messages == proof->exists &&
	    status->uidnext == proof->uidnext &&
	    status->uidvalidity == proof->uidvalidity &&
	    status->highestmodseq > 0 &&
	    (uint64_t)status->highestmodseq == proof->modseq;
}

static const struct fault *
revoke(struct card_guard *at)
{
	at->guard.refused = fault_hint(at->arena, fault_make(at->arena,
	    at->kind, "the user has disconnected this mailbox: its message in "
	    "the folder of connected agents is gone"), "Only the user can "
	    "change that, by connecting again.");
	if (at->verdict != NULL)
		*at->verdict = at->guard.refused;
	return at->guard.refused;
}

static const struct fault *
unavailable(const struct card_guard *at, const struct fault *bad)
{
	return fault_make(at->arena, FAULT_UNAVAILABLE, "whether this access "
	    "still holds can't be told now: %s", bad->detail);
}

/* One that is marked only is removed, so that the mark can't be taken off:
 * what was ended stays so. */
static bool
stands(struct card_guard *at, struct imap *imap)
{
	const struct card_place		*place = place_of(at);
	const struct imap_message	*message;
	struct card			 card;

	message = imap_find_message(&at->fetched->replies,
	    (uint32_t)place->uid);
	if (message == NULL || !card_read(at->arena, &at->owner, message,
	    &card) || !text_equal(card.grant, place->grant))
		return false;
	if (!imap_has_flag(message->flags, "\\Deleted"))
		return true;
	(void)card_remove(imap, at->arena, place);
	return false;
}

/* As the folder was when it was opened, before the card was looked at. */
static void
remember(const struct card_guard *at, struct imap *imap)
{
	const struct card_place	*place = place_of(at);
	const struct imap_box	*box = at->opened->box;
	struct imap_proof	*proof = imap_proof(imap);

	*proof = (struct imap_proof){ .uidvalidity = box->uidvalidity,
	    .uid = (uint32_t)place->uid, .exists = box->exists,
	    .uidnext = box->uidnext, .modseq = box->highestmodseq };
	memcpy(proof->grant, place->grant, strnlen(place->grant,
	    sizeof(proof->grant) - 1));
}

/* There are servers that say NO and not why: whether the folder is gone. */
static const struct fault *
look_for_folder(struct card_guard *at, struct imap *imap, bool *gone)
{
	const struct imap_command	*list;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, at->arena);
	buf_text(&text, "LIST \"\" ");
	imap_string(&text, card_folder(imap, place_of(at)));
	list = imap_queue(imap, at->arena, &text);
	bad = imap_run(imap);
	*gone = bad == NULL && list->outcome == IMAP_OK &&
	    list->replies.listings == NULL;
	return bad;
}

/* The folder did not open. */
static const struct fault *
judge_refusal(struct card_guard *at, struct imap *imap,
    const struct fault *refusal)
{
	const struct fault	*bad;
	bool			 gone = refusal->kind == FAULT_PERMISSION;

	if (refusal->kind == FAULT_FOLDER &&
	    (bad = look_for_folder(at, imap, &gone)) != NULL)
		return bad;
	return gone ? revoke(at) : unavailable(at, refusal);
}

static const struct fault *
judge_look(struct card_guard *at, struct imap *imap)
{
	const struct fault	*bad;

	bad = imap_command_fault(at->arena, at->opened, "open its folder");
	if (bad != NULL)
		return judge_refusal(at, imap, bad);
	if (at->opened->box->uidvalidity != place_of(at)->uidvalidity)
		return revoke(at);
	bad = imap_command_fault(at->arena, at->fetched, "show the message");
	if (bad != NULL)
		return unavailable(at, bad);
	if (!stands(at, imap))
		return revoke(at);
	remember(at, imap);
	return NULL;
}

static const struct fault *
judge(void *state, struct imap *imap)
{
	struct card_guard	*at = state;
	const struct fault	*bad;
	const char		*wire = card_folder(imap, place_of(at));

	if (wire == NULL)
		return revoke(at);
	if (at->status != NULL) {
		if (is_as_before(at, imap))
			return NULL;
		queue_look(at, imap);
		if ((bad = imap_run(imap)) != NULL)
			return bad;
	}
	bad = judge_look(at, imap);
	/* Nobody else is to find our folder open. */
	if (imap_box(imap) != NULL && text_equal(imap_box(imap)->name, wire))
		imap_forget_folder(imap);
	return bad;
}

struct card_guard *
card_guard(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, enum fault_kind kind)
{
	struct card_guard	*at;

	imap_set_guard(imap, NULL);
	if (owner->account->card.at == NULL)
		return NULL;
	at = arena_take(arena, sizeof(*at));
	at->guard = (struct imap_guard){ .ask = ask, .judge = judge,
	    .state = at };
	at->arena = arena;
	at->owner = *owner;
	at->kind = kind;
	imap_set_guard(imap, &at->guard);
	return at;
}
