#ifndef MCP_FINDER_ALL_H
#define MCP_FINDER_ALL_H

struct call;
struct fault;
struct finder;
struct listing;
struct paging;

/* Finding messages in all folders, one after the other. */
enum {
	FINDER_ALL_MOST = 1000,		/* how deep pages of all folders go */
	FINDER_SPARE_MS = 10 * 1000,	/* kept back to answer what is found */
	FINDER_ALL_BYTES = 96 * 1024 * 1024	/* what a server's answers to
						 * it may take up */
};

/* A page of the matches in all folders that the grant leaves open, newest
 * first by when they were received; those that there was no time or room for
 * are named. */
const struct fault	*finder_all_run(struct call *call,
			    const struct finder *finder,
			    const struct paging *paging,
			    struct listing *listing);

#endif
