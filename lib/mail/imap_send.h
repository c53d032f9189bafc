#ifndef MAIL_IMAP_SEND_H
#define MAIL_IMAP_SEND_H

struct fault;
struct imap;
struct queued;

/*
 * How a queued command is written, for imap_flight.c only.  A literal goes at
 * once where the server has LITERAL+, or LITERAL- and it is small (RFC 7888);
 * else it waits for the go-ahead, and responses are read meanwhile.
 */

/* Writes the command into what is written at once.  One that ended before its
 * literal was asked for is not written to its end. */
const struct fault	*imap_send(struct imap *imap, struct queued *at);

/* Sends what has gathered. */
const struct fault	*imap_send_flush(struct imap *imap);

#endif
