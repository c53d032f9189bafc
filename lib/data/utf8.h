#ifndef DATA_UTF8_H
#define DATA_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"

struct arena;

/* UTF-8, RFC 3629: no overlong forms, no surrogates, at most U+10FFFF. */
enum { UTF8_REPLACEMENT = 0xFFFD };

bool		 utf8_is_valid(struct bytes text);

/* Whether it is ASCII that shows, blanks too: there is nothing to clean. */
bool		 utf8_is_plain(const char *text);

/* Reads one character at *at and moves behind it; a byte that starts none
 * gives UTF8_REPLACEMENT and moves by one. *at must be below text.len. */
uint32_t	 utf8_next(struct bytes text, size_t *at);

void		 utf8_put(struct buf *buf, uint32_t character);

/* A copy that is valid: U+FFFD for each bad byte and for NUL; controls but
 * TAB and LF are left out, CR LF and CR become LF. */
const char	*utf8_clean(struct arena *arena, struct bytes text);

/* As utf8_clean in one line: TAB, CR and LF become one blank. */
const char	*utf8_clean_line(struct arena *arena, struct bytes text);

/* How many characters. */
size_t		 utf8_count(const char *text);

/* Byte offset of character n, or the text's length. */
size_t		 utf8_offset(const char *text, size_t n);

/* Its first n characters. */
const char	*utf8_start(struct arena *arena, const char *text, size_t n);

/* Whether it shows nothing or turns the direction: zero-width, bidi control,
 * tag and variation characters used to hide text. */
bool		 utf8_is_invisible(uint32_t character);

/* A copy without such characters; *dropped (may be NULL) is how many. */
const char	*utf8_visible(struct arena *arena, const char *text,
		    size_t *dropped);

#endif
