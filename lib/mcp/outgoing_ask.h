#ifndef MCP_OUTGOING_ASK_H
#define MCP_OUTGOING_ASK_H

struct call;
struct fault;
struct outgoing;

/* Asks the user, where they want to be asked for one of these kinds, about a
 * message that is to be sent, or kept where the kind begins with "draft": as
 * confirm_ask. */
const struct fault	*outgoing_ask(struct call *call,
			    const struct outgoing *out, const char *kinds);

/* "Send a message", "Keep a draft", by the kind. */
const char		*outgoing_sentence(const char *kind);

#endif
