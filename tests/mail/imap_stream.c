#include "script.h"

#include "mail/imap_stream.h"

#define ASKED	"UID FETCH 7 (BODY.PEEK[2.1])"
#define FAREWELL	"LOGOUT"	/* by who has a session yet */
#define GOOD	"* 1 FETCH (UID 7 BODY[2.1] {5}\nhello)\n@ OK done\n"

enum {
	OVER = 0x100,	/* beside a fault: the session is, too */
	ROOM = 64,
	STILL_MS = 2000,
	LONG_BYTES = IMAP_LITERAL_BYTES + 1024 * 1024,
	LITTLE_BYTES = 64 * 1024	/* more memory than before */
};

/* What a server says to that, and what is read, or NULL and which fault that
 * is. */
static const struct {
	const char	*name;
	const char	*said;
	const char	*expected;
	int		 fault;
} rows[] = {
	{ "a literal", GOOD, "hello", 0 },
	{ "its UID behind it",
	  "* 1 FETCH (BODY[2.1] {5}\nhello UID 7)\n@ OK\n", "hello", 0 },
	{ "its start told unasked",
	  "* 1 FETCH (UID 7 BODY[2.1]<0> {5}\nhello)\n@ OK\n", "hello", 0 },
	{ "small letters, and blanks",
	  "* 1 fetch (uid 7 body[2.1]  {5}\nhello)\n@ OK\n", "hello", 0 },
	{ "a string", "* 1 FETCH (UID 7 BODY[2.1] \"he\\\"lo\")\n@ OK\n",
	  "he\"lo", 0 },
	{ "an empty literal", "* 1 FETCH (UID 7 BODY[2.1] {0}\n)\n@ OK\n", "",
	  0 },
	{ "an empty string", "* 1 FETCH (UID 7 BODY[2.1] \"\")\n@ OK\n", "",
	  0 },
	{ "what looks like an end",
	  "* 1 FETCH (UID 7 BODY[2.1] {8}\n)\nA1 OK)\n@ OK\n",
	  ")\r\nA1 OK", 0 },
	{ "others' responses before and between",
	  "* 9 EXISTS\n* 3 FETCH (FLAGS ())\n* 1 FETCH (FLAGS (\\Seen) UID 7 "
	  "BODY[2.1] {5}\nhello)\n* 10 EXISTS\n@ OK\n", "hello", 0 },
	{ "told twice", "* 1 FETCH (UID 7 BODY[2.1] {5}\nhello)\n"
	  "* 1 FETCH (UID 7 BODY[2.1] {5}\nhallo)\n@ OK\n", "hello", 0 },
	{ "another literal before it is kept",
	  "* 1 FETCH (UID 7 BODY[2.1.MIME] {9}\nBODY[2.1] BODY[2.1] {5}\n"
	  "hello)\n@ OK\n", "hello", 0 },
	{ "no such section", "* 1 FETCH (UID 7 BODY[2.1] NIL)\n@ OK\n", NULL,
	  FAULT_MESSAGE },
	{ "no such message", "@ OK\n", NULL, FAULT_MESSAGE },
	{ "another section", "* 1 FETCH (UID 7 BODY[1] {5}\nhello)\n@ OK\n",
	  NULL, FAULT_MESSAGE },
	{ "a section that ends like it",
	  "* 1 FETCH (UID 7 BODY[1.2.1] {5}\nhello)\n@ OK\n", NULL,
	  FAULT_MESSAGE },
	{ "another message's", "* 2 FETCH (UID 8 BODY[2.1] {5}\nhello)\n"
	  "@ OK\n", NULL, FAULT_PROTOCOL },
	{ "nobody's", "* LIST () \"/\" BODY[2.1] {5}\nhello\n@ OK\n", NULL,
	  FAULT_PROTOCOL },
	{ "refused", "@ NO [NOPERM] no\n", NULL, FAULT_PERMISSION },
	{ "refused behind it",
	  "* 1 FETCH (UID 7 BODY[2.1] {5}\nhello)\n@ NO no\n", NULL,
	  FAULT_REFUSED },
	{ "the server is gone", "* BYE\n", NULL, FAULT_UNAVAILABLE | OVER },
	{ "gone within it", "* 1 FETCH (UID 7 BODY[2.1] {9}\nhello\n", NULL,
	  FAULT_PROTOCOL | OVER },
	{ "gone behind it", "* 1 FETCH (UID 7 BODY[2.1] {5}\nhello)\n", NULL,
	  FAULT_PROTOCOL | OVER },
	{ "does not close", "* 1 FETCH (UID 7 BODY[2.1] {5}\nhello\n@ OK\n",
	  NULL, FAULT_PROTOCOL | OVER },
	{ "an answer to nothing",
	  "* 1 FETCH (UID 7 BODY[2.1] {5}\nhello)\nA99 OK\n", NULL,
	  FAULT_PROTOCOL | OVER }
};

static void
begin(struct script *script, const struct turn *turns,
    struct imap_stream *stream)
{
	script_begin(script, "UIDPLUS", turns);
	*stream = (struct imap_stream){
		.imap = script->imap, .uid = 7, .section = "2.1",
		.still_ms = STILL_MS
	};
}

