#ifndef MCP_TOOL_READ_H
#define MCP_TOOL_READ_H

/* get_mail_message: what a message says, without its attachments' bytes. */
struct tool;

extern const struct tool	 tool_read_message;

#endif
