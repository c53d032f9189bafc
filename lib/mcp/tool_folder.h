#ifndef MCP_TOOL_FOLDER_H
#define MCP_TOOL_FOLDER_H

/* list_mailboxes: which folders there are. */
struct tool;

extern const struct tool	 tool_list_folders;

#endif
