#ifndef MCP_ATTACHMENT_H
#define MCP_ATTACHMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/field.h"

struct arena;
struct call;
struct fault;
struct part;

/* An attachment as answers show it. */
struct attachment {
	const char	*part;		/* "2.1" */
	const char	*filename;
	const char	*content_type;	/* "image/png" */
	int64_t		 size;		/* decoded bytes, about */
	bool		 is_inline;	/* "inline": belongs into the text */
	const char	*content_id;	/* or NULL */
	const char	*url;		/* or NULL: not asked for */
	const char	*expires_at;	/* RFC 3339, or NULL */
};

extern const struct field	 attachment_rows[];

/* For structs that start with one. */
#define ATTACHMENT_ROWS							\
	{ FIELD(struct attachment, part) },				\
	{ FIELD(struct attachment, filename) },				\
	{ FIELD(struct attachment, content_type) },			\
	{ FIELD(struct attachment, size), .present = true },		\
	{ FIELD_AS(struct attachment, is_inline, "inline") },		\
	{ FIELD(struct attachment, content_id) },			\
	{ FIELD(struct attachment, url) },				\
	{ FIELD(struct attachment, expires_at) }

/* Describes a part; url and expires_at stay NULL. */
void			 attachment_describe(struct arena *arena,
			    const struct part *part,
			    struct attachment *attachment);

/*
 * Fills url and expires_at of a described attachment of the message with that
 * UID in the folder that is open (imap_box of call->imap).  With S3 the file
 * is uploaded first unless it is there since less than a day; without, the
 * link is sealed and nothing is read.  FAULT_STORAGE, or the session's.
 */
const struct fault	*attachment_url(struct call *call, uint32_t uid,
			    const struct part *part,
			    struct attachment *attachment);

/* Its content, decoded, from the folder that is open. FAULT_LIMIT where that
 * is over most bytes; FAULT_MESSAGE, the session's. */
const struct fault	*attachment_read(struct call *call, uint32_t uid,
			    const struct part *part, size_t most,
			    struct bytes *content);

#endif
