#include "../check.h"
#include "../spring.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/account.h"
#include "mcp/call.h"
#include "mcp/enclosure.h"
#include "mcp/outgoing.h"

#define BCC	"Bcc: b@example.net\r\n"

static const struct config	 config = {
	.base_url = "https://mcp.example.org"
};

static const char	*aliases[] = { "info@example.org" };

static struct account	 account = {
	.address = "demo@example.org", .name = "De Mo",
	.aliases = { aliases, 1 }
};

/* What is written, and to whom it goes; NULL: refused. */
struct row {
	const char	*to, *bcc, *from;
	const char	*limit;		/* recipients allowed, or NULL */
	size_t		 recipients;
	enum fault_kind	 fault;		/* where recipients is 0 */
};

static const struct row	 rows[] = {
	{ "a@example.org", NULL, NULL, NULL, 1, 0 },
	{ "a@example.org", "b@example.org", NULL, NULL, 2, 0 },
	{ "a@example.org", "a@EXAMPLE.org", NULL, NULL, 1, 0 },
	{ "A <a@example.org>", NULL, "info@example.org", NULL, 1, 0 },
	{ "a@example.org", NULL, "\"X\" <DEMO@example.org>", NULL, 1, 0 },
	{ "\"a, b\" <a@example.org>, b@example.org", NULL, NULL, NULL, 2, 0 },
	{ "a@example.org,b@example.org", NULL, NULL, NULL, 0,
	    FAULT_ARGUMENT },
	{ "a@example.org\r\nBcc: b@example.org", NULL, NULL, NULL, 0,
	    FAULT_ARGUMENT },
	{ "a", NULL, NULL, NULL, 0, FAULT_ARGUMENT },
	{ NULL, NULL, NULL, NULL, 0, FAULT_ARGUMENT },
	{ "", NULL, NULL, NULL, 0, FAULT_ARGUMENT },
	{ "a@example.org", NULL, "boss@example.org", NULL, 0,
	    FAULT_ARGUMENT },
	{ "a@example.org", NULL, "demo@example.org, info@example.org", NULL,
	    0, FAULT_ARGUMENT },
	{ "a@example.org", NULL, NULL, "example.org", 1, 0 },
	{ "a@example.org", NULL, NULL, "@Example.ORG", 1, 0 },
	{ "a@example.org", NULL, NULL, "a@example.org", 1, 0 },
	{ "a@example.org", NULL, NULL, "b@example.org", 0,
	    FAULT_PERMISSION },
	{ "a@sub.example.org", NULL, NULL, "example.org", 0,
	    FAULT_PERMISSION },
	{ "a@evil-example.org", NULL, NULL, "example.org", 0,
	    FAULT_PERMISSION },
	{ "a@example.org", "b@example.net", NULL, "example.org", 0,
	    FAULT_PERMISSION },
	{ "\"b@example.net\"@example.org", NULL, NULL, "example.org", 1, 0 },
	{ "\"a@example.org\"@example.net", NULL, NULL, "example.org", 0,
	    FAULT_PERMISSION },
	{ "a@b\xc3\xbc" "cher.example", NULL, NULL, "b\xc3\xbc" "cher.example",
	    1, 0 },
	{ "a@xn--bcher-kva.example", NULL, NULL,
	    "a@B\xc3\x9c" "cher.example", 1, 0 },
	{ "a@b\xc3\xbc" "cher.example", NULL, NULL, "bucher.example", 0,
	    FAULT_PERMISSION }
};

static struct texts
one(const char **text)
{
	return (struct texts){ text, *text == NULL ? 0 : 1 };
}

static const struct fault *
try(struct arena *arena, const struct row *row, struct outgoing *out)
{
	const char		*to = row->to, *bcc = row->bcc;
	const char		*limit = row->limit;
	struct call		 call = { .arena = arena, .config = &config,
				    .account = &account };
	struct outgoing_args	 args = { .to = one(&to), .bcc = one(&bcc),
				    .from = row->from, .text_body = "x" };
	const struct fault	*bad;

	account.recipients = one(&limit);
	bad = outgoing_read(&call, &args, out);
	return bad != NULL ? bad : outgoing_check_recipients(&call,
	    out->recipients);
}

