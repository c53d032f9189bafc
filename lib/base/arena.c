#include "base/arena.h"

#include <assert.h>
#include <malloc.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	FIRST_BYTES = 1024,	/* block of an arena that may stay small */
	BLOCK_BYTES = 16 * 1024,
	ALIGNMENT = alignof(max_align_t)
};

struct block {
	struct block	*next;
	size_t		 size;	/* usable bytes at data */
	size_t		 used;
	max_align_t	 data[];
};

struct deferred {
	struct deferred	*next;
	void		(*release)(void *);
	void		*thing;
};

struct arena {
	struct block	*blocks;
	struct deferred	*deferred;
	size_t		 total;		/* bytes held from the system */
};

static _Noreturn void
give_up(void)
{
	static const char	 text[] = "postern: out of memory\n";
	ssize_t			 written;

	written = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)written;
	_exit(EX_OSERR);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)
extern void	*__libc_malloc(size_t len);
extern void	*__libc_calloc(size_t count, size_t len);
extern void	*__libc_realloc(void *thing, size_t len);
extern void	 __libc_free(void *);
void		*malloc(size_t len);
void		*calloc(size_t count, size_t len);
void		*realloc(void *thing, size_t len);
void		 free(void *);

static void *
taken(void *thing, size_t len)
{
	if (thing == NULL && len > 0)
		give_up();
	return thing;
}

/*
 * Nobody in this process, such as a library, ever finds out how it goes on
 * without memory: json-c crashes then, or leaves out the middle of a text.
 */
void *
malloc(size_t len)
{
	return taken(__libc_malloc(len), len);
}

void *
calloc(size_t count, size_t len)
{
	return taken(__libc_calloc(count, len), count > 0 ? len : 0);
}

/*
 * As what is freed, what a block leaves behind is wiped: glibc's own copies it
 * and tells nobody.
 */
void *
realloc(void *thing, size_t len)
{
	void	*moved;
	size_t	 room;

	if (thing == NULL)
		return malloc(len);
	room = malloc_usable_size(thing);
	if (len > room) {
		moved = malloc(len);
		memcpy(moved, thing, room);
		free(thing);
		return moved;
	}
	explicit_bzero((unsigned char *)thing + len, room - len);
	return taken(__libc_realloc(thing, len), len);
}

/*
 * Every block that anybody in this process gives back is wiped first.
 */
void
free(void *thing)
{
	if (thing != NULL)
		explicit_bzero(thing, malloc_usable_size(thing));
	__libc_free(thing);
}

/* What was wiped already, as far as it was written to. */
static void
give_to_system(void *thing)
{
	__libc_free(thing);
}
#else
static void
give_to_system(void *thing)
{
	free(thing);
}
#endif

static void *
take_from_system(size_t len)
{
	void	*thing;

	/* What comes from the kernel is zero: it is not touched before. */
	if ((thing = calloc(1, len)) == NULL)
		give_up();
	return thing;
}

static struct block *
add_block(struct arena *arena, size_t len)
{
	struct block	*block;
	size_t		 size;

	size = arena->blocks == NULL ? FIRST_BYTES : BLOCK_BYTES;
	if (size < len)
		size = len;
	if (size > SIZE_MAX - sizeof(*block))
		give_up();
	block = take_from_system(sizeof(*block) + size);
	block->size = size;
	arena->total += sizeof(*block) + size;
	/*
	 * A block made to measure goes behind the current one, so that the
	 * room left there is still used.
	 */
	if (arena->blocks != NULL && size > BLOCK_BYTES) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

struct arena *
arena_open(void)
{
	return take_from_system(sizeof(struct arena));
}

static size_t
round_up(size_t len)
{
	return (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *
arena_take(struct arena *arena, size_t len)
{
	struct block	*block;
	void		*at;

	assert(arena != NULL);
	if (len > SIZE_MAX - ALIGNMENT)
		give_up();
	len = round_up(len);
	block = arena->blocks;
	if (block == NULL || block->size - block->used < len)
		block = add_block(arena, len);
	at = (unsigned char *)block->data + block->used;
	block->used += len;
	return at;
}

bool
arena_resize(struct arena *arena, void *at, size_t len, size_t wanted)
{
	struct block	*block = arena->blocks;
	unsigned char	*start = at, *end;
	size_t		 taken;

	if (block == NULL || wanted > BLOCK_BYTES)
		return false;
	taken = round_up(len);
	end = (unsigned char *)block->data + block->used;
	if (start + taken != end || (wanted > taken &&
	    round_up(wanted) - taken > block->size - block->used))
		return false;
	if (wanted < taken)
		explicit_bzero(start + wanted, taken - wanted);
	block->used = block->used - taken + round_up(wanted);
	return true;
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		give_up();
	return arena_take(arena, count * size);
}

char *
arena_copy(struct arena *arena, const void *at, size_t len)
{
	char	*copy;

	if (len == SIZE_MAX)
		give_up();
	copy = arena_take(arena, len + 1);
	if (len > 0)
		memcpy(copy, at, len);
	return copy;
}

char *
arena_text(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

void
arena_defer(struct arena *arena, void (*release)(void *), void *thing)
{
	struct deferred	*deferred;

	deferred = arena_take(arena, sizeof(*deferred));
	deferred->release = release;
	deferred->thing = thing;
	deferred->next = arena->deferred;
	arena->deferred = deferred;
}

size_t
arena_size(const struct arena *arena)
{
	return arena->total;
}

void
arena_wipe(struct arena *arena)
{
	struct deferred	*deferred;
	struct block	*block, *next;

	/* A release may itself defer; the list is read until it is empty. */
	while ((deferred = arena->deferred) != NULL) {
		arena->deferred = deferred->next;
		deferred->release(deferred->thing);
	}
	for (block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		/* What was never used is zero still. */
		explicit_bzero(block, sizeof(*block) + block->used);
		give_to_system(block);
	}
	memset(arena, 0, sizeof(*arena));
}

void
arena_close(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_wipe(arena);
	free(arena);
}

void
arena_give_back(size_t most)
{
	if (mallinfo2().fordblks > most)
		malloc_trim(0);
}
