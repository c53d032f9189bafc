#ifndef MCP_TOOL_UNDO_H
#define MCP_TOOL_UNDO_H

struct tool;

/* undo_mail_change: takes back what mcp/undo.h sealed. */
extern const struct tool	 tool_undo_change;

#endif
