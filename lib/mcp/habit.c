#include "mcp/habit.h"

/* What was counted of one kind. */
struct tally {
	const struct trace	*traces;
	size_t			 len;
	unsigned		 kind;
	int64_t			 least;
	int64_t			 decided, answered, deleted, flagged, left;
	int64_t			 pending;
	int64_t			 moved;		/* to the place below */
	size_t			 place;
};

static bool
is_like(const struct tally *tally, const struct trace *trace)
{
	return (trace->likeness & tally->kind) == tally->kind;
}

static bool
is_moved(const struct trace *trace)
{
	return !trace->at_home && !trace->deleted;
}

static void
count_one(struct tally *tally, const struct trace *trace)
{
	if (trace->at_home && !trace->seen && !trace->answered &&
	    !trace->flagged && !trace->deleted) {
		tally->pending++;
		return;
	}
	tally->decided++;
	tally->answered += trace->answered;
	tally->deleted += trace->deleted;
	tally->flagged += trace->flagged;
	tally->left += trace->at_home && !trace->answered &&
	    !trace->flagged && !trace->deleted;
}

/* The place that most were moved to. */
static void
count_moves(struct tally *tally, size_t places)
{
	int64_t	 n;
	size_t	 place, i;

	for (place = 0; place < places; place++) {
		for (i = 0, n = 0; i < tally->len; i++)
			n += is_like(tally, &tally->traces[i]) &&
			    is_moved(&tally->traces[i]) &&
			    tally->traces[i].place == place;
		if (n > tally->moved) {
			tally->moved = n;
			tally->place = place;
		}
	}
}

static bool
is_clear(const struct tally *tally, int64_t support, int64_t of)
{
	return support >= tally->least && 3 * support >= 2 * of;
}

static struct habit
weigh(const struct tally *tally)
{
	struct habit	 habit = {
		.likeness = tally->kind, .of = tally->decided,
		.place = tally->place
	};
	const struct {
		enum habit_action	 action;
		int64_t			 support;
	} choices[] = {
		{ HABIT_ANSWER, tally->answered },
		{ HABIT_DELETE, tally->deleted },
		{ HABIT_MOVE, tally->moved },
		{ HABIT_FLAG, tally->flagged },
		{ HABIT_LEAVE, tally->left }
	};
	size_t		 i;

	habit.has_place = is_clear(tally, tally->moved, tally->decided);
	for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (!is_clear(tally, choices[i].support, tally->decided))
			continue;
		habit.action = choices[i].action;
		habit.support = choices[i].support;
		return habit;
	}
	habit.of = tally->decided + tally->pending;
	habit.support = tally->left + tally->pending;
	if (habit.support > tally->least &&
	    is_clear(tally, habit.support, habit.of)) {
		habit.action = HABIT_LEAVE;
		habit.has_place = false;
		return habit;
	}
	return (struct habit){ .action = HABIT_NONE };
}

struct habit
habit_judge(const struct trace *traces, size_t len, size_t places)
{
	static const unsigned	 kinds[] = {
		HABIT_SENDER | HABIT_SUBJECT, HABIT_LIST, HABIT_SENDER,
		HABIT_SUBJECT
	};
	struct habit		 habit = { .action = HABIT_NONE };
	struct tally		 tally;
	size_t			 i, j;
	int64_t			 known = 0;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i] == HABIT_SUBJECT && known >= HABIT_LEAST)
			break;
		tally = (struct tally){ .traces = traces, .len = len,
		    .kind = kinds[i], .least = kinds[i] == HABIT_SUBJECT ?
		    HABIT_LEAST_SUBJECT : HABIT_LEAST };
		for (j = 0; j < len; j++)
			if (is_like(&tally, &traces[j]))
				count_one(&tally, &traces[j]);
		count_moves(&tally, places);
		habit = weigh(&tally);
		if (habit.action != HABIT_NONE)
			break;
		if (kinds[i] != HABIT_SUBJECT)
			known += tally.decided;
	}
	return habit;
}
