#include "script.h"

#include "mail/part.h"
#include "mail/part_stream.h"

#define WHOLE	"UID FETCH 7 (BODY.PEEK[2])"
#define FIRST	"UID FETCH 7 (BODY.PEEK[2]<0.262144>)"
#define SECOND	"UID FETCH 7 (BODY.PEEK[2]<262144.262144>)"
#define THIRD	"UID FETCH 7 (BODY.PEEK[2]<524288.262144>)"
#define HELLO	"* 1 FETCH (UID 7 BODY[2] {8}\naGVsbG8=)\n@ OK\n"
#define HELL	"* 1 FETCH (UID 7 BODY[2] {8}\naGVsbA==)\n@ OK\n"
#define START	"* 1 FETCH (UID 7 BODY[2]<0> {8}\naGVsbG8=)\n@ OK\n"
#define EMPTY	"* 1 FETCH (UID 7 BODY[2]<262144> \"\")\n@ OK\n"
#define AFTER	"* 1 FETCH (UID 7 BODY[2]<524288> \"\")\n@ OK\n"

enum { ANY = 100 };

static const struct part	 part = {
	.number = "2", .type = "application", .subtype = "octet-stream",
	.encoding = "base64", .size = 8
};

/* What a server says, and what comes of reading the whole part. */
static const struct {
	const char	*name;
	const char	*said;
	size_t		 most;
	int		 fault;		/* -1: "hello" is read */
	bool		 usable;	/* the session, behind it */
} rows[] = {
	{ "whole", HELLO, ANY, -1, true },
	{ "exactly as large as may be", HELLO, 5, -1, true },
	{ "larger than may be", HELLO, 4, FAULT_LIMIT, true },
	{ "the message is gone", "@ OK\n", ANY, FAULT_MESSAGE, true },
	{ "there is no such part", "* 1 FETCH (UID 7 BODY[2] NIL)\n@ OK\n",
	  ANY, FAULT_MESSAGE, true },
	{ "another part than asked for",
	  "* 1 FETCH (UID 7 BODY[3] \"aa\")\n@ OK\n", ANY, FAULT_MESSAGE,
	  true },
	{ "refused", "@ NO [NOPERM] no\n", ANY, FAULT_PERMISSION, true },
	{ "the line is cut within the literal",
	  "* 1 FETCH (UID 7 BODY[2] {800}\naGVsbG8=\n", ANY, FAULT_PROTOCOL,
	  false }
};

static void
reads(void **state)
{
	struct part_stream	*stream;
	const struct fault	*bad;
	struct script		 script;
	struct bytes		 content;
	struct turn		 turns[] = {
		{ WHOLE, NULL }, { "LOGOUT", "" }, { NULL, NULL }
	};
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		turns[0].answer = rows[i].said;
		turns[1].command = rows[i].usable ? "LOGOUT" : NULL;
		script_begin(&script, "UIDPLUS", turns);
		part_stream_open(script.imap, script.arena, 7, &part,
		    &stream);
		bad = part_stream_whole(stream, script.arena, rows[i].most,
		    &content);
		assert_int_equal(bad == NULL ? -1 : (int)bad->kind,
		    rows[i].fault);
		if (bad == NULL)
			assert_true(bytes_is(content, "hello"));
		part_stream_close(stream);
		assert_int_equal(imap_is_usable(script.imap), rows[i].usable);
		script_end(&script);
	}
}

/* The length is told before the first byte; a part that then is another is
 * never taken for whole. */
static void
tells_the_length(void **state)
{
	static const struct {
		const char	*then;
		bool		 good;
	} cases[] = { { HELLO, true }, { HELL, false } };
	struct turn		 turns[] = {
		{ FIRST, START }, { SECOND, EMPTY }, { THIRD, AFTER },
		{ WHOLE, NULL }, { NULL, NULL }
	};
	struct part_stream	*stream;
	const struct fault	*bad;
	struct script		 script;
	struct bytes		 content;
	int64_t			 length;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turns[3].answer = cases[i].then;
		script_begin(&script, "UIDPLUS", turns);
		part_stream_open(script.imap, script.arena, 7, &part,
		    &stream);
		assert_null(part_stream_length(stream, &length));
		assert_int_equal(length, 5);
		bad = part_stream_whole(stream, script.arena, ANY, &content);
		assert_int_equal(bad == NULL, cases[i].good);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_PROTOCOL);
		part_stream_close(stream);
		script_end(&script);
	}
}

/* What a server says before it is asked counts for no flight: not as more than
 * one may hold either. */
static void
takes_what_came_before(void **state)
{
	static const struct turn	 turns[] = {
		{ "NOOP", "@ OK\n* 1 FETCH (UID 7 BODY[2] {8}\naGVsbG8=)\n"
		  "A3 OK\n" },
		{ WHOLE, "" }, { NULL, NULL }
	};
	struct part_stream		*stream;
	struct script			 script;
	struct bytes			 content;
	struct buf			 text;
	int				 i;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	buf_start(&text, script.arena);
	buf_text(&text, "NOOP");
	imap_queue(script.imap, script.arena, &text);
	assert_null(imap_run(script.imap));
	for (i = 0; i < ANY && (i == 0 || imap_is_usable(script.imap)); i++)
		clock_sleep_until(clock_ms() + 50);
	part_stream_open(script.imap, script.arena, 7, &part, &stream);
	assert_null(part_stream_whole(stream, script.arena, ANY, &content));
	assert_true(bytes_is(content, "hello"));
	part_stream_close(stream);
	script_end(&script);
}

CHECK_MAIN(cmocka_unit_test(reads), cmocka_unit_test(tells_the_length),
    cmocka_unit_test(takes_what_came_before))
