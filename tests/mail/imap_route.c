#include "script.h"

#include "mail/imap_quote.h"

/* Servers that work on commands side by side: what is whose. */

static struct imap_command *
put(struct script *script, const char *command)
{
	struct buf	 text;

	buf_start(&text, script->arena);
	buf_text(&text, command);
	return imap_queue(script->imap, script->arena, &text);
}

/* Dovecot holds back the end of UID FETCH until it has seen all commands. */
static void
ends_held_back(void **state)
{
	static const struct turn	 turns[] = {
		{ "UID FETCH 3,5 (UID FLAGS)", "" },
		{ "UID STORE 3,5 +FLAGS.SILENT (\\Seen)", "" },
		{ "UID FETCH 3,5 (UID FLAGS)", "" },
		{ "UID MOVE 3,5 Archive",
		    "* 1 FETCH (UID 3 FLAGS ())\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Draft))\n"
		    "* 1 FETCH (UID 3 FLAGS (\\Seen))\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Draft \\Seen))\n"
		    "* OK [COPYUID 9 3,5 70:71] moved\n"
		    "* 2 EXPUNGE\n* 1 EXPUNGE\n"
		    "A4 OK\nA2 OK\nA3 OK\nA5 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*before, *after, *move;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS MOVE", turns);
	before = put(&script, "UID FETCH 3,5 (UID FLAGS)");
	(void)put(&script, "UID STORE 3,5 +FLAGS.SILENT (\\Seen)");
	after = put(&script, "UID FETCH 3,5 (UID FLAGS)");
	move = put(&script, "UID MOVE 3,5 Archive");
	assert_null(imap_run(script.imap));
	assert_int_equal(imap_find_message(&before->replies, 3)->flags.len,
	    0);
	assert_int_equal(imap_find_message(&before->replies, 5)->flags.len,
	    1);
	assert_int_equal(imap_find_message(&after->replies, 3)->flags.len, 1);
	assert_int_equal(imap_find_message(&after->replies, 5)->flags.len, 2);
	assert_int_equal(move->replies.copy_to.len, 2);
	assert_int_equal(before->replies.copy_to.len, 0);
	script_end(&script);
}

static void
sections(void **state)
{
	static const struct turn	 turns[] = {
		{ "UID FETCH 7 (BODY.PEEK[2]<0.4>)", "" },
		{ "UID FETCH 7 (BODY.PEEK[2]<4.4>)", "" },
		{ "UID FETCH 7:9 (BODY.PEEK[HEADER.FIELDS (TO)])", "" },
		{ "UID FETCH 7 (UID BODYSTRUCTURE)",
		    "* 1 FETCH (UID 7 BODY[2]<0> \"aaaa\")\n"
		    "* 1 FETCH (UID 7 BODY[2]<4> \"bb\")\n"
		    "* 1 FETCH (UID 7 BODY[HEADER.FIELDS (\"TO\")] \"t\")\n"
		    "* 2 FETCH (UID 8 BODY[HEADER.FIELDS (\"TO\")] \"u\")\n"
		    "* 1 FETCH (UID 7 BODYSTRUCTURE (\"text\" \"plain\" NIL "
		    "NIL NIL \"7bit\" 4 1))\n"
		    "A2 OK\nA3 OK\nA4 OK\nA5 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*one, *two, *head, *shape;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	one = put(&script, "UID FETCH 7 (BODY.PEEK[2]<0.4>)");
	two = put(&script, "UID FETCH 7 (BODY.PEEK[2]<4.4>)");
	head = put(&script, "UID FETCH 7:9 (BODY.PEEK[HEADER.FIELDS (TO)])");
	shape = put(&script, "UID FETCH 7 (UID BODYSTRUCTURE)");
	assert_null(imap_run(script.imap));
	assert_true(bytes_is(imap_find_section(imap_find_message(
	    &one->replies, 7), "2")->content, "aaaa"));
	assert_true(bytes_is(imap_find_piece(imap_find_message(
	    &two->replies, 7), "2", 4)->content, "bb"));
	assert_non_null(imap_find_message(&head->replies, 8));
	assert_null(imap_find_message(&head->replies, 7)->body);
	assert_non_null(imap_find_message(&shape->replies, 7)->body);
	script_end(&script);
}

static void
searches_and_folders(void **state)
{
	static const struct turn	 turns[] = {
		{ "UID FETCH 1 (UID FLAGS)", "" },
		{ "UID SEARCH ALL", "" },
		{ "UID SEARCH UNSEEN", "" },
		{ "STATUS a (MESSAGES)", "" },
		{ "LIST \"\" *",
		    "* 1 FETCH (UID 1 FLAGS ())\n"
		    "* SEARCH 1 2 3\n* SEARCH\n"
		    "* STATUS a (MESSAGES 4)\n* LIST () \"/\" a\n"
		    "A6 OK\nA2 OK\nA3 OK\nA4 OK\nA5 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*all, *unseen, *status, *list;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	(void)put(&script, "UID FETCH 1 (UID FLAGS)");
	all = put(&script, "UID SEARCH ALL");
	unseen = put(&script, "UID SEARCH UNSEEN");
	status = put(&script, "STATUS a (MESSAGES)");
	list = put(&script, "LIST \"\" *");
	assert_null(imap_run(script.imap));
	assert_int_equal(all->replies.found.len, 3);
	assert_true(unseen->replies.has_found);
	assert_int_equal(unseen->replies.found.len, 0);
	assert_int_equal(status->replies.statuses->messages, 4);
	assert_non_null(list->replies.listings);
	script_end(&script);
}

/* Dovecot answers a SEARCH behind a THREAD before it, and of two searches the
 * quicker one first: ESEARCH says whose it is. */
static void
searches_side_by_side(void **state)
{
	static const struct turn	 turns[] = {
		{ "UID THREAD REFS US-ASCII ALL", "" },
		{ "UID SEARCH RETURN (ALL) FROM a", "" },
		{ "UID SEARCH RETURN (ALL) FROM b",
		    "* ESEARCH (TAG \"A4\") UID ALL 7\n"
		    "* ESEARCH (TAG \"A3\") UID ALL 8:9\n"
		    "* ESEARCH (TAG \"A77\") UID\n"
		    "* THREAD (1 2)(3)\n"
		    "A4 OK\nA2 OK\nA3 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*thread, *first, *second;
	struct script			 script;

	(void)state;
	script_begin(&script, "ESEARCH THREAD=REFS", turns);
	thread = put(&script, "UID THREAD REFS US-ASCII ALL");
	first = put(&script, "UID SEARCH RETURN (ALL) FROM a");
	second = put(&script, "UID SEARCH RETURN (ALL) FROM b");
	assert_null(imap_run(script.imap));
	assert_int_equal(first->replies.found.len, 2);
	assert_int_equal(first->replies.found.at[0], 8);
	assert_int_equal(second->replies.found.len, 1);
	assert_int_equal(second->replies.found.at[0], 7);
	assert_int_equal(thread->replies.found.len, 0);
	assert_int_equal(thread->replies.threads->uids.len, 2);
	script_end(&script);
}

/* What asks about no folder may be answered before an open and a FETCH are
 * done. */
static void
namespace_and_quota_ahead(void **state)
{
	static const struct turn	 turns[] = {
		{ "EXAMINE b", "" },
		{ "UID FETCH 1 (UID FLAGS)", "" },
		{ "NAMESPACE", "" },
		{ "GETQUOTAROOT INBOX",
		    "* NAMESPACE ((\"Mein^\" \"^\")) NIL NIL\n"
		    "* QUOTAROOT INBOX user\n* QUOTA user (STORAGE 1 9)\n"
		    "A4 OK\nA5 OK\n"
		    "* 1 EXISTS\n* OK [UIDVALIDITY 4] v\n"
		    "A2 OK [READ-ONLY] in\n"
		    "* 1 FETCH (UID 1 FLAGS (\\Seen))\nA3 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*fetch, *namespace, *quota;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS NAMESPACE QUOTA", turns);
	(void)imap_queue_open(script.imap, script.arena, "b", false);
	fetch = put(&script, "UID FETCH 1 (UID FLAGS)");
	namespace = put(&script, "NAMESPACE");
	quota = put(&script, "GETQUOTAROOT INBOX");
	assert_null(imap_run(script.imap));
	assert_non_null(imap_find_message(&fetch->replies, 1));
	assert_true(namespace->replies.space.is_known);
	assert_string_equal(namespace->replies.space.prefix, "Mein^");
	assert_non_null(quota->replies.quotas);
	script_end(&script);
}

/* Behind an open nothing goes to what stands before it, or far ahead. */
static void
not_over_an_open(void **state)
{
	static const struct turn	 turns[] = {
		{ "UID FETCH 1 (UID FLAGS)", "" },
		{ "EXAMINE b", "" },
		{ "UID FETCH 1 (UID FLAGS)",
		    "A2 OK\n* 1 EXISTS\n* OK [UIDVALIDITY 4] v\n"
		    "A3 OK [READ-ONLY] in\n"
		    "* 1 FETCH (UID 1 FLAGS (\\Seen))\nA4 OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*before, *after;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	before = put(&script, "UID FETCH 1 (UID FLAGS)");
	(void)imap_queue_open(script.imap, script.arena, "b", false);
	after = put(&script, "UID FETCH 1 (UID FLAGS)");
	assert_null(imap_run(script.imap));
	assert_null(imap_find_message(&before->replies, 1));
	assert_non_null(imap_find_message(&after->replies, 1));
	script_end(&script);
}

/* A tag twice, one of a command not sent, none of ours. */
static void
replies_not_due(void **state)
{
	static const char *const	 answers[] = {
		"A2 OK\nA2 OK\n", "A9 OK\n", "B2 OK\n", "A02 OK\n", "+ go\n"
	};
	struct turn			 turns[] = {
		{ "UID FETCH 1 (UID FLAGS)", "" },
		{ "UID FETCH 2 (UID FLAGS)", NULL }, { NULL, NULL }
	};
	const struct fault		*bad;
	struct script			 script;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		turns[1].answer = answers[i];
		script_begin(&script, "UIDPLUS", turns);
		(void)put(&script, "UID FETCH 1 (UID FLAGS)");
		(void)put(&script, "UID FETCH 2 (UID FLAGS)");
		bad = imap_run(script.imap);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_PROTOCOL);
		assert_false(imap_is_usable(script.imap));
		script_end(&script);
	}
}

/* A folder that opens, or will not, before what stands in front of it has
 * ended: whose the rest is nobody can tell. */
static void
folders_out_of_turn(void **state)
{
	static const char *const	 answers[] = {
		"* 1 EXISTS\nA3 NO come back on Monday\n",
		"* 1 EXISTS\nA3 OK [READ-ONLY] in\n"
	};
	struct turn			 turns[] = {
		{ "UID FETCH 1 (UID FLAGS)", "" }, { "EXAMINE b", "" },
		{ "UID FETCH 1 (UID FLAGS)", NULL }, { NULL, NULL }
	};
	const struct fault		*bad;
	struct script			 script;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		turns[2].answer = answers[i];
		script_begin(&script, "UIDPLUS", turns);
		(void)put(&script, "UID FETCH 1 (UID FLAGS)");
		(void)imap_queue_open(script.imap, script.arena, "b", false);
		(void)put(&script, "UID FETCH 1 (UID FLAGS)");
		bad = imap_run(script.imap);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_PROTOCOL);
		assert_false(imap_is_usable(script.imap));
		script_end(&script);
	}
}

CHECK_MAIN(cmocka_unit_test(ends_held_back), cmocka_unit_test(sections),
    cmocka_unit_test(searches_and_folders),
    cmocka_unit_test(searches_side_by_side),
    cmocka_unit_test(namespace_and_quota_ahead),
    cmocka_unit_test(not_over_an_open), cmocka_unit_test(replies_not_due),
    cmocka_unit_test(folders_out_of_turn))
