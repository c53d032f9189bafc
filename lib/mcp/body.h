#ifndef MCP_BODY_H
#define MCP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/part.h"

struct call;
struct fault;
struct imap_command;
struct imap_message;

/*
 * The text of a message as its reader sees it.  Only the parts that make it
 * up are fetched, and of each no more than a limit: of attachments nothing
 * crosses the wire but the few kilobytes of a wrong guess (mcp/guess.h).
 */
enum body_form {
	BODY_PLAIN,	/* plain, else made of HTML */
	BODY_TEXT,	/* the same, but made of HTML where that, which is
			 * what people see, says something else */
	BODY_MARKDOWN,	/* made of HTML, else plain */
	BODY_HTML	/* HTML that does nothing (mail/html_safe.h), else
			 * plain */
};

enum {
	BODY_PART_BYTES = 1024 * 1024,	/* fetched of a part, at most */
	BODY_LIST_BYTES = 64 * 1024,	/* likewise, for lists */
	BODY_SEEN_BYTES = 256 * 1024,	/* HTML that is compared, at most */
	BODY_PARTS_MOST = 20,		/* text parts of a message */
	BODY_CHARS_MOST = 1024 * 1024	/* of text made of HTML, bytes */
};

/* What is asked for: the first four by the caller. */
struct body_fetch {
	uint32_t			 uid;
	enum body_form			 form;
	size_t				 most;	/* bytes of each part, over
						 * GUESS_TEXT_BYTES */
	const struct imap_message	*guessed; /* see mcp/guess, or NULL */
	struct part_list		 parts;
	struct part_list		 seen;	/* HTML to compare, or none */
	const struct imap_command	*command; /* NULL: there is nothing to
						 * fetch */
};

struct body {
	const char	*text;		/* UTF-8, LF; "" where there is none */
	bool		 is_html;
	bool		 differs;	/* the plain text said otherwise */
	const char	*links;		/* the text in Markdown; as text, but
					 * for HTML */
	int64_t		 hidden;	/* characters not seen, left out */
	int64_t		 trackers;	/* images that nobody sees */
	int64_t		 images;	/* of servers, left out of HTML */
	int64_t		 files;		/* in the text, uuencoded */
	bool		 is_cut;	/* a part was longer than the limit */
};

/* Chooses the parts; whether some of them are to be fetched. */
bool			 body_choose(const struct part *root,
			    struct body_fetch *fetch);

/* The same, and queues the FETCH for those, of a message of the folder that is
 * (being) opened. */
void			 body_queue(struct call *call,
			    const struct part *root,
			    struct body_fetch *fetch);

/* After imap_run. FAULT_MESSAGE where the message is gone; the command's. */
const struct fault	*body_read(struct call *call,
			    const struct body_fetch *fetch,
			    struct body *body);

#endif
