#ifndef MAIL_IMAP_CHANNEL_H
#define MAIL_IMAP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/imap_reply.h"

struct arena;
struct fault;
struct wire;

/*
 * Whole responses off a wire, one at a time, within limits: those of one
 * literal, one line, one flight (imap_session.h).  Nothing is taken from
 * memory for a length that a server only announces and that is over them.
 */
struct imap_channel {
	struct wire	*wire;
	struct arena	*scratch;	/* of the response at hand */
	struct buf	 whole;
	const char	*streamed;	/* section whose literal is left on
					 * the wire, or NULL */
	bool		 amid;		/* a response, behind its "{n}" */
	uint64_t	 left;		/* of that literal */
	uint64_t	 before;	/* octets received before the flight */
	size_t		 responses;	/* of the flight */
};

void			 imap_channel_open(struct imap_channel *channel,
			    struct wire *wire);

/* Closes the wire too. */
void			 imap_channel_close(struct imap_channel *channel);

/* Wipes what it has read: it is not used for now. */
void			 imap_channel_rest(struct imap_channel *channel);

/* A new flight: limits count from here. */
void			 imap_channel_begin(struct imap_channel *channel);

/*
 * Reads one response as imap_reply_read does.  response->text is valid until
 * the next.  FAULT_LIMIT for what is over a limit, FAULT_PROTOCOL for what
 * can't be read, the wire's faults; after any of them the wire is of no use.
 */
const struct fault	*imap_channel_read(struct imap_channel *channel,
			    struct arena *arena, struct imap_replies *replies,
			    struct imap_box *box,
			    struct imap_response *response);

/* The same in two steps: one response as it came, valid until the next, to be
 * given to imap_reply_read. */
const struct fault	*imap_channel_next(struct imap_channel *channel,
			    struct arena *arena, struct bytes *whole);

/*
 * The literal that is next told of that section ("2.1"; any length) is left on
 * the wire: imap_channel_next comes back in the midst of the response, with
 * amid and left set, and imap_channel_take reads of it.  When nothing is left,
 * imap_channel_next goes on with the response, in which the literal then is
 * empty.  section must last until then.
 */
void			 imap_channel_stream(struct imap_channel *channel,
			    const char *section);
const struct fault	*imap_channel_take(struct imap_channel *channel,
			    unsigned char *at, size_t size, size_t *len);

/* The server's words of a status response, cleaned, 200 characters at most. */
const char		*imap_channel_words(struct arena *arena,
			    const struct imap_response *response);

#endif
