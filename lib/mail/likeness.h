#ifndef MAIL_LIKENESS_H
#define MAIL_LIKENESS_H

#include <stdbool.h>

struct arena;

/*
 * Whether a plain text says much that the text beside it, made of the HTML
 * that people see, does not: many of its words, or several in a row, are
 * nowhere in it.  Short words and addresses of the web do not count, since
 * programs write those differently.
 */
enum {
	LIKENESS_WORD_BYTES = 4,	/* shorter ones do not count */
	LIKENESS_ROW = 10,		/* words missing in a row */
	LIKENESS_FEW = 5		/* fewer missing are no difference */
};

bool	 likeness_differs(struct arena *arena, const char *plain,
	    const char *shown);

#endif
