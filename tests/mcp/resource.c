#include "../check.h"
#include "asking.h"

#include <stdio.h>
#include <string.h>

/* Which templates a grant with one scope has. */
static const struct {
	unsigned	 scopes;
	const char	*names;
} offers[] = {
	{ 0, "" },
	{ 1, "folders " },
	{ 2, "newest message attachment " },
	{ 4, "search " },
	{ 8, "" },
	{ 16, "" },
	{ 31, "folders newest message attachment search " }
};

/* What is refused before a mailbox is opened. */
static const struct {
	const char	*params;
	enum fault_kind	 kind;
} refusals[] = {
	{ "{}", FAULT_PARAMS },
	{ "{\"uri\":5}", FAULT_PARAMS },
	{ "{\"uri\":null}", FAULT_PARAMS },
	{ "{\"uri\":\"\"}", FAULT_RESOURCE },
	{ "{\"uri\":\"test://nothing\"}", FAULT_RESOURCE },
	{ "{\"uri\":\"mail:///anna@example.org/a/b\"}", FAULT_RESOURCE },
	{ "{\"uri\":\"mail:///eve@example.org\"}", FAULT_RESOURCE },
	{ "{\"uri\":\"mail:///eve@example.org/INBOX\"}", FAULT_RESOURCE },
	{ "{\"uri\":\"mail:///{account}\"}", FAULT_RESOURCE }
};

/* What completion answers: all values with a blank behind each. */
static const struct {
	const char	*params;
	const char	*values;
} completions[] = {
#define REF_PROMPT(name, argument, value)				\
	"{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"" name "\"},"	\
	"\"argument\":{\"name\":\"" argument "\",\"value\":\"" value "\"}}"
#define REF_RESOURCE(uri, argument, value)				\
	"{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"" uri "\"},"	\
	"\"argument\":{\"name\":\"" argument "\",\"value\":\"" value "\"}}"
	{ REF_PROMPT("triage_inbox", "account", ""),
	  "anna@example.org work@example.org Work " },
	{ REF_PROMPT("triage_inbox", "account", "W"),
	  "work@example.org Work " },
	{ REF_PROMPT("triage_inbox", "account", "EXAMPLE"),
	  "anna@example.org work@example.org " },
	{ REF_PROMPT("triage_inbox", "account", "org"),
	  "anna@example.org work@example.org " },
	{ REF_PROMPT("triage_inbox", "account", "x y"), "" },
	{ REF_RESOURCE("mail:///{account}", "account", "an"),
	  "anna@example.org " },
	{ REF_RESOURCE("mail:///{account}", "folder", ""), "" },
	{ REF_RESOURCE("mail:///{account}/search/{query}", "query", "a"),
	  "" },
	{ REF_RESOURCE("mail:///anna", "account", ""), "" },
	{ REF_RESOURCE("test://{account}", "account", ""), "" },
	{ REF_PROMPT("test_prompt", "account", ""), "" },
	{ REF_PROMPT("triage_inbox", "nothing", ""), "" },
	{ REF_PROMPT("triage_inbox", "limit", ""), "" },
	{ REF_PROMPT("draft_reply", "wish", ""), "" },
	{ "{\"ref\":{\"type\":\"ref/other\",\"name\":\"triage_inbox\"},"
	  "\"argument\":{\"name\":\"account\",\"value\":\"\"}}", "" },
	{ "{\"ref\":{\"type\":\"ref/prompt\"},"
	  "\"argument\":{\"name\":\"account\",\"value\":\"\"}}", "" },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"triage_inbox\"},"
	  "\"argument\":{\"name\":\"folder\",\"value\":\"\"},\"context\":"
	  "{\"arguments\":{\"account\":\"eve@example.org\"}}}", "" },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"draft_reply\"},"
	  "\"argument\":{\"name\":\"message\",\"value\":\"\"},\"context\":"
	  "{\"arguments\":{\"account\":\"eve@example.org\"}}}", "" },

	/* Malformed. */
	{ "{}", NULL },
	{ "{\"ref\":\"x\",\"argument\":{\"name\":\"a\",\"value\":\"\"}}",
	  NULL },
	{ "{\"ref\":{},\"argument\":{\"name\":\"a\",\"value\":\"\"}}", NULL },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"x\"}}", NULL },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"x\"},"
	  "\"argument\":{\"name\":\"account\"}}", NULL },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"x\"},"
	  "\"argument\":{\"value\":\"\"}}", NULL },
	{ "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"x\"},"
	  "\"argument\":{\"name\":\"account\",\"value\":5}}", NULL }
};

/* A member of all elements, with a blank behind each. */
static const char *
list_names(struct arena *arena, const struct json *array, const char *member)
{
	struct buf	 text;
	size_t		 i;

	buf_start(&text, arena);
	for (i = 0; i < json_count(array); i++)
		buf_format(&text, "%s ", json_text(member == NULL ?
		    json_element(array, i) : json_member(json_element(array,
		    i), member)));
	return buf_string(&text);
}

static void
offers_what_may_be_read(void **state)
{
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	const struct json	*result;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		make_grant(arena, some_scopes(arena, offers[i].scopes), 2,
		    &grant);
		result = ask(&grant, "resources/templates/list", "{}", &bad);
		assert_string_equal(list_names(arena, json_member(result,
		    "resourceTemplates"), "name"), offers[i].names);
		result = ask(&grant, "resources/list", "{}", &bad);
		assert_int_equal(json_count(json_member(result, "resources")),
		    (offers[i].scopes & 2) != 0 ? 2 : 0);
	}
	arena_close(arena);
}

