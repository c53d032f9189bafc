#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum {
	FIRST_BYTES = 256,
	NUMBER_BYTES = sizeof("-9223372036854775808") - 1
};

void
buf_start(struct buf *buf, struct arena *arena)
{
	memset(buf, 0, sizeof(*buf));
	buf->arena = arena;
}

/* Makes room for len more bytes and a NUL. */
static void
grow(struct buf *buf, size_t len)
{
	unsigned char	*at;
	size_t		 size;

	assert(buf->arena != NULL);
	if (len < buf->size - buf->len)
		return;
	/* More than there are addresses: no memory, which ends the process. */
	if (len >= SIZE_MAX - buf->len)
		arena_take(buf->arena, SIZE_MAX);
	size = buf->size == 0 ? FIRST_BYTES : buf->size * 2;
	if (size < buf->len + len + 1)
		size = buf->len + len + 1;
	if (buf->size > 0 &&
	    arena_resize(buf->arena, buf->at, buf->size, size)) {
		buf->size = size;
		return;
	}
	at = arena_take(buf->arena, size);
	if (buf->len > 0)
		memcpy(at, buf->at, buf->len);
	if (buf->size > 0)
		explicit_bzero(buf->at, buf->len);
	buf->at = at;
	buf->size = size;
}

unsigned char *
buf_room(struct buf *buf, size_t len)
{
	unsigned char	*at;

	grow(buf, len);
	at = buf->at + buf->len;
	buf->len += len;
	return at;
}

void
buf_byte(struct buf *buf, unsigned char byte)
{
	if (buf->size - buf->len <= 1)
		grow(buf, 1);
	buf->at[buf->len++] = byte;
}

void
buf_bytes(struct buf *buf, struct bytes bytes)
{
	if (bytes.len == 0)
		return;
	if (bytes.len >= buf->size - buf->len)
		grow(buf, bytes.len);
	memcpy(buf->at + buf->len, bytes.at, bytes.len);
	buf->len += bytes.len;
}

void
buf_text(struct buf *buf, const char *text)
{
	buf_bytes(buf, bytes_of(text));
}

void
buf_number(struct buf *buf, int64_t number)
{
	unsigned char	 digits[NUMBER_BYTES];
	uint64_t	 rest;
	size_t		 at;

	rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	at = sizeof(digits);
	do
		digits[--at] = (unsigned char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		digits[--at] = '-';
	buf_bytes(buf, bytes_from(digits + at, sizeof(digits) - at));
}

void
buf_counted(struct buf *buf, const char *text)
{
	if (text == NULL)
		text = "";
	buf_number(buf, (int64_t)strlen(text));
	buf_byte(buf, ':');
	buf_text(buf, text);
}

void
buf_formatv(struct buf *buf, const char *format, va_list list)
{
	va_list	 again;
	size_t	 room;
	int	 len;

	grow(buf, 1);
	room = buf->size - buf->len;
	va_copy(again, list);
	len = vsnprintf((char *)buf->at + buf->len, room, format, list);
	assert(len >= 0);
	if ((size_t)len >= room) {
		grow(buf, (size_t)len);
		vsnprintf((char *)buf->at + buf->len, (size_t)len + 1, format,
		    again);
	}
	va_end(again);
	buf->len += (size_t)len;
}

void
buf_format(struct buf *buf, const char *format, ...)
{
	va_list	 list;

	va_start(list, format);
	buf_formatv(buf, format, list);
	va_end(list);
}

void
buf_cut(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
}

/* A short text takes no more than it needs; of a long one at most half is
 * empty, and fitting it each time it is looked at would copy it each time. */
const char *
buf_string(struct buf *buf)
{
	grow(buf, 0);
	buf->at[buf->len] = '\0';
	if (buf->size <= FIRST_BYTES &&
	    arena_resize(buf->arena, buf->at, buf->size, buf->len + 1))
		buf->size = buf->len + 1;
	return (const char *)buf->at;
}

struct bytes
buf_view(const struct buf *buf)
{
	return bytes_from(buf->at, buf->len);
}

const char *
text_format(struct arena *arena, const char *format, ...)
{
	struct buf	 buf;
	va_list		 list;

	buf_start(&buf, arena);
	va_start(list, format);
	buf_formatv(&buf, format, list);
	va_end(list);
	return buf_string(&buf);
}
