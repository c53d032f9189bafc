#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * A pointer and its length, which never travel apart.  What it points at
 * belongs to somebody else (mostly the request's arena) and is not changed.
 * Text, by contrast, is a const char * in UTF-8 with no NUL inside.
 */
struct bytes {
	const unsigned char	*at;
	size_t			 len;
};

/* The bytes of a text, without its NUL. */
struct bytes	 bytes_of(const char *text);

/* A pointer and a length as bytes. */
struct bytes	 bytes_from(const void *at, size_t len);

/* Whether both hold the same; not for secrets. */
bool		 bytes_equal(struct bytes a, struct bytes b);

/* Whether b is the same as the text; not for secrets. */
bool		 bytes_is(struct bytes b, const char *text);

/*
 * Whether two secrets are the same, in a time that depends on their lengths
 * only.
 */
bool		 bytes_equal_secret(struct bytes a, struct bytes b);

/*
 * The bytes as a NUL-terminated copy; a NUL inside becomes U+FFFD, so that
 * nothing after it is lost.  Does not check UTF-8 (utf8_clean does).
 */
const char	*bytes_text(struct arena *arena, struct bytes b);

/* The part of b from offset on, at most len long; past the end: empty. */
struct bytes	 bytes_slice(struct bytes b, size_t offset, size_t len);

/* Where the byte first stands in b, or b.len. */
size_t		 bytes_find(struct bytes b, unsigned char byte);

#endif
