/* The user's word: what it is bound to, what it counts for, and the link that
 * asks for it.  Claims need a mailbox: tests/e2e/confirm.py. */
#include "../keys.h"
#include "../wall.h"
#include "grant.h"

#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "data/json.h"
#include "mail/address.h"
#include "mcp/confirm.h"
#include "mcp/confirm_link.h"
#include "mcp/confirm_state.h"
#include "mcp/question.h"
#include "mcp/tool.h"

enum { LATE = 601 };

#define TO	"{\"to\":\"b@example.org\",\"text_body\":\"x\"}"

static const char	*asks[] = { "send", "delete" };

struct desk {
	struct grant		 grant;
	struct authority	 authority;
	struct confirm		 confirm;
	struct question		 question;
};

static struct desk *
make_desk(struct arena *arena)
{
	struct desk	*desk = arena_take(arena, sizeof(*desk));
	struct grant	*grant = &desk->grant;

	make_grant(arena, every_scope(), 2, grant);
	grant->config.base_url = "https://mcp.example.org";
	desk->authority = (struct authority){ .config = &grant->config,
	    .keys = test_keys(arena, TEST_KEY) };
	grant->call.authority = &desk->authority;
	grant->access.grant = "grant-one";
	grant->accounts[0].ask_first = (struct texts){ asks, 2 };
	grant->accounts[0].username = "anna";
	grant->accounts[1].username = "work";
	grant->call.account = &grant->accounts[0];
	grant->call.forms = true;
	desk->question = (struct question){ .kinds = "send",
	    .sentence = "Send a message" };
	question_row(&grant->call, &desk->question.rows, "To",
	    "b@example.org");
	return desk;
}

static const struct json *
read(struct arena *arena, const char *text)
{
	const struct json	*json;

	assert_null(json_read(arena, bytes_of(text), JSON_KEYS_UNIQUE,
	    &json));
	return json;
}

/* Begins a call of that tool with those params. */
static const struct fault *
begin(struct desk *desk, const char *tool, const char *arguments,
    const char *params)
{
	struct call	*call = &desk->grant.call;

	call->params = read(call->arena, params);
	return confirm_begin(call, &desk->confirm, tool_find(tool),
	    read(call->arena, arguments));
}

/* The requestState of the question about TO. */
static const char *
ask(struct desk *desk)
{
	struct call		*call = &desk->grant.call;
	struct json_writer	 writer;
	struct buf		 buf;
	const struct json	*result;

	call->forms = true;
	assert_null(begin(desk, "send_mail_message", TO, "{}"));
	assert_int_equal(confirm_ask(call, &desk->question)->kind,
	    FAULT_CONFIRM);
	buf_start(&buf, call->arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	assert_null(confirm_put(call, &writer, NULL));
	json_close_object(&writer);
	assert_true(call->asks && call->undone);
	result = read(call->arena, buf_string(&buf));
	assert_int_equal(json_count(result), 2);
	return json_text(json_member(result, "requestState"));
}

static const char *
params_of(struct desk *desk, const char *state, const char *answers)
{
	return text_format(desk->grant.call.arena,
	    "{\"requestState\":\"%s\",\"inputResponses\":%s}", state,
	    answers);
}

#define ACCEPT								\
	"{\"confirm\":{\"action\":\"accept\",\"content\":{\"ok\":true}}}"

/* What each answer means; -1: it is refused. */
static const struct {
	const char	*answers;
	int		 word;
} answers[] = {
	{ ACCEPT, CONFIRM_YES },
	{ "{\"confirm\":{\"action\":\"accept\",\"content\":{\"ok\":false}}}",
	  CONFIRM_NO },
	{ "{\"confirm\":{\"action\":\"decline\"}}", CONFIRM_NO },
	{ "{\"confirm\":{\"action\":\"cancel\",\"content\":{\"ok\":true}}}",
	  CONFIRM_NO },
	{ "{}", CONFIRM_UNSAID },
	{ "{\"other\":{\"action\":\"accept\"}}", CONFIRM_UNSAID },
	{ "{\"confirm\":{\"action\":\"accept\"}}", CONFIRM_UNSAID },
	{ "{\"confirm\":{\"action\":\"accept\",\"content\":{\"ok\":1}}}",
	  CONFIRM_UNSAID },
	{ "{\"confirm\":{\"action\":\"accept\",\"content\":[true]}}",
	  CONFIRM_UNSAID },
	{ "{\"confirm\":{\"action\":\"accept\",\"content\":{\"ok\":"
	  "\"true\"}}}", CONFIRM_UNSAID },
	{ "[]", -1 }, { "\"accept\"", -1 }, { "{\"confirm\":true}", -1 },
	{ "{\"confirm\":{}}", -1 },
	{ "{\"confirm\":{\"action\":\"Accept\"}}", -1 },
	{ "{\"confirm\":{\"action\":[]}}", -1 }
};

static void
reads_answers(void **state)
{
	struct arena		*arena = arena_open();
	struct desk		*desk = make_desk(arena);
	const struct fault	*bad;
	const char		*token = ask(desk);
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		bad = begin(desk, "send_mail_message", TO, params_of(desk,
		    token, answers[i].answers));
		if (answers[i].word < 0) {
			assert_non_null(bad);
			assert_int_equal(bad->kind, FAULT_PARAMS);
			continue;
		}
		assert_null(bad);
		assert_int_equal(desk->confirm.word, answers[i].word);
	}
	arena_close(arena);
}

