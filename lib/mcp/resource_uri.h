#ifndef MCP_RESOURCE_URI_H
#define MCP_RESOURCE_URI_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

/*
 * The address of something in a mailbox:
 *	mail:///{account}
 *	mail:///{account}/{folder}
 *	mail:///{account}/{folder};uidvalidity={uidvalidity}/{uid}
 *	mail:///{account}/{folder};uidvalidity={uidvalidity}/{uid};part={part}
 *	mail:///{account}/search/{query}
 * Account, folder and query are a segment each, percent-encoded as RFC 6570
 * 2.3 expands a variable; a "/" in a folder's name is %2F.
 */
enum resource_kind {
	RESOURCE_ACCOUNT, RESOURCE_FOLDER, RESOURCE_MESSAGE,
	RESOURCE_ATTACHMENT, RESOURCE_SEARCH
};

enum {
	RESOURCE_URI_BYTES = 8192,
	RESOURCE_PART_BYTES = 100	/* as "2.1" */
};

struct resource_uri {
	enum resource_kind	 kind;
	const char		*account;
	const char		*folder;	/* or NULL */
	const char		*query;		/* or NULL */
	int64_t			 uidvalidity, uid; /* of a message, else 0 */
	const char		*part;		/* of an attachment, or NULL */
};

/*
 * Reads one, strictly: false for another scheme, a host, a query, a fragment,
 * an empty segment or one more, "." and "..", a byte that should have been
 * encoded, a bad escape, what is no UTF-8 or holds controls when decoded,
 * numbers that are none of 1 to 4294967295, and a part that is not made of
 * such with dots between them.
 */
bool		 resource_uri_read(struct arena *arena, const char *text,
		    struct resource_uri *uri);

/* The address as it is given out. */
const char	*resource_uri_write(struct arena *arena,
		    const struct resource_uri *uri);

#endif
