#ifndef MCP_ORIGINAL_H
#define MCP_ORIGINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/audience.h"
#include "mail/compose.h"
#include "mail/quoting.h"

struct call;
struct fault;
struct part;

/* The message that is answered or forwarded. */
enum {
	ORIGINAL_QUOTE_BYTES = 256 * 1024,	/* of each part, for a quote */
	ORIGINAL_HEADER_BYTES = 256 * 1024
};

struct original {
	const char		*wire;		/* its folder */
	uint32_t		 uidvalidity;
	uint32_t		 uid;
	uint32_t		 size;		/* in bytes */
	const struct part	*body;		/* or NULL */
	struct correspondence	 people;
	struct quoting		 quoting;	/* text "" until it is read */
	const char		*message_id;	/* "<id>", or NULL */
	struct texts		 references;	/* what it refers to */
	bool			 is_cut;	/* its text was too long */
};

/* Reads its header and structure.  FAULT_MESSAGE, and those of call_open. */
const struct fault	*original_fetch(struct call *call,
			    const char *folder, int64_t uid,
			    int64_t uidvalidity, struct original *original);

/* Reads its text, and its HTML too where asked for, at most so many bytes of
 * each part.  What is not seen is left out. */
const struct fault	*original_read(struct call *call,
			    struct original *original, bool html,
			    size_t most);

/* In-Reply-To and References of an answer (RFC 5322 3.6.4). */
void			 original_continue(struct call *call,
			    const struct original *original,
			    struct compose *compose);

#endif
