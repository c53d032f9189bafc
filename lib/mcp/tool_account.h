#ifndef MCP_TOOL_ACCOUNT_H
#define MCP_TOOL_ACCOUNT_H

/* list_accounts: whose mail this is, and what is allowed. */
struct tool;

extern const struct tool	 tool_list_accounts;

#endif
