#ifndef DATA_FILENAME_H
#define DATA_FILENAME_H

struct arena;

/*
 * Names of files that come from mail, where they can do no harm: in a header,
 * a path, an object's key.
 */
enum { FILENAME_BYTES = 180 };

/*
 * A name that is one: behind the last slash or backslash, without controls,
 * invisible and bidi characters and the characters no file system agrees on,
 * no dot or blank at either end, at most FILENAME_BYTES of UTF-8 with its
 * extension kept; a device name of Windows gets "_" before it.  What nothing
 * is left of, and NULL, is "attachment".
 */
const char	*filename_clean(struct arena *arena, const char *name);

/* The same in letters, digits, dot, hyphen and underscore only. */
const char	*filename_ascii(struct arena *arena, const char *name);

/* The value of Content-Disposition (RFC 6266): attachment, filename in ASCII
 * and, where that is not all of it, filename* (RFC 8187). */
const char	*filename_disposition(struct arena *arena, const char *name);

#endif
