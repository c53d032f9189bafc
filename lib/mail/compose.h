#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/text.h"
#include "data/field.h"
#include "mail/address.h"

struct arena;
struct fault;
struct source;

/*
 * Makes a message (RFC 5322, MIME): headers encoded and folded at 78, no line
 * over 998 bytes, CRLF only, boundaries that stand nowhere in the content.
 * Text goes as UTF-8 quoted-printable, or 7bit where it is ASCII with short
 * lines; attachments as base64; a message/rfc822 as it stands, or as a file
 * where it can't (8bit needs BODY=8BITMIME of RFC 6152 to be sent).
 *
 * multipart/mixed holds the body and the files; multipart/alternative the
 * text and the HTML; multipart/related the HTML and the files that have a
 * content_id.  Written again, a message is the same, byte for byte.
 */
enum { COMPOSE_FILES_MOST = 200, COMPOSE_IDS_MOST = 100 };

struct compose_file {
	const char	*filename;	/* UTF-8, or NULL */
	const char	*content_type;	/* "type/subtype"; NULL: octet-stream */
	const char	*content_id;	/* for inline images, or NULL */
	struct bytes	 content;
	/* Instead of content, read anew by each source made of it; a
	 * message/rfc822 can go as it stands (mail/compose_form.h). */
	struct source	*source;
	const char	*charset;	/* of a text from source, or NULL */
};

struct compose {
	struct address		 from;
	struct objects		 to, cc, bcc, reply_to;	/* struct address */
	const char		*subject;
	const char		*text;		/* UTF-8, or NULL */
	const char		*html;		/* UTF-8, or NULL */
	const char		*calendar;	/* of RFC 5546, or NULL */
	const char		*calendar_method; /* its METHOD, as "REPLY" */
	const char		*in_reply_to;	/* "<id>", or NULL */
	struct texts		 references;
	const char		*message_id;	/* "<id>" */
	int64_t			 date;		/* seconds since 1970 */
	const struct compose_file *files;
	size_t			 file_count;
	bool			 keep_bcc; /* for drafts and the copy */
};

/*
 * The message as a source: memory holds its headers and texts, while files
 * stay where they are and are encoded on the way.  What compose points at
 * lives as long as the source.  FAULT_ARGUMENT for what can't be written (a
 * control character in a content type, too many files).
 */
const struct fault	*compose_open(struct arena *arena,
			    const struct compose *compose,
			    struct source *source);

/* A fresh Message-ID "<random@domain>"; domain may be NULL. */
const char		*compose_message_id(struct arena *arena,
			    const char *domain);

#endif
