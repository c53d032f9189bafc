#include "../keys.h"
#include "../mail/script.h"
#include "../wall.h"

#include "mail/change.h"
#include "mail/flags.h"
#include "mcp/call.h"
#include "mcp/changed.h"
#include "mcp/tool.h"
#include "mcp/tool_undo.h"
#include "mcp/undo.h"

static const struct config	 config = {
	.base_url = "https://mcp.example.org"
};

static const char	*scopes[] = { "mail:modify" };

static struct account	 accounts[] = {
	{ .address = "a@example.org", .username = "a",
	    .scopes = { scopes, 1 } },
	{ .address = "b@example.org", .username = "b",
	    .scopes = { scopes, 1 } },
	{ .address = "c@example.org", .username = "c" }
};

static const struct access	 access_a = {
	.grant = "grant", .accounts = { accounts, 3 }
};

static const struct access	 access_other = {
	.grant = "other", .accounts = { accounts, 3 }
};

static void
expect(const struct fault *bad, enum fault_kind kind, const char *word)
{
	assert_non_null(bad);
	if (bad->kind != kind)
		print_message("# %s\n", bad->detail);
	assert_int_equal(bad->kind, kind);
	if (word != NULL)
		assert_non_null(strstr(bad->detail, word));
}

static struct call
make_call(struct arena *arena)
{
	struct authority	*authority;

	authority = arena_take(arena, sizeof(*authority));
	authority->config = &config;
	authority->keys = test_keys(arena, TEST_KEY);
	return (struct call){ .arena = arena, .config = &config,
	    .authority = authority, .access = &access_a,
	    .account = &accounts[0] };
}

/* A move of two messages, as it is sealed. */
static struct undo
moved(void)
{
	return (struct undo){ .folder = "INBOX", .uidvalidity = 9,
	    .uids = "3,5", .destination = "Archive",
	    .destination_uidvalidity = 8, .new_uids = "70:71" };
}

static void
holds_what_was_sealed(void **state)
{
	struct arena	*arena = arena_open();
	struct call	 call;
	struct undo	 undo = moved(), opened;
	const char	*token;

	(void)state;
	wall = WALL_START;
	call = make_call(arena);
	token = undo_seal(&call, &undo, NULL);
	assert_non_null(token);
	assert_null(strstr(token, "INBOX"));
	wall = WALL_START + UNDO_SECONDS - 1;
	assert_null(undo_open(&call, token, &opened));
	assert_string_equal(opened.uids, "3,5");
	assert_string_equal(opened.new_uids, "70:71");
	assert_string_equal(opened.destination, "Archive");
	assert_int_equal(opened.destination_uidvalidity, 8);
	assert_false(opened.remains);
	wall = WALL_START + UNDO_SECONDS;
	expect(undo_open(&call, token, &opened), FAULT_ARGUMENT, "expired");
	arena_close(arena);
}

static void
opens_for_its_grant_only(void **state)
{
	struct arena		*arena = arena_open();
	struct authority	 old = { .config = &config };
	struct call		 call, other;
	struct undo		 undo = moved(), opened;
	const char		*token;
	char			*forged;

	(void)state;
	wall = WALL_START;
	other = call = make_call(arena);
	token = undo_seal(&call, &undo, NULL);
	other.access = &access_other;
	expect(undo_open(&other, token, &opened), FAULT_ARGUMENT,
	    "another connection");
	other = call;
	old.keys = test_keys(arena, TEST_OLD_KEY);
	other.authority = &old;
	expect(undo_open(&other, token, &opened), FAULT_ARGUMENT, NULL);
	forged = arena_text(arena, token);
	forged[strlen(forged) - 8] ^= 1;
	expect(undo_open(&call, forged, &opened), FAULT_ARGUMENT, NULL);
	expect(undo_open(&call, "", &opened), FAULT_ARGUMENT, NULL);
	expect(undo_open(&call, "a.b.c.d.e", &opened), FAULT_ARGUMENT, NULL);
	arena_close(arena);
}

