#include "script.h"

#include "mail/flags.h"

#define LOOK	"UID FETCH 3,5 (UID FLAGS)"

static uint32_t		 numbers[] = { 3, 5 };
static const struct uids asked = { numbers, 2 };

static void
flags_as_they_are_now(void **state)
{
	static const struct turn	 turns[] = {
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen))\n"
		    "* 2 FETCH (UID 5 FLAGS ($Junk))\n@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Seen)", "@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT ($old)", "@ OK\n" },
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen))\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Seen $Junk))\n@ OK\n" },
		{ NULL, NULL }
	};
	static const char	*add[] = { "\\Seen" }, *remove[] = { "$old" };
	const struct flags_edit	 edit = { { add, 1 }, { remove, 1 } };
	struct flags_list	 list = { 0 };
	struct script		 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	assert_null(flags_change(script.imap, script.arena, asked, &edit,
	    &list));
	assert_int_equal(list.len, 2);
	assert_false(list.at[0].changed);
	assert_true(list.at[1].changed);
	assert_int_equal(list.at[1].now.len, 2);
	script_end(&script);
}

/* Of two messages one got a flag and the other lost one: that is undone, and
 * what another client set meanwhile stays. */
static void
flags_put_back(void **state)
{
	static const struct turn	 turns[] = {
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen $old))\n"
		    "* 2 FETCH (UID 5 FLAGS ())\n@ OK\n" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Seen)", "@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT ($old)", "@ OK\n" },
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen))\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Seen))\n@ OK\n" },
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen))\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Seen $new))\n@ OK\n" },
		{ "UID STORE 5 -FLAGS.SILENT (\\Seen)", "@ OK\n" },
		{ "UID STORE 3 +FLAGS.SILENT ($old)", "@ OK\n" },
		{ LOOK, "* 1 FETCH (UID 3 FLAGS (\\Seen $old))\n"
		    "* 2 FETCH (UID 5 FLAGS ($new))\n@ OK\n" },
		{ NULL, NULL }
	};
	static const char	*add[] = { "\\Seen" }, *remove[] = { "$old" };
	const struct flags_edit	 edit = { { add, 1 }, { remove, 1 } };
	struct flags_past	 past[FLAGS_PAST_MOST];
	struct flags_record	 record = { past, 0 };
	struct flags_list	 list = { 0 };
	struct script		 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	assert_null(flags_change(script.imap, script.arena, asked, &edit,
	    &list));
	assert_true(flags_recall(script.arena, &edit, &list, &record));
	assert_int_equal(record.len, 2);
	assert_null(flags_restore(script.imap, script.arena, asked, &record,
	    &list));
	assert_true(list.at[0].changed && list.at[1].changed);
	assert_int_equal(flags_shared(script.arena, &list).len, 0);
	script_end(&script);
}

/* How people call them is what they are set as; a keyword is one still. */
static void
flags_as_meant(void **state)
{
	static const char	*const rows[][2] = {
		{ "flagged", "\\Flagged" }, { "SEEN", "\\Seen" },
		{ "read", "\\Seen" }, { "Answered", "\\Answered" },
		{ "draft", "\\Draft" }, { "deleted", "\\Deleted" },
		{ "\\Seen", "\\Seen" }, { "$Important", "$Important" },
		{ "flagged2", "flagged2" }
	};
	static const char	*const refused[] = { "unread", "Unseen" };
	struct arena		*arena = arena_open();
	const struct imap_box	 box = { .any_keyword = true };
	const char		*flag;
	struct flags_edit	 edit;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		flag = rows[i][0];
		edit = (struct flags_edit){ { NULL, 0 }, { &flag, 1 } };
		edit = flags_mean(arena, &edit);
		assert_int_equal(edit.add.len, 0);
		assert_int_equal(edit.remove.len, 1);
		assert_string_equal(edit.remove.at[0], rows[i][1]);
		assert_null(flags_check(arena, &box, &edit));
	}
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		flag = refused[i];
		edit = (struct flags_edit){ { &flag, 1 }, { NULL, 0 } };
		edit = flags_mean(arena, &edit);
		assert_non_null(flags_check(arena, &box, &edit));
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(flags_as_meant),
    cmocka_unit_test(flags_as_they_are_now),
    cmocka_unit_test(flags_put_back))
