#include "mail/folder_missing.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/folder.h"

enum {
	SIMILAR_MOST = 3,
	COMPARED_BYTES = 100	/* of a name, for similarity */
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance of the names' first bytes, without ASCII case. */
static size_t
find_distance(const char *a, const char *b)
{
	size_t	 row[COMPARED_BYTES + 1], i, j, before, above;
	size_t	 a_len = least(strlen(a), COMPARED_BYTES);
	size_t	 b_len = least(strlen(b), COMPARED_BYTES);

	for (j = 0; j <= b_len; j++)
		row[j] = j;
	for (i = 1; i <= a_len; i++) {
		before = row[0];
		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			above = row[j];
			row[j] = least(least(above, row[j - 1]) + 1, before +
			    (text_lower((unsigned char)a[i - 1]) !=
			    text_lower((unsigned char)b[j - 1])));
			before = above;
		}
	}
	return row[b_len];
}

/* The most similar that is not in the list yet, or NULL. */
static const char *
find_next(const struct folders *folders, const char *name,
    struct texts chosen)
{
	const char	*best = NULL;
	size_t		 i, distance, shortest = 0;

	for (i = 0; i < folders->len; i++) {
		if (!folders->at[i].selectable ||
		    texts_have(chosen, folders->at[i].name))
			continue;
		distance = find_distance(name, folders->at[i].name);
		if (text_find_case(folders->at[i].name, name) != NULL)
			distance = 0;
		if (best == NULL || distance < shortest) {
			best = folders->at[i].name;
			shortest = distance;
		}
	}
	return best;
}

static bool
is_listed(const struct folders *folders, const char *name)
{
	const struct folder	*folder;
	size_t			 i;

	if (name[0] == '\0' || text_equal_case(name, "INBOX"))
		name = "\\Inbox";
	for (i = 0; i < folders->len; i++) {
		folder = &folders->at[i];
		if (folder->selectable && (text_equal(folder->name, name) ||
		    (folder->role != NULL &&
		    text_equal_case(folder->role, name))))
			return true;
	}
	return false;
}

const struct fault *
folder_missing(struct imap *imap, struct arena *arena, const char *name,
    const struct fault *refused)
{
	const struct fault	*bad;
	struct folders		 folders;
	struct texts		 similar = { NULL, 0 };
	const char		*next;

	bad = folder_list(imap, arena, NULL, false, &folders);
	if (bad == NULL && is_listed(&folders, name))
		return refused->kind != FAULT_FOLDER ? refused :
		    fault_make(arena, FAULT_REFUSED, "%s", refused->detail);
	name = utf8_visible(arena, utf8_clean_line(arena, bytes_of(name)),
	    NULL);
	if (bad != NULL)
		return fault_make(arena, FAULT_FOLDER,
		    "there is no folder \"%s\"", name);
	while (similar.len < SIMILAR_MOST &&
	    (next = find_next(&folders, name, similar)) != NULL)
		texts_add(arena, &similar, next);
	return fault_make(arena, FAULT_FOLDER,
	    "there is no folder \"%s\"; the most similar are: \"%s\"", name,
	    texts_join(arena, similar, "\", \""));
}
