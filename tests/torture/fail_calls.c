/* Calls for input, output, connections, files, random bytes and other things of
 * the system. */
#define _GNU_SOURCE
#include "fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
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

#define READ_AT(function, offset)					\
ssize_t									\
function(int fd, void *at, size_t size, offset from)			\
{									\
	NEXT(ssize_t, #function, int, void *, size_t, offset);		\
	return FAILS(TORTURE_READ) ? NO_INPUT(fd) :			\
	    next(fd, at, size, from);					\
}

#define READ_PARTS_AT(function, offset)					\
ssize_t									\
function(int fd, const struct iovec *parts, int count, offset from)	\
{									\
	NEXT(ssize_t, #function, int, const struct iovec *, int, offset); \
	return FAILS(TORTURE_READ) ? NO_INPUT(fd) :			\
	    next(fd, parts, count, from);				\
}

READ_AT(pread, off_t)
READ_AT(pread64, off64_t)
READ_PARTS_AT(preadv, off_t)
READ_PARTS_AT(preadv64, off64_t)

/* What the stream itself reads with is the C library's own. */
size_t
fread(void *restrict at, size_t size, size_t count, FILE *restrict file)
{
	NEXT(size_t, "fread", void *, size_t, size_t, FILE *);

	if (!FAILS(TORTURE_READ))
		return next(at, size, count, file);
	file->_flags |= _IO_ERR_SEEN;
	errno = EIO;
	return 0;
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
	/* First of all: a copy that looks for a name may wait for ever. */
	if (torture_is_copy() && fd == STDERR_FILENO)
		return (ssize_t)size;
	NEXT(ssize_t, "write", int, const void *, size_t);

	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) : next(fd, at, size);
}

#define WRITE_AT(function, offset)					\
ssize_t									\
function(int fd, const void *at, size_t size, offset from)		\
{									\
	NEXT(ssize_t, #function, int, const void *, size_t, offset);	\
	return FAILS(TORTURE_WRITE) ? NO_OUTPUT(fd) :			\
	    next(fd, at, size, from);					\
}

#define CUT(function, offset)						\
int									\
function(int fd, offset size)						\
{									\
	NEXT(int, #function, int, offset);				\
	return FAILS(TORTURE_WRITE) ? (int)NO_OUTPUT(fd) :		\
	    next(fd, size);						\
}

WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

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

/* A listener's: whoever waits for it has to ask again. */
int
accept(int fd, __SOCKADDR_ARG peer, socklen_t *restrict len)
{
	NEXT(int, "accept", int, __SOCKADDR_ARG, socklen_t *);

	return torture_fails_once(TORTURE_CONNECT, CALLER) ?
	    refused(ECONNABORTED) : next(fd, peer, len);
}

int
getaddrinfo(const char *restrict host, const char *restrict service,
    const struct addrinfo *restrict wanted, struct addrinfo **restrict list)
{
	NEXT(int, "getaddrinfo", const char *, const char *,
	    const struct addrinfo *, struct addrinfo **);

	return FAILS(TORTURE_CONNECT) ? EAI_AGAIN :
	    next(host, service, wanted, list);
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

int
pipe2(int ends[2], int flags)
{
	NEXT(int, "pipe2", int *, int);

	return FAILS(TORTURE_OTHER) ? refused(EMFILE) : next(ends, flags);
}

int
dup2(int fd, int as)
{
	NEXT(int, "dup2", int, int);

	return FAILS(TORTURE_OTHER) ? refused(EMFILE) : next(fd, as);
}

int
flock(int fd, int how)
{
	NEXT(int, "flock", int, int);

	return FAILS(TORTURE_OTHER) ? refused(ENOLCK) : next(fd, how);
}

ssize_t
readlink(const char *restrict path, char *restrict at, size_t size)
{
	NEXT(ssize_t, "readlink", const char *, char *, size_t);

	return FAILS(TORTURE_OTHER) ? refused(EIO) : next(path, at, size);
}
