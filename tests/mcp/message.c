#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/json.h"
#include "mcp/message.h"

#define CLAIM(version)							\
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""	\
	version "\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define REQUEST(id, method, params)					\
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method	\
	"\",\"params\":{" params "}}"
#define MODERN	CLAIM("2026-07-28")

enum { WELL = FAULT_KINDS };

/* A rung of the ladder: what arrives, what becomes of it. */
struct rung {
	const char		*what;
	const char		*body;
	struct message_headers	 headers;
	int			 fault;		/* WELL: none */
	bool			 modern;
	enum message_form	 form;
};

static const struct rung	 rungs[] = {
	/* Shape. */
	{ "no object", "5", { 0 }, FAULT_RPC, false, 0 },
	{ "jsonrpc absent", "{\"id\":1,\"method\":\"ping\"}", { 0 },
	  FAULT_RPC, false, 0 },
	{ "jsonrpc 1.0", "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"x\"}",
	  { 0 }, FAULT_RPC, false, 0 },
	{ "id null", REQUEST("null", "ping", ""), { 0 }, FAULT_RPC, false,
	  0 },
	{ "id float", REQUEST("1.5", "ping", ""), { 0 }, FAULT_RPC, false,
	  0 },
	{ "id object", REQUEST("{}", "ping", ""), { 0 }, FAULT_RPC, false,
	  0 },
	{ "id text", REQUEST("\"a\"", "ping", ""), { 0 }, WELL, false,
	  MESSAGE_REQUEST },
	{ "id zero", REQUEST("0", "ping", ""), { 0 }, WELL, false,
	  MESSAGE_REQUEST },
	{ "method a number", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}",
	  { 0 }, FAULT_RPC, false, 0 },
	{ "params an array",
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":[1]}",
	  { 0 }, FAULT_RPC, false, 0 },
	{ "nothing at all", "{\"jsonrpc\":\"2.0\"}", { 0 }, FAULT_RPC,
	  false, 0 },
	{ "result and error",
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
	  { 0 }, FAULT_RPC, false, 0 },

	/* No claim. */
	{ "initialize", REQUEST("1", "initialize", ""), { 0 }, WELL, false,
	  MESSAGE_REQUEST },
	{ "initialize under a modern header",
	  REQUEST("1", "initialize", ""), { "2026-07-28", NULL, NULL },
	  FAULT_HEADER, false, MESSAGE_REQUEST },
	{ "legacy header", REQUEST("1", "ping", ""),
	  { "2025-06-18", NULL, NULL }, WELL, false, MESSAGE_REQUEST },
	{ "oldest header", REQUEST("1", "ping", ""),
	  { "2024-11-05", NULL, NULL }, WELL, false, MESSAGE_REQUEST },
	{ "doubled legacy header", REQUEST("1", "ping", ""),
	  { "2025-06-18, 2025-06-18", NULL, NULL }, WELL, false,
	  MESSAGE_REQUEST },
	{ "two legacy headers", REQUEST("1", "ping", ""),
	  { "2025-06-18, 2025-11-25", NULL, NULL }, FAULT_RPC, false,
	  MESSAGE_REQUEST },
	{ "unknown header", REQUEST("1", "ping", ""),
	  { "1999-01-01", NULL, NULL }, FAULT_RPC, false, MESSAGE_REQUEST },
	{ "modern header and Mcp-Method", REQUEST("1", "tools/list", ""),
	  { "2026-07-28", "tools/list", NULL }, FAULT_PARAMS, true,
	  MESSAGE_REQUEST },
	{ "modern header alone", REQUEST("1", "tools/list", ""),
	  { "2026-07-28", NULL, NULL }, WELL, false, MESSAGE_REQUEST },
	{ "another reserved _meta key",
	  REQUEST("1", "tools/list",
	  "\"_meta\":{\"io.modelcontextprotocol/clientInfo\":{}}"),
	  { "2025-11-25", NULL, NULL }, WELL, false, MESSAGE_REQUEST },
	{ "legacy response", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
	  { 0 }, WELL, false, MESSAGE_RESPONSE },
	{ "modern response", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
	  { "2026-07-28", NULL, NULL }, FAULT_RPC, false, MESSAGE_RESPONSE },
	{ "legacy notification",
	  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
	  { 0 }, WELL, false, MESSAGE_NOTIFICATION },
	{ "modern notification by header",
	  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}",
	  { "2026-07-28", NULL, NULL }, WELL, true, MESSAGE_NOTIFICATION },

	/* A claim. */
	{ "modern", REQUEST("1", "tools/list", MODERN),
	  { "2026-07-28", "tools/list", NULL }, WELL, true,
	  MESSAGE_REQUEST },
	{ "blanks around headers", REQUEST("1", "tools/list", MODERN),
	  { " 2026-07-28 ", "\ttools/list ", NULL }, WELL, true,
	  MESSAGE_REQUEST },
	{ "claim a number", REQUEST("1", "tools/list",
	  "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":5}"),
	  { "2026-07-28", "tools/list", NULL }, FAULT_PARAMS, true,
	  MESSAGE_REQUEST },
	{ "no capabilities", REQUEST("1", "tools/list", "\"_meta\":{"
	  "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}"),
	  { "2026-07-28", "tools/list", NULL }, FAULT_PARAMS, true,
	  MESSAGE_REQUEST },
	{ "capabilities an array", REQUEST("1", "tools/list", "\"_meta\":{"
	  "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
	  "\"io.modelcontextprotocol/clientCapabilities\":[]}"),
	  { "2026-07-28", "tools/list", NULL }, FAULT_PARAMS, true,
	  MESSAGE_REQUEST },
	{ "envelope before header", REQUEST("1", "tools/list", "\"_meta\":{"
	  "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}"),
	  { "2025-11-25", "tools/list", NULL }, FAULT_PARAMS, true,
	  MESSAGE_REQUEST },
	{ "header is another revision", REQUEST("1", "tools/list", MODERN),
	  { "2025-11-25", "tools/list", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "header before revision",
	  REQUEST("1", "tools/list", CLAIM("2099-01-01")),
	  { "2026-07-28", "tools/list", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "Mcp-Method is another", REQUEST("1", "tools/list", MODERN),
	  { "2026-07-28", "tools/call", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "Mcp-Method in another case", REQUEST("1", "tools/list", MODERN),
	  { "2026-07-28", "Tools/List", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "Mcp-Method before revision",
	  REQUEST("1", "tools/list", CLAIM("2099-01-01")),
	  { "2099-01-01", "tools/call", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "unknown revision",
	  REQUEST("1", "tools/list", CLAIM("2099-01-01")),
	  { "2099-01-01", "tools/list", NULL }, FAULT_VERSION, true,
	  MESSAGE_REQUEST },
	{ "revision before missing headers",
	  REQUEST("1", "tools/list", CLAIM("2099-01-01")),
	  { NULL, NULL, NULL }, FAULT_VERSION, true, MESSAGE_REQUEST },
	{ "legacy revision claimed",
	  REQUEST("1", "tools/list", CLAIM("2025-11-25")),
	  { "2025-11-25", "tools/list", NULL }, FAULT_VERSION, true,
	  MESSAGE_REQUEST },
	{ "version header missing", REQUEST("1", "tools/list", MODERN),
	  { NULL, "tools/list", NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "Mcp-Method missing", REQUEST("1", "tools/list", MODERN),
	  { "2026-07-28", NULL, NULL }, FAULT_HEADER, true,
	  MESSAGE_REQUEST },
	{ "initialize with a claim", REQUEST("1", "initialize", MODERN),
	  { "2026-07-28", "initialize", NULL }, WELL, true,
	  MESSAGE_REQUEST },
	{ "modern notification by claim",
	  "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{" MODERN "}}",
	  { 0 }, WELL, true, MESSAGE_NOTIFICATION },
	{ "notification with half an envelope",
	  "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"_meta\":{"
	  "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}",
	  { 0 }, FAULT_PARAMS, true, MESSAGE_NOTIFICATION }
};

/* Mcp-Name beside params.name "a", "ü" and so on. */
static const struct {
	const char	*header;
	const char	*name;		/* JSON text */
	bool		 fits;
} names[] = {
	{ "a", "\"a\"", true },
	{ " a\t", "\"a\"", true },
	{ NULL, "\"a\"", false },
	{ "A", "\"a\"", false },
	{ "", "\"a\"", false },
	{ "=?base64?YQ==?=", "\"a\"", true },
	{ "=?base64?w7w=?=", "\"\xc3\xbc\"", true },
	{ "=?base64?YQ?=", "\"a\"", false },		/* no padding */
	{ "=?base64?YR==?=", "\"a\"", false },		/* stray bits */
	{ "=?base64? YQ==?=", "\"a\"", false },
	{ "=?base64?_w==?=", "\"a\"", false },		/* other alphabet */
	{ "=?base64?/w==?=", "\"a\"", false },		/* no UTF-8 */
	{ "=?base64?YQA=?=", "\"a\"", false },		/* NUL */
	{ "=?base64?YQ==", "\"a\"", false },
	{ "=?base64?" "?=", "\"\"", true },
	{ "=?base64?=", "\"=?base64?=\"", true },
	{ "=?BASE64?YQ==?=", "\"a\"", false },
	{ "a", "5", true }	/* params are wrong: the method says so */
};

static const struct json *
parsed(struct arena *arena, const char *text)
{
	const struct json	*json;

	assert_null(json_read(arena, bytes_of(text), JSON_KEYS_UNIQUE, &json));
	return json;
}

static void
climbs(void **state)
{
	const struct fault	*bad;
	struct message		 message;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++) {
		arena = arena_open();
		bad = message_read(arena, parsed(arena, rungs[i].body),
		    &rungs[i].headers, &message);
		if ((bad == NULL ? WELL : (int)bad->kind) != rungs[i].fault)
			fail_msg("%s: %s", rungs[i].what,
			    bad == NULL ? "accepted" : bad->detail);
		if (message.modern != rungs[i].modern)
			fail_msg("%s: the other era", rungs[i].what);
		if (bad == NULL && message.form != rungs[i].form)
			fail_msg("%s: another form", rungs[i].what);
		arena_close(arena);
	}
}

static void
compares_names(void **state)
{
	struct message_headers	 headers = { "2026-07-28", "tools/call",
				    NULL };
	const struct fault	*bad;
	struct message		 message;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		arena = arena_open();
		headers.name = names[i].header;
		bad = message_read(arena, parsed(arena, text_format(arena,
		    REQUEST("1", "tools/call", MODERN ",\"name\":%s"),
		    names[i].name)), &headers, &message);
		if ((bad == NULL) != names[i].fits)
			fail_msg("%s for %s", names[i].header,
			    names[i].name);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_HEADER);
		arena_close(arena);
	}
}

/* What LENIENT_VERSION_HEADER makes of the headers of one request. */
static void
forgives_older_headers(void **state)
{
	static const struct {
		const char	*params;
		const char	*version;
		bool		 forgiven;
		int		 fault;
	} rows[] = {
		{ MODERN, "2025-11-25", true, WELL },
		{ MODERN, "2025-06-18, 2025-06-18", true, WELL },
		{ MODERN, "2026-07-28", false, FAULT_HEADER },
		{ MODERN, "2020-01-01", false, FAULT_HEADER },
		{ MODERN, NULL, false, FAULT_HEADER },
		{ CLAIM("2099-01-01"), "2025-11-25", false, FAULT_HEADER },
		{ "\"_meta\":{}", "2025-11-25", false, WELL }
	};
	struct message_headers	 headers;
	const struct fault	*bad;
	const struct json	*json;
	struct message		 message;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		headers = (struct message_headers){
			.version = rows[i].version };
		json = parsed(arena, text_format(arena, REQUEST("1",
		    "tools/call", "\"name\":\"x\",%s"), rows[i].params));
		assert_int_equal(message_forgive(arena, json, &headers),
		    rows[i].forgiven);
		bad = message_read(arena, json, &headers, &message);
		assert_int_equal(bad == NULL ? WELL : (int)bad->kind,
		    rows[i].fault);
		arena_close(arena);
	}
}

static void
keeps_the_id_of_what_it_refuses(void **state)
{
	static const struct message_headers	 none;
	struct message				 message;
	struct arena				*arena;

	(void)state;
	arena = arena_open();
	assert_non_null(message_read(arena, parsed(arena,
	    "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"a\","
	    "\"params\":[]}"), &none, &message));
	assert_string_equal(json_text(message.id), "x");
	assert_non_null(message_read(arena, parsed(arena,
	    REQUEST("null", "a", "")), &none, &message));
	assert_null(message.id);
	arena_close(arena);
}

static void
batches_are_legacy(void **state)
{
	static const struct {
		const char	*body;
		bool		 fits;
		bool		 modern;
	} cases[] = {
		{ REQUEST("1", "ping", ""), true, false },
		{ REQUEST("1", "tools/list", MODERN), false, true },
		{ REQUEST("1", "initialize", ""), false, false },
		{ "[]", false, false },
		{ "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}", true, false },
		{ "1", false, false }
	};
	struct message	 message;
	struct arena	*arena;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		arena = arena_open();
		assert_int_equal(message_read_element(arena,
		    parsed(arena, cases[i].body), &message) == NULL,
		    cases[i].fits);
		assert_int_equal(message.modern, cases[i].modern);
		arena_close(arena);
	}
}

