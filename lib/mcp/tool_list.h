#ifndef MCP_TOOL_LIST_H
#define MCP_TOOL_LIST_H

/* list_mail_messages: a folder's newest, at a cost that does not grow with
 * the folder. */
struct tool;

extern const struct tool	 tool_list_messages;

#endif
