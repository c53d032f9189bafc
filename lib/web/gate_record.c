#include "web/gate_record.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

/* FCGI_Record: version, type, id (2), length (2), padding, reserved. */
enum {
	VERSION = 1,
	TYPE_STDOUT = 6,
	HEAD_BYTES = 8,
	CONTENT_BYTES = 65528	/* 65535 at most; without padding */
};

enum { HEAD, CONTENT, PARTS };

/* The record's parts, whose first bytes may have gone already. */
static bool
write_parts(int fd, struct iovec *part)
{
	ssize_t	 len;
	size_t	 gone;
	int	 i;

	for (i = HEAD; i < PARTS;) {
		len = writev(fd, part + i, PARTS - i);
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			return false;
		for (; i < PARTS && (size_t)len >= part[i].iov_len; i++)
			len -= (ssize_t)part[i].iov_len;
		if (i == PARTS)
			break;
		gone = (size_t)len;
		part[i].iov_base = (unsigned char *)part[i].iov_base + gone;
		part[i].iov_len -= gone;
	}
	return true;
}

static bool
write_record(int fd, int id, struct bytes content)
{
	const unsigned	 number = (unsigned)id, len = (unsigned)content.len;
	unsigned char	 head[HEAD_BYTES] = {
		VERSION, TYPE_STDOUT, (unsigned char)(number >> 8),
		(unsigned char)number, (unsigned char)(len >> 8),
		(unsigned char)len
	};
	union {
		const void	*from;
		void		*to;
	}		 at = { .from = content.at };	/* is only read */
	struct iovec	 parts[PARTS] = {
		{ head, sizeof(head) }, { at.to, content.len }
	};

	return write_parts(fd, parts);
}

bool
gate_record_write(int fd, int id, struct bytes piece)
{
	struct bytes	 content;
	size_t		 at;

	for (at = 0; at < piece.len; at += content.len) {
		content = bytes_slice(piece, at, CONTENT_BYTES);
		if (!write_record(fd, id, content))
			return false;
	}
	return true;
}
