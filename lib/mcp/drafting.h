#ifndef MCP_DRAFTING_H
#define MCP_DRAFTING_H

struct call;
struct fault;
struct filed;
struct outgoing;

/* Keeps a message, with its Bcc, as a draft in that folder (a wire name of
 * filing_folder). The faults of filing_append. */
const struct fault	*drafting_keep(struct call *call,
			    struct outgoing *out, const char *wire,
			    struct filed *filed);

#endif
