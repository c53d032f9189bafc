#include "../check.h"

#include "base/arena.h"
#include "data/lower.h"

static const struct {
	const char	*given;
	const char	*expected;
} cases[] = {
	{ "", "" },
	{ "INBOX", "inbox" },
	{ "\\Sent 4 [X]@`{", "\\sent 4 [x]@`{" },
	{ "\303\204\303\226\303\234 \303\237",
	  "\303\244\303\266\303\274 \303\237" },
	{ "\303\227\303\267", "\303\227\303\267" },
	{ "\304\214\304\215 \305\201\305\202 \305\275\305\276",
	  "\304\215\304\215 \305\202\305\202 \305\276\305\276" },
	{ "\304\270\305\277", "\304\270\305\277" },
	{ "\316\221\316\251 \316\206", "\316\261\317\211 \316\206" },
	{ "\320\220\320\257 \320\201", "\320\260\321\217 \321\221" },
	{ "\341\272\236\341\272\240", "\341\272\236\341\272\241" },
	{ "\345\217\227\344\277\241\347\256\261",
	  "\345\217\227\344\277\241\347\256\261" }
};

static void
lowers(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(lower_text(arena, cases[i].given),
		    cases[i].expected);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(lowers))