/* All of it, in pieces of that many bytes. */
static const struct fault *
read_all(struct imap_stream *stream, struct arena *arena, size_t size,
    const char **text)
{
	const struct fault	*bad;
	unsigned char		 piece[ROOM];
	struct buf		 all;
	size_t			 len;

	buf_start(&all, arena);
	if ((bad = imap_stream_start(stream, arena)) != NULL)
		return bad;
	do {
		bad = imap_stream_read(stream, piece, size, &len);
		if (bad != NULL)
			return bad;
		assert_true(len <= size);
		buf_bytes(&all, bytes_from(piece, len));
	} while (len > 0);
	*text = buf_string(&all);
	return NULL;
}

static void
reads(void **state)
{
	struct turn		 turns[] = {
		{ ASKED, NULL }, { FAREWELL, "" }, { NULL, NULL }
	};
	const struct fault	*bad;
	struct imap_stream	 stream;
	struct script		 script;
	const char		*text;
	size_t			 i, size;
	bool			 over;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		over = (rows[i].fault & OVER) != 0;
		turns[0].answer = rows[i].said;
		turns[1].command = over ? NULL : FAREWELL;
		for (size = 1; size <= ROOM; size *= 8) {
			begin(&script, turns, &stream);
			bad = read_all(&stream, script.arena, size, &text);
			if (rows[i].expected != NULL) {
				assert_null(bad);
				assert_string_equal(text, rows[i].expected);
			} else {
				assert_non_null(bad);
				assert_int_equal(bad->kind,
				    rows[i].fault & ~OVER);
			}
			assert_int_equal(imap_is_usable(script.imap),
			    !over);
			script_end(&script);
		}
	}
}

/* The session is nobody else's meanwhile, and free with the last byte. */
static void
has_the_session(void **state)
{
	static const struct turn	 turns[] = {
		{ ASKED, GOOD }, { "NOOP", "@ OK\n" }, { FAREWELL, "" },
		{ NULL, NULL }
	};
	struct imap_stream	 stream;
	struct imap_command	*command;
	struct script		 script;
	unsigned char		 piece[ROOM];
	struct buf		 text;
	size_t			 len;

	(void)state;
	begin(&script, turns, &stream);
	assert_null(imap_stream_start(&stream, script.arena));
	assert_false(imap_is_usable(script.imap));
	assert_null(imap_stream_read(&stream, piece, 4, &len));
	assert_int_equal(len, 4);
	assert_false(imap_is_usable(script.imap));
	assert_null(imap_stream_read(&stream, piece, 4, &len));
	assert_int_equal(len, 1);
	assert_true(imap_is_usable(script.imap));
	buf_start(&text, script.arena);
	buf_text(&text, "NOOP");
	command = imap_queue(script.imap, script.arena, &text);
	assert_null(imap_run(script.imap));
	assert_int_equal(command->outcome, IMAP_OK);
	script_end(&script);
}

/* A server's answer with a literal of so many bytes. */
static const char *
long_answer(struct arena *arena, size_t len)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_format(&text, "* 1 FETCH (UID 7 BODY[2.1] {%zu}\n", len);
	memset(buf_room(&text, len), 'x', len);
	buf_text(&text, ")\n@ OK\n");
	return buf_string(&text);
}

/* More than may be held in memory is streamed, and takes none. */
static void
is_long(void **state)
{
	struct arena		*arena = arena_open();
	struct turn		 turns[] = {
		{ ASKED, NULL }, { FAREWELL, "" }, { NULL, NULL }
	};
	struct imap_stream	 stream;
	struct script		 script;
	unsigned char		 piece[16 * 1024];
	size_t			 before, all = 0, len;

	(void)state;
	turns[0].answer = long_answer(arena, LONG_BYTES);
	begin(&script, turns, &stream);
	before = arena_size(script.arena);
	assert_null(imap_stream_start(&stream, script.arena));
	do {
		assert_null(imap_stream_read(&stream, piece, sizeof(piece),
		    &len));
		all += len;
	} while (len > 0);
	assert_int_equal(all, LONG_BYTES);
	assert_true(arena_size(script.arena) - before < LITTLE_BYTES);
	script_end(&script);
	arena_close(arena);
}

/* A little that is not wanted is read, so that the session stays. */
static void
gives_up(void **state)
{
	static const size_t	 lens[] = {
		1000, IMAP_STREAM_REST_BYTES, IMAP_STREAM_REST_BYTES + 2000
	};
	struct arena		*arena = arena_open();
	struct turn		 turns[] = {
		{ ASKED, NULL }, { FAREWELL, "" }, { NULL, NULL }
	};
	struct imap_stream	 stream;
	struct script		 script;
	unsigned char		 piece[ROOM];
	size_t			 i, len;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		turns[0].answer = long_answer(arena, lens[i]);
		turns[1].command = lens[i] <= IMAP_STREAM_REST_BYTES ?
		    FAREWELL : NULL;
		begin(&script, turns, &stream);
		assert_null(imap_stream_start(&stream, script.arena));
		assert_null(imap_stream_read(&stream, piece, sizeof(piece),
		    &len));
		imap_stream_give_up(&stream);
		assert_int_equal(imap_is_usable(script.imap),
		    lens[i] <= IMAP_STREAM_REST_BYTES);
		imap_close(script.imap);
		script.imap = NULL;
		(void)peer_stop(&script.peer);
		arena_close(script.arena);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads), cmocka_unit_test(has_the_session),
    cmocka_unit_test(is_long), cmocka_unit_test(gives_up))
