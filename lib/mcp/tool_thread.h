#ifndef MCP_TOOL_THREAD_H
#define MCP_TOOL_THREAD_H

struct tool;

/* get_mail_thread: the whole conversation, oldest first. */
extern const struct tool	 tool_get_thread;

#endif
