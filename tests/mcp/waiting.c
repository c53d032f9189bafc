#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "mail/kin.h"
#include "mcp/waiting.h"

enum { LETTERS_MOST = 20 };

/*
 * Letters in the order of their dates, as words: a conversation's letter,
 * then "t" for one to the user, "c" with a copy to the user, "o" to others,
 * "m" by the user, "r" by a robot, "a" to the user and answered.  What is
 * left are their numbers, from 1 on.
 */
static const struct {
	const char	*letters;
	const char	*waiting;
} cases[] = {
	{ "", "" },
	{ "At", "1" },
	{ "Am", "" },
	{ "Ar", "" },
	{ "Ao", "" },
	{ "Aa", "" },
	{ "At Am", "" },
	{ "Am At", "2" },
	{ "At Am At", "3" },
	{ "At At At", "3" },
	{ "At Aa", "" },
	{ "Aa At", "2" },
	{ "At Ar", "1" },
	{ "At Ao", "" },
	{ "At Bt Ct", "321" },
	{ "Ac Bt", "21" },
	{ "At Bc", "12" },
	{ "At Bt Am Cc", "24" },
	{ "-t -t -m", "21" }
};

static void
finds_who_waits(void **state)
{
	struct arena	*arena = arena_open();
	struct kin	*kin = kin_open(arena, 30);
	struct letter	 letters[LETTERS_MOST];
	const char	*at;
	char		 name[2] = { 0 }, told[LETTERS_MOST];
	size_t		 i, j, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(letters, 0, sizeof(letters));
		for (n = 0, at = cases[i].letters; *at != '\0'; n++) {
			name[0] = at[0];
			letters[n] = (struct letter){
				.uid = (uint32_t)n + 1, .seconds = (int64_t)n,
				.id = at[0] == '-' ? KIN_NONE :
				    kin_add(kin, name),
				.mine = at[1] == 'm', .robot = at[1] == 'r',
				.answered = at[1] == 'a',
				.address = at[1] == 'o' ? LETTER_TO_OTHERS :
				    at[1] == 'c' ? LETTER_CC : LETTER_TO
			};
			at += at[2] == ' ' ? 3 : 2;
		}
		n = waiting_choose(kin, letters, n);
		for (j = 0; j < n; j++)
			told[j] = (char)('0' + letters[j].uid);
		told[n] = '\0';
		assert_string_equal(told, cases[i].waiting);
	}
	arena_close(arena);
}

/* Ids may be tied by a message that came later. */
static void
knows_kin(void **state)
{
	struct arena	*arena = arena_open();
	struct kin	*kin = kin_open(arena, 10);
	struct letter	 letters[2] = {
		{ .uid = 1, .seconds = 5, .address = LETTER_TO },
		{ .seconds = 9, .mine = true }
	};

	(void)state;
	letters[0].id = kin_add(kin, "<a>");
	letters[1].id = kin_add(kin, "<b>");
	assert_int_equal(waiting_choose(kin, letters, 2), 1);
	letters[1] = (struct letter){ .seconds = 9, .mine = true,
	    .id = kin_find(kin, "<b>") };
	kin_tie(kin, letters[0].id, letters[1].id);
	assert_int_equal(waiting_choose(kin, letters, 2), 0);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(finds_who_waits), cmocka_unit_test(knows_kin))
