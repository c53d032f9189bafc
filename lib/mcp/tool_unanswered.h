#ifndef MCP_TOOL_UNANSWERED_H
#define MCP_TOOL_UNANSWERED_H

struct tool;

/* find_unanswered_mail: conversations that wait for the user's answer. */
extern const struct tool	 tool_find_unanswered;

#endif