/* A grant for some folders shows those, and no inbox that it has not. */
static void
lists_limits(void **state)
{
	const char		*folders[] = { "\\Sent", "a/b \303\274" };
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	const struct json	*result;

	(void)state;
	make_grant(arena, every_scope(), 2, &grant);
	grant.accounts[1].folders = (struct texts){ folders, 2 };
	result = ask(&grant, "resources/list", "{}", &bad);
	assert_string_equal(list_names(arena, json_member(result,
	    "resources"), "uri"),
	    "mail:///anna%40example.org/INBOX "
	    "mail:///work%40example.org/%5CSent "
	    "mail:///work%40example.org/a%2Fb%20%C3%BC ");
	assert_null(ask(&grant, "resources/list", "{\"cursor\":\"x\"}", &bad));
	assert_int_equal(bad->kind, FAULT_PARAMS);
	assert_null(ask(&grant, "resources/templates/list",
	    "{\"cursor\":\"\"}", &bad));
	assert_int_equal(bad->kind, FAULT_PARAMS);
	arena_close(arena);
}

static void
refuses_before_the_mailbox(void **state)
{
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	size_t			 i;

	(void)state;
	make_grant(arena, every_scope(), 2, &grant);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		assert_null(ask(&grant, "resources/read", refusals[i].params,
		    &bad));
		if (bad->kind != refusals[i].kind)
			fail_msg("%s: %s", refusals[i].params, bad->detail);
	}
	make_grant(arena, some_scopes(arena, 1), 2, &grant);
	assert_null(ask(&grant, "resources/read",
	    "{\"uri\":\"mail:///Work/INBOX\"}", &bad));
	assert_int_equal(bad->kind, FAULT_SCOPE);
	assert_string_equal(bad->scope, "mail:read");
	make_grant(arena, every_scope(), 2, &grant);
	grant.accounts[1].scopes = some_scopes(arena, 1);
	assert_null(ask(&grant, "resources/read",
	    "{\"uri\":\"mail:///Work/INBOX\"}", &bad));
	assert_int_equal(bad->kind, FAULT_RESOURCE);
	assert_non_null(strstr(bad->detail, "mail:read"));
	arena_close(arena);
}

static void
completes_what_it_knows(void **state)
{
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	const struct json	*told;
	const char		*values;
	int64_t			 total;
	size_t			 i;

	(void)state;
	make_grant(arena, every_scope(), 2, &grant);
	for (i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
		told = json_member(ask(&grant, "completion/complete",
		    completions[i].params, &bad), "completion");
		if ((bad == NULL) != (completions[i].values != NULL))
			fail_msg("%s", completions[i].params);
		if (bad != NULL) {
			assert_int_equal(bad->kind, FAULT_PARAMS);
			continue;
		}
		values = list_names(arena, json_member(told, "values"), NULL);
		if (!text_equal(values, completions[i].values))
			fail_msg("%s: %s", completions[i].params, values);
		assert_true(json_integer(json_member(told, "total"), &total));
		assert_int_equal(total, json_count(json_member(told,
		    "values")));
		assert_false(json_true(json_member(told, "hasMore")));
	}
	arena_close(arena);
}

/* Who may not list folders is told of none but the grant's own. */
static void
completes_folders_of_the_grant(void **state)
{
	const char		*folders[] = { "\\Sent", "Sorted" };
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	const struct json	*result;
	size_t			 limited;

	(void)state;
	for (limited = 0; limited < 2; limited++) {
		make_grant(arena, some_scopes(arena, 2), 1, &grant);
		if (limited != 0)
			grant.accounts[0].folders =
			    (struct texts){ folders, 2 };
		result = ask(&grant, "completion/complete",
		    REF_PROMPT("triage_inbox", "folder", ""), &bad);
		assert_string_equal(list_names(arena, json_member(json_member(
		    result, "completion"), "values"), NULL),
		    limited != 0 ? "\\Sent Sorted " : "INBOX ");
	}
	result = ask(&grant, "completion/complete",
	    REF_PROMPT("triage_inbox", "folder", "S"), &bad);
	assert_string_equal(list_names(arena, json_member(json_member(result,
	    "completion"), "values"), NULL), "Sorted \\Sent ");
	arena_close(arena);
}

static void
completes_days(void **state)
{
	struct arena		*arena = arena_open();
	struct grant		 grant;
	const struct fault	*bad;
	const struct json	*values;

	(void)state;
	make_grant(arena, every_scope(), 1, &grant);
	values = json_member(json_member(ask(&grant, "completion/complete",
	    REF_PROMPT("daily_digest", "since", "20"), &bad), "completion"),
	    "values");
	assert_int_equal(json_count(values), 6);
	assert_int_equal(strlen(json_text(json_element(values, 0))), 10);
	assert_true(strcmp(json_text(json_element(values, 0)),
	    json_text(json_element(values, 1))) > 0);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(offers_what_may_be_read),
    cmocka_unit_test(lists_limits),
    cmocka_unit_test(refuses_before_the_mailbox),
    cmocka_unit_test(completes_what_it_knows),
    cmocka_unit_test(completes_folders_of_the_grant),
    cmocka_unit_test(completes_days))
