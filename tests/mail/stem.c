#include "../check.h"

#include "base/arena.h"
#include "mail/stem.h"

#define STRASSE	"Stra\xc3\x9f" "e"

static const struct {
	const char	*subject, *stem, *needle;
} cases[] = {
	{ NULL, NULL, NULL },
	{ "", NULL, NULL },
	{ "Re: AW: ", NULL, NULL },
	{ "Hi!", NULL, NULL },
	{ "12345", NULL, NULL },
	{ "Lunch", "lunch", "lunch" },
	{ "Re: AW: Lunch", "lunch", "lunch" },
	{ "Invoice 4711 of 2026-03-01", "invoice # of #-#-#", "invoice" },
	{ "  Weekly \t news  No. 12", "weekly news no. #",
	  "weekly news no." },
	{ STRASSE " 5: Plan", "stra\xc3\x9f" "e #: plan", ": plan" },
	{ "\xe5\xba\x97 \xe5\xba\x97", "\xe5\xba\x97 \xe5\xba\x97", NULL },
	{ "say \"hello there\" 1", "say \"hello there\" #",
	  "hello there" },
	{ "a\\b\\c1d2e3", "a\\b\\c#d#e#", NULL },
	{ "line\nbreak", "line break", "line break" }
};

static void
finds_what_stays(void **state)
{
	struct arena	*arena = arena_open();
	const char	*stem, *needle;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stem = stem_of(arena, cases[i].subject);
		assert_true((stem == NULL) == (cases[i].stem == NULL));
		if (stem == NULL)
			continue;
		assert_string_equal(stem, cases[i].stem);
		needle = stem_needle(arena, stem);
		assert_true((needle == NULL) == (cases[i].needle == NULL));
		if (needle != NULL)
			assert_string_equal(needle, cases[i].needle);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(finds_what_stays))
