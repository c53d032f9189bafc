#include "net/ahead.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

static void
close_grown(void *thing)
{
	arena_close(thing);
}

void
ahead_open(struct ahead *ahead, struct arena *arena)
{
	ahead->grown = arena_open();
	arena_defer(arena, close_grown, ahead->grown);
	ahead->at = ahead->own = arena_take(arena, AHEAD_BYTES);
	ahead->size = AHEAD_BYTES;
	ahead->start = ahead->end = ahead->used = 0;
}

struct bytes
ahead_view(const struct ahead *ahead)
{
	return bytes_from(ahead->at + ahead->start, ahead->end - ahead->start);
}

void
ahead_skip(struct ahead *ahead, size_t len)
{
	assert(len <= ahead->end - ahead->start);
	ahead->start += len;
}

static void
start_anew(struct ahead *ahead)
{
	ahead->start = ahead->end = 0;
	if (ahead->at == ahead->own)
		return;
	ahead->at = ahead->own;
	ahead->size = AHEAD_BYTES;
	arena_wipe(ahead->grown);
}

static void
grow(struct ahead *ahead)
{
	unsigned char	*at;

	at = arena_take(ahead->grown, ahead->size * 2);
	memcpy(at, ahead->at, ahead->end);
	ahead->at = at;
	ahead->size *= 2;
}

unsigned char *
ahead_room(struct ahead *ahead, size_t most, size_t *len)
{
	size_t	 held;

	held = ahead->end - ahead->start;
	if (held == 0)
		start_anew(ahead);
	if (ahead->end == ahead->size && ahead->start > 0) {
		memmove(ahead->at, ahead->at + ahead->start, held);
		ahead->start = 0;
		ahead->end = held;
	} else if (ahead->end == ahead->size && ahead->size < most)
		grow(ahead);
	*len = ahead->size - ahead->end;
	return ahead->at + ahead->end;
}

void
ahead_add(struct ahead *ahead, size_t len)
{
	assert(len <= ahead->size - ahead->end);
	ahead->end += len;
	if (ahead->at == ahead->own && ahead->end > ahead->used)
		ahead->used = ahead->end;
}

void
ahead_forget(struct ahead *ahead)
{
	if (ahead->end > ahead->start)
		return;
	start_anew(ahead);
	explicit_bzero(ahead->own, ahead->used);
	ahead->used = 0;
}
