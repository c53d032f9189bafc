#include "../check.h"

#include <string.h>

#include "mcp/habit.h"

enum { PLACES = 4, TRACES_MOST = 40 };

#define BOTH	(HABIT_SENDER | HABIT_SUBJECT)

/*
 * Earlier messages as words: who they are like (s sender, l list, t subject
 * stem), and what became of them: "a" answered, "d" deleted, "f" flagged, "r"
 * read and left, "u" unread and left, a digit: moved there.
 */
static const struct {
	const char		*earlier;
	enum habit_action	 action;
	size_t			 place;
	int64_t			 support, of;
	unsigned		 likeness;
} cases[] = {
	{ "", HABIT_NONE, 0, 0, 0, 0 },
	{ "s2", HABIT_NONE, 0, 0, 0, 0 },
	{ "s2 s2", HABIT_MOVE, 2, 2, 2, HABIT_SENDER },
	{ "s2 s2 s2 s3", HABIT_MOVE, 2, 3, 4, HABIT_SENDER },
	{ "s2 s2 s3 s3", HABIT_NONE, 0, 0, 0, 0 },
	{ "s2 s2 su su su su su", HABIT_MOVE, 2, 2, 2, HABIT_SENDER },
	{ "sa sa sa sr", HABIT_ANSWER, 0, 3, 4, HABIT_SENDER },
	{ "sd sd sd", HABIT_DELETE, 0, 3, 3, HABIT_SENDER },
	{ "sd sd sa sa s1 s1", HABIT_NONE, 0, 0, 0, 0 },
	{ "sf sf sr", HABIT_FLAG, 0, 2, 3, HABIT_SENDER },
	{ "sr sr sr", HABIT_LEAVE, 0, 3, 3, HABIT_SENDER },
	{ "su su", HABIT_NONE, 0, 0, 0, 0 },
	{ "su su su", HABIT_LEAVE, 0, 3, 3, HABIT_SENDER },
	{ "su su sr", HABIT_LEAVE, 0, 3, 3, HABIT_SENDER },
	/* A list counts, whoever wrote. */
	{ "l1 l1 l1", HABIT_MOVE, 1, 3, 3, HABIT_LIST },
	{ "l1 l1 l1 sd sd", HABIT_MOVE, 1, 3, 3, HABIT_LIST },
	/* The same kind of mail of a sender of many kinds. */
	{ "st1 st1 sd sd sd sd", HABIT_MOVE, 1, 2, 2, BOTH },
	{ "st1 std sd sd sd sd", HABIT_DELETE, 0, 5, 6, HABIT_SENDER },
	/* Subjects alone say less. */
	{ "t1 t1", HABIT_NONE, 0, 0, 0, 0 },
	{ "t1 t1 t1", HABIT_MOVE, 1, 3, 3, HABIT_SUBJECT },
	{ "t1 t1 t1 sd s2 sa", HABIT_NONE, 0, 0, 0, 0 },
	{ "t1 t1 t1 sd", HABIT_MOVE, 1, 3, 3, HABIT_SUBJECT }
};

static size_t
make(const char *words, struct trace *traces)
{
	size_t	 n = 0;

	memset(traces, 0, TRACES_MOST * sizeof(*traces));
	for (traces[0].at_home = true; *words != '\0'; words++) {
		if (*words == ' ') {
			assert_true(++n < TRACES_MOST);
			traces[n].at_home = true;
		} else if (*words >= '0' && *words <= '9') {
			traces[n].at_home = false;
			traces[n].place = (size_t)(*words - '0');
		} else if (*words == 'd') {
			traces[n].at_home = false;
			traces[n].deleted = true;
		}
		traces[n].likeness |= *words == 's' ? HABIT_SENDER :
		    *words == 'l' ? HABIT_LIST :
		    *words == 't' ? HABIT_SUBJECT : 0;
		traces[n].answered = traces[n].answered || *words == 'a';
		traces[n].flagged = traces[n].flagged || *words == 'f';
		traces[n].seen = traces[n].seen || *words == 'r';
	}
	return traces[0].likeness == 0 ? 0 : n + 1;
}

static void
judges(void **state)
{
	struct trace	 traces[TRACES_MOST];
	struct habit	 habit;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		habit = habit_judge(traces, make(cases[i].earlier, traces),
		    PLACES);
		if (habit.action != cases[i].action)
			fail_msg("%s: action %d", cases[i].earlier,
			    habit.action);
		assert_int_equal(habit.support, cases[i].support);
		assert_int_equal(habit.of, cases[i].of);
		assert_int_equal(habit.likeness, cases[i].likeness);
		if (habit.action == HABIT_MOVE)
			assert_int_equal(habit.place, cases[i].place);
	}
}

/* Answered, and then filed: where to is told, too. */
static void
answers_and_files(void **state)
{
	static const struct trace	 filed = {
		.likeness = HABIT_SENDER, .place = 3, .answered = true
	};
	struct trace			 traces[TRACES_MOST];
	struct habit			 habit;
	size_t				 i;

	(void)state;
	for (i = 0; i < 3; i++)
		traces[i] = filed;
	habit = habit_judge(traces, 3, PLACES);
	assert_int_equal(habit.action, HABIT_ANSWER);
	assert_true(habit.has_place);
	assert_int_equal(habit.place, 3);
	make("sa sa sa", traces);
	assert_false(habit_judge(traces, 3, PLACES).has_place);
}

CHECK_MAIN(cmocka_unit_test(judges), cmocka_unit_test(answers_and_files))
