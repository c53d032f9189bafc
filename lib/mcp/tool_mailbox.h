#ifndef MCP_TOOL_MAILBOX_H
#define MCP_TOOL_MAILBOX_H

/* create_mailbox, rename_mailbox and delete_mailbox. */
struct tool;

extern const struct tool	 tool_create_folder;
extern const struct tool	 tool_rename_folder;
extern const struct tool	 tool_delete_folder;

#endif
