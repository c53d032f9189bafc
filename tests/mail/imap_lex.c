#include "mail/imap_lex.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#include "../check.h"

enum token { WORD, ATOM, STRING, NSTRING, ASTRING, SKIP, SKIP_REST };

/* One token of an input: what it is (NULL: none, and the cursor stays) and
 * where it ends. */
static const struct row {
	enum token	 token;
	const char	*in;
	const char	*out;
	size_t		 end;
} rows[] = {
	{ WORD, "FETCH (", "FETCH", 5 },
	{ WORD, "BODY[1]", "BODY", 4 },
	{ WORD, "BODY<0>", "BODY", 4 },
	{ WORD, " x", NULL, 0 },
	{ WORD, "", NULL, 0 },
	{ WORD, "\x01", NULL, 0 },
	{ ATOM, "\\Seen)", "\\Seen", 5 },
	{ ATOM, "a]b c", "a]b", 3 },
	{ ATOM, "(", NULL, 0 },
	{ ATOM, "\"a\"", NULL, 0 },
	{ ATOM, "{3}", NULL, 0 },
	{ ATOM, "gr\xc3\xbc ", "gr\xc3\xbc", 4 },
	{ STRING, "\"\" ", "", 2 },
	{ STRING, "\"a b\"c", "a b", 5 },
	{ STRING, "\"a\\\"b\\\\c\"", "a\"b\\c", 9 },
	{ STRING, "\"a\\nb\"", "anb", 6 },	/* lenient */
	{ STRING, "\"\xff\"", "\xff", 3 },
	{ STRING, "\"abc", NULL, 0 },
	{ STRING, "\"abc\\\"", NULL, 0 },
	{ STRING, "\"a\rb\"", NULL, 0 },
	{ STRING, "{3}\r\nabcd", "abc", 8 },
	{ STRING, "{3}\nabcd", "abc", 7 },
	{ STRING, "{003}\r\nabcd", "abc", 10 },
	{ STRING, "~{3}\r\nabcd", "abc", 9 },
	{ STRING, "{0}\r\n", "", 5 },
	{ STRING, "{4}\r\nabc", NULL, 0 },
	{ STRING, "{3}abc", NULL, 0 },
	{ STRING, "{-1}\r\nabc", NULL, 0 },
	{ STRING, "{}\r\nabc", NULL, 0 },
	{ STRING, "{18446744073709551615}\r\nabc", NULL, 0 },
	{ STRING, "{99999999999999999999}\r\nabc", NULL, 0 },
	{ STRING, "abc", NULL, 0 },
	{ NSTRING, "NIL)", "<nil>", 3 },
	{ NSTRING, "nil ", "<nil>", 3 },
	{ NSTRING, "\"NIL\"", "NIL", 5 },
	{ NSTRING, "NILS", NULL, 0 },
	{ ASTRING, "NIL", "NIL", 3 },
	{ ASTRING, "\"\"", "", 2 },
	{ ASTRING, "in{box", "in", 2 },
	{ ASTRING, ")", NULL, 0 },
	{ SKIP, "(a (b \"(\" {1}\r\n)) c) d", "", 20 },
	{ SKIP, "\"x\" y", "", 3 },
	{ SKIP, "((a)", NULL, 0 },
	{ SKIP, ")", NULL, 0 },
	{ SKIP_REST, " a (b)) c", "", 7 },
	{ SKIP_REST, " a (b)", NULL, 0 },
};

static bool
take(enum token token, struct imap_cursor *cursor, struct arena *arena,
    struct bytes *out)
{
	switch (token) {
	case WORD:
		return imap_lex_word(cursor, out);
	case ATOM:
		return imap_lex_atom(cursor, out);
	case STRING:
		return imap_lex_string(cursor, arena, out);
	case NSTRING:
		return imap_lex_nstring(cursor, arena, out);
	case ASTRING:
		return imap_lex_astring(cursor, arena, out);
	case SKIP:
		*out = bytes_of("");
		return imap_lex_skip(cursor);
	default:
		*out = bytes_of("");
		return imap_lex_skip_rest(cursor);
	}
}

/* In memory of exactly its size, so that a sanitizer sees what is read beyond
 * it. */
