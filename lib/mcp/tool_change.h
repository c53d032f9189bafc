#ifndef MCP_TOOL_CHANGE_H
#define MCP_TOOL_CHANGE_H

/* move_mail_message and delete_mail_message: other folder, Trash, or gone. */
struct tool;

extern const struct tool	 tool_move_messages;
extern const struct tool	 tool_copy_messages;
extern const struct tool	 tool_delete_messages;

#endif
