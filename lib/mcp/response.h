#ifndef MCP_RESPONSE_H
#define MCP_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "mcp/original.h"
#include "mcp/outgoing.h"

struct call;
struct fault;
struct sent;

/*
 * What answering and forwarding have in common: a message that comes of
 * another one, is sent or kept as a draft, and leaves a mark on the other.
 */
struct response_args {
	struct outgoing_args	 mail;
	const char		*folder;	/* of the other */
	int64_t			 uid;
	int64_t			 uidvalidity;
	const char		*request_id;
	bool			 draft;
};

/* Which message it is, and what becomes of the new one. */
#define RESPONSE_ROWS							\
	{ FIELD(struct response_args, folder) },			\
	{ FIELD(struct response_args, uid), .required = true,		\
	  .least = 1, .most = UINT32_MAX },				\
	{ FIELD(struct response_args, uidvalidity), .most = UINT32_MAX }

/* What is written, besides recipients and texts. */
#define RESPONSE_MAIL_ROWS						\
	{ FIELD(struct outgoing_args, cc), .bare = true },		\
	{ FIELD(struct outgoing_args, bcc), .bare = true },		\
	{ FIELD(struct outgoing_args, attachment_urls), .bare = true,	\
	  .most = ENCLOSURES_MOST },					\
	{ FIELD(struct outgoing_args, attachments),			\
	  .most = ENCLOSURES_MOST, .bare = true,			\
	  .rows = enclosure_rows, .size = sizeof(struct enclosure) },	\
	{ FIELD(struct outgoing_args, from) },				\
	{ FIELD(struct outgoing_args, include_signature),		\
	  .otherwise = true },						\
	{ FIELD(struct response_args, request_id),			\
	  .most = SENDING_ID_CHARS },					\
	{ FIELD(struct response_args, draft) }

/* A struct sent: what SENDING_ANSWER_ROWS tell, and a draft's undo. */
extern const struct field	 response_answer_rows[];

struct response {
	const struct response_args	*args;
	struct outgoing_args		 mail;	/* to be completed */
	struct original			 original;
	const char			*wire;	/* folder of the new one */
	struct texts			 message_ids; /* by request_id */
	struct texts			 notes;
};

/*
 * Checks what the grant permits, looks for a message sent before with the
 * same request_id (*done: sent says so, and nothing is left to do), reads the
 * other message's header, signs what is written, and chooses From.
 * FAULT_SCOPE, FAULT_PERMISSION, FAULT_UNSUPPORTED, and those of sending_look
 * and original_fetch.
 */
const struct fault	*response_start(struct call *call,
			    const struct response_args *args,
			    struct response *response, struct sent *sent,
			    bool *done);

/* Sends it, and marks the other with a flag or keyword; or keeps it.  A mark
 * that can't be made is told in the note. */
const struct fault	*response_finish(struct call *call,
			    struct response *response, struct outgoing *out,
			    const char *mark, struct sent *sent);

#endif
