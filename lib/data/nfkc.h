#ifndef DATA_NFKC_H
#define DATA_NFKC_H

struct arena;

/*
 * Unicode's Normalization Form KC (UAX 15): what looks like other characters
 * because it is another form of them, full width, ligatures, bold letters of
 * mathematics, becomes those, and what may be written in several ways is
 * written in one.  ASCII is itself.
 *
 * What knows that is libunistring, which comes with libidn2 and is loaded with
 * it (data/libidn2.h) when the first text comes that is not ASCII.
 */
enum { NFKC_GROWS = 11 };	/* U+FDFA: 3 bytes become 33, none more */

/* The text, which is valid UTF-8, in that form; NULL where the library can't
 * be loaded or has no such function. */
const char	*nfkc_text(struct arena *arena, const char *text);

#endif
