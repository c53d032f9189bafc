#include "oauth/grant.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include "../check.h"

#define GRANT	"AAAAAAAAAAAAAAAAAAAAAA"
#define OTHER	"BBBBBBBBBBBBBBBBBBBBBB"

enum { SOFT = 2, GRACE = 60, KEEP = 1000, RECORDS_MOST = 8 };

static const struct grant_terms	 terms = { SOFT, GRACE, KEEP };

/* A record: own is the one of this use. */
struct row {
	int64_t		 generation;
	uint32_t	 uid;
	int64_t		 age;		/* by the mail server's clock; -1: it
					 * does not tell */
	char		 what;		/* 'o' own, 'x' another grant's */
};

struct expected {
	const char		*name;
	int64_t			 generation, record;	/* of the token */
	struct row		 rows[RECORDS_MOST];
	enum grant_verdict	 verdict;
	uint32_t		 successor;
	const char		*drop;		/* UIDs */
	bool			 no_card, other_ledger;
};

#define OWN(generation, uid)	{ generation, uid, 0, 'o' }

static const struct expected	 cases[] = {
	{ "a code is redeemed", 0, 0, { OWN(1, 5) }, GRANT_WINS, 5,
	  .drop = "" },
	{ "a code beside others' records", 0, 0,
	  { { 3, 2, 9, 'x' }, OWN(1, 5), { 1, 6, 0, 'x' } }, GRANT_WINS, 5,
	  .drop = "" },
	{ "a code, by the first of two", 0, 0, { OWN(1, 5), { 1, 6, 0, 0 } },
	  GRANT_WINS, 5, .drop = "" },
	{ "a code, by the second at once", 0, 0,
	  { { 1, 5, SOFT, 0 }, OWN(1, 6) }, GRANT_LOSES, 0, .drop = "6" },
	{ "a code, by the second later", 0, 0,
	  { { 1, 5, SOFT + 1, 0 }, OWN(1, 6) }, GRANT_ENDS, 0, .drop = "5 6" },
	{ "a code after a refresh", 0, 0,
	  { { 1, 5, 1, 0 }, { 2, 6, 1, 0 }, OWN(1, 7) }, GRANT_ENDS, 0,
	  .drop = "5 6 7" },
	{ "a code after two refreshes", 0, 0,
	  { { 3, 5, 1, 0 }, { 2, 6, 1, 'x' }, OWN(1, 7) }, GRANT_ENDS, 0,
	  .drop = "5 7" },
	{ "a refresh", 1, 5, { { 1, 5, 90, 0 }, OWN(2, 9) }, GRANT_WINS, 9,
	  .drop = "" },
	{ "a later refresh takes away what is not needed any more", 4, 8,
	  { { 2, 5, 90, 0 }, { 3, 6, 90, 0 }, { 3, 7, 90, 0 },
	    { 4, 8, 90, 0 }, OWN(5, 9) }, GRANT_WINS, 9, .drop = "5 6 7" },
	{ "rubbish of a host that died", 2, 8,
	  { { 2, 8, 90, 0 }, { 2, 9, 90, 0 }, OWN(3, 12) }, GRANT_WINS, 12,
	  .drop = "9" },
	{ "old records of others", 1, 5,
	  { { 1, 3, KEEP + 1, 'x' }, { 1, 4, KEEP, 'x' }, { 1, 5, 9, 0 },
	    OWN(2, 9) }, GRANT_WINS, 9, .drop = "3" },
	{ "a refresh, by the first of two", 1, 5,
	  { { 1, 5, 90, 0 }, OWN(2, 9), { 2, 10, 0, 0 } }, GRANT_WINS, 9,
	  .drop = "" },
	{ "a refresh, by the second of two", 1, 5,
	  { { 1, 5, 90, 0 }, { 2, 9, 0, 0 }, OWN(2, 10) }, GRANT_SHARES, 9,
	  .drop = "10" },
	{ "a refresh, by the third within the grace", 1, 5,
	  { { 1, 5, 90, 0 }, { 2, 9, GRACE, 0 }, { 2, 10, 0, 0 },
	    OWN(2, 11) }, GRANT_SHARES, 9, .drop = "11" },
	{ "a refresh again behind the grace", 1, 5,
	  { { 1, 5, 90, 0 }, { 2, 9, GRACE + 1, 0 }, OWN(2, 10) },
	  GRANT_ENDS, 0, .drop = "5 9 10" },
	{ "the hosts' clocks count where the server tells nothing", 1, 5,
	  { { 1, 5, -1, 0 }, { 2, 9, -1, 0 }, OWN(2, 10) }, GRANT_SHARES, 9,
	  .drop = "10" },
	{ "a refresh whose successor was used", 1, 5,
	  { { 2, 9, 1, 0 }, { 3, 10, 1, 0 }, OWN(2, 11) }, GRANT_ENDS, 0,
	  .drop = "9 10 11" },
	{ "two have won before", 2, 9,
	  { { 2, 8, 9, 0 }, { 2, 9, 9, 0 }, OWN(3, 11) }, GRANT_ENDS, 0,
	  .drop = "8 9 11" },
	{ "a successor before the token itself", 2, 9,
	  { { 3, 8, 9, 0 }, { 2, 9, 9, 0 }, OWN(3, 11) }, GRANT_ENDS, 0,
	  .drop = "8 9 11" },
	{ "the token's record is gone, a later one of its kind is there",
	  2, 9, { { 2, 10, 9, 0 }, OWN(3, 11) }, GRANT_ENDS, 0,
	  .drop = "10 11" },
	{ "the token's record is gone, one before is there", 2, 9,
	  { { 1, 5, 9, 0 }, OWN(3, 11) }, GRANT_ENDS, 0, .drop = "5 11" },
	{ "the folder was emptied", 2, 9, { OWN(3, 11) }, GRANT_LOSES, 0,
	  .drop = "11" },
	{ "the folder was emptied, by the second of two", 2, 9,
	  { { 3, 11, 0, 0 }, OWN(3, 12) }, GRANT_LOSES, 0, .drop = "12" },
	{ "the folder was emptied, again later", 2, 9,
	  { { 3, 11, GRACE + 1, 0 }, OWN(3, 12) }, GRANT_ENDS, 0,
	  .drop = "11 12" },
	{ "the folder is another", 1, 5, { { 1, 5, 90, 0 }, OWN(2, 9) },
	  GRANT_LOSES, 0, .drop = "9", .other_ledger = true },
	{ "the card is gone", 1, 5, { { 1, 5, 90, 0 }, OWN(2, 9) },
	  GRANT_LOSES, 0, .drop = "9", .no_card = true },
	{ "the card is gone, and all was used", 1, 5,
	  { { 3, 8, 90, 0 }, OWN(2, 9) }, GRANT_LOSES, 0, .drop = "9",
	  .no_card = true },
	{ "the card of a code is gone", 0, 0, { OWN(1, 5) }, GRANT_LOSES, 0,
	  .drop = "5", .no_card = true },
	{ "the record is not to be seen", 1, 5, { { 1, 5, 90, 0 } },
	  GRANT_WAITS, 0, .drop = "" },
	{ "nor anything else", 0, 0, { { 0, 0, 0, 0 } }, GRANT_WAITS, 0,
	  .drop = "" },
	{ "it is not to be seen, but a later one is", 1, 5,
	  { { 3, 8, 90, 0 } }, GRANT_ENDS, 0, .drop = "8" },
	{ "the card is gone, nothing could be kept", 1, 5,
	  { { 1, 5, 90, 0 } }, GRANT_LOSES, 0, .drop = "", .no_card = true }
};

