#include "mail/kin.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "mail/relation.h"

struct id {
	const char	*text;
	size_t		 parent;	/* in its set; of a root: itself */
	size_t		 next;		/* of the same slot, or KIN_NONE */
};

struct kin {
	struct arena	*arena;
	struct id	*ids;
	size_t		*slots;
	size_t		 len, most;
	bool		 is_full;
};

struct kin *
kin_open(struct arena *arena, size_t most)
{
	struct kin	*kin;
	size_t		 i;

	kin = arena_take(arena, sizeof(*kin));
	kin->arena = arena;
	kin->most = most;
	kin->ids = arena_array(arena, most, sizeof(*kin->ids));
	kin->slots = arena_array(arena, most, sizeof(*kin->slots));
	for (i = 0; i < most; i++)
		kin->slots[i] = KIN_NONE;
	return kin;
}

/* FNV-1a. Who makes ids that share a slot is stopped by how many there may
 * be. */
static size_t
find_slot(const struct kin *kin, const char *id)
{
	uint32_t	 hash = 2166136261u;

	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619u;
	return hash % kin->most;
}

size_t
kin_find(const struct kin *kin, const char *id)
{
	size_t	 at;

	for (at = kin->slots[find_slot(kin, id)]; at != KIN_NONE;
	    at = kin->ids[at].next)
		if (text_equal(kin->ids[at].text, id))
			return at;
	return KIN_NONE;
}

size_t
kin_add(struct kin *kin, const char *id)
{
	struct id	*added;
	size_t		 at = kin_find(kin, id), slot;

	if (at != KIN_NONE)
		return at;
	if (kin->len == kin->most) {
		kin->is_full = true;
		return KIN_NONE;
	}
	slot = find_slot(kin, id);
	at = kin->len++;
	added = &kin->ids[at];
	added->text = arena_text(kin->arena, id);
	added->parent = at;
	added->next = kin->slots[slot];
	kin->slots[slot] = at;
	return at;
}

const char *
kin_id(const struct kin *kin, size_t number)
{
	return kin->ids[number].text;
}

size_t
kin_count(const struct kin *kin)
{
	return kin->len;
}

bool
kin_is_full(const struct kin *kin)
{
	return kin->is_full;
}

size_t
kin_set(const struct kin *kin, size_t number)
{
	while (kin->ids[number].parent != number)
		number = kin->ids[number].parent;
	return number;
}

/* Roots are low numbers, and every walk makes the next one shorter. */
void
kin_tie(struct kin *kin, size_t a, size_t b)
{
	size_t	 root, next;

	if (a == KIN_NONE || b == KIN_NONE)
		return;
	root = kin_set(kin, a);
	next = kin_set(kin, b);
	if (next < root) {
		kin->ids[root].parent = next;
		root = next;
	} else {
		kin->ids[next].parent = root;
	}
	for (; a != root; a = next) {
		next = kin->ids[a].parent;
		kin->ids[a].parent = root;
	}
	for (; b != root; b = next) {
		next = kin->ids[b].parent;
		kin->ids[b].parent = root;
	}
}

bool
kin_is_same(const struct kin *kin, size_t a, size_t b)
{
	return a != KIN_NONE && b != KIN_NONE &&
	    kin_set(kin, a) == kin_set(kin, b);
}

size_t
kin_read(struct kin *kin, const struct relation *relation)
{
	size_t	 i, own = KIN_NONE, at;

	if (relation->id != NULL)
		own = kin_add(kin, relation->id);
	for (i = 0; i < relation->parents.len; i++) {
		at = kin_add(kin, relation->parents.at[i]);
		if (own == KIN_NONE)
			own = at;
		kin_tie(kin, own, at);
	}
	return own;
}
