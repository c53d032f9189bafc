#ifndef MCP_OUTGOING_H
#define MCP_OUTGOING_H

#include <stdbool.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/compose.h"
#include "mcp/confirm_link.h"

struct call;
struct fault;
struct source;

/* What every tool that writes a message takes; such a tool's struct starts
 * with it. */
struct outgoing_args {
	struct texts	 to, cc, bcc;
	const char	*subject;
	const char	*text_body;
	const char	*html_body;
	struct texts	 attachment_urls;
	struct objects	 attachments;	/* struct enclosure */
	struct objects	 attach_messages; /* struct enclosed_message */
	const char	*from;
	struct texts	 reply_to;
	bool		 include_signature;
};

enum { OUTGOING_TEXT_CHARS = 1000000, OUTGOING_SUBJECT_CHARS = 1000 };

/* All but to, which not every tool requires. */
/* told: another tool tells already what attachments are like. */
#define OUTGOING_ROWS(told)						\
	{ FIELD(struct outgoing_args, cc), .bare = true },		\
	{ FIELD(struct outgoing_args, bcc), .bare = true },		\
	{ FIELD(struct outgoing_args, subject),				\
	  .most = OUTGOING_SUBJECT_CHARS },				\
	{ FIELD(struct outgoing_args, text_body),			\
	  .most = OUTGOING_TEXT_CHARS },				\
	{ FIELD(struct outgoing_args, html_body),			\
	  .most = OUTGOING_TEXT_CHARS },				\
	{ FIELD(struct outgoing_args, attachment_urls),			\
	  .most = ENCLOSURES_MOST, .bare = true },			\
	{ FIELD(struct outgoing_args, attachments),			\
	  .most = ENCLOSURES_MOST, .bare = (told), .rows = enclosure_rows, \
	  .size = sizeof(struct enclosure) },				\
	{ FIELD(struct outgoing_args, attach_messages),			\
	  .most = ENCLOSURES_MOST, .bare = (told),			\
	  .rows = enclosed_message_rows,				\
	  .size = sizeof(struct enclosed_message) },			\
	{ FIELD(struct outgoing_args, from) },				\
	{ FIELD(struct outgoing_args, reply_to), .bare = true },	\
	{ FIELD(struct outgoing_args, include_signature),		\
	  .otherwise = true }

/* A message on its way. */
struct outgoing {
	struct compose	 compose;
	struct texts	 recipients;	/* of the envelope, each once */
	bool		 utf8;		/* an address needs SMTPUTF8 */
	int64_t		 hold_until;	/* as mail/smtp's */
	struct texts	 once;		/* as mcp/sending's */
	int64_t		 replaces;	/* UID of the draft that goes for it,
					 * or 0 */
	struct confirm_draft waiting;	/* what is to be done with it where it
					 * waits for the user's word; kind:
					 * what it is asked for as, NULL is
					 * "send" */
};

/*
 * Makes it of the arguments: addresses read, files fetched, from checked to
 * be the account's own, a text alternative made where there is only HTML, a
 * fresh Message-ID.  FAULT_ARGUMENT names the argument; FAULT_PERMISSION.
 */
const struct fault	*outgoing_read(struct call *call,
			    const struct outgoing_args *args,
			    struct outgoing *out);

/* The plain text: text_body, or what html_body says; "" where both are
 * absent. */
const char		*outgoing_text(struct call *call,
			    const struct outgoing_args *args);

/* Puts the account's signature below what is written, where that is asked
 * for and anything is; before something is quoted below it.  Another folder
 * may be open afterwards. The session's faults. */
const struct fault	*outgoing_sign(struct call *call,
			    struct outgoing_args *args);

/* Gives it the first of the names that a request_id makes; none changes
 * nothing. */
void			 outgoing_name(struct outgoing *out,
			    struct texts message_ids);

/* FAULT_ARGUMENT where nobody is to get it; FAULT_PERMISSION where the user
 * limited whom this grant may write to, and somebody is not among them. */
const struct fault	*outgoing_check_recipients(struct call *call,
			    struct texts recipients);

/* FAULT_PERMISSION likewise, where answers would go to somebody who is neither
 * among them nor the user: Reply-To and the like (struct address). */
const struct fault	*outgoing_check_answers(struct call *call,
			    struct objects answers);

/* The same for a header that somebody else wrote, by its fields that name
 * who gets answers. */
const struct fault	*outgoing_check_header(struct call *call,
			    struct bytes header);

/* The message as it goes out, or with keep_bcc as it is kept: the same but for
 * Bcc.  The source lives as long as the call. */
const struct fault	*outgoing_open(struct call *call,
			    struct outgoing *out, bool keep_bcc,
			    struct source *source);

#endif
