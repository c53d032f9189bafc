#ifndef MCP_HABIT_H
#define MCP_HABIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What somebody usually does with mail of a kind, judged from what became of
 * the earlier ones.  No mailbox is needed here.
 */
enum habit_likeness {
	HABIT_SENDER = 1 << 0,
	HABIT_LIST = 1 << 1,	/* List-Id */
	HABIT_SUBJECT = 1 << 2	/* its stem */
};

/* What became of one earlier message. */
struct trace {
	unsigned	 likeness;	/* in what it is like the new one */
	size_t		 place;		/* where it is now */
	bool		 at_home;	/* there, where the new one is */
	bool		 deleted;	/* in the bin, or marked so */
	bool		 answered, flagged, seen;
};

enum habit_action {
	HABIT_NONE, HABIT_ANSWER, HABIT_DELETE, HABIT_MOVE, HABIT_FLAG,
	HABIT_LEAVE
};

struct habit {
	enum habit_action	 action;
	bool			 has_place;	/* of a move, or behind an
						 * answer */
	size_t			 place;
	int64_t			 support;	/* earlier ones so treated */
	int64_t			 of;		/* of those that were judged */
	unsigned		 likeness;	/* what those have in common */
};

enum {
	HABIT_LEAST = 2,	/* earlier messages that make a habit */
	HABIT_LEAST_SUBJECT = 3	/* where only the subject is like it */
};

/*
 * The kinds are tried from the narrowest on: same sender and subject, same
 * list, same sender; the same subject only where nothing is known of the
 * sender.  Of a kind, two thirds must have been treated alike.  Messages that
 * are still unread where the new one is may yet be treated so or so: they
 * count only for leaving it there.
 */
struct habit	 habit_judge(const struct trace *traces, size_t len,
		    size_t places);

#endif
