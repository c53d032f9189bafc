#ifndef MCP_TOOL_SEND_H
#define MCP_TOOL_SEND_H

/* send_mail_message: out by SMTP, and a copy where the user keeps them. */
struct tool;

extern const struct tool	 tool_send_message;

#endif
