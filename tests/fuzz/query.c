#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_lex.h"
#include "mail/imap_quote.h"
#include "mail/imap_search.h"

/* Outside of literals there is no line end and no control, and all that is
 * opened is closed: nothing of a caller's is a command. */
static bool
check_keys(struct bytes keys)
{
	struct imap_cursor	 cursor;
	struct bytes		 value;
	bool			 literals = false;
	size_t			 depth = 0;

	imap_lex_start(&cursor, keys);
	while (!imap_lex_at_end(&cursor)) {
		literals = literals || imap_lex_peek(&cursor) == '{';
		if (imap_lex_byte(&cursor, '('))
			depth++;
		else if (imap_lex_byte(&cursor, ')'))
			assert(depth-- > 0);
		else if (!imap_lex_byte(&cursor, ' '))
			assert(imap_lex_string(&cursor, NULL, &value) ||
			    imap_lex_atom(&cursor, &value));
		assert(depth <= IMAP_SEARCH_DEPTH);
	}
	assert(depth == 0);
	return literals;
}

/* What was written is itself a query, and written to the same. */
static void
check_again(struct arena *arena, struct bytes keys)
{
	struct imap_search	 search = { 0 };
	struct imap_criteria	 again;

	search.query = bytes_text(arena, keys);
	assert(imap_search_write(arena, &search, &again) == NULL);
	assert(bytes_equal(keys, buf_view(&again.keys)));
}

static void
check_search(struct arena *arena, const struct imap_search *search)
{
	struct imap_criteria	 criteria;
	const struct fault	*bad;

	if ((bad = imap_search_write(arena, search, &criteria)) != NULL) {
		assert(bad->kind == FAULT_ARGUMENT);
		fuzz_is_text(bad->detail);
	} else if (!check_keys(buf_view(&criteria.keys)) &&
	    search->query != NULL) {
		check_again(arena, buf_view(&criteria.keys));
	}
}

/* Any text that is written into a command is read back to the same. */
static void
check_quoted(struct arena *arena, const char *text)
{
	struct imap_cursor	 cursor;
	struct bytes		 value;
	struct buf		 buf;

	buf_start(&buf, arena);
	imap_astring(&buf, text);
	imap_lex_start(&cursor, buf_view(&buf));
	assert(imap_lex_astring(&cursor, arena, &value) &&
	    imap_lex_at_end(&cursor) && bytes_is(value, text));
	buf_cut(&buf, 0);
	imap_string(&buf, text);
	imap_lex_start(&cursor, buf_view(&buf));
	assert(imap_lex_string(&cursor, arena, &value) &&
	    imap_lex_at_end(&cursor) && bytes_is(value, text));
	buf_cut(&buf, 0);
	if (imap_flag(&buf, text))
		assert(bytes_is(buf_view(&buf), text) &&
		    !text_has_control(text));
}

/* The first byte chooses which argument the rest is. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct imap_search	 search = { 0 };
	const char		**arguments[] = {
		&search.query, &search.query, &search.query, &search.from,
		&search.since, &search.header, &search.keyword, &search.text
	};
	struct arena		*arena;
	const char		*text;

	if (len == 0)
		return 0;
	arena = arena_open();
	text = bytes_text(arena, bytes_from(at + 1, len - 1));
	check_quoted(arena, text);
	text = utf8_clean(arena, bytes_of(text));
	*arguments[at[0] % (sizeof(arguments) / sizeof(arguments[0]))] = text;
	search.unread = (at[0] & 0x40) != 0;
	search.larger = at[0] & 0x80;
	if (search.query != NULL && (search.unread || search.larger > 0))
		search.before = "2026-01-31";
	check_search(arena, &search);
	arena_close(arena);
	return 0;
}