/* An empty elicitation is one of forms. */
static void
knows_who_shows_forms(void **state)
{
	static const struct {
		const char	*capabilities;
		bool		 forms;
	} cases[] = {
		{ "{\"elicitation\":{}}", true },
		{ "{\"elicitation\":{\"form\":{}}}", true },
		{ "{\"elicitation\":{\"form\":{},\"url\":{}}}", true },
		{ "{}", false }, { "{\"sampling\":{}}", false },
		{ "{\"elicitation\":{\"url\":{}}}", false },
		{ "{\"elicitation\":true}", false },
		{ "{\"elicitation\":null}", false },
		{ "{\"elicitation\":[]}", false },
		{ "{\"elicitation\":{\"form\":true}}", false }
	};
	static const struct message_headers	 headers = {
		.version = "2026-07-28", .method = "tools/list"
	};
	struct message	 message;
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(message_read(arena, parsed(arena, text_format(
		    arena, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		    "\"tools/list\",\"params\":{\"_meta\":{"
		    "\"io.modelcontextprotocol/protocolVersion\":"
		    "\"2026-07-28\",\"io.modelcontextprotocol/"
		    "clientCapabilities\":%s}}}", cases[i].capabilities)),
		    &headers, &message));
		assert_int_equal(message.forms, cases[i].forms);
	}
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(climbs),
		cmocka_unit_test(compares_names),
		cmocka_unit_test(forgives_older_headers),
		cmocka_unit_test(keeps_the_id_of_what_it_refuses),
		cmocka_unit_test(batches_are_legacy),
		cmocka_unit_test(knows_who_shows_forms)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
