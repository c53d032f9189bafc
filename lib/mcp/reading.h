#ifndef MCP_READING_H
#define MCP_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct buf;
struct call;
struct fault;
struct imap;
struct imap_message;
struct suspicions;

/* A message as it is read. */
struct reading {
	int64_t		 uid;
	const char	*date;
	const char	*from;		/* "Name <address>" */
	const char	*sender;	/* likewise, if it is another */
	struct texts	 reply_to, to, cc, bcc;	/* to: absent where it is the
						 * account's address alone */
	int64_t		 more_recipients; /* besides those named */
	const char	*subject;
	struct texts	 flags;
	int64_t		 size;		/* where not all of it is told */
	const char	*message_id;
	const char	*in_reply_to;
	struct texts	 references;	/* unless in_reply_to alone */
	const char	*thread_id;	/* of one that answers another */
	const char	*list_id;
	struct object	 list_unsubscribe; /* struct unsubscribe */
	struct object	 authentication; /* struct verdict */
	struct object	 invitation;	/* struct invitation */
	struct objects	 warnings;	/* struct suspicion */
	struct objects	 attachments;	/* struct attachment */
	int64_t		 more_attachments;
	struct objects	 headers;	/* struct pair */
	const char	*text, *html, *source;
	int64_t		 total_chars;	/* where the text is a part of it */
	int64_t		 next_offset;
	int64_t		 hidden_text_removed;
	int64_t		 quoted_text_removed;
	int64_t		 trackers;	/* images that nobody sees */
	const char	*note;
	struct suspicions *found;	/* warnings; not written */
};

struct unsubscribe {
	const char	*url;		/* https, or NULL */
	const char	*mailto;	/* or NULL */
	bool		 one_click;	/* RFC 8058 */
};

extern const struct field	 reading_rows[];

enum {
	READING_NAMED_MOST = 50,	/* recipients of each kind */
	READING_IDS_MOST = 30,		/* of References, the last ones */
	READING_FILES_MOST = 50,
	READING_SUBJECT_CHARS = 500,
	READING_VALUE_CHARS = 2000,	/* of a header */
	READING_HEADER_BYTES = 64 * 1024
};

/* Writes the items of a FETCH that reading_fill needs, in parentheses. */
void			 reading_items(const struct imap *imap,
			    struct buf *buf);

/*
 * Fills what the envelope, the header fields and the structure tell: all but
 * the text.  with_urls: attachments get their URLs.
 */
const struct fault	*reading_fill(struct call *call,
			    const struct imap_message *message,
			    bool with_urls, struct reading *reading);

/* Adds a sentence to the note; it lives as long as the arena of the call. */
void			 reading_note(struct call *call,
			    struct reading *reading, const char *note);

/* What is to be known of a message of these kinds (mail/part_kind.h). */
void			 reading_kinds(struct call *call, unsigned kinds,
			    struct reading *reading);

/* Looks at the links of the text, too. */
void			 reading_suspect(struct call *call, const char *text,
			    struct reading *reading);

/* Gives the attachments that have URLs as links besides, for clients that show
 * those. */
void			 reading_link(struct call *call,
			    const struct reading *reading);

/* How many characters of the answer it takes as it is. */
size_t			 reading_cost(struct call *call,
			    const struct reading *reading);

/* Leaves out ever more of the long lists while it takes more characters. */
void			 reading_shorten(struct call *call, size_t chars,
			    struct reading *reading);

#endif
