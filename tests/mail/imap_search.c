#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_search.h"

/* expected NULL: refused. */
static const struct {
	const char	*query;
	const char	*expected;
} queries[] = {
	{ "ALL", "ALL" },
	{ "unseen", "UNSEEN" },
	{ "FROM anna", "FROM \"anna\"" },
	{ "from \"Anna B\"  subject x", "FROM \"Anna B\" SUBJECT \"x\"" },
	{ "OR FROM a FROM b", "OR FROM \"a\" FROM \"b\"" },
	{ "NOT (SEEN FLAGGED)", "NOT (SEEN FLAGGED)" },
	{ "( ALL ( SEEN ) )", "(ALL (SEEN))" },
	{ "SINCE 2026-01-31", "SINCE 31-Jan-2026" },
	{ "SINCE 1-jan-2026", "SINCE 1-Jan-2026" },
	{ "BEFORE \"1-Jan-2026\"", "BEFORE 1-Jan-2026" },
	{ "SENTON 2024-02-29", "SENTON 29-Feb-2024" },
	{ "LARGER 1000 YOUNGER 86400", "LARGER 1000 YOUNGER 86400" },
	{ "KEYWORD $Important", "KEYWORD $Important" },
	{ "HEADER List-Id \"dev team\"", "HEADER List-Id \"dev team\"" },
	{ "UID 1:5,9,20:*", "UID 1:5,9,20:*" },
	{ "1:* UID 5", "1:* UID 5" },
	{ "TEXT \"a\\\"b\\\\c\"", "TEXT \"a\\\"b\\\\c\"" },
	{ "TEXT \"OR ALL\"", "TEXT \"OR ALL\"" },
	{ "SUBJECT gr\xc3\xbc\xc3\x9f", "SUBJECT {6}\r\ngr\xc3\xbc\xc3\x9f" },
	{ "X-GM-RAW \"has:attachment\"", "X-GM-RAW \"has:attachment\"" },
	{ "ALL NOT DELETED", "ALL NOT DELETED" },
	{ "invoice from anna", NULL },
	{ "FROM", NULL },
	{ "FROM \"anna", NULL },
	{ "\"ALL\"", NULL },
	{ "(ALL", NULL },
	{ "ALL)", NULL },
	{ "a) OR (ALL", NULL },
	{ "()", NULL },
	{ "   ", NULL },
	{ "NOT", NULL },
	{ "OR SEEN", NULL },
	{ "SINCE yesterday", NULL },
	{ "SINCE 2026-02-29", NULL },
	{ "SINCE 2026-13-01", NULL },
	{ "SINCE 0-Jan-2026", NULL },
	{ "LARGER -1", NULL },
	{ "LARGER 4294967296", NULL },
	{ "KEYWORD \\Seen", NULL },
	{ "KEYWORD \"a b\"", NULL },
	{ "HEADER \"a: b\" c", NULL },
	{ "UID 0", NULL },
	{ "UID 1:2:3", NULL },
	{ "UID 1,", NULL },
	{ "UID 5 FETCH", NULL },
	{ "x\r\nA9 DELETE INBOX", NULL },
	{ "TEXT \"x\r\nA9 DELETE INBOX\"", NULL },
	{ "a\" OR ALL \"", NULL },
	{ "CHARSET UTF-8 ALL", NULL },
	{ "RETURN (ALL) ALL", NULL },
	{ "((((((((((((ALL))))))))))))", NULL }
};

static void
reads_queries_by_their_grammar(void **state)
{
	struct imap_search	 search = { 0 };
	struct imap_criteria	 criteria;
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		search.query = queries[i].query;
		bad = imap_search_write(arena, &search, &criteria);
		if (queries[i].expected == NULL) {
			if (bad == NULL)
				fail_msg("taken: %s", queries[i].query);
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
			continue;
		}
		if (bad != NULL)
			fail_msg("%s: %s", queries[i].query, bad->detail);
		assert_string_equal(buf_string(&criteria.keys),
		    queries[i].expected);
	}
	arena_close(arena);
}