/* The default account stands for any; one that was named must be the one. */
static void
turns_to_its_account(void **state)
{
	struct arena	*arena = arena_open();
	struct call	 call;
	struct undo	 undo = moved(), opened;
	const char	*token;

	(void)state;
	wall = WALL_START;
	call = make_call(arena);
	call.account = &accounts[1];
	token = undo_seal(&call, &undo, NULL);
	assert_null(undo_open(&call, token, &opened));
	call.account = &accounts[0];
	assert_null(undo_open(&call, token, &opened));
	assert_ptr_equal(call.account, &accounts[1]);
	call.account = &accounts[2];
	expect(undo_open(&call, token, &opened), FAULT_ARGUMENT,
	    "b@example.org");
	token = undo_seal(&call, &undo, NULL);
	expect(undo_open(&call, token, &opened), FAULT_PERMISSION, NULL);
	arena_close(arena);
}

static void
says_what_does_not_fit(void **state)
{
	struct arena	*arena = arena_open();
	struct call	 call;
	struct undo	 undo = { .folder = "INBOX", .uidvalidity = 9 };
	const char	*note = NULL;
	char		*id;
	size_t		 i;

	(void)state;
	wall = WALL_START;
	call = make_call(arena);
	assert_null(undo_seal(&call, &undo, &note));
	assert_non_null(note);
	undo = moved();
	undo.new_uids = NULL;
	id = arena_take(arena, 251);
	memset(id, 'x', 250);
	for (i = 0; i < 100; i++)
		texts_add(arena, &undo.message_ids, id);
	note = "Before.";
	assert_null(undo_seal(&call, &undo, &note));
	assert_non_null(strstr(note, "Before. This change can't be undone"));
	arena_close(arena);
}

static void
reads_sets(void **state)
{
	static const struct {
		const char	*text;
		size_t		 len;		/* 0: refused */
	} cases[] = {
		{ "5", 1 }, { "3,5", 2 }, { "9,3:5", 4 }, { "1:100", 100 },
		{ "1:101", 0 }, { "", 0 }, { "0", 0 }, { "1:*", 0 },
		{ "1,", 0 }, { "1 2", 0 }, { "x", 0 },
		{ "1:4294967295", 0 }
	};
	struct arena	*arena = arena_open();
	struct call	 call;
	struct uids	 uids;
	size_t		 i;

	(void)state;
	call = make_call(arena);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].len == 0) {
			expect(undo_uids(&call, cases[i].text, &uids),
			    FAULT_ARGUMENT, NULL);
			continue;
		}
		assert_null(undo_uids(&call, cases[i].text, &uids));
		assert_int_equal(uids.len, cases[i].len);
	}
	arena_close(arena);
}

static void
reads_flags(void **state)
{
	struct arena		*arena = arena_open();
	struct call		 call;
	struct undo		 undo = { .folder = "INBOX" };
	struct flags_past	 past[FLAGS_PAST_MOST];
	struct flags_record	 record = { past, 0 };
	struct uids		 all;

	(void)state;
	call = make_call(arena);
	texts_add(arena, &undo.flags, "+\\Seen 3,5");
	texts_add(arena, &undo.flags, "-$Old 5:6");
	assert_null(undo_flags(&call, &undo, &record, &all));
	assert_int_equal(record.len, 2);
	assert_string_equal(past[0].flag, "\\Seen");
	assert_true(past[0].added);
	assert_false(past[1].added);
	assert_int_equal(past[1].uids.len, 2);
	assert_int_equal(all.len, 3);
	texts_add(arena, &undo.flags, "+\\Seen");
	expect(undo_flags(&call, &undo, &record, &all), FAULT_ARGUMENT,
	    NULL);
	arena_close(arena);
}

