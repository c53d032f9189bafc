#include "data/utf7.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/text.h"

#include "../check.h"

/* What a server says and the name in it; NULL: it is encoded wrongly. */
static const struct row {
	const char	*encoded;
	const char	*text;
} rows[] = {
	{ "INBOX", "INBOX" },
	{ "", "" },
	{ "a~b", "a~b" },
	{ "R&-D", "R&D" },
	{ "&-&-", "&&" },
	{ "Entw&APw-rfe", "Entwürfe" },
	{ "&U,BTFw-", "台北" },
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語" },
	{ "&2D3eAA-", "😀" },
	{ "a&AOQA9g-&-&APw-", "aäö&ü" },
	{ "R&D", NULL },		/* no end */
	{ "&AB-", NULL },		/* not a whole unit */
	{ "&AB-&&&-&////-", NULL },
	{ "&APx-", NULL },		/* bits left over are not 0 */
	{ "&AGE-", NULL },		/* "a" needs no shift */
	{ "&AOQ-&APY-", NULL },		/* one shift would do */
	{ "&AA0ACg-A2 DELETE x", NULL }, /* CR LF */
	{ "&AAA-", NULL },		/* NUL */
	{ "&AIU-", NULL },		/* C1 */
	{ "&2D0-", NULL },		/* half a pair */
	{ "&3gA-", NULL },
	{ "&2D3YPQ-", NULL },
	{ "&AP/-", NULL },		/* a slash is not of the alphabet */
	{ "&AP+AAA=-", NULL },
	{ "Entw\xc3\xbcrfe", NULL },	/* eight bits */
	{ "\xff", NULL },
	{ "a\rb", NULL },
};

static void
each_name(void **state)
{
	struct arena	*arena = arena_open();
	const char	*text;
	size_t		 i;
	bool		 good;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		good = utf7_read(arena, rows[i].encoded, &text);
		if (good != (rows[i].text != NULL))
			fail_msg("%s", rows[i].encoded);
		if (!good)
			continue;
		assert_string_equal(text, rows[i].text);
		assert_string_equal(utf7_write(arena, text),
		    rows[i].encoded);
	}
	arena_close(arena);
}

/* Any text comes back as it was. */
static void
round_trip(void **state)
{
	static const char *const	 texts[] = { "a&b&-c", "&", "-", "ü&",
	    "&-", "日本 & 😀x", "\xef\xbf\xbd" };
	struct arena			*arena = arena_open();
	const char			*text;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_true(utf7_read(arena, utf7_write(arena, texts[i]),
		    &text));
		assert_string_equal(text, texts[i]);
	}
	arena_close(arena);
}

/* What a forgiving server might take them for. */
static const struct row	 loose_rows[] = {
	{ "INBOX", "INBOX" }, { "R&-D", "R&D" }, { "R&D", "R&D" },
	{ "&AGE-", "a" }, { "&AEM-onnected", "Connected" },
	{ "x&AEEAQg-&AEM-", "xABC" }, { "a&", "a&" }, { "&AC8-x", "/x" },
	{ "&AP/-", "&AP/-" }, { "&APw-&", "ü&" }, { "&2D0-", "" },
};

static void
loosely(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(loose_rows) / sizeof(loose_rows[0]); i++)
		assert_string_equal(utf7_read_loosely(arena,
		    loose_rows[i].encoded), loose_rows[i].text);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(loosely),
	cmocka_unit_test(each_name),
	cmocka_unit_test(round_trip)
)