static void
recipients(void **state)
{
	const struct fault	*bad;
	struct outgoing		 out;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		memset(&out, 0, sizeof(out));
		bad = try(arena, &rows[i], &out);
		assert_int_equal(bad == NULL ? out.recipients.len : 0,
		    rows[i].recipients);
		if (bad != NULL)
			assert_int_equal(bad->kind, rows[i].fault);
		arena_close(arena);
	}
}

static const char *
whole(struct arena *arena, struct source *source)
{
	struct buf	 out;

	buf_start(&out, arena);
	assert_null(spring_gather(arena, source, &out));
	return buf_string(&out);
}

/* Bcc is in what is kept, never in what is sent, and nothing else differs. */
static void
bcc_is_kept_only(void **state)
{
	static const struct row	 row = { "a@example.org", "b@example.net",
	    NULL, NULL, 2, 0 };
	struct outgoing		 out = { .utf8 = false };
	struct arena		*arena;
	struct call		 call;
	struct source		 sent, kept;
	const char		*at, *copy;

	(void)state;
	arena = arena_open();
	call = (struct call){ .arena = arena };
	assert_null(try(arena, &row, &out));
	assert_null(outgoing_open(&call, &out, false, &sent));
	assert_null(outgoing_open(&call, &out, true, &kept));
	at = whole(arena, &sent);
	copy = whole(arena, &kept);
	assert_null(strstr(at, "b@example.net"));
	assert_non_null(strstr(at, "From: De Mo <demo@example.org>\r\n"));
	assert_non_null(strstr(copy, BCC));
	assert_string_equal(at, text_format(arena, "%.*s%s",
	    (int)(strstr(copy, BCC) - copy), copy,
	    strstr(copy, BCC) + strlen(BCC)));
	arena_close(arena);
}

/* Files given with the call, and URLs that are not ours. */
static void
enclosures(void **state)
{
	static const struct {
		const char	*content;
		const char	*url;
		enum fault_kind	 fault;
		size_t		 bytes;	/* 0: refused */
	} cases[] = {
		{ "aGVsbG8=", NULL, 0, 5 },
		{ "aGVs\r\nbG8", NULL, 0, 5 },
		{ "aGVsbG8-_w", NULL, 0, 7 },
		{ "aGVsb*8=", NULL, FAULT_ARGUMENT, 0 },
		{ "aGVsbG8=", "https://example.org/x", FAULT_ARGUMENT, 0 },
		{ "aGVsbG8=", "https://mcp.example.org/mcp", FAULT_ARGUMENT,
		    0 },
		{ "aGVsbG8=", "", FAULT_ARGUMENT, 0 }
	};
	struct enclosure	 given = { .filename = "../x\r\n.txt",
				    .content_type = "text/plain; x=y" };
	struct enclosures	 files;
	const struct fault	*bad;
	const char		*url;
	struct arena		*arena;
	struct call		 call;
	size_t			 i;

	(void)state;
	arena = arena_open();
	call = (struct call){ .arena = arena, .config = &config };
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		given.content_base64 = cases[i].content;
		url = cases[i].url;
		bad = enclosure_read(&call, (struct objects){ &given, 1 },
		    one(&url), &files);
		assert_int_equal(bad == NULL, cases[i].bytes > 0);
		if (bad != NULL) {
			assert_int_equal(bad->kind, cases[i].fault);
			continue;
		}
		assert_int_equal(files.bytes, cases[i].bytes);
		assert_string_equal(files.at[0].filename, "x.txt");
		assert_string_equal(files.at[0].content_type, "text/plain");
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(recipients), cmocka_unit_test(bcc_is_kept_only),
    cmocka_unit_test(enclosures))
