#ifndef MCP_DRAFTING_H
#define MCP_DRAFTING_H

struct call;
struct fault;
struct filed;
struct imap_message;
struct outgoing;

/* Keeps a message, with its Bcc, as a draft in that folder (a wire name of
 * filing_folder). The faults of filing_append. */
const struct fault	*drafting_keep(struct call *call,
			    struct outgoing *out, const char *wire,
			    struct filed *filed);

/* Asks the user where they want to be asked before a draft is kept there
 * (mcp/confirm); one that was kept by their word is not kept again. */
const struct fault	*drafting_ask(struct call *call,
			    struct outgoing *out, const char *wire);

/*
 * FAULT_ARGUMENT unless a message of the open folder, of which its flags were
 * fetched, is a draft: by its flag, or since it lies in Drafts.  Other mail is
 * neither sent nor replaced as one, whoever it says it is from.
 */
const struct fault	*drafting_check(struct call *call,
			    const struct imap_message *message);

#endif
