#include "../check.h"
#include "grant.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/json.h"
#include "mcp/call.h"
#include "mcp/tool.h"

/* tools/list is read by a model at the start of every conversation. */
enum { LIST_BYTES_MOST = 20 * 1024, TOOLS_MOST = 27, ACCOUNT_BYTES = 28,
	NAME_CHARS_MOST = 64, DESCRIPTION_CHARS_MOST = 300 };

/* tools/list for a grant: its bytes in buf, and read again. */
static const struct json *
list(struct arena *arena, struct grant *grant, struct buf *buf)
{
	struct json_writer	 writer;
	const struct json	*json;

	buf_start(buf, arena);
	json_start(&writer, buf);
	json_open_object(&writer, NULL);
	tool_list(&writer, &grant->call);
	json_close_object(&writer);
	assert_null(json_read(arena, buf_view(buf), JSON_KEYS_UNIQUE, &json));
	return json_member(json, "tools");
}

static void
stays_small(void **state)
{
	struct arena	*arena = arena_open();
	struct grant	 grant;
	struct buf	 buf;

	(void)state;
	make_grant(arena, every_scope(), 2, &grant);
	(void)list(arena, &grant, &buf);
	printf("# tools/list: %zu bytes for two accounts\n", buf.len);
	assert_true(buf.len < LIST_BYTES_MOST + TOOLS_MOST * ACCOUNT_BYTES);
	make_grant(arena, every_scope(), 1, &grant);
	(void)list(arena, &grant, &buf);
	printf("# tools/list: %zu bytes for one account\n", buf.len);
	assert_true(buf.len < LIST_BYTES_MOST);
	arena_close(arena);
}

/* What every client survives; an output's items are not told. */
static void
check_schema(const struct json *schema, bool output)
{
	static const char *const	 words[] = {
		"oneOf", "anyOf", "allOf", "$ref", "not", "const"
	};
	const struct json		*inner;
	const char			*type;
	size_t				 i;

	assert_int_equal(json_kind(schema), JSON_OBJECT);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_null(json_member(schema, words[i]));
	type = json_text(json_member(schema, "type"));
	assert_non_null(type);
	if (text_equal(type, "array") && !output)
		check_schema(json_member(schema, "items"), output);
	inner = json_member(schema, "properties");
	for (i = 0; i < json_count(inner); i++)
		check_schema(json_member(inner, json_name(inner, i)), output);
	inner = json_member(schema, "required");
	for (i = 0; i < json_count(inner); i++)
		assert_non_null(json_member(json_member(schema,
		    "properties"), json_text(json_element(inner, i))));
}

static void
check_text(const struct json *tool, const char *name, size_t most)
{
	const char	*text;

	text = json_text(json_member(tool, name));
	assert_non_null(text);
	assert_true(text[0] != '\0' && strlen(text) <= most);
}

static void
has_whole_rows(void **state)
{
	static const char *const	 hints[] = {
		"readOnlyHint", "destructiveHint", "idempotentHint",
		"openWorldHint"
	};
	const struct json		*array, *tool;
	struct arena			*arena = arena_open();
	struct grant			 grant;
	struct buf			 buf;
	const char			*name;
	size_t				 i, j;

	(void)state;
	make_grant(arena, every_scope(), 2, &grant);
	array = list(arena, &grant, &buf);
	assert_true(json_count(array) >= 11);
	for (i = 0; i < json_count(array); i++) {
		tool = json_element(array, i);
		check_text(tool, "name", NAME_CHARS_MOST);
		check_text(tool, "title", NAME_CHARS_MOST);
		check_text(tool, "description", DESCRIPTION_CHARS_MOST);
		name = json_text(json_member(tool, "name"));
		for (j = 0; name[j] != '\0'; j++)
			assert_true(text_is_alnum((unsigned char)name[j]) ||
			    name[j] == '_');
		assert_ptr_equal(tool_find(name), tools[i]);
		check_schema(json_member(tool, "inputSchema"), false);
		check_schema(json_member(tool, "outputSchema"), true);
		for (j = 0; j < 4; j++)
			assert_int_equal(json_kind(json_member(json_member(
			    tool, "annotations"), hints[j])), JSON_BOOL);
	}
	arena_close(arena);
}

static bool
shows_account(const struct json *tool)
{
	return json_member(json_member(json_member(tool, "inputSchema"),
	    "properties"), "account") != NULL;
}

/* A grant with one account shows no argument for it. */
static void
shows_account_only_where_needed(void **state)
{
	const struct json	*array;
	struct arena		*arena = arena_open();
	struct grant		 grant;
	struct buf		 buf;
	size_t			 i;

	(void)state;
	make_grant(arena, every_scope(), 1, &grant);
	array = list(arena, &grant, &buf);
	for (i = 0; i < json_count(array); i++)
		assert_false(shows_account(json_element(array, i)));
	make_grant(arena, every_scope(), 2, &grant);
	array = list(arena, &grant, &buf);
	for (i = 0; i < json_count(array); i++)
		assert_int_equal(shows_account(json_element(array, i)),
		    !tools[i]->no_account);
	arena_close(arena);
}

