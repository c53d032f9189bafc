#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * One arena per request (or per kept connection): everything allocated while
 * serving lives in it and goes, zeroed, when it is wiped.  There is no other
 * free.  This file is also the only one that calls malloc, and it interposes
 * free(3) and realloc(3) so that what libraries release, or leave behind when
 * it grows, is wiped too: their strings may hold secrets, and glibc's M_PERTURB
 * does not reach its thread cache.
 *
 * Out of memory ends the process with status 71 (EX_OSERR): the web server
 * then answers 5xx, never a success.  So does malloc(3) and its like when a
 * library calls it: most have never gone on without memory, and crash, or
 * lose a part of what they were given.
 */
struct arena;

/* A new, empty arena; the caller closes it. Never NULL. */
struct arena	*arena_open(void);

/* Releases what was deferred, zeroes and frees all, and the arena itself. */
void		 arena_close(struct arena *arena);

/* As arena_close, but the arena stays usable and empty. */
void		 arena_wipe(struct arena *arena);

/* Zeroed memory of len bytes, aligned for any type. Never NULL. */
void		*arena_take(struct arena *arena, size_t len);

/*
 * Makes the len bytes at "at", which arena_take gave, wanted bytes long where
 * they stand: new ones are zero, those given up are wiped.  False, and nothing
 * has changed, unless they were the last taken and there is room.
 */
bool		 arena_resize(struct arena *arena, void *at, size_t len,
		    size_t wanted);

/* Zeroed memory for count things of size bytes each; an overflow ends the
 * process like want of memory. */
void		*arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of len bytes, followed by a NUL that len does not count. */
char		*arena_copy(struct arena *arena, const void *at, size_t len);

/* A copy of a text. */
char		*arena_text(struct arena *arena, const char *text);

/*
 * Calls release(thing) when the arena is wiped, latest first.  For what a
 * library allocated: hand it over the moment it is made.
 */
void		 arena_defer(struct arena *arena, void (*release)(void *),
		    void *thing);

/* Gives what is freed back to the system where it is over so many bytes:
 * glibc keeps many small blocks for ever, as those of a large JSON text.  For
 * the end of each request, and for when no more come. */
void		 arena_give_back(size_t most);

/* How many bytes the arena holds from the system. */
size_t		 arena_size(const struct arena *arena);

#endif