static void
limits_a_query(void **state)
{
	struct imap_search	 search = { 0 };
	struct imap_criteria	 criteria;
	struct arena		*arena = arena_open();
	struct buf		 text;
	int			 i;

	(void)state;
	buf_start(&text, arena);
	for (i = 0; i < IMAP_SEARCH_KEYS; i++)
		buf_text(&text, "ALL ");
	search.query = buf_string(&text);
	assert_null(imap_search_write(arena, &search, &criteria));
	buf_text(&text, "ALL");
	search.query = buf_string(&text);
	assert_non_null(imap_search_write(arena, &search, &criteria));
	buf_cut(&text, 0);
	buf_text(&text, "TEXT ");
	for (i = 0; i < IMAP_SEARCH_CHARS; i++)
		buf_byte(&text, 'x');
	search.query = buf_string(&text);
	assert_null(imap_search_write(arena, &search, &criteria));
	buf_byte(&text, 'x');
	search.query = buf_string(&text);
	assert_non_null(imap_search_write(arena, &search, &criteria));
	arena_close(arena);
}

static const struct {
	struct imap_search	 search;
	const char		*expected;
} searches[] = {
	{ { 0 }, "ALL" },
	{ { .unread = true, .flagged = true }, "UNSEEN FLAGGED" },
	{ { .from = "anna", .subject = "a\" OR ALL \"" },
	  "FROM \"anna\" SUBJECT \"a\\\" OR ALL \\\"\"" },
	{ { .text = "a) OR (ALL" }, "TEXT \"a) OR (ALL\"" },
	{ { .body = "ALL NOT DELETED" }, "BODY \"ALL NOT DELETED\"" },
	{ { .text = "\xe6\x97\xa5" }, "TEXT {3}\r\n\xe6\x97\xa5" },
	{ { .since = "2026-07-28T09:00:00Z", .before = "2026-08-01" },
	  "SINCE 28-Jul-2026 BEFORE 1-Aug-2026" },
	{ { .larger = 5, .smaller = 9 }, "LARGER 5 SMALLER 9" },
	{ { .header = "List-Id: dev" }, "HEADER List-Id \"dev\"" },
	{ { .header = "List-Id" }, "HEADER List-Id \"\"" },
	{ { .keyword = "$Junk", .query = "NOT SEEN" },
	  "KEYWORD $Junk NOT SEEN" },
	{ { .answered = true, .to = "", .cc = "bo" },
	  "ANSWERED CC \"bo\"" },
	{ { .text = "x\r\nA9 DELETE INBOX" }, NULL },
	{ { .text = "a\x01" }, NULL },
	{ { .since = "28.7.2026" }, NULL },
	{ { .before = "2026-07-28x" }, NULL },
	{ { .header = "List Id: dev" }, NULL },
	{ { .header = ": dev" }, NULL },
	{ { .header = "X: a\r\nb" }, NULL },
	{ { .keyword = "\\Seen" }, NULL },
	{ { .keyword = "a b" }, NULL },
	{ { .keyword = "a)" }, NULL },
	{ { .query = "(" }, NULL }
};

static void
writes_values_as_data(void **state)
{
	struct imap_criteria	 criteria;
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(searches) / sizeof(searches[0]); i++) {
		bad = imap_search_write(arena, &searches[i].search,
		    &criteria);
		if (searches[i].expected == NULL) {
			if (bad == NULL)
				fail_msg("taken: %zu", i);
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
			continue;
		}
		assert_null(bad);
		assert_string_equal(buf_string(&criteria.keys),
		    searches[i].expected);
		assert_int_equal(criteria.utf8,
		    strchr(searches[i].expected, '{') != NULL);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads_queries_by_their_grammar),
    cmocka_unit_test(limits_a_query),
    cmocka_unit_test(writes_values_as_data))
