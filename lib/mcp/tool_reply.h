#ifndef MCP_TOOL_REPLY_H
#define MCP_TOOL_REPLY_H

/* reply_mail_message: an answer within its thread, sent or kept. */
struct tool;

extern const struct tool	 tool_reply_message;

#endif
