#ifndef MAIL_SPLICE_H
#define MAIL_SPLICE_H

#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct fault;
struct imap;
struct source;

/*
 * A message of the mailbox as a source, with another start: some of its bytes
 * at the beginning are replaced, the others are read from the server while
 * they are given, so that memory never holds them.  The session has the folder
 * open, and does nothing else meanwhile.
 */
struct splice {
	struct imap	*imap;
	uint32_t	 uid;
	uint32_t	 size;	/* about how long it is: RFC822.SIZE */
	size_t		 skip;	/* bytes at its start that are replaced, */
	struct bytes	 start;	/* by these */
};

/* The source lives as long as the arena and what splice points at; eight_bit
 * is the caller's to say.  FAULT_MESSAGE, FAULT_PROTOCOL, the session's. */
const struct fault	*splice_open(struct arena *arena,
			    const struct splice *splice,
			    struct source *source);

#endif