/* An undo against a server that plays the turns. */
struct played {
	const char	*name;
	const char	*capabilities;
	bool		 remains;	/* the move left them, \Deleted */
	int		 fault;		/* -1: none */
	const char	*word;		/* of the fault or the note, or NULL */
	size_t		 uids, new_uids;
	struct turn	 turns[14];
};

#define OPENED(n)	"* OK [UIDVALIDITY " n "] ok\n@ OK [READ-WRITE]\n"
#define IDS	{ "UID SEARCH HEADER Message-ID \"<a@b>\"", \
		    "* SEARCH 70 2\n@ OK\n" }, \
		{ "UID SEARCH HEADER Message-ID \"<c@d>\"", \
		    "* SEARCH 71\n@ OK\n" }

static const struct played	 plays[] = {
	{ "moved back", "UIDPLUS MOVE", false, -1, NULL, 2, 2, {
		{ "SELECT Archive", OPENED("8") },
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS ())\n"
		    "* 2 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID MOVE 70:71 INBOX",
		    "* OK [COPYUID 9 70:71 10:11] moved\n@ OK\n" },
		{ NULL, NULL } } },
	{ "one went on", "UIDPLUS MOVE", false, -1, NULL, 1, 1, {
		{ "SELECT Archive", OPENED("8") },
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID MOVE 70:71 INBOX",
		    "* OK [COPYUID 9 71 11] moved\n@ OK\n" },
		{ NULL, NULL } } },
	{ "both went on", "UIDPLUS MOVE", false, FAULT_MESSAGE,
	    "nothing is left to undo", 0, 0, {
		{ "SELECT Archive", OPENED("8") },
		{ "UID FETCH 70:71 (UID FLAGS)", "@ OK\n" },
		{ "UID MOVE 70:71 INBOX", "@ OK\n" },
		{ NULL, NULL } } },
	{ "another folder by now", "UIDPLUS MOVE", false, FAULT_CHANGED,
	    "uidvalidity", 0, 0, {
		{ "SELECT Archive", OPENED("12") },
		{ NULL, NULL } } },
	{ "read-only by now", "UIDPLUS MOVE", false, FAULT_PERMISSION, NULL,
	    0, 0, {
		{ "SELECT Archive",
		    "* OK [UIDVALIDITY 8] ok\n@ OK [READ-ONLY]\n" },
		{ NULL, NULL } } },
	{ "where it was is gone", "UIDPLUS MOVE", false, FAULT_FOLDER,
	    "\"INBOX\", where the messages were, is gone", 0, 0, {
		{ "SELECT Archive", OPENED("8") },
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID MOVE 70:71 INBOX", "@ NO [TRYCREATE] no\n" },
		{ NULL, NULL } } },
	{ "unmarked, and the copies marked", "X", true, -1, "marked", 2, 2, {
		{ "SELECT INBOX", OPENED("9") },
		{ "UID FETCH 3,5 (UID FLAGS)",
		    "* 1 FETCH (UID 3 FLAGS (\\Deleted))\n"
		    "* 2 FETCH (UID 5 FLAGS (\\Deleted))\n@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 3,5 (UID FLAGS)",
		    "* 1 FETCH (UID 3 FLAGS ())\n"
		    "* 2 FETCH (UID 5 FLAGS ())\n@ OK\n" },
		{ "SELECT Archive", OPENED("8") }, IDS,
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS ())\n"
		    "* 2 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS ())\n"
		    "* 2 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID STORE 70:71 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 70:71 (UID FLAGS)", "@ OK\n" },
		{ NULL, NULL } } },
	{ "not marked any more", "X", true, FAULT_MESSAGE,
	    "nothing is left to undo", 0, 0, {
		{ "SELECT INBOX", OPENED("9") },
		{ "UID FETCH 3,5 (UID FLAGS)",
		    "* 1 FETCH (UID 3 FLAGS ())\n"
		    "* 2 FETCH (UID 5 FLAGS ())\n@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 3,5 (UID FLAGS)",
		    "* 1 FETCH (UID 3 FLAGS ())\n"
		    "* 2 FETCH (UID 5 FLAGS ())\n@ OK\n" },
		{ NULL, NULL } } },
	{ "expunged by somebody, and put back already", "X", true,
	    FAULT_MESSAGE, "nothing is left to undo", 0, 0, {
		{ "SELECT INBOX", OPENED("9") },
		{ "UID FETCH 3,5 (UID FLAGS)", "@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 3,5 (UID FLAGS)", "@ OK\n" },
		{ "SELECT Archive", OPENED("8") }, IDS,
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS (\\Deleted))\n@ OK\n" },
		{ NULL, NULL } } },
	{ "expunged by somebody: the copies come back", "X", true, -1,
	    "marked", 2, 0, {
		{ "SELECT INBOX", OPENED("9") },
		{ "UID FETCH 3,5 (UID FLAGS)", "@ OK\n" },
		{ "UID STORE 3,5 -FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 3,5 (UID FLAGS)", "@ OK\n" },
		{ "SELECT Archive", OPENED("8") }, IDS,
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS ())\n"
		    "* 2 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID FETCH 70:71 (UID FLAGS)",
		    "* 1 FETCH (UID 70 FLAGS ())\n"
		    "* 2 FETCH (UID 71 FLAGS ())\n@ OK\n" },
		{ "UID COPY 70:71 INBOX", "@ OK\n" },
		{ "UID STORE 70:71 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID FETCH 70:71 (UID FLAGS)", "@ OK\n" },
		{ NULL, NULL } } }
};