/* Which tools a grant shows, by scope; and whether it can send. */
static const struct {
	const char	*scope;
	bool		 smtp;
	const char	*shown;
	const char	*hidden;
} grants[] = {
	{ "mail:folders", true, "list_mailboxes", "list_mail_messages" },
	{ "mail:read", true, "get_mail_message", "search_mail_messages" },
	{ "mail:read", true, "get_mail_attachment", "list_mailboxes" },
	{ "mail:search", true, "search_mail_messages", "get_mail_message" },
	{ "mail:modify", true, "move_mail_message", "send_mail_message" },
	{ "mail:modify", false, "create_draft_mail_message",
	  "send_mail_message" },
	{ "mail:send", true, "send_mail_message", "delete_mail_message" },
	{ "mail:modify", false, "reply_mail_message", "send_mail_message" },
	{ "mail:send", false, "list_accounts", "reply_mail_message" }
};

static bool
lists(const struct json *array, const char *name)
{
	size_t	 i;

	for (i = 0; i < json_count(array); i++)
		if (text_equal(json_text(json_member(json_element(array, i),
		    "name")), name))
			return true;
	return false;
}

static void
lists_what_is_granted(void **state)
{
	const struct json	*array;
	struct arena		*arena = arena_open();
	struct grant		 grant;
	struct buf		 buf;
	const char		*scope;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
		scope = grants[i].scope;
		make_grant(arena, (struct texts){ &scope, 1 }, 1, &grant);
		if (!grants[i].smtp)
			grant.accounts[0].smtp.at = NULL;
		array = list(arena, &grant, &buf);
		assert_true(lists(array, "list_accounts"));
		assert_true(lists(array, grants[i].shown));
		assert_false(lists(array, grants[i].hidden));
	}
	arena_close(arena);
}

/* Calls that fail before any mailbox is needed: the kind of the fault, or for
 * what the model is told, its code. */
static const struct {
	const char	*tool;
	const char	*arguments;
	enum fault_kind	 kind;
	const char	*code;
} calls[] = {
	{ "list_accounts", NULL, 0, NULL },
	{ "list_accounts", "{}", 0, NULL },
	{ "list_accounts", "{\"check\":\"maybe\"}", 0, "invalid_argument" },
	{ "list_accounts", "{\"folder\":\"INBOX\"}", 0, "invalid_argument" },
	{ "list_accounts", "[]", FAULT_PARAMS, NULL },
	{ "list_accounts", "\"{}\"", FAULT_PARAMS, NULL },
	{ "no_such_tool", "{}", FAULT_PARAMS, NULL },
	{ "LIST_ACCOUNTS", "{}", FAULT_PARAMS, NULL },
	{ "list_mail_messages", "{\"account\":\"x@example.org\"}", 0,
	  "invalid_argument" },
	{ "list_mail_messages", "{\"per_page\":0}", 0, "invalid_argument" },
	{ "list_mail_messages", "{\"per_page\":101}", 0, "invalid_argument" },
	{ "list_mail_messages", "{\"page\":-1}", 0, "invalid_argument" },
	{ "list_mail_messages", "{\"since\":\"yesterday\"}", 0,
	  "invalid_argument" },
	{ "list_mail_messages", "{\"cursor\":\"1.2\"}", 0,
	  "invalid_argument" },
	{ "list_mail_messages", "{\"cursor\":\"1.2.x\"}", 0,
	  "invalid_argument" },
	{ "list_mail_messages", "{\"cursor\":\"1.1.2\"}", 0,
	  "invalid_argument" },
	{ "list_mail_messages", "{\"cursor\":\"1.4294967296.2\"}", 0,
	  "invalid_argument" },
	{ "search_mail_messages", "{\"query\":\"DELETE INBOX\"}", 0,
	  "invalid_argument" },
	{ "search_mail_messages", "{\"query\":\"x\\r\\nA9 DELETE INBOX\"}",
	  0, "invalid_argument" },
	{ "search_mail_messages", "{\"text\":\"a\\u0001b\"}", 0,
	  "invalid_argument" },
	{ "search_mail_messages", "{\"larger\":-1}", 0, "invalid_argument" },
	{ "search_mail_messages", "{\"keyword\":\"\\\\Seen\"}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{}", 0, "invalid_argument" },
	{ "get_mail_message", "{\"uid\":0}", 0, "invalid_argument" },
	{ "get_mail_message", "{\"uid\":4294967296}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uid\":\"1:*\"}", 0, "invalid_argument" },
	{ "get_mail_message", "{\"uid\":\"*\"}", 0, "invalid_argument" },
	{ "get_mail_message", "{\"uid\":\"1\\r\\nA9 X\"}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uid\":null}", 0, "invalid_argument" },
	{ "get_mail_message", "{\"uid\":1000000000.0}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uid\":1,\"uids\":[1]}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uids\":[1,2,3,4,5,6,7,8,9,10,11]}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uids\":[1,2],\"offset\":5}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uid\":1,\"format\":\"pdf\"}", 0,
	  "invalid_argument" },
	{ "get_mail_message", "{\"uid\":1,\"max_chars\":1000000}", 0,
	  "invalid_argument" },
	{ "move_mail_message", "{\"uid\":1}", 0, "invalid_argument" }
};

