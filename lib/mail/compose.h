#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/text.h"
#include "data/field.h"
#include "mail/address.h"

struct arena;
struct buf;
struct fault;

/*
 * Makes a message (RFC 5322, MIME): headers encoded and folded at 78, no line
 * over 998 bytes, CRLF only, boundaries that stand nowhere in the content.
 * Text goes as UTF-8 quoted-printable, or 7bit where it is ASCII with short
 * lines; attachments as base64.
 */
struct compose_file {
	const char	*filename;	/* UTF-8, or NULL */
	const char	*content_type;	/* "type/subtype"; NULL: octet-stream */
	const char	*content_id;	/* for inline images, or NULL */
	struct bytes	 content;
};

struct compose {
	struct address		 from;
	struct objects		 to, cc, bcc, reply_to;	/* struct address */
	const char		*subject;
	const char		*text;		/* UTF-8, or NULL */
	const char		*html;		/* UTF-8, or NULL */
	const char		*in_reply_to;	/* "<id>", or NULL */
	struct texts		 references;
	const char		*message_id;	/* "<id>" */
	int64_t			 date;		/* seconds since 1970 */
	const struct compose_file *files;
	size_t			 file_count;
	bool			 keep_bcc; /* for drafts and the copy */
};

/* The whole message, appended to out. FAULT_ARGUMENT for what can't be
 * written (a control character in a content type, too many files). */
const struct fault	*compose_write(struct arena *arena,
			    const struct compose *compose, struct buf *out);

/* A fresh Message-ID "<random@domain>". */
const char		*compose_message_id(struct arena *arena,
			    const char *domain);

#endif
