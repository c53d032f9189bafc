#include "mail/imap_changes.h"

#include "script.h"

static const struct pick {
	uint32_t	 uids[6];
	size_t		 len;
	uint32_t	 from, to;
	uint32_t	 picked[6];
	size_t		 picked_len;
} picks[] = {
	{ { 5, 3, 9 }, 3, 1, UINT32_MAX, { 3, 5, 9 }, 3 },
	{ { 5, 3, 9 }, 3, 4, 8, { 5 }, 1 },
	{ { 7, 7, 7, 2, 2 }, 5, 1, 7, { 2, 7 }, 2 },
	{ { 4, 5 }, 2, 4, 5, { 4, 5 }, 2 },
	/* "n:*" finds the last message though it has less. */
	{ { 4 }, 1, 5, 9, { 0 }, 0 },
	{ { 4 }, 1, 5, 4, { 0 }, 0 },
	{ { 0 }, 0, 1, 9, { 0 }, 0 }
};

static void
each_pick(void **state)
{
	struct arena	*arena = arena_open();
	uint32_t	 uids[6];
	struct uids	 got;
	size_t		 i, k;

	(void)state;
	for (i = 0; i < sizeof(picks) / sizeof(picks[0]); i++) {
		memcpy(uids, picks[i].uids, sizeof(uids));
		got = imap_changes_pick(arena, (struct uids){ uids,
		    picks[i].len }, (struct uid_range){ picks[i].from,
		    picks[i].to });
		assert_int_equal(got.len, picks[i].picked_len);
		for (k = 0; k < got.len; k++)
			assert_int_equal(got.at[k], picks[i].picked[k]);
	}
	arena_close(arena);
}

/* One flight: what is asked, and where each answer goes. */
static void
by_modseq(void **state)
{
	static const struct turn	 turns[] = {
		{ "ENABLE QRESYNC", "* ENABLED QRESYNC\n@ OK\n" },
		{ "EXAMINE INBOX (CONDSTORE)", "* 9 EXISTS\n"
		    "* OK [UIDVALIDITY 7]\n* OK [UIDNEXT 31]\n"
		    "* OK [HIGHESTMODSEQ 500]\n@ OK [READ-ONLY]\n" },
		{ "UID SEARCH RETURN (ALL) UID 20:*",
		    "* ESEARCH (TAG \"A4\") UID ALL 19\n@ OK\n" },
		{ "UID SEARCH RETURN (ALL) UID 1:19 MODSEQ 401",
		    "* ESEARCH (TAG \"A5\") UID ALL 3:4,8 MODSEQ 450\n"
		    "* 10 EXISTS\n@ OK [HIGHESTMODSEQ 501]\n" },
		{ "UID FETCH 1:19 (UID FLAGS) (CHANGEDSINCE 400 VANISHED)",
		    "* VANISHED (EARLIER) 5:6,11\n"
		    "* 3 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (450))\n@ OK\n" },
		{ NULL, NULL }
	};
	struct uid_range	 range = { 1, 19 };
	struct imap_command	*fresh, *changed, *fetch;
	struct script		 script;

	(void)state;
	script_begin(&script, "QRESYNC ESEARCH", turns);
	imap_queue_resync(script.imap, script.arena);
	imap_queue_resync(script.imap, script.arena);
	imap_queue_open(script.imap, script.arena, "INBOX", false);
	fresh = imap_changes_new(script.imap, script.arena, 20);
	changed = imap_changes_find(script.imap, script.arena, range, 400);
	assert_null(imap_run(script.imap));
	assert_int_equal(fresh->replies.found.len, 1);
	assert_int_equal(changed->replies.found.len, 3);
	/* What came later is of the next time. */
	assert_int_equal(imap_box(script.imap)->exists, 10);
	assert_int_equal(imap_box(script.imap)->opened_exists, 9);
	assert_int_equal(imap_box(script.imap)->opened_modseq, 500);
	fetch = imap_changes_fetch(script.imap, script.arena, range, 400);
	assert_null(imap_run(script.imap));
	assert_int_equal(fetch->replies.vanished.len, 3);
	assert_int_equal(fetch->replies.vanished.at[2], 11);
	assert_int_equal(fetch->replies.messages->uid, 3);
	/* VANISHED (EARLIER) tells of none that were counted. */
	assert_int_equal(imap_box(script.imap)->exists, 10);
	script_end(&script);
}

/* A server of RFC 3501 is asked in its own words, and a lie costs nothing. */
static void
without_extensions(void **state)
{
	static const struct turn	 turns[] = {
		{ "EXAMINE INBOX", "* 2 EXISTS\n* VANISHED 1:4294967295\n"
		    "@ OK\n" },
		{ "UID SEARCH UID 4294967295:*",
		    "* SEARCH 4294967295 1\n@ OK\n" },
		{ NULL, NULL }
	};
	struct imap_command	*fresh;
	struct script		 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	imap_queue_resync(script.imap, script.arena);
	imap_queue_open(script.imap, script.arena, "INBOX", false);
	fresh = imap_changes_new(script.imap, script.arena, UINT32_MAX);
	assert_null(imap_run(script.imap));
	assert_int_equal(fresh->replies.found.len, 2);
	script_end(&script);
}

CHECK_MAIN(
	cmocka_unit_test(each_pick),
	cmocka_unit_test(by_modseq),
	cmocka_unit_test(without_extensions)
)
