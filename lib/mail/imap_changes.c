#include "mail/imap_changes.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/imap_session.h"

static void
start_search(struct imap *imap, struct arena *arena, struct buf *text)
{
	buf_start(text, arena);
	buf_format(text, "UID SEARCH %sUID ",
	    imap_can(imap, IMAP_CAN_ESEARCH) ? "RETURN (ALL) " : "");
}

struct imap_command *
imap_changes_new(struct imap *imap, struct arena *arena, uint32_t from)
{
	struct buf	 text;

	start_search(imap, arena, &text);
	buf_format(&text, "%lu:*", (unsigned long)from);
	return imap_queue(imap, arena, &text);
}

static void
put_range(struct buf *text, struct uid_range range)
{
	assert(range.from > 0 && range.from <= range.to);
	buf_format(text, "%lu:%lu", (unsigned long)range.from,
	    (unsigned long)range.to);
}

/* MODSEQ n finds what has n or more. */
struct imap_command *
imap_changes_find(struct imap *imap, struct arena *arena,
    struct uid_range range, uint64_t modseq)
{
	struct buf	 text;

	start_search(imap, arena, &text);
	put_range(&text, range);
	buf_format(&text, " MODSEQ %llu", (unsigned long long)modseq + 1);
	return imap_queue(imap, arena, &text);
}

struct imap_command *
imap_changes_fetch(struct imap *imap, struct arena *arena,
    struct uid_range range, uint64_t modseq)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	put_range(&text, range);
	buf_format(&text, " (UID FLAGS) (CHANGEDSINCE %llu VANISHED)",
	    (unsigned long long)modseq);
	return imap_queue(imap, arena, &text);
}

static int
compare_uids(const void *a, const void *b)
{
	const uint32_t	*first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

struct uids
imap_changes_pick(struct arena *arena, struct uids uids,
    struct uid_range range)
{
	struct uids	 picked = { 0 };
	size_t		 i, n;

	picked.at = arena_array(arena, uids.len, sizeof(*picked.at));
	for (i = n = 0; i < uids.len; i++)
		if (uids.at[i] >= range.from && uids.at[i] <= range.to)
			picked.at[n++] = uids.at[i];
	if (n > 1)
		qsort(picked.at, n, sizeof(*picked.at), compare_uids);
	for (i = 0; i < n; i++)
		if (i == 0 || picked.at[i] != picked.at[i - 1])
			picked.at[picked.len++] = picked.at[i];
	return picked;
}
