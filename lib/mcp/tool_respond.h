#ifndef MCP_TOOL_RESPOND_H
#define MCP_TOOL_RESPOND_H

/* respond_to_invitation: accepts or declines what somebody invited to. */
struct tool;

extern const struct tool	 tool_respond_invitation;

#endif
