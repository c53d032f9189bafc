#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/address.h"
#include "mail/quoted.h"
#include "mail/quoting.h"

static const struct address	 bob = { "Bob <b>", "bob@example.net" };
static const struct address	 many[] = {
	{ NULL, "anna@example.org" }, { "C & D", "c@example.net" }
};

static struct quoting
make(const char *text)
{
	struct quoting	 quoting = {
		.from = { &bob, 1 }, .to = { many, 2 },
		.subject = "Plan <1>", .text = text,
		.date = { 1785224400, 120 }, .has_date = true
	};

	return quoting;
}

#define WHEN	"Tue, 28 Jul 2026 09:40:00 +0200"
#define INTRO	"On " WHEN ", Bob <b> <bob@example.net> wrote:\n"
#define HEADER	"---------- Forwarded message ----------\n"		\
		"From: Bob <b> <bob@example.net>\nDate: " WHEN "\n"	\
		"Subject: Plan <1>\n"					\
		"To: anna@example.org, C & D <c@example.net>\n\n"

/* Own text, the other's; an answer, and it forwarded. */
static const struct row {
	const char	*own, *text;
	const char	*reply, *forward;
} rows[] = {
	{ "Yes.", "Well?\n", "Yes.\n\n" INTRO "> Well?\n",
	    "Yes.\n\n" HEADER "Well?\n" },
	{ "Yes.\n", "a\n\n> b\n>> c\nd", "Yes.\n\n" INTRO
	    "> a\n>\n>> b\n>>> c\n> d\n", "Yes.\n\n" HEADER
	    "a\n\n> b\n>> c\nd\n" },
	{ "", "x", INTRO "> x\n", HEADER "x\n" },
	{ "x\n", "", "x\n\n" INTRO, "x\n\n" HEADER },
	{ "x", "\n", "x\n\n" INTRO ">\n", "x\n\n" HEADER "\n" },
	{ "שלום \U0001F600", "مرحبا", "שלום \U0001F600\n\n" INTRO "> مرحبا\n",
	    "שלום \U0001F600\n\n" HEADER "مرحبا\n" }
};

static void
texts(void **state)
{
	struct arena	*arena = arena_open();
	struct quoting	 quoting;
	size_t		 i, dropped;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		quoting = make(rows[i].text);
		assert_string_equal(quoting_reply(arena, rows[i].own,
		    &quoting), rows[i].reply);
		assert_string_equal(quoting_forward(arena, rows[i].own,
		    &quoting), rows[i].forward);
	}
	/* What we quote we fold away when we read it. */
	assert_string_equal(text_trim(arena, quoted_fold(arena, rows[1].reply,
	    &dropped)), "Yes.");
	arena_close(arena);
}

static void
unknown_senders(void **state)
{
	struct arena	*arena = arena_open();
	struct quoting	 quoting = { .text = "x" };

	(void)state;
	assert_string_equal(quoting_reply(arena, "", &quoting),
	    "the sender wrote:\n> x\n");
	assert_string_equal(quoting_forward(arena, "", &quoting),
	    "---------- Forwarded message ----------\n\nx\n");
	arena_close(arena);
}

/* Own HTML, and what of it stands where. */
static const struct document {
	const char	*own;
	const char	*before, *behind;
} documents[] = {
	{ "<p>Yes</p>", "<p>Yes</p>", "" },
	{ "<html><body><p>Yes</p></BODY></html>", "<html><body><p>Yes</p>",
	    "</BODY></html>" },
	{ "<html>Yes</html>", "<html>Yes", "</html>" },
	{ "", "", "" }
};

static void
check_document(struct arena *arena, const char *made,
    const struct document *document, const char *within)
{
	assert_true(text_starts(made, document->before));
	assert_true(text_ends_case(made, document->behind));
	assert_non_null(strstr(made, within));
	assert_true((size_t)(strstr(made, within) - made) >=
	    strlen(document->before));
	assert_non_null(strstr(made, text_format(arena, "Bob &lt;b&gt;")));
	assert_null(strstr(made, "Bob <b>"));
}

static void
html(void **state)
{
	struct arena	*arena = arena_open();
	struct quoting	 quoting = make("1 < 2\n  <script>");
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		check_document(arena, quoting_reply_html(arena,
		    documents[i].own, &quoting), &documents[i],
		    "1 &lt; 2\n  &lt;script&gt;");
		check_document(arena, quoting_forward_html(arena,
		    documents[i].own, &quoting), &documents[i],
		    "Subject: Plan &lt;1&gt;<br>");
	}
	quoting.html = "<b>bold</b>";
	assert_non_null(strstr(quoting_reply_html(arena, "", &quoting),
	    "<blockquote"));
	assert_non_null(strstr(quoting_reply_html(arena, "", &quoting),
	    "\n<b>bold</b>\n</blockquote>"));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(texts),
	cmocka_unit_test(unknown_senders),
	cmocka_unit_test(html)
)
