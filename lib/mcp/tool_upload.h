#ifndef MCP_TOOL_UPLOAD_H
#define MCP_TOOL_UPLOAD_H

struct tool;

/* get_upload_url */
extern const struct tool	 tool_get_upload_url;

#endif
