#ifndef MCP_TOOL_ATTACHMENT_H
#define MCP_TOOL_ATTACHMENT_H

/* get_mail_attachment: one file of a message, as a URL or with the answer. */
struct tool;

extern const struct tool	 tool_get_attachment;

#endif