static void
start(struct arena *arena, struct imap_cursor *cursor, const char *in,
    size_t len)
{
	imap_lex_start(cursor, bytes_from(arena_copy(arena, in, len), len));
}

static void
each_token(void **state)
{
	struct imap_cursor	 cursor;
	struct arena		*arena = arena_open();
	struct bytes		 out;
	const char		*text;
	size_t			 i, len;
	bool			 taken;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start(arena, &cursor, rows[i].in, strlen(rows[i].in));
		taken = take(rows[i].token, &cursor, arena, &out);
		if (taken != (rows[i].out != NULL) ||
		    cursor.at != rows[i].end)
			fail_msg("%s: ends at %zu", rows[i].in, cursor.at);
		text = !taken ? "" : out.at == NULL ? "<nil>" :
		    bytes_text(arena, out);
		if (taken)
			assert_string_equal(text, rows[i].out);
		/* Byte by byte: every beginning is one token or none. */
		for (len = 0; len < strlen(rows[i].in); len++) {
			start(arena, &cursor, rows[i].in, len);
			if (!take(rows[i].token, &cursor, arena, &out))
				assert_int_equal(cursor.at, 0);
			assert_in_range(cursor.at, 0, len);
		}
	}
	arena_close(arena);
}

/* Depth needs no stack. */
static void
deep(void **state)
{
	enum { DEPTH = 1000000 };
	struct imap_cursor	 cursor;
	struct arena		*arena = arena_open();
	unsigned char		*text = arena_take(arena, 2 * DEPTH);

	(void)state;
	memset(text, '(', DEPTH);
	memset(text + DEPTH, ')', DEPTH);
	imap_lex_start(&cursor, bytes_from(text, 2 * DEPTH));
	assert_true(imap_lex_skip(&cursor));
	assert_true(imap_lex_at_end(&cursor));
	imap_lex_start(&cursor, bytes_from(text, 2 * DEPTH - 1));
	assert_false(imap_lex_skip(&cursor));
	assert_int_equal(cursor.at, 0);
	arena_close(arena);
}

static void
numbers(void **state)
{
	struct imap_cursor	 cursor;
	uint64_t		 number = 5;

	(void)state;
	imap_lex_start(&cursor, bytes_of("007x"));
	assert_true(imap_lex_number(&cursor, &number));
	assert_int_equal(number, 7);
	assert_false(imap_lex_number(&cursor, &number));
	imap_lex_start(&cursor, bytes_of("18446744073709551616"));
	assert_true(imap_lex_number(&cursor, &number));
	assert_true(number == UINT64_MAX);
	imap_lex_start(&cursor, bytes_of("-1"));
	assert_false(imap_lex_number(&cursor, &number));
}

/* Whether a line goes on with a literal; UINT64_MAX: it does not. */
static const struct {
	const char	*line;
	uint64_t	 len;
} lines[] = {
	{ "* 1 FETCH (BODY[] {12}", 12 },
	{ "* 1 FETCH (BODY[] {12+}", 12 },
	{ "* 1 FETCH (BODY[] ~{12}", 12 },
	{ "* LIST () \"/\" {3}", 3 },
	{ "* 1 FETCH (BODY[] {0}", 0 },
	{ "* 1 FETCH (BODY[] {-1}", UINT64_MAX },
	{ "* 1 FETCH (BODY[] {0x10}", UINT64_MAX },
	{ "* 1 FETCH (BODY[] {12} ", UINT64_MAX },
	{ "* OK text {12}", UINT64_MAX },
	{ "A1 NO [OVERQUOTA] {3}", UINT64_MAX },
	{ "+ {3}", UINT64_MAX },
	{ "", UINT64_MAX },
	{ "{3}", 3 },
};

static void
literals(void **state)
{
	uint64_t	 len;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		len = UINT64_MAX;
		if (!imap_lex_literal_follows(bytes_of(lines[i].line), &len))
			len = UINT64_MAX;
		if (len != lines[i].len)
			fail_msg("%s: %llu", lines[i].line,
			    (unsigned long long)len);
	}
}

CHECK_MAIN(
	cmocka_unit_test(each_token),
	cmocka_unit_test(deep),
	cmocka_unit_test(numbers),
	cmocka_unit_test(literals)
)
