#ifndef DATA_UTF7_H
#define DATA_UTF7_H

#include <stdbool.h>

struct arena;

/*
 * Modified UTF-7, RFC 9051 A: names of IMAP mailboxes in seven bits.
 */

/*
 * The text in UTF-8.  False for what utf7_write would not write so: eight-bit
 * bytes, bits left over, half surrogates, characters that need no shift; and
 * for a text with controls, which a name can hide but not have.
 */
bool		 utf7_read(struct arena *arena, const char *encoded,
		    const char **text);

/* The text as the most forgiving server would take it: what is encoded is
 * decoded, whether or not it had to be; the rest stands as it is.  Not always
 * valid UTF-8. */
const char	*utf7_read_loosely(struct arena *arena, const char *encoded);

/* text must be valid UTF-8. */
const char	*utf7_write(struct arena *arena, const char *text);

#endif
