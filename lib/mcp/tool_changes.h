#ifndef MCP_TOOL_CHANGES_H
#define MCP_TOOL_CHANGES_H

/* list_mail_changes: what is new, changed and gone since the last call. */
struct tool;

extern const struct tool	 tool_list_changes;

#endif
