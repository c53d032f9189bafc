#include "mail/imap_set.h"

#include <string.h>

#include "base/arena.h"
#include "mail/imap_lex.h"

enum { FIRST_UIDS = 16 };

void
imap_set_start(struct imap_set *set, struct arena *arena, struct uids before)
{
	memset(set, 0, sizeof(*set));
	set->arena = arena;
	set->uids = before;
	set->room = before.len;
}

void
imap_set_add(struct imap_set *set, uint32_t uid)
{
	uint32_t	*at;

	if (set->uids.len >= IMAP_UIDS_MOST) {
		set->cut = true;
		return;
	}
	if (set->uids.len == set->room) {
		set->room = set->room < FIRST_UIDS ? FIRST_UIDS :
		    set->room * 2;
		at = arena_array(set->arena, set->room, sizeof(*at));
		if (set->uids.len > 0)
			memcpy(at, set->uids.at, set->uids.len * sizeof(*at));
		set->uids.at = at;
	}
	set->uids.at[set->uids.len++] = uid;
}

bool
imap_set_take_uid(struct imap_cursor *cursor, uint32_t *uid)
{
	struct imap_cursor	 ahead = *cursor;
	uint64_t		 number;

	if (!imap_lex_number(&ahead, &number) || number == 0 ||
	    number > UINT32_MAX)
		return false;
	*uid = (uint32_t)number;
	*cursor = ahead;
	return true;
}

/* first ":" last, in either order; the limit ends a range that lies. */
static void
add_range(struct imap_set *set, uint32_t first, uint32_t last)
{
	uint32_t	 low = first < last ? first : last;
	uint32_t	 high = first < last ? last : first;
	uint32_t	 i;

	for (i = 0; i <= high - low && !set->cut; i++) {
		imap_set_add(set, low + i);
		if (i == UINT32_MAX)
			break;
	}
}

bool
imap_set_take(struct imap_cursor *cursor, struct imap_set *set)
{
	struct imap_cursor	 ahead = *cursor;
	uint32_t		 first, last;

	do {
		if (!imap_set_take_uid(&ahead, &first))
			return false;
		last = first;
		if (imap_lex_byte(&ahead, ':') &&
		    !imap_set_take_uid(&ahead, &last))
			return false;
		add_range(set, first, last);
	} while (imap_lex_byte(&ahead, ','));
	*cursor = ahead;
	return true;
}

struct uids
imap_set_newest(struct arena *arena, struct uids found, size_t most)
{
	struct uids	 kept;
	size_t		 i, k;

	kept.at = arena_array(arena, most, sizeof(*kept.at));
	/* From its end, where the newest mostly are: then few are moved. */
	for (kept.len = 0, i = found.len; i-- > 0;) {
		for (k = kept.len; k > 0 && kept.at[k - 1] < found.at[i]; k--)
			if (k < most)
				kept.at[k] = kept.at[k - 1];
		if (k < most)
			kept.at[k] = found.at[i];
		kept.len += k < most && kept.len < most ? 1 : 0;
	}
	return kept;
}

uint32_t
imap_set_highest(struct uids uids)
{
	uint32_t	 newest = 0;
	size_t		 i;

	for (i = 0; i < uids.len; i++)
		if (uids.at[i] > newest)
			newest = uids.at[i];
	return newest;
}
