#ifndef MCP_TOOL_SEND_DRAFT_H
#define MCP_TOOL_SEND_DRAFT_H

#include <stdint.h>

struct call;
struct fault;
struct sent;
struct tool;

/* send_draft_mail_message */
extern const struct tool	 tool_send_draft;

/* Runs it for a draft in Drafts as far as its question: FAULT_CONFIRM, where
 * the call's confirm is about a draft.  NULL: sent says what became of it
 * before. */
const struct fault	*tool_send_draft_ask(struct call *call, int64_t uid,
			    int64_t uidvalidity, struct sent *sent);

#endif
