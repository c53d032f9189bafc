#ifndef MCP_TOOL_WAIT_H
#define MCP_TOOL_WAIT_H

/* wait_for_mail: the next message that arrives. */
struct tool;

extern const struct tool	 tool_wait;

#endif