/* Whose call it is that comes with the state, and which. */
static const struct {
	const char	*what;
	const char	*tool;
	const char	*arguments;
	const char	*grant;
	size_t		 account;
	int		 seconds;
	bool		 good;
} callers[] = {
	{ "the same", "send_mail_message", TO, "grant-one", 0, 0, true },
	{ "in another order", "send_mail_message",
	  "{\"text_body\":\"x\",\"to\":\"b@example.org\"}", "grant-one", 0,
	  0, true },
	{ "just in time", "send_mail_message", TO, "grant-one", 0, LATE - 2,
	  true },
	{ "too late", "send_mail_message", TO, "grant-one", 0, LATE, false },
	{ "another recipient", "send_mail_message",
	  "{\"to\":\"c@example.org\",\"text_body\":\"x\"}", "grant-one", 0, 0,
	  false },
	{ "one argument more", "send_mail_message",
	  "{\"to\":\"b@example.org\",\"text_body\":\"x\",\"cc\":\"c@d.e\"}",
	  "grant-one", 0, 0, false },
	{ "another account named", "send_mail_message",
	  "{\"to\":\"b@example.org\",\"text_body\":\"x\",\"account\":"
	  "\"Work\"}", "grant-one", 1, 0, false },
	{ "another tool", "create_draft_mail_message", TO, "grant-one", 0, 0,
	  false },
	{ "another grant", "send_mail_message", TO, "grant-two", 0, 0,
	  false },
	{ "another account", "send_mail_message", TO, "grant-one", 1, 0,
	  false }
};

static void
is_bound_to_its_call(void **state)
{
	struct arena		*arena = arena_open();
	struct desk		*desk;
	const struct fault	*bad;
	const char		*token;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		wall = WALL_START;
		desk = make_desk(arena);
		token = ask(desk);
		wall += callers[i].seconds;
		desk->grant.access.grant = callers[i].grant;
		desk->grant.call.account =
		    &desk->grant.accounts[callers[i].account];
		bad = begin(desk, callers[i].tool, callers[i].arguments,
		    params_of(desk, token, ACCEPT));
		if ((bad == NULL) != callers[i].good)
			print_message("# %s\n", callers[i].what);
		assert_int_equal(bad == NULL, callers[i].good);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_PARAMS);
	}
	wall = WALL_START;
	arena_close(arena);
}

/* Every letter of a state counts. */
static void
is_sealed(void **state)
{
	struct arena	*arena = arena_open();
	struct desk	*desk = make_desk(arena);
	const char	*token = ask(desk);
	char		*changed;
	size_t		 i;

	(void)state;
	for (i = 0; token[i] != '\0'; i++) {
		/* The last letter of a part has bits that say nothing, which
		 * must be zero. */
		changed = arena_text(arena, token);
		changed[i] = token[i] == 'A' ? 'B' : 'A';
		assert_non_null(begin(desk, "send_mail_message", TO,
		    params_of(desk, changed, ACCEPT)));
	}
	assert_non_null(begin(desk, "send_mail_message", TO,
	    "{\"requestState\":5}"));
	assert_non_null(begin(desk, "send_mail_message", TO,
	    "{\"requestState\":\"\"}"));
	assert_null(begin(desk, "send_mail_message", TO, "{}"));
	arena_close(arena);
}

static void
counts_for_its_question(void **state)
{
	struct arena		*arena = arena_open();
	struct desk		*desk = make_desk(arena);
	struct call		*call = &desk->grant.call;
	const char		*token = ask(desk);
	struct question		 other = desk->question;

	(void)state;
	assert_int_equal(confirm_message_ids(call).len, 0);
	assert_null(begin(desk, "send_mail_message", TO, params_of(desk,
	    token, ACCEPT)));
	/* Another recipient, or something that is not shown. */
	question_row(call, &other.rows, "Cc", "c@example.org");
	assert_int_equal(confirm_ask(call, &other)->kind, FAULT_CONFIRM);
	other = desk->question;
	other.bind = "7";
	assert_int_equal(confirm_ask(call, &other)->kind, FAULT_CONFIRM);
	assert_null(confirm_ask(call, &desk->question));
	assert_true(desk->confirm.claimed);
	assert_non_null(strstr(confirm_message_ids(call).at[0],
	    "@example.org>"));
	/* One word is for one call, which asks nothing more. */
	assert_null(confirm_ask(call, &other));
	arena_close(arena);
}

