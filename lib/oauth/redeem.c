#include "oauth/redeem.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "mail/account.h"
#include "mail/card.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/ledger.h"
#include "oauth/grant.h"
#include "oauth/keep.h"
#include "oauth/token.h"
#include "web/serve.h"

enum { DAY_SECONDS = 86400 };

static const char	 gone_folder[] =
    "this server keeps nothing in mailboxes any more";

/* What one use needs. */
struct use {
	struct request			*request;
	struct imap			*imap;
	struct objects			 accounts;
	const struct account		*account;	/* the first */
	const struct card_place		*card;		/* its card */
	bool				 is_marked;	/* it is \Deleted */
	struct ledger			 ledger;
	struct ledger_record		 own;
	struct ledger_flight		 flight;
	struct ledger_look		 look;
	const struct imap_command	*status;	/* of the card's
							 * folder */
	const struct imap_command	*fetch;		/* of the card */
};

static const struct fault *
refuse(struct request *request, const char *why)
{
	return fault_make(request->arena, FAULT_GRANT, "%s", why);
}

/*
 * What the mail server did as the token endpoint's client is told it: only
 * credentials that it refuses are an end of the grant.
 */
static const struct fault *
translate(struct request *request, const struct fault *bad)
{
	if (bad->kind == FAULT_GRANT || bad->kind == FAULT_INTERNAL)
		return bad;
	if (bad->kind == FAULT_LOGIN)
		return refuse(request, bad->detail);
	return fault_make(request->arena, FAULT_UNAVAILABLE, "%s",
	    bad->detail);
}

/* Its UIDVALIDITY is asked for by STATUS: a flight tells only that of the
 * folder that it opens last. */
static void
queue_card(struct use *use)
{
	struct arena	*arena = use->request->arena;
	const char	*folder = card_folder(use->imap, use->card);
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "STATUS ");
	imap_astring(&text, folder);
	buf_text(&text, " (UIDVALIDITY)");
	use->status = imap_queue(use->imap, arena, &text);
	(void)imap_queue_open(use->imap, arena, folder, false);
	buf_start(&text, arena);
	buf_format(&text, "UID FETCH %lld (UID FLAGS %s)",
	    (long long)use->card->uid, card_items);
	use->fetch = imap_queue(use->imap, arena, &text);
}

/* Whether the answers about the card tell anything: a server that says later
 * says nothing of the card. */
static const struct fault *
check_told(struct use *use, const struct imap_command *command)
{
	const struct fault	*bad;

	bad = imap_command_fault(use->request->arena, command,
	    "show the card");
	return bad != NULL && bad->kind == FAULT_UNAVAILABLE ? bad : NULL;
}

/* Revocation is final: a card that is marked to be deleted never counts again,
 * whoever takes the mark off. */
static bool
has_card(struct use *use)
{
	const struct authority		*authority = use->request->process;
	const struct card_owner		 owner = { authority->keys,
					    use->ledger.issuer, use->account };
	const struct imap_status	*status;
	const struct imap_message	*message;
	struct card			 card;

	status = use->status->replies.statuses;
	if (use->status->outcome != IMAP_OK || status == NULL ||
	    status->uidvalidity != use->card->uidvalidity ||
	    use->fetch->outcome != IMAP_OK)
		return false;
	message = imap_find_message(&use->fetch->replies,
	    (uint32_t)use->card->uid);
	if (message == NULL || !message->has_flags ||
	    !card_read(use->request->arena, &owner, message, &card) ||
	    !text_equal(card.grant, use->card->grant))
		return false;
	use->is_marked = imap_has_flag(message->flags, "\\Deleted");
	return !use->is_marked;
}

/* The one flight.  *looked: what came of looking at the records. */
static const struct fault *
fly(struct use *use, const struct fault **looked)
{
	struct arena		*arena = use->request->arena;
	const struct fault	*bad;

	bad = ledger_queue_record(use->imap, arena, &use->ledger, &use->own,
	    &use->flight);
	if (bad != NULL)
		return bad;
	queue_card(use);
	ledger_queue_look(use->imap, arena, &use->ledger, &use->flight);
	if ((bad = imap_run(use->imap)) != NULL ||
	    (bad = check_told(use, use->status)) != NULL ||
	    (bad = check_told(use, use->fetch)) != NULL)
		return bad;
	*looked = ledger_read(use->imap, arena, &use->ledger, &use->flight,
	    &use->own, &use->look);
	return NULL;
}

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct grant_decision
decide(const struct use *use, const struct redeem *redeem, bool has_card)
{
	const struct config		*config = use->request->config;
	const struct grant_terms	 terms = {
		.soft = GRANT_SOFT_SECONDS, .grace = config->grant_grace,
		.keep = most(config->grant_max_age, config->refresh_ttl) +
		    DAY_SECONDS
	};
	const struct grant_claim	 claim = {
		.grant = use->card->grant, .generation = redeem->generation,
		.record = redeem->record,
		.uidvalidity = redeem->place->uidvalidity
	};
	const struct grant_view		 view = { has_card, &use->look };

	return grant_decide(use->request->arena, &claim, &view, &terms);
}

/*
 * Takes away our record where the others could not be read: its UID is that
 * of APPENDUID then.
 */
