#ifndef MCP_DRAFT_QUESTION_H
#define MCP_DRAFT_QUESTION_H

struct call;
struct draft;
struct fault;
struct imap_message;
struct question;

/*
 * The question about a draft that is to be sent, in the folder that is open:
 * place and recipients, and bound to its content.  Its text is read only where
 * somebody looks at it.  The session's faults.
 */
const struct fault	*draft_question(struct call *call,
			    const struct imap_message *message,
			    const struct draft *draft,
			    struct question **question);

#endif
