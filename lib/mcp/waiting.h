#ifndef MCP_WAITING_H
#define MCP_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kin;

/*
 * Which conversations wait for the user: those whose last message is by
 * somebody else, addressed to the user, and not answered.  No mailbox is
 * needed here.
 */
enum letter_address { LETTER_TO_OTHERS, LETTER_CC, LETTER_TO };

struct letter {
	uint32_t		 uid;		/* 0: one that was sent */
	int64_t			 seconds;	/* since 1970 */
	size_t			 id;		/* of its kin, or KIN_NONE */
	bool			 mine;
	bool			 robot;
	bool			 answered;
	enum letter_address	 address;
};

/* Leaves in the list the last letters of such conversations: those with the
 * user in To first, then the newest first; gives their number. */
size_t	 waiting_choose(const struct kin *kin, struct letter *letters,
	    size_t len);

#endif
