#ifndef MAIL_QUOTED_H
#define MAIL_QUOTED_H

#include <stddef.h>

struct arena;

/*
 * The text of a reply without what it quotes of the messages before it: runs
 * of lines that begin with ">" and the line that introduces them, and all
 * that follows an "Original Message" line, in the words of several languages.
 * What was forwarded stays.  A text that is nothing but quotation stays as it
 * is.  *dropped is how many characters were left out.
 */
const char	*quoted_fold(struct arena *arena, const char *text,
		    size_t *dropped);

#endif
