#include "oauth/grant.h"

#include "base/arena.h"
#include "base/text.h"

/* What of the view matters. */
struct facts {
	bool				 has_card;
	bool				 same_ledger;
	bool				 is_code;
	bool				 has_own;
	bool				 later;		/* a later generation */
	bool				 lower_twin;	/* of the token's own
							 * record, or of what
							 * came of it */
	bool				 has_before;	/* the token's record;
							 * a code has none */
	bool				 has_family;	/* any of the token's
							 * generation or
							 * before */
	bool				 first;		/* own is the lowest */
	int64_t				 age;		/* seconds since that */
	const struct ledger_record	*lowest;	/* of the new
							 * generation */
};

/*
 * Seconds between two records by the mail server's clock, since those of the
 * hosts may differ; by theirs where it does not tell.
 */
static int64_t
age_of(const struct ledger_record *first, const struct ledger_record *own)
{
	if (first->received != 0 && own->received != 0)
		return own->received - first->received;
	return own->time - first->time;
}

static void
note_record(const struct grant_claim *claim,
    const struct ledger_record *record, struct facts *facts)
{
	if (record->generation > claim->generation + 1)
		facts->later = true;
	else if (record->generation == claim->generation + 1) {
		/* They come in the order of their UIDs. */
		if (facts->lowest == NULL)
			facts->lowest = record;
	} else
		facts->has_family = true;
	if (facts->is_code || record->generation < claim->generation)
		return;
	if (record->uid < claim->record)
		facts->lower_twin = true;
	if (record->generation == claim->generation &&
	    record->uid == claim->record)
		facts->has_before = true;
}

static struct facts
find_facts(const struct grant_claim *claim, const struct grant_view *view)
{
	const struct ledger_look	*look = view->look;
	struct facts			 facts = {
		.has_card = view->has_card,
		.same_ledger = look->uidvalidity == claim->uidvalidity,
		.is_code = claim->generation == 0,
		.has_before = claim->generation == 0,
		.has_own = look->own != NULL
	};
	size_t				 i;

	for (i = 0; i < look->len; i++)
		if (text_equal(look->records[i].grant, claim->grant))
			note_record(claim, &look->records[i], &facts);
	if (!facts.has_own || facts.lowest == NULL)
		return facts;
	facts.first = facts.lowest == look->own;
	facts.age = age_of(facts.lowest, look->own);
	return facts;
}

static bool
card_is_gone(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return !facts->has_card;
}

static bool
ledger_is_other(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return !facts->same_ledger;
}

static bool
is_used_up(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->later;
}

/* Two hosts have won before: the server does not keep its order. */
static bool
has_twin(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->lower_twin;
}

static bool
is_unseen(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return !facts->has_own;
}

static bool
is_first(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->first && facts->has_before;
}

static bool
is_first_of_old(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->first && facts->has_family;
}

static bool
is_first_of_none(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->first;
}

static bool
is_code_at_once(const struct facts *facts, const struct grant_terms *terms)
{
	return facts->is_code && facts->age <= terms->soft;
}

static bool
is_code_again(const struct facts *facts, const struct grant_terms *terms)
{
	(void)terms;
	return facts->is_code;
}

static bool
is_repeated(const struct facts *facts, const struct grant_terms *terms)
{
	return facts->age <= terms->grace && facts->has_before;
}

static bool
is_repeated_of_none(const struct facts *facts,
    const struct grant_terms *terms)
{
	return facts->age <= terms->grace;
}

static bool
is_repeated_late(const struct facts *facts, const struct grant_terms *terms)
{
	(void)facts;
	(void)terms;
	return true;
}

/* The first that holds decides; the last always does. */
static const struct rule {
	bool			(*holds)(const struct facts *facts,
				    const struct grant_terms *terms);
	enum grant_verdict	 verdict;
	const char		*why;
} rules[] = {
	{ card_is_gone, GRANT_LOSES, "the user has disconnected it" },
	{ ledger_is_other, GRANT_LOSES,
	  "the mailbox has lost the records of this connection" },
	{ is_used_up, GRANT_ENDS,
	  "it was used before, and what it gave was used too" },
	{ has_twin, GRANT_ENDS, "the mail server gave it to two" },
	{ is_unseen, GRANT_WAITS,
	  "the mail server does not show what was just put into it" },
	{ is_first, GRANT_WINS, NULL },
	{ is_first_of_old, GRANT_ENDS, "it was used before" },
	{ is_first_of_none, GRANT_LOSES,
	  "the mailbox has lost the records of this connection" },
	{ is_code_at_once, GRANT_LOSES,
	  "RFC 6749 4.1.2: the code was used already" },
	{ is_code_again, GRANT_ENDS,
	  "RFC 6749 4.1.2: the code was used already" },
	{ is_repeated, GRANT_SHARES, NULL },
	{ is_repeated_of_none, GRANT_LOSES,
	  "the mailbox has lost the records of this connection" },
	{ is_repeated_late, GRANT_ENDS, "it was used before" }
};

/*
 * Whether a record is removed.  A winner leaves the record that its token was
 * made with: whoever repeats the token within the grace proves by it that the
 * first use was one.
 */
static bool
is_to_drop(const struct grant_claim *claim, const struct grant_view *view,
    const struct ledger_record *record, const struct grant_terms *terms,
    enum grant_verdict verdict)
{
	const struct ledger_record	*own = view->look->own;
	bool				 ours;

	ours = text_equal(record->grant, claim->grant);
	if (ours && verdict == GRANT_ENDS)
		return true;
	if (record == own)
		return verdict != GRANT_WINS;
	if (verdict != GRANT_WINS)
		return false;
	if (!ours)
		return own->time - record->time > terms->keep;
	return record->generation < claim->generation ||
	    (record->generation == claim->generation &&
	    record->uid != claim->record);
}

static struct uids
find_drop(struct arena *arena, const struct grant_claim *claim,
    const struct grant_view *view, const struct grant_terms *terms,
    enum grant_verdict verdict)
{
	const struct ledger_look	*look = view->look;
	struct uids			 drop;
	size_t				 i;

	drop.at = arena_array(arena, look->len, sizeof(*drop.at));
	for (i = drop.len = 0; i < look->len; i++)
		if (is_to_drop(claim, view, &look->records[i], terms, verdict))
			drop.at[drop.len++] = look->records[i].uid;
	return drop;
}

struct grant_decision
grant_decide(struct arena *arena, const struct grant_claim *claim,
    const struct grant_view *view, const struct grant_terms *terms)
{
	const struct rule	*rule = rules;
	const struct facts	 facts = find_facts(claim, view);

	while (!rule->holds(&facts, terms))
		rule++;
	return (struct grant_decision){
		.verdict = rule->verdict, .why = rule->why,
		.successor = rule->verdict == GRANT_WINS ||
		    rule->verdict == GRANT_SHARES ? facts.lowest->uid : 0,
		.drop = find_drop(arena, claim, view, terms, rule->verdict)
	};
}
