#ifndef MCP_TOOL_FLAGS_H
#define MCP_TOOL_FLAGS_H

/* update_mail_message_flags: read, flagged, keywords. */
struct tool;

extern const struct tool	 tool_update_flags;

#endif