static void
asks_what_is_wanted(void **state)
{
	static const struct {
		const char	*kinds;
		bool		 forms;
		bool		 needed;
		bool		 by_link;
	} rows[] = {
		{ "send", true, true, false }, { "send", false, true, true },
		{ "delete", false, true, true },
		{ "trash", false, false, false },
		{ "trash delete", false, true, true },
		{ "move", true, false, false }, { "", false, false, false },
		{ "sen", false, false, false }
	};
	struct arena	*arena = arena_open();
	struct desk	*desk = make_desk(arena);
	struct call	*call = &desk->grant.call;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call->forms = rows[i].forms;
		assert_null(begin(desk, "send_mail_message", TO, "{}"));
		desk->question.kinds = rows[i].kinds;
		assert_int_equal(confirm_is_needed(call, rows[i].kinds),
		    rows[i].needed);
		assert_int_equal(confirm_is_by_link(call, rows[i].kinds),
		    rows[i].by_link);
		assert_int_equal(confirm_ask(call, &desk->question) != NULL,
		    rows[i].needed);
	}
	arena_close(arena);
}

static const char *
make_link(struct desk *desk)
{
	static const char	 start[] =
				    "https://mcp.example.org/confirm?link=";
	struct call		*call = &desk->grant.call;
	const char		*url;

	call->forms = false;
	assert_null(begin(desk, "delete_mail_message",
	    "{\"uid\":7,\"account\":\"anna@example.org\"}", "{}"));
	assert_int_equal(confirm_ask(call, &desk->question)->kind,
	    FAULT_CONFIRM);
	assert_null(confirm_link_make(call, &url));
	assert_true(text_starts(url, start));
	return url + sizeof(start) - 1;
}

static void
links_say_what_and_for_whom(void **state)
{
	struct arena		*arena = arena_open();
	struct desk		*desk = make_desk(arena);
	const char		*token = make_link(desk);
	struct confirm_link	 link;

	(void)state;
	assert_null(confirm_link_open(arena, &desk->authority, token, &link));
	assert_string_equal(link.tool, "delete_mail_message");
	/* Whoever signs in has one account, and no name for it. */
	assert_string_equal(link.arguments, "{\"uid\":7}");
	assert_string_equal(link.grant, "grant-one");
	assert_string_equal(link.question, question_digest(&desk->grant.call,
	    &desk->question));
	assert_true(confirm_link_is_for(arena, &link,
	    &desk->grant.accounts[0]));
	assert_false(confirm_link_is_for(arena, &link,
	    &desk->grant.accounts[1]));
	arena_close(arena);
}

static void
links_end(void **state)
{
	struct arena		*arena = arena_open();
	struct desk		*desk = make_desk(arena);
	const char		*token = make_link(desk);
	const char		*others[] = { ask(desk), "", "x", token + 1 };
	struct authority	 stranger = desk->authority;
	struct confirm_link	 link;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(confirm_link_open(arena, &desk->authority,
		    others[i], &link)->kind, FAULT_TOKEN);
	stranger.keys = test_keys(arena, TEST_OLD_KEY);
	assert_non_null(confirm_link_open(arena, &stranger, token, &link));
	/* A link is no answer to a question. */
	assert_non_null(begin(desk, "delete_mail_message", "{\"uid\":7}",
	    params_of(desk, token, ACCEPT)));
	wall += LATE;
	assert_non_null(confirm_link_open(arena, &desk->authority, token,
	    &link));
	wall = WALL_START;
	arena_close(arena);
}

/* However many there are, each counts. */
static void
questions_name_everybody(void **state)
{
	struct arena	*arena = arena_open();
	struct desk	*desk = make_desk(arena);
	struct call	*call = &desk->grant.call;
	struct address	 list[60];
	struct question	 one = { .sentence = "x" }, two = one;
	size_t		 i;

	(void)state;
	for (i = 0; i < 60; i++)
		list[i] = (struct address){ "A Name", text_format(arena,
		    "a%zu@example.org", i) };
	question_addresses(call, &one, "To", (struct objects){ list, 60 });
	assert_non_null(strstr(question_text(call, &one), "and 10 more"));
	assert_null(strstr(question_text(call, &one), "A Name"));
	list[59].address = "other@example.org";
	question_addresses(call, &two, "To", (struct objects){ list, 60 });
	assert_string_equal(question_text(call, &one),
	    question_text(call, &two));
	assert_string_not_equal(question_digest(call, &one),
	    question_digest(call, &two));
	/* A row is one line, whatever a folder is called. */
	question_row(call, &two.rows, "Folder", "a\nTo: b\x1b[2J");
	assert_string_equal(two.rows.at[1].value, "a To: b[2J");
	question_row(call, &two.rows, "Folder", "");
	question_row(call, &two.rows, "Folder", NULL);
	assert_int_equal(two.rows.len, 2);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads_answers),
    cmocka_unit_test(is_bound_to_its_call), cmocka_unit_test(is_sealed),
    cmocka_unit_test(counts_for_its_question),
    cmocka_unit_test(asks_what_is_wanted),
    cmocka_unit_test(links_say_what_and_for_whom),
    cmocka_unit_test(links_end), cmocka_unit_test(questions_name_everybody))