static struct ledger_look
look_of(struct arena *arena, const struct expected *expected)
{
	enum { NOW = 1000000 };
	struct ledger_look	 look = { .uidvalidity = 7 };
	const struct row	*row;

	look.records = arena_array(arena, RECORDS_MOST,
	    sizeof(*look.records));
	for (row = expected->rows; row->uid != 0; row++) {
		look.records[look.len++] = (struct ledger_record){
			.grant = row->what == 'x' ? OTHER : GRANT,
			.generation = row->generation, .uid = row->uid,
			.received = row->age < 0 ? 0 : NOW - row->age,
			/* One that is wrong, but for old records. */
			.time = row->what == 'x' ? NOW - row->age : NOW
		};
		if (row->what == 'o')
			look.own = &look.records[look.len - 1];
	}
	return look;
}

static const char *
uids_text(struct arena *arena, struct uids uids)
{
	struct texts	 texts = { NULL, 0 };
	size_t		 i;

	for (i = 0; i < uids.len; i++)
		texts_add(arena, &texts, text_format(arena, "%u",
		    (unsigned)uids.at[i]));
	return texts_join(arena, texts, " ");
}

static void
decide(const struct expected *expected)
{
	struct arena			*arena = arena_open();
	const struct grant_claim	 claim = {
		GRANT, expected->generation, expected->record,
		expected->other_ledger ? 8 : 7
	};
	const struct ledger_look	 look = look_of(arena, expected);
	const struct grant_view		 view = { !expected->no_card, &look };
	struct grant_decision		 decision;

	decision = grant_decide(arena, &claim, &view, &terms);
	if (decision.verdict != expected->verdict ||
	    decision.successor != expected->successor ||
	    !text_equal(uids_text(arena, decision.drop), expected->drop))
		fail_msg("%s: verdict %d, successor %u, drops \"%s\"",
		    expected->name, (int)decision.verdict,
		    (unsigned)decision.successor, uids_text(arena,
		    decision.drop));
	assert_int_equal(decision.why == NULL, decision.successor != 0);
	arena_close(arena);
}

static void
each_case(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		decide(&cases[i]);
}

/* Without the mail server's times, those of two hosts 240 s apart end the
 * grant, or not: two never win. */
static void
clocks_apart(void **state)
{
	struct ledger_record		 records[] = {
		{ .grant = GRANT, .generation = 1, .time = 100, .uid = 1 },
		{ .grant = GRANT, .generation = 2, .time = 340, .uid = 2 },
		{ .grant = GRANT, .generation = 2, .time = 100, .uid = 3 }
	};
	struct ledger_look		 look = { records, 3, &records[2], 7 };
	const struct grant_claim	 claim = { GRANT, 1, 1, 7 };
	const struct grant_view		 view = { true, &look };
	struct arena			*arena = arena_open();

	(void)state;
	assert_int_equal(grant_decide(arena, &claim, &view, &terms).verdict,
	    GRANT_SHARES);
	records[2].time = 580;
	assert_int_equal(grant_decide(arena, &claim, &view, &terms).verdict,
	    GRANT_ENDS);
	records[1].received = records[2].received = 200;
	assert_int_equal(grant_decide(arena, &claim, &view, &terms).verdict,
	    GRANT_SHARES);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_case),
	cmocka_unit_test(clocks_apart)
)
