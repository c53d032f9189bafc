#ifndef MAIL_IMAP_STREAM_H
#define MAIL_IMAP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct fault;
struct imap;
struct queued;

/*
 * A section of a message of any length, read off the wire while the server
 * sends it: one command, of which no more is held in memory than the caller
 * takes.  While it is under way the session can do nothing else, and is of no
 * more use (imap_is_usable) where it is left there.
 */
enum { IMAP_STREAM_REST_BYTES = 512 * 1024 };

struct imap_stream {
	struct imap	*imap;
	struct arena	*arena;
	struct queued	*command;	/* NULL once it has ended */
	const char	*section;	/* "2.1" */
	uint32_t	 uid;
	int64_t		 still_ms;	/* longest wait for the next bytes */
	bool		 literal;	/* its content comes as one */
	struct bytes	 rest;		/* or was a string, this is left */
};

/*
 * Asks for the whole of that section.  imap_begin has said by when all of it
 * must have come; imap, uid, section and still_ms are the caller's, and what
 * the server says beside the content lives in arena.  The faults of imap_run.
 */
const struct fault	*imap_stream_start(struct imap_stream *stream,
			    struct arena *arena);

/*
 * The next bytes, at most size, at least one; *len is 0 at the end only.  With
 * the last of them the command has ended, and the session is free.
 * FAULT_MESSAGE when the section is not there, FAULT_PROTOCOL when it was
 * another message's, those of imap_command_fault and the session's.
 */
const struct fault	*imap_stream_read(struct imap_stream *stream,
			    unsigned char *at, size_t size, size_t *len);

/* The rest is not wanted: it is read, so that the session is free, if it is no
 * more than IMAP_STREAM_REST_BYTES. */
void			 imap_stream_give_up(struct imap_stream *stream);

#endif
