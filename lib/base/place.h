#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include <stdbool.h>

struct arena;
struct fault;

/*
 * Where things lie: the program itself, a configuration that nobody named,
 * and whether a file is among what the web server gives out.
 */

/* The absolute path of the running program, also where /proc is not mounted
 * as long as the process is where it was started; NULL if it can't be told. */
const char	*place_program(struct arena *arena);

/* Whether path lies in or below the folder.  What does not exist doesn't. */
bool		 place_lies_below(struct arena *arena, const char *path,
		    const char *folder);

/*
 * The file postern.conf of a program that was told of none, as under suexec,
 * which takes our variables out of the environment.  It is looked for in the
 * folder above the program's own and those above that, as far as the one that
 * the document root lies in; the nearest counts.  *path is NULL if there is
 * none.  It is refused unless it is ours or root's and nobody else reads it.
 */
const struct fault	*place_find(struct arena *arena,
			    const char *document_root, const char **path);

/*
 * A configuration holds secrets.  Below the document root one is refused that
 * others may read, or that is not ours, or that the web server could read in
 * spite of its mode since it runs as the same user; document_root may be NULL.
 */
const struct fault	*place_check(struct arena *arena, const char *path,
			    const char *document_root);

/* The nearest file or folder of that name beside the folder of the program (as
 * installed) or above that (as built); NULL if there is none. */
const char	*place_beside(struct arena *arena, const char *name);

/* The folder for what workers share (RUN_DIR) beside that of the program, if
 * there is one that can be written to; else NULL. */
const char	*place_shared(struct arena *arena);

#endif
