#ifndef MCP_TOOL_FORWARD_H
#define MCP_TOOL_FORWARD_H

/* forward_mail_message: a message to others, with its files. */
struct tool;

extern const struct tool	 tool_forward_message;

#endif
