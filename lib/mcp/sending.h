#ifndef MCP_SENDING_H
#define MCP_SENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "data/field.h"

struct call;
struct fault;
struct outgoing;
struct source;

/*
 * How every tool that sends does it: the message goes out by SMTP, and a copy
 * is filed.  What may have been sent is told as an answer, never as an error,
 * which would invite sending it again.
 */
enum { SENDING_ID_CHARS = 200 };	/* of a caller's request_id */

/* What became of a message. */
struct sent {
	const char	*state;		/* "sent", "sent_not_filed", "unknown",
					 * "waiting_for_confirmation" */
	const char	*message_id;
	struct texts	 accepted;
	struct objects	 refused;	/* struct sent_refusal */
	struct object	 filed;		/* struct filed */
	const char	*note;
	const char	*confirm_url;	/* of what waits for the user's word */
	const char	*undo;		/* of a draft; response.h's rows */
};

struct sent_refusal {
	const char	*address;
	const char	*reply;		/* the server's words */
};

extern const struct field	 sending_answer_rows[];	/* struct sent */

/* For structs that start with one. */
#define SENDING_ANSWER_ROWS						\
	{ FIELD(struct sent, state) },					\
	{ FIELD(struct sent, message_id) },				\
	{ FIELD(struct sent, accepted) },				\
	{ FIELD(struct sent, refused), .rows = sent_refusal_rows,	\
	  .size = sizeof(struct sent_refusal) },			\
	{ FIELD(struct sent, filed), .rows = filed_rows,		\
	  .size = sizeof(struct filed) },				\
	{ FIELD(struct sent, note) },					\
	{ FIELD(struct sent, confirm_url) }

extern const struct field	 sent_refusal_rows[];

/* A message on its way out, whoever made it. */
struct sending {
	const char	*sender;	/* envelope address */
	struct texts	 recipients;	/* of the envelope, each once */
	bool		 utf8;		/* an address needs SMTPUTF8 */
	const char	*message_id;	/* "<id>" */
	struct source	*source;	/* as it goes out: without Bcc */
	struct source	*copy;		/* as it is kept, with Bcc */
	const char	*wire;		/* the copy's folder (filing_folder);
					 * NULL: the caller files it, or keeps
					 * it where it may have been sent */
	bool		 kept;		/* it is a draft already: one that may
					 * have been sent needs no other */
	int64_t		 hold_until;	/* as mail/smtp's */
	struct texts	 once;		/* what stands for the caller's
					 * request_id, or none: mcp/once */
};

/*
 * The Message-IDs that a caller's request_id makes (mcp/stamp): the first is
 * for a new message, by any of them one sent before is found again.  None for
 * no request_id.
 */
struct texts		 sending_request_ids(struct call *call,
			    const char *request_id);

/*
 * Looks in the folder and in Sent for what was sent with such a Message-ID
 * before, and in Drafts for what may have been; with none, nothing was.
 * *found: the answer is filled, nothing is to be sent.  The session's faults.
 */
const struct fault	*sending_look(struct call *call, const char *wire,
			    struct texts message_ids, struct sent *sent,
			    bool *found);

/*
 * Sends, and files the copy unless the server does so by itself; where nobody
 * can know whether it was sent, the copy is kept in Drafts.  What another call
 * with the same request_id sends, or may have sent, is not sent.  A fault
 * means that nothing was sent: FAULT_ARGUMENT without recipients,
 * FAULT_PERMISSION where the grant's limits leave one of them out,
 * FAULT_RECIPIENT with what was said of each (FAULT_UNAVAILABLE where all say
 * later), FAULT_REFUSED, FAULT_LIMIT, FAULT_UNSUPPORTED, the wire's, the
 * source's.
 */
const struct fault	*sending_run(struct call *call,
			    const struct sending *sending, struct sent *sent);

/* The same for a message of outgoing_read, which waits as a draft where the
 * user is to be asked first by a link. */
const struct fault	*sending_run_outgoing(struct call *call,
			    struct outgoing *out, const char *wire,
			    struct sent *sent);

#endif
