#ifndef TORTURE_FAIL_H
#define TORTURE_FAIL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Loaded into a program (LD_PRELOAD), this makes the n-th of its calls for
 * memory, input, output, a connection, a file, random bytes or another thing of
 * the system fail, and counts the memory that is held.  What the C library
 * itself calls is seen only where that goes by the same names, as its
 * allocations do (strdup's too): of its streams and names that are looked up,
 * what asks for these fails instead.
 *
 * What the library that makes calls fail shares with who loads it: a file of
 * this size, which TORTURE_FILE names.  It is read and written by the driver
 * beside this file, too, with the same layout.
 */
enum torture_kind {
	TORTURE_MEMORY,		/* malloc, calloc, realloc, mmap, ... */
	TORTURE_READ,		/* read, pread, recv, readv, fread, ... */
	TORTURE_WRITE,		/* write, pwrite, send, ftruncate, ... */
	TORTURE_CONNECT,	/* socket, connect, accept, getaddrinfo */
	TORTURE_OPEN,		/* open, openat, fopen, opendir */
	TORTURE_RANDOM,		/* getrandom, getentropy */
	TORTURE_OTHER,		/* pipe, fork, dup2, flock, readlink */
	TORTURE_KINDS
};

enum torture_way {
	TORTURE_ONCE,		/* that one call */
	TORTURE_BURST,		/* that one, and all of all kinds after it */
	TORTURE_COPIES		/* each of those marked, in a copy of the
				 * process that is made for it: what it came to
				 * is in place of the mark; the process itself
				 * goes on without any failure */
};

/* What a copy came to: it ended as it has to, at once, that is without another
 * call of any kind; then how many calls of other kinds there were before is
 * added.  Else it has to be tried in full. */
enum {
	TORTURE_MARKED = 1,
	TORTURE_WENT_ON = 2,
	TORTURE_ENDED = 16
};

enum {
	TORTURE_FRAMES = 48,		/* of who made the call */
	TORTURE_FILES = 64,		/* more are not open in any program */
	TORTURE_PATHS = 1 << 18		/* calls whose paths are kept */
};

struct torture {
	uint32_t	kind;		/* of the call that fails */
	uint32_t	at;		/* which of these, from 1; 0: none */
	uint32_t	way;
	uint32_t	traced;		/* whether paths to that kind are */
	uint32_t	failed;		/* and those that failed */
	uint32_t	own;		/* the first of these: by the program */
	uint32_t	frames;		/* of the first of these: see caller */
	uint32_t	burst;		/* whether all fail by now */
	uint32_t	calls[TORTURE_KINDS];	/* so far */
	uint32_t	unused;		/* the next are aligned */
	int64_t		blocks;		/* of memory that are held */
	int64_t		bytes;
	uint32_t	waits;		/* for the next request, so far */
	uint32_t	descriptors;	/* that were open at the last of them */
	int64_t		idle_blocks;	/* and memory that was held */
	int64_t		idle_bytes;
	uint64_t	caller[TORTURE_FRAMES];
	uint32_t	path[TORTURE_PATHS];	/* digests: of who called for
						 * what fails; or marks */
};

/* Whether this call fails. */
bool	 torture_fails(enum torture_kind kind, const void *caller);

/* The same, of a call that is made again and again until it does not fail:
 * that fails once at most. */
bool	 torture_fails_once(enum torture_kind kind, const void *caller);

/* Whether this is a copy, which ends at its next call; it may say why. */
bool	 torture_is_copy(void);

/* Like dlsym(RTLD_NEXT): but a pointer to an object is no function's. */
void	 torture_find(const char *name, void *function);

/* The function that would be called by that name. */
#define NEXT(type, name, ...)						\
	static type	(*next)(__VA_ARGS__);				\
									\
	if (next == NULL)						\
		torture_find(name, &next)

#define CALLER	__builtin_return_address(0)

#endif
