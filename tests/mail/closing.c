#include "../check.h"

#include "base/arena.h"
#include "mail/closing.h"

#define SIGNATURE	"Anna Müller\n<b>Zürich</b>"
#define HTML		"Anna Müller<br>\r\n&lt;b&gt;Zürich&lt;/b&gt;"
#define DIV		"\n<div><br>-- <br>\n" HTML "</div>\n"

/* A text, and what it is with a signature. */
static const struct row {
	const char	*text;
	const char	*closed;
} texts[] = {
	{ "Ja.", "Ja.\n\n-- \n" SIGNATURE "\n" },
	{ "Ja.\n", "Ja.\n\n-- \n" SIGNATURE "\n" },
	{ "", "\n-- \n" SIGNATURE "\n" },
	{ "Anna Müller", "Anna Müller\n\n-- \n" SIGNATURE "\n" },
	{ "Ja.\n\n" SIGNATURE, "Ja.\n\n" SIGNATURE },
	{ "Ja.\n-- \n" SIGNATURE "\n\n", "Ja.\n-- \n" SIGNATURE "\n\n" },
	{ "Ja, Hanna", "Ja, Hanna\n\n-- \n" SIGNATURE "\n" },
	{ SIGNATURE "\nPS", SIGNATURE "\nPS\n\n-- \n" SIGNATURE "\n" }
};

static const struct row	 documents[] = {
	{ "<p>Ja.</p>", "<p>Ja.</p>" DIV },
	{ "<html><body>Ja.</body></html>",
	    "<html><body>Ja." DIV "</body></html>" },
	{ "<p>Ja.</p><p>Anna Müller<br>&lt;b&gt;Z&uuml;rich&lt;/b&gt;</p>",
	    "<p>Ja.</p><p>Anna Müller<br>&lt;b&gt;Z&uuml;rich&lt;/b&gt;</p>"
	    },
	{ "<p>Ja.</p><p>Anna Müller</p><p><b>Zürich</b></p>",
	    "<p>Ja.</p><p>Anna Müller</p><p><b>Zürich</b></p>" DIV }
};

static void
closed_texts(void **state)
{
	struct arena	*arena = arena_open();
	const char	*closed;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		closed = closing_text(arena, texts[i].text, SIGNATURE);
		assert_string_equal(closed, texts[i].closed);
		assert_string_equal(closing_text(arena, closed, SIGNATURE),
		    closed);
	}
	assert_string_equal(closing_text(arena, "Ja.\nAnna", "Anna"),
	    "Ja.\nAnna");
	assert_string_equal(closing_text(arena, "Ja, Hanna", "anna"),
	    "Ja, Hanna\n\n-- \nanna\n");
	assert_string_equal(closing_text(arena, "Ja.", " \n"), "Ja.");
	arena_close(arena);
}

static void
closed_documents(void **state)
{
	struct arena	*arena = arena_open();
	const char	*closed;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		closed = closing_html(arena, documents[i].text, HTML);
		assert_string_equal(closed, documents[i].closed);
		assert_string_equal(closing_html(arena, closed, HTML),
		    closed);
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(closed_texts),
	cmocka_unit_test(closed_documents)
)