/* What a call came to: the fault's kind, or the code the model reads. */
static const struct fault *
run(struct arena *arena, struct grant *grant, const char *name,
    const char *arguments, const char **code)
{
	struct json_writer	 writer;
	const struct fault	*bad;
	const struct json	*json = NULL;
	struct buf		 buf;

	if (arguments != NULL)
		assert_null(json_read(arena, bytes_of(arguments),
		    JSON_KEYS_UNIQUE, &json));
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	*code = NULL;
	bad = tool_run(&grant->call, name, json, &writer);
	if (bad != NULL)
		return bad;
	json_close_object(&writer);
	assert_null(json_read(arena, buf_view(&buf), JSON_KEYS_UNIQUE,
	    &json));
	if (json_true(json_member(json, "isError")))
		*code = json_text(json_member(json_member(json_member(json,
		    "structuredContent"), "error"), "code"));
	return NULL;
}

static void
refuses_before_the_mailbox(void **state)
{
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const char		*code;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		make_grant(arena, every_scope(), 2, &grant);
		bad = run(arena, &grant, calls[i].tool, calls[i].arguments,
		    &code);
		if ((bad == NULL ? 0 : bad->kind) != calls[i].kind ||
		    (code == NULL) != (calls[i].code == NULL) ||
		    (code != NULL && !text_equal(code, calls[i].code)))
			fail_msg("%s %s: %s %s", calls[i].tool,
			    calls[i].arguments == NULL ? "" :
			    calls[i].arguments, bad == NULL ? "" :
			    bad->detail, code == NULL ? "" : code);
	}
	arena_close(arena);
}

/* A scope that was never asked for is the client's to ask for; one that the
 * user kept back, the model's to know. */
static void
tells_which_permission_is_missing(void **state)
{
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const char		*code, *read = "mail:read";
	const char		*modify = "mail:modify", *send = "mail:send";

	(void)state;
	make_grant(arena, (struct texts){ &read, 1 }, 1, &grant);
	bad = run(arena, &grant, "search_mail_messages", "{}", &code);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_SCOPE);
	assert_non_null(strstr(bad->detail, "mail:search"));
	make_grant(arena, every_scope(), 1, &grant);
	grant.accounts[0].scopes = (struct texts){ &read, 1 };
	bad = run(arena, &grant, "search_mail_messages", "{}", &code);
	assert_null(bad);
	assert_string_equal(code, "not_permitted");
	bad = run(arena, &grant, "get_mail_message",
	    "{\"uid\":1,\"mark_seen\":true}", &code);
	assert_null(bad);
	assert_string_equal(code, "not_permitted");
	make_grant(arena, (struct texts){ &modify, 1 }, 1, &grant);
	bad = run(arena, &grant, "reply_mail_message", "{\"uid\":1}", &code);
	assert_string_equal(bad->scope, "mail:send");
	make_grant(arena, (struct texts){ &send, 1 }, 1, &grant);
	bad = run(arena, &grant, "reply_mail_message",
	    "{\"uid\":1,\"draft\":true}", &code);
	assert_string_equal(bad->scope, "mail:modify");
	arena_close(arena);
}

/* What get_mail_message is hinted to be for a grant of these scopes. */
static bool
reads_only(struct arena *arena, struct texts scopes)
{
	const struct json	*array, *tool = NULL;
	struct grant		 grant;
	struct buf		 buf;
	size_t			 i;

	make_grant(arena, scopes, 1, &grant);
	array = list(arena, &grant, &buf);
	for (i = 0; i < json_count(array); i++)
		if (text_equal(json_text(json_member(json_element(array, i),
		    "name")), "get_mail_message"))
			tool = json_element(array, i);
	assert_non_null(tool);
	return json_true(json_member(json_member(tool, "annotations"),
	    "readOnlyHint"));
}

/* mark_seen changes something, for those who may. */
static void
hints_at_what_it_may_change(void **state)
{
	struct arena	*arena = arena_open();
	const char	*read = "mail:read";

	(void)state;
	assert_true(reads_only(arena, (struct texts){ &read, 1 }));
	assert_false(reads_only(arena, every_scope()));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(stays_small),
    cmocka_unit_test(has_whole_rows),
    cmocka_unit_test(shows_account_only_where_needed),
    cmocka_unit_test(lists_what_is_granted),
    cmocka_unit_test(refuses_before_the_mailbox),
    cmocka_unit_test(tells_which_permission_is_missing),
    cmocka_unit_test(hints_at_what_it_may_change))
