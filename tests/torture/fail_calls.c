/* Calls for input, output, connections, files and random bytes. */
#define _GNU_SOURCE
#include "fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAILS(kind)	torture_fails((kind), CALLER)

/* What a peer that has gone, or a disk that is worn or full, comes to. */
static ssize_t
gone(int fd, int of_socket, int of_file)
{
	struct stat	 told;

	errno = fstat(fd, &told) == 0 && S_ISREG(told.st_mode) ? of_file :
	    of_socket;
	return -1;
}

#define NO_INPUT(fd)	gone((fd), ECONNRESET, EIO)
#define NO_OUTPUT(fd)	gone((fd), EPIPE, ENOSPC)

ssize_t
read(int fd, void *at, size_t size)
{
	NEXT(ssize_t, "read", int, void *, size_t);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, at, size);
}

ssize_t	 __read_chk(int fd, void *at, size_t size, size_t most);

ssize_t
__read_chk(int fd, void *at, size_t size, size_t most)
{
	NEXT(ssize_t, "__read_chk", int, void *, size_t, size_t);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, at, size, most);
}

ssize_t
pread(int fd, void *at, size_t size, off_t from)
{
	NEXT(ssize_t, "pread", int, void *, size_t, off_t);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, at, size, from);
}

ssize_t
readv(int fd, const struct iovec *parts, int count)
{
	NEXT(ssize_t, "readv", int, const struct iovec *, int);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, parts, count);
}

ssize_t
recv(int fd, void *at, size_t size, int flags)
{
	NEXT(ssize_t, "recv", int, void *, size_t, int);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, at, size, flags);
}

ssize_t	 __recv_chk(int fd, void *at, size_t size, size_t most, int flags);

ssize_t
__recv_chk(int fd, void *at, size_t size, size_t most, int flags)
{
	NEXT(ssize_t, "__recv_chk", int, void *, size_t, size_t, int);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) :
	    next(fd, at, size, most, flags);
}

ssize_t
recvfrom(int fd, void *restrict at, size_t size, int flags,
    __SOCKADDR_ARG peer, socklen_t *restrict len)
{
	NEXT(ssize_t, "recvfrom", int, void *, size_t, int, __SOCKADDR_ARG,
	    socklen_t *);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) :
	    next(fd, at, size, flags, peer, len);
}

ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	NEXT(ssize_t, "recvmsg", int, struct msghdr *, int);

	return FAILS(TORTURE_READ) ? NO_INPUT(fd) : next(fd, message, flags);
}

ssize_t
write(int fd, const void *at, size_t size)
{
	NEXT(ssize_t, "write", int, const void *, size_t);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) : next(fd, at, size);
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	NEXT(ssize_t, "writev", int, const struct iovec *, int);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) : next(fd, parts, count);
}

ssize_t
send(int fd, const void *at, size_t size, int flags)
{
	NEXT(ssize_t, "send", int, const void *, size_t, int);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) :
	    next(fd, at, size, flags);
}

ssize_t
sendto(int fd, const void *at, size_t size, int flags,
    __CONST_SOCKADDR_ARG peer, socklen_t len)
{
	NEXT(ssize_t, "sendto", int, const void *, size_t, int,
	    __CONST_SOCKADDR_ARG, socklen_t);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) :
	    next(fd, at, size, flags, peer, len);
}

ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	NEXT(ssize_t, "sendmsg", int, const struct msghdr *, int);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) :
	    next(fd, message, flags);
}

static int
refused(int why)
{
	errno = why;
	return -1;
}

int
socket(int domain, int type, int protocol)
{
	NEXT(int, "socket", int, int, int);

	return FAILS(TORTURE_CONNECT) ? refused(EMFILE) :
	    next(domain, type, protocol);
}

int
connect(int fd, __CONST_SOCKADDR_ARG peer, socklen_t len)
{
	NEXT(int, "connect", int, __CONST_SOCKADDR_ARG, socklen_t);

	return FAILS(TORTURE_CONNECT) ? refused(ECONNREFUSED) :
	    next(fd, peer, len);
}

static mode_t
mode_of(int flags, va_list list)
{
	return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(list, mode_t) :
	    0;
}

#define OPEN(function)							\
int									\
function(const char *path, int flags, ...)				\
{									\
	va_list	 list;							\
	mode_t	 mode;							\
									\
	NEXT(int, #function, const char *, int, ...);			\
	va_start(list, flags);						\
	mode = mode_of(flags, list);					\
	va_end(list);							\
	return FAILS(TORTURE_OPEN) ? refused(EMFILE) :			\
	    next(path, flags, mode);					\
}

#define OPEN_AT(function)						\
int									\
function(int folder, const char *path, int flags, ...)			\
{									\
	va_list	 list;							\
	mode_t	 mode;							\
									\
	NEXT(int, #function, int, const char *, int, ...);		\
	va_start(list, flags);						\
	mode = mode_of(flags, list);					\
	va_end(list);							\
	return FAILS(TORTURE_OPEN) ? refused(EMFILE) :			\
	    next(folder, path, flags, mode);				\
}

#define OPEN_FILE(function)						\
FILE *									\
function(const char *restrict path, const char *restrict mode)		\
{									\
	NEXT(FILE *, #function, const char *, const char *);		\
	if (FAILS(TORTURE_OPEN)) {					\
		errno = EMFILE;						\
		return NULL;						\
	}								\
	return next(path, mode);					\
}

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_FILE(fopen)
OPEN_FILE(fopen64)

DIR *
opendir(const char *path)
{
	NEXT(DIR *, "opendir", const char *);

	if (FAILS(TORTURE_OPEN)) {
		errno = EMFILE;
		return NULL;
	}
	return next(path);
}

/* Nothing is put there, so whoever does not look has what there was. */
ssize_t
getrandom(void *at, size_t size, unsigned flags)
{
	NEXT(ssize_t, "getrandom", void *, size_t, unsigned);

	return FAILS(TORTURE_RANDOM) ? refused(EIO) : next(at, size, flags);
}

int
getentropy(void *at, size_t size)
{
	NEXT(int, "getentropy", void *, size_t);

	return FAILS(TORTURE_RANDOM) ? refused(EIO) : next(at, size);
}
