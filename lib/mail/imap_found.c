#include "mail/imap_found.h"

#include "base/arena.h"
#include "mail/imap_lex.h"
#include "mail/imap_set.h"

bool
imap_found_search(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct imap_set	 set;
	uint32_t	 uid;

	imap_set_start(&set, arena, replies->found);
	imap_lex_blanks(cursor);
	while (!imap_lex_at_end(cursor) && imap_lex_peek(cursor) != '(') {
		if (!imap_set_take_uid(cursor, &uid))
			return false;
		imap_set_add(&set, uid);
		if (!imap_lex_at_end(cursor) && imap_lex_peek(cursor) != ' ')
			return false;
		imap_lex_blanks(cursor);
	}
	replies->found = set.uids;
	replies->has_found = true;
	replies->found_cut = replies->found_cut || set.cut;
	return imap_lex_at_end(cursor) || imap_lex_skip(cursor);
}

/* ALL set, or PARTIAL (range set / NIL) of RFC 9394. */
static bool
take_all(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct bytes	 range;
	struct imap_set	 set;
	bool		 listed = imap_lex_byte(cursor, '(');

	imap_set_start(&set, arena, replies->found);
	if (listed) {
		if (!imap_lex_atom(cursor, &range))
			return false;
		imap_lex_blanks(cursor);
	}
	if (!imap_lex_is(cursor, "NIL") && !imap_set_take(cursor, &set))
		return false;
	replies->found = set.uids;
	replies->found_cut = replies->found_cut || set.cut;
	return !listed || imap_lex_byte(cursor, ')');
}

/* search-return-data: a name and a value. */
static bool
take_result(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct bytes	 name;
	uint64_t	 number;

	if (imap_lex_is(cursor, "UID"))
		return true;
	if (!imap_lex_atom(cursor, &name))
		return false;
	imap_lex_blanks(cursor);
	if (bytes_is_case(name, "ALL") || bytes_is_case(name, "PARTIAL"))
		return take_all(cursor, arena, replies);
	if (!bytes_is_case(name, "COUNT"))
		return imap_lex_skip(cursor);
	if (!imap_lex_number(cursor, &number) || number > UINT32_MAX)
		return false;
	replies->count = (int64_t)number;
	return true;
}

/* esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP data);
 * whose answer it is, is known by its place. */
bool
imap_found_esearch(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	imap_lex_blanks(cursor);
	if (imap_lex_peek(cursor) == '(' && !imap_lex_skip(cursor))
		return false;
	for (;;) {
		imap_lex_blanks(cursor);
		if (imap_lex_at_end(cursor))
			break;
		if (!take_result(cursor, arena, replies))
			return false;
	}
	/* No ALL means that nothing was found. */
	replies->has_found = true;
	return true;
}

/* thread-list = "(" (thread-members / thread-nested) ")", laid flat: a
 * count of open parentheses is all that depth costs. */
static bool
take_thread(struct imap_cursor *cursor, struct arena *arena,
    struct uids *uids)
{
	struct imap_set	 set;
	uint32_t	 uid;
	size_t		 depth = 0;

	imap_set_start(&set, arena, *uids);
	do {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, '('))
			depth++;
		else if (depth > 0 && imap_lex_byte(cursor, ')'))
			depth--;
		else if (depth > 0 && imap_set_take_uid(cursor, &uid))
			imap_set_add(&set, uid);
		else
			return false;
	} while (depth > 0);
	*uids = set.uids;
	return true;
}

bool
imap_found_thread(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct imap_thread	*thread;

	for (;;) {
		imap_lex_blanks(cursor);
		if (imap_lex_at_end(cursor))
			return true;
		thread = arena_take(arena, sizeof(*thread));
		if (!take_thread(cursor, arena, &thread->uids))
			return false;
		if (replies->last_thread == NULL)
			replies->threads = thread;
		else
			replies->last_thread->next = thread;
		replies->last_thread = thread;
	}
}

bool
imap_found_vanished(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct imap_set	 set;

	imap_set_start(&set, arena, replies->vanished);
	if (imap_lex_peek(cursor) == '(' && !imap_lex_skip(cursor))
		return false;
	imap_lex_blanks(cursor);
	if (!imap_set_take(cursor, &set))
		return false;
	replies->vanished = set.uids;
	return true;
}
