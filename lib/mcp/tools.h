#ifndef MCP_TOOLS_H
#define MCP_TOOLS_H

/* The rows of the tools, each with its handler in the file named beside it;
 * tool.c puts them in order. */
struct tool;

#endif
