#ifndef MCP_TOOL_SUGGEST_H
#define MCP_TOOL_SUGGEST_H

struct tool;

/* suggest_mail_actions: what the user did with mail like this before. */
extern const struct tool	 tool_suggest_actions;

#endif
