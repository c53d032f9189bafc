#ifndef NET_WIRE_H
#define NET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/config.h"
#include "net/crowd.h"
#include "net/guard.h"

struct arena;
struct fault;
struct watch;

/*
 * A line channel: a byte stream to an IMAP or SMTP server over libcurl
 * CONNECT_ONLY, with TLS verified.  libcurl gets no credentials.  The wire
 * has an arena of its own and may outlive the request that opened it.
 *
 * Implicit TLS and clear text start at the server's greeting, which the
 * caller reads.  With STARTTLS libcurl has read the greeting, asked for TLS
 * and said EHLO or CAPABILITY; the caller starts with a CAPABILITY or EHLO of
 * its own, and greeting_read is true.  A PREAUTH greeting, or any byte behind
 * the answer to STARTTLS, is refused.
 */
enum wire_protocol { WIRE_IMAP, WIRE_SMTP };

struct wire_target {
	enum wire_protocol	 protocol;
	struct guard_target	 guard;
	enum tls_mode		 tls;		/* not TLS_DEFAULT */
	const char		*ca_file;	/* NULL: the system's */
	const char		*pin_sha256;	/* base64 of the public key's
						 * SHA-256, or NULL; it stands
						 * for chain and name */
	struct crowd_limit	 crowd;		/* zeros: any number wait */
};

enum {
	WIRE_LINE_BYTES = 64 * 1024,	/* one line, without its CRLF */
	WIRE_IMAP_LINE_BYTES = 8 * 1024 * 1024,	/* the same of IMAP, where a
					 * SEARCH is one line */
	WIRE_AHEAD_BYTES = 8 * 1024 * 1024, /* read while writing */
	WIRE_CONNECT_MS = 10 * 1000,
	WIRE_TYPED_MS = 8 * 1000	/* the same, and the one delay, for a
					 * host that a user typed */
};

struct wire;

/*
 * Connects by the deadline (clock_ms). FAULT_HOST, FAULT_CONNECT, FAULT_TLS,
 * FAULT_TIMEOUT, FAULT_PROTOCOL; FAULT_UNAVAILABLE where too many wait for
 * that server (net/crowd), as may end a wait later on for a host that a user
 * typed. Faults are made in arena. A fault's detail
 * names host and cause. For a host a user typed (neither named nor matched by
 * a pattern), whatever the network says before TLS was verified and a greeting
 * of the protocol read is one FAULT_CONNECT with one text, WIRE_TYPED_MS after
 * the call or at the deadline, so that nobody scans ports with it.  TLS_NONE is
 * for named hosts.
 */
const struct fault	*wire_open(struct arena *arena,
			    const struct wire_target *target, int64_t deadline,
			    struct wire **wire);

/* Closes without a word; NULL is allowed. */
void			 wire_close(struct wire *wire);

/* The server has done what it was asked for: it does not hang. */
void			 wire_thank(struct wire *wire);

bool			 wire_greeting_read(const struct wire *wire);

/* All reading and writing after this ends at the deadline (clock_ms). */
void			 wire_set_deadline(struct wire *wire, int64_t deadline);

/* Every wait from here on looks after it (NULL: nothing): where it is to end
 * the work, that is FAULT_GONE, in the midst of whatever went on. */
void			 wire_set_watch(struct wire *wire, struct watch *watch);

/* Faults from here on are made in this arena: that of the request. */
void			 wire_set_arena(struct wire *wire, struct arena *arena);

/*
 * Writes all of it, while also reading what the peer sends meanwhile (into
 * the wire's buffer, at most WIRE_AHEAD_BYTES), so that neither end waits for
 * the other for ever.
 */
const struct fault	*wire_write(struct wire *wire, struct bytes data);

/* Appends one line without its CRLF (or bare LF) to buf. A line over
 * WIRE_LINE_BYTES, or the end of the stream before its end: FAULT_PROTOCOL.
 * The first line of a wire whose greeting was not read must be a greeting:
 * "* OK", "* BYE" or three digits. */
const struct fault	*wire_read_line(struct wire *wire, struct buf *buf);

/* Appends exactly len bytes to buf; the stream's end before: FAULT_PROTOCOL. */
const struct fault	*wire_read(struct wire *wire, struct buf *buf,
			    size_t len);

/* Some of the next size bytes, at least one, as they come; the stream's end
 * before: FAULT_PROTOCOL. */
const struct fault	*wire_read_some(struct wire *wire, unsigned char *at,
			    size_t size, size_t *len);

/* Whether bytes wait, read or unread: on an idle kept connection that means
 * an untagged word, or its end. Does not block. */
bool			 wire_has_input(struct wire *wire);

/* Wipes what was read of the buffer: a kept connection holds nobody's mail. */
void			 wire_forget(struct wire *wire);

/*
 * Sleeps until bytes wait (wire_has_input), until clock_ms says until or the
 * wire's deadline has come, or until those have gone whom its watch is for,
 * whether or not that is to end the work.  Reads into the wire's buffer at
 * most.
 */
enum wire_event { WIRE_INPUT, WIRE_TIME, WIRE_GONE };

enum wire_event	 wire_await(struct wire *wire, int64_t until);

/* Bytes received since it was opened. */
uint64_t		 wire_received(const struct wire *wire);

#endif
