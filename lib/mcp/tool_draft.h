#ifndef MCP_TOOL_DRAFT_H
#define MCP_TOOL_DRAFT_H

/* create_draft_mail_message: a message kept to be looked at and sent later. */
struct tool;

extern const struct tool	 tool_create_draft;

#endif