/* What the answer's rows describe. */
struct answer {
	struct objects	 changes;
	const char	*note;
};

static void
check_answer(const struct played *row, const struct answer *answer)
{
	const struct changed	*changed = answer->changes.at;

	assert_int_equal(answer->changes.len, 1);
	assert_string_equal(changed->folder, "Archive");
	assert_string_equal(changed->destination, "INBOX");
	assert_int_equal(changed->uids.len, row->uids);
	assert_int_equal(changed->new_uids.len, row->new_uids);
	if (row->word != NULL)
		assert_non_null(strstr(answer->note, row->word));
	else
		assert_null(answer->note);
}

static void
play_row(const struct played *row)
{
	struct undo		 undo = moved();
	struct answer		 answer = { { NULL, 0 }, NULL };
	const struct fault	*bad;
	struct script		 script;
	struct call		 call;
	struct {
		const char	*undo;
	}			 args;

	print_message("# %s\n", row->name);
	script_begin(&script, row->capabilities, row->turns);
	call = make_call(script.arena);
	call.imap = script.imap;
	call.deadline = clock_ms() + SCRIPT_MS;
	if (row->remains) {
		undo.remains = true;
		undo.new_uids = NULL;
		undo.destination_uidvalidity = 0;
		texts_add(script.arena, &undo.message_ids, "<a@b>");
		texts_add(script.arena, &undo.message_ids, "<c@d>");
	}
	args.undo = undo_seal(&call, &undo, NULL);
	assert_int_equal(sizeof(answer), tool_undo_change.output_size);
	bad = tool_undo_change.handler(&call, &args, &answer);
	if (row->fault == -1) {
		assert_null(bad);
		check_answer(row, &answer);
	} else {
		expect(bad, (enum fault_kind)row->fault, row->word);
	}
	script_end(&script);
}

static void
takes_back(void **state)
{
	size_t	 i;

	(void)state;
	wall = WALL_START;
	for (i = 0; i < sizeof(plays) / sizeof(plays[0]); i++)
		play_row(&plays[i]);
}

CHECK_MAIN(cmocka_unit_test(holds_what_was_sealed),
    cmocka_unit_test(opens_for_its_grant_only),
    cmocka_unit_test(turns_to_its_account),
    cmocka_unit_test(says_what_does_not_fit), cmocka_unit_test(reads_sets),
    cmocka_unit_test(reads_flags), cmocka_unit_test(takes_back))
