#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/quoted.h"

/* kept NULL: nothing is left out. */
static const struct {
	const char	*text;
	const char	*kept;
} cases[] = {
	{ "", NULL },
	{ "Hello\n\nBye", NULL },
	{ "a > b\n2 > 1", NULL },
	{ "> only\n> quoted", NULL },
	{ "Yes.\n\n> Shall we?\n> A", "Yes." },
	{ "Yes.\n\nOn Tue, 28 Jul 2026, Anna <a@example.org> wrote:\n\n"
	  "> Shall we?\n>\n> A\n", "Yes." },
	{ "Yes.\n\nOn Tuesday, 28 July 2026 at 09:30, Anna Berg "
	  "<anna@example.org>\nwrote:\n> Shall we?\n", "Yes." },
	{ "Ja.\n\nAm 28.07.26 um 09:30 schrieb Anna:\n> Wollen wir?", "Ja." },
	{ "Oui.\n\nLe 28 juil. 2026, Anna a \xc3\xa9" "crit :\n> On y va ?",
	  "Oui." },
	{ "> one?\nFirst answer.\n> two?\nSecond answer.",
	  "First answer.\nSecond answer." },
	{ "These are:\n\n> a\n", "These are:" },
	{ "Done.\n\n-----Original Message-----\nFrom: A\nSubject: x\n\nOld",
	  "Done." },
	{ "Fertig.\n\n-----Urspr\xc3\xbcngliche Nachricht-----\nVon: A\n\nAlt",
	  "Fertig." },
	{ "FYI\n\n---------- Forwarded message ---------\nFrom: A\n\nNews",
	  NULL },
	{ "The original message was lost.", NULL },
	{ "-----Original Message-----\nFrom: A\n\nOld", NULL }
};

static void
leaves_out_what_is_quoted(void **state)
{
	struct arena	*arena = arena_open();
	const char	*kept;
	size_t		 i, dropped;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kept = quoted_fold(arena, cases[i].text, &dropped);
		assert_string_equal(kept, cases[i].kept == NULL ?
		    cases[i].text : cases[i].kept);
		if ((dropped == 0) != (cases[i].kept == NULL))
			fail_msg("%s: %zu", cases[i].text, dropped);
		assert_true(dropped <= utf8_count(cases[i].text) + 1);
	}
	arena_close(arena);
}

/* 200,000 lines of quotation are one pass. */
static void
takes_long_texts(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 text;
	size_t		 dropped;
	int		 i;

	(void)state;
	buf_start(&text, arena);
	buf_text(&text, "New.\n");
	for (i = 0; i < 200000; i++)
		buf_text(&text, "> a\n");
	assert_string_equal(quoted_fold(arena, buf_string(&text), &dropped),
	    "New.");
	assert_int_equal(dropped, 200000 * 4);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(leaves_out_what_is_quoted),
    cmocka_unit_test(takes_long_texts))
