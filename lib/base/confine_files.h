#ifndef BASE_CONFINE_FILES_H
#define BASE_CONFINE_FILES_H

#include "base/text.h"

struct arena;

/*
 * A ruleset of Landlock: which files a program that has started may still
 * open.  It reads what the system says of names, certificates and charsets
 * (/etc, /usr and a few more), and what lies beside itself (templates, its
 * libraries); it reads and writes in one folder that it shares with other
 * workers; it runs nothing, listens to no port, and signals no process but its
 * own.  Files that are open already stay so.  What was there only to start,
 * as a key outside of /etc, can be opened no more.
 */

/* What else is needed. */
struct confine_files {
	struct texts	 reads;		/* files or folders; those that do not
					 * exist count for nothing */
	const char	*shared;	/* a folder that is written to, or
					 * NULL */
	unsigned	 needs;		/* enum confine_need */
};

/*
 * For good.  confine() comes before it, confine_calls() behind it.  Without
 * CONFINE_FILES no file is opened at all, and without CONFINE_NETWORK no TCP
 * connection where the kernel can refuse that (Landlock's ABI 4).  Does
 * nothing where the kernel has no Landlock, and under sanitizers.
 */
void	 confine_files(struct arena *arena, const struct confine_files *files);

#endif
