#include "mcp/alike.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

const struct field	 alike_rows[] = {
	{ FIELD(struct summary, folder) },
	{ FIELD(struct summary, uidvalidity) },
	{ FIELD(struct summary, from) },
	{ FIELD(struct summary, subject) },
	{ FIELD(struct summary, thread_id) },
	{ FIELD(struct summary, to) },
	{ FIELD_END }
};

/* Where the texts stand that are compared as they are. */
static const size_t	 members[] = {
	offsetof(struct summary, from), offsetof(struct summary, subject),
	offsetof(struct summary, thread_id)
};

/*
 * Which of the texts more than half of them are, or len; also len where one
 * is NULL: it would seem to have that one.  After each step the candidate is
 * all there is that can be that of more than half so far (Boyer and Moore).
 */
static size_t
find_most(const char *const *texts, size_t len)
{
	size_t	 candidate = 0, votes = 0, i;

	for (i = 0; i < len; i++) {
		if (texts[i] == NULL)
			return len;
		if (votes == 0)
			candidate = i;
		if (text_equal(texts[i], texts[candidate]))
			votes++;
		else
			votes--;
	}
	for (i = votes = 0; i < len; i++)
		votes += text_equal(texts[i], texts[candidate]);
	return len > 1 && votes > len / 2 ? candidate : len;
}

static const char **
member_of(struct summary *summary, size_t offset)
{
	return (const char **)(void *)((unsigned char *)summary + offset);
}

/* Whether something is now told of them together. */
static bool
share_text(struct summary *list, const char **texts, size_t len,
    size_t offset, struct summary *shared)
{
	const char	*most;
	size_t		 i;

	for (i = 0; i < len; i++)
		texts[i] = *member_of(&list[i], offset);
	if ((i = find_most(texts, len)) == len)
		return false;
	most = texts[i];
	*member_of(shared, offset) = most;
	for (i = 0; i < len; i++)
		if (text_equal(texts[i], most))
			*member_of(&list[i], offset) = NULL;
	return true;
}

static bool
share_recipients(struct arena *arena, struct summary *list,
    const char **texts, size_t len, struct summary *shared)
{
	const char	*most;
	size_t		 at, i;

	for (i = 0; i < len; i++)
		texts[i] = list[i].to.at == NULL ? NULL :
		    texts_join(arena, list[i].to, "\n");
	at = find_most(texts, len);
	if (at == len || list[at].is_own || list[at].to.len == 0) {
		for (i = 0; i < len; i++)
			if (list[i].is_own)
				list[i].to = (struct texts){ 0 };
		return false;
	}
	most = texts[at];
	shared->to = list[at].to;
	for (i = 0; i < len; i++)
		if (text_equal(texts[i], most))
			list[i].to = (struct texts){ 0 };
	return true;
}

/* Where a message is must be beyond doubt: told together only of all. */
static bool
share_folder(struct summary *list, size_t len, struct summary *shared)
{
	const char	*folder = list[0].folder;
	size_t		 i;

	for (i = 0; i < len; i++)
		if (folder == NULL || len < 2 || list[i].folder == NULL ||
		    !text_equal(list[i].folder, folder) ||
		    list[i].uidvalidity != list[0].uidvalidity)
			return false;
	shared->folder = folder;
	shared->uidvalidity = list[0].uidvalidity;
	for (i = 0; i < len; i++) {
		list[i].folder = NULL;
		list[i].uidvalidity = 0;
	}
	return true;
}

/* A conversation that nothing else here is of, and that it began, is no more
 * than the message itself. */
static void
drop_lone_threads(struct summary *list, const char **texts, size_t len)
{
	size_t	 i, j;

	for (i = 0; i < len; i++)
		texts[i] = list[i].thread_id;
	for (i = 0; i < len; i++) {
		if (texts[i] == NULL || !list[i].is_first)
			continue;
		for (j = 0; j < len; j++)
			if (j != i && texts[j] != NULL &&
			    text_equal(texts[i], texts[j]))
				break;
		if (j == len)
			list[i].thread_id = NULL;
	}
}

struct object
alike_settle(struct arena *arena, struct objects *messages)
{
	struct summary	 *shared, *list;
	const char	**texts;
	size_t		  i, len = messages->len;
	bool		  any;

	if (len == 0)
		return (struct object){ NULL };
	list = arena_array(arena, len, sizeof(*list));
	memcpy(list, messages->at, len * sizeof(*list));
	texts = arena_array(arena, len, sizeof(*texts));
	shared = arena_take(arena, sizeof(*shared));
	any = share_folder(list, len, shared);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (share_text(list, texts, len, members[i], shared))
			any = true;
	if (share_recipients(arena, list, texts, len, shared))
		any = true;
	if (shared->thread_id == NULL)
		drop_lone_threads(list, texts, len);
	for (i = 0; i < len; i++)
		summary_fit_preview(arena, &list[i]);
	messages->at = list;
	return (struct object){ any ? shared : NULL };
}
