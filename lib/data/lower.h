#ifndef DATA_LOWER_H
#define DATA_LOWER_H

struct arena;

/*
 * A copy in lower case, for comparing what people type: the letters of the
 * Latin, Greek and Cyrillic alphabets that have one of their own, one by one;
 * all else stays as it is.
 */
const char	*lower_text(struct arena *arena, const char *text);

#endif
