#ifndef MCP_GUIDE_H
#define MCP_GUIDE_H

/* "instructions" of initialize and server/discover: what a model is to know
 * of mail here before it calls the first tool.  The same for everybody, since
 * discover is cached for all. */
extern const char	 guide_text[];

#endif
