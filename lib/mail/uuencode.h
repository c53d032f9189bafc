#ifndef MAIL_UUENCODE_H
#define MAIL_UUENCODE_H

#include <stddef.h>

struct arena;

/* The text with each file in it that is uuencoded as one line "[file: name]",
 * and how many there were.  What is damaged stays as it is. */
const char	*uuencode_fold(struct arena *arena, const char *text,
		    size_t *files);

#endif
