#ifndef BUNDLE_SETUP_H
#define BUNDLE_SETUP_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct config;
struct page;
struct request;

/* What the page looks at, and what it has found. */
struct setup {
	struct request		*request;
	struct page		*page;
	const char		*root;		/* DOCUMENT_ROOT, "" for none */
	const char		*folder;	/* of the bundle */
	const char		*address;	/* that was asked for, without
						 * /setup; NULL: malformed */
	bool			 private_line;	/* https, or this computer */
	const char		*file;		/* the settings', or NULL */
	const struct config	*config;	/* NULL: can't be read */
	const char		*refused;	/* why BASE_URL is, or NULL */
	unsigned		 wrong;		/* rows to be put right */
	unsigned		 by_visit;	/* of those, what only depends
						 * on how the visitor came */
};

enum setup_kind { SETUP_GOOD, SETUP_WRONG, SETUP_NOTE };

/* Adds a row to the page: what it is about, what is to be said, and lines to
 * copy or NULL.  Where the host keeps the user's files is left out of it. */
void	 setup_row(struct setup *setup, enum setup_kind kind,
	    const char *title, const char *text, const char *line);

/* What can be seen from here: who runs this, rights, settings, key. */
void	 setup_look(struct setup *setup);

/* What others see: asks the site itself and the mail servers. */
void	 setup_try(struct setup *setup);

#endif
