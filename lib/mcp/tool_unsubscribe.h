#ifndef MCP_TOOL_UNSUBSCRIBE_H
#define MCP_TOOL_UNSUBSCRIBE_H

/* unsubscribe_mailing_list: leaves the list that a message came by. */
struct tool;

extern const struct tool	 tool_unsubscribe;

#endif