static void
take_back(struct use *use)
{
	const struct imap_command	*append = use->flight.append;

	if (imap_box(use->imap) != NULL && append->outcome == IMAP_OK &&
	    append->replies.copy_to.len == 1)
		(void)ledger_drop(use->imap, use->request->arena,
		    append->replies.copy_to);
}

/*
 * A token was used twice: somebody has it who should not.  The cards of the
 * other mailboxes go first, so that whoever comes here again after a failure
 * finds it all as it was.
 */
static const struct fault *
end_grant(struct use *use, struct uids records)
{
	const struct account	*accounts = use->accounts.at;
	const struct objects	 others = { accounts + 1,
				    use->accounts.len - 1 };
	struct arena		*arena = use->request->arena;
	const struct fault	*bad;

	log_line(LOG_WARN, "a token was used twice: its grant ends");
	if ((bad = keep_revoke(use->request, others)) != NULL ||
	    (bad = ledger_drop(use->imap, arena, records)) != NULL)
		return bad;
	return card_remove(use->imap, arena, use->card);
}

/* Does what was decided.  Records that stay change no decision, so that a
 * server that can't remove them hinders nobody. */
static const struct fault *
act(struct use *use, struct redeem *redeem,
    const struct grant_decision *decision)
{
	struct arena		*arena = use->request->arena;
	const struct fault	*bad;

	if (decision->verdict == GRANT_ENDS) {
		if ((bad = end_grant(use, decision->drop)) != NULL)
			return bad;
	} else if (imap_box(use->imap) != NULL)
		(void)ledger_drop(use->imap, arena, decision->drop);
	if (use->is_marked)
		(void)card_remove(use->imap, arena, use->card);
	if (decision->verdict == GRANT_WAITS)
		return fault_make(arena, FAULT_UNAVAILABLE, "%s",
		    decision->why);
	if (decision->why != NULL)
		return refuse(use->request, decision->why);
	redeem->generation++;
	redeem->record = decision->successor;
	return NULL;
}

/* Where the records could not be read, or ours not be kept, nothing was used:
 * but a card that is gone ends all, and what was seen may. */
static const struct fault *
settle(struct use *use, struct redeem *redeem, const struct fault *looked)
{
	struct grant_decision	 decision;
	bool			 carded = has_card(use);

	if (looked != NULL && looked->kind != FAULT_FOLDER && carded &&
	    use->look.uidvalidity == 0)
		return looked;
	decision = decide(use, redeem, carded);
	if (looked == NULL || decision.verdict != GRANT_WAITS)
		return act(use, redeem, &decision);
	take_back(use);
	return looked;
}

static const struct fault *
use_session(struct use *use, struct redeem *redeem)
{
	const struct fault	*bad, *looked = NULL;

	if (card_folder(use->imap, use->card) == NULL)
		return refuse(use->request, gone_folder);
	if ((bad = fly(use, &looked)) != NULL)
		return bad;
	return settle(use, redeem, looked);
}

/* What both ways begin with. */
static const struct fault *
open_mailbox(struct use *use)
{
	struct request		*request = use->request;
	const struct fault	*bad;

	bad = imap_open(request->arena, use->account, request->config,
	    request->deadline, &use->imap);
	if (bad == NULL)
		imap_begin(use->imap, request->arena, request->deadline);
	return bad;
}

static struct use
make_use(struct request *request, const struct account *account)
{
	const struct authority	*authority = request->process;

	return (struct use){
		.request = request, .account = account,
		.card = account->card.at,
		.ledger = {
			.keys = authority->keys, .purpose = LEDGER_GRANTS,
			.issuer = request->config->base_url,
			.account = account
		}
	};
}

const struct fault *
redeem_use(struct request *request, struct redeem *redeem)
{
	const struct fault	*bad;
	struct use		 use = make_use(request, redeem->accounts.at);

	use.accounts = redeem->accounts;
	use.ledger.wire = ledger_wire(request->arena, redeem->place,
	    request->config->grants_folder);
	use.own = ledger_make(request->arena, use.card->grant,
	    redeem->generation + 1);
	if ((bad = open_mailbox(&use)) != NULL)
		return translate(request, bad);
	bad = use_session(&use, redeem);
	imap_close(use.imap);
	return bad == NULL ? NULL : translate(request, bad);
}

static const struct fault *
look_by_session(struct use *use)
{
	const struct fault	*bad;
	bool			 carded;

	if (card_folder(use->imap, use->card) == NULL)
		return refuse(use->request, gone_folder);
	queue_card(use);
	if ((bad = imap_run(use->imap)) != NULL ||
	    (bad = check_told(use, use->status)) != NULL ||
	    (bad = check_told(use, use->fetch)) != NULL)
		return bad;
	carded = has_card(use);
	if (use->is_marked)
		(void)card_remove(use->imap, use->request->arena, use->card);
	return carded ? NULL : refuse(use->request,
	    "the user has disconnected it");
}

const struct fault *
redeem_look(struct request *request, const struct account *account)
{
	const struct fault	*bad;
	struct use		 use = make_use(request, account);

	if ((bad = open_mailbox(&use)) == NULL) {
		bad = look_by_session(&use);
		imap_close(use.imap);
	}
	return bad == NULL ? NULL : translate(request, bad);
}
