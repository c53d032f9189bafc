#ifndef MCP_TOOL_SEARCH_H
#define MCP_TOOL_SEARCH_H

/* search_mail_messages: by sender, words, dates, flags, sizes. */
struct tool;

extern const struct tool	 tool_search_messages;

#endif
