#include "mcp/waiting.h"

#include <stdlib.h>

#include "mail/kin.h"

/* Those that belong together stand together, the last of them first. */
static int
compare_last_first(const struct letter *a, const struct letter *b)
{
	if (a->seconds != b->seconds)
		return a->seconds < b->seconds ? 1 : -1;
	if (a->mine != b->mine)
		return a->mine ? -1 : 1;
	return (a->uid < b->uid) - (a->uid > b->uid);
}

static int
compare_talks(const void *left, const void *right)
{
	const struct letter	*a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return compare_last_first(a, b);
}

static int
compare_answers(const void *left, const void *right)
{
	const struct letter	*a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? 1 : -1;
	return compare_last_first(a, b);
}

static bool
waits(const struct letter *letter)
{
	return !letter->mine && !letter->answered &&
	    letter->address != LETTER_TO_OTHERS;
}

size_t
waiting_choose(const struct kin *kin, struct letter *letters, size_t len)
{
	size_t	 i, n, last = KIN_NONE;

	/* What a robot says ends no conversation. */
	for (i = n = 0; i < len; i++)
		if (letters[i].mine || !letters[i].robot)
			letters[n++] = letters[i];
	len = n;
	for (i = 0; i < len; i++)
		if (letters[i].id != KIN_NONE)
			letters[i].id = kin_set(kin, letters[i].id);
	if (len > 1)
		qsort(letters, len, sizeof(*letters), compare_talks);
	for (i = n = 0; i < len; i++) {
		if (letters[i].id != KIN_NONE && letters[i].id == last)
			continue;
		last = letters[i].id;
		if (waits(&letters[i]))
			letters[n++] = letters[i];
	}
	if (n > 1)
		qsort(letters, n, sizeof(*letters), compare_answers);
	return n;
}
