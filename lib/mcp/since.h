#ifndef MCP_SINCE_H
#define MCP_SINCE_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct fault;
struct imap_box;

/*
 * A point in a folder's life: what its reader has been told of so far.  As
 * text it names account and folder by a digest and is checked like any other
 * argument: it holds nothing that its reader may not know.
 *
 * While there is more to tell than one answer holds, base and modseq stay and
 * from and next go on; target is where modseq goes when all is told.
 */
struct since {
	uint32_t	 uidvalidity;
	uint32_t	 base;		/* UIDs below it were known */
	uint32_t	 count;		/* how many messages those were */
	uint32_t	 from;		/* of those, from here on is to tell */
	uint32_t	 next;		/* and of the new ones from here on */
	uint64_t	 modseq;	/* 0: none known */
	uint64_t	 target;	/* 0: nothing is being told */
};

enum { SINCE_CHARS = 120 };

/* Reads one of that folder (its wire name).  FAULT_ARGUMENT for what is none
 * or of another folder. */
const struct fault	*since_read(struct call *call, const char *text,
			    const char *wire, struct since *since);

const char		*since_write(struct call *call,
			    const struct since *since, const char *wire);

/* UIDNEXT of the open folder, also where its server does not tell; least is
 * what it can't be below, or 0. */
const struct fault	*since_end(struct call *call, uint32_t least,
			    uint32_t *end);

/* All of the folder as it was opened, with that UIDNEXT. */
struct since		 since_now(const struct imap_box *box, uint32_t end);

#endif
