#ifndef MCP_TOOL_SEND_DRAFT_H
#define MCP_TOOL_SEND_DRAFT_H

struct tool;

/* send_draft_mail_message */
extern const struct tool	 tool_send_draft;

#endif
