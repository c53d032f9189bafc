#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;

/*
 * Builds text or bytes of unknown length in an arena.  A buf that was started
 * never fails: it grows until memory ends.  Who must bound it looks at len.
 */
struct buf {
	struct arena	*arena;
	unsigned char	*at;
	size_t		 len;
	size_t		 size;	/* what at has room for */
};

void		 buf_start(struct buf *buf, struct arena *arena);
void		 buf_byte(struct buf *buf, unsigned char byte);
void		 buf_text(struct buf *buf, const char *text);
void		 buf_bytes(struct buf *buf, struct bytes bytes);

/* A number in decimal. */
void		 buf_number(struct buf *buf, int64_t number);

/* A text behind its length, so that no two lists of texts look the same; NULL
 * is an empty one. */
void		 buf_counted(struct buf *buf, const char *text);

/* As printf; the format is ours, never a peer's. */
void		 buf_format(struct buf *buf, const char *format, ...)
		    __attribute__((format(printf, 2, 3)));
void		 buf_formatv(struct buf *buf, const char *format, va_list list)
		    __attribute__((format(printf, 2, 0)));

/* Room for len more bytes, which the caller then fills: buf->len grows by
 * len at once. */
unsigned char	*buf_room(struct buf *buf, size_t len);

/* Forgets all but the first len bytes. */
void		 buf_cut(struct buf *buf, size_t len);

/* What was built, NUL-terminated; valid until the buf grows again. */
const char	*buf_string(struct buf *buf);

/* What was built; valid until the buf grows again. */
struct bytes	 buf_view(const struct buf *buf);

/* A text in the arena, as printf. */
const char	*text_format(struct arena *arena, const char *format, ...)
		    __attribute__((format(printf, 2, 3)));

#endif
