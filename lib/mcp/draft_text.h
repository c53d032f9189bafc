#ifndef MCP_DRAFT_TEXT_H
#define MCP_DRAFT_TEXT_H

#include <stdint.h>

struct call;
struct fault;
struct imap_message;
struct pairs;
struct question;

/*
 * All the text of a message that is to go out, for who is to say yes to it:
 * the plain text, and of HTML the source besides, since either can say what
 * the other doesn't, and HTML what nobody sees who reads it.
 */

/* Of a draft in the open folder, whose structure was fetched: into the
 * question.  The session's faults. */
const struct fault	*draft_text(struct call *call,
			    const struct imap_message *message,
			    struct question *question);

/* One of both, where html may be NULL: into the question. */
void			 draft_text_join(struct call *call, const char *plain,
			    const char *html, struct question *question);

/* When it is to be sent, unless that is 0: at once. */
void			 draft_text_time(struct call *call, int64_t seconds,
			    struct pairs *rows);

#endif
