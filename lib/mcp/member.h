#ifndef MCP_MEMBER_H
#define MCP_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct imap_message;
struct kin;
struct relation;

/* One message of a conversation. */
struct member {
	size_t		 place;		/* its folder, in places */
	uint32_t	 uid;
	size_t		 id;		/* of its kin, or KIN_NONE */
	bool		 has_id;	/* and that is its own */
	int64_t		 seconds;	/* its date, since 1970 */
	const char	*from;		/* raw mailbox and host, or "" */
	const char	*thread;	/* as summary_thread tells */
	const struct imap_message	*message; /* what mcp/summary needs, or
						 * NULL */
	const struct imap_message	*guessed; /* its text, as mcp/guess
						 * tells, or NULL */
};

/* Reads what a FETCH told of it, and ties what it names. */
struct member	 member_read(struct arena *arena, struct kin *kin,
		    const struct imap_message *message,
		    const struct relation *relation);

/* When it was written, as it says, else when it was received. */
int64_t		 member_seconds(const struct imap_message *message);

/* Whose it is: the raw mailbox and host of From, or "". */
const char	*member_from(struct arena *arena,
		    const struct imap_message *message);

#endif
