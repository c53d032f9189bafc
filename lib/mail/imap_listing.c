#include "mail/imap_listing.h"

#include "base/arena.h"
#include "base/text.h"
#include "mail/imap_fetch.h"
#include "mail/imap_lex.h"

enum { QUOTAS_MOST = 100 };

/* DQUOTE QUOTED-CHAR DQUOTE / nil; an empty string is as good as NIL. */
static bool
take_delimiter(struct imap_cursor *cursor, struct arena *arena,
    char *delimiter)
{
	struct bytes	 string;

	if (!imap_lex_nstring(cursor, arena, &string))
		return false;
	*delimiter = string.len == 0 ? '\0' : (char)string.at[0];
	return true;
}

/* mailbox-list = "(" [mbx-list-flags] ")" SP delimiter SP mailbox
 * [SP extended]; what is behind the name is not used. */
static bool
take_listing(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies, bool is_subscription)
{
	struct imap_listing	*listing = arena_take(arena, sizeof(*listing));
	struct bytes		 name;

	if (!imap_fetch_take_flags(cursor, arena, &listing->attributes))
		return false;
	imap_lex_blanks(cursor);
	if (!take_delimiter(cursor, arena, &listing->delimiter))
		return false;
	imap_lex_blanks(cursor);
	if (!imap_lex_astring(cursor, arena, &name))
		return false;
	listing->name = bytes_text(arena, name);
	listing->is_subscription = is_subscription;
	if (replies->last_listing == NULL)
		replies->listings = listing;
	else
		replies->last_listing->next = listing;
	replies->last_listing = listing;
	return true;
}

bool
imap_listing_list(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	return take_listing(cursor, arena, replies, false);
}

bool
imap_listing_lsub(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	return take_listing(cursor, arena, replies, true);
}

/* Where a STATUS item goes, or NULL. */
static int64_t *
find_count(struct imap_status *status, struct bytes item)
{
	if (bytes_is_case(item, "MESSAGES"))
		return &status->messages;
	if (bytes_is_case(item, "UNSEEN"))
		return &status->unseen;
	if (bytes_is_case(item, "UIDNEXT"))
		return &status->uidnext;
	if (bytes_is_case(item, "UIDVALIDITY"))
		return &status->uidvalidity;
	if (bytes_is_case(item, "HIGHESTMODSEQ"))
		return &status->highestmodseq;
	return NULL;
}

/* status-att-val = item SP number; items of extensions may hold anything. */
static bool
take_count(struct imap_cursor *cursor, struct imap_status *status)
{
	struct bytes	 item;
	int64_t		*count;
	uint64_t	 number;

	if (!imap_lex_word(cursor, &item))
		return false;
	imap_lex_blanks(cursor);
	if (!imap_lex_number(cursor, &number))
		return imap_lex_skip(cursor);
	count = find_count(status, item);
	if (count == NULL || number > INT64_MAX)
		return true;
	/* All but HIGHESTMODSEQ have 32 bits. */
	if (number <= UINT32_MAX || count == &status->highestmodseq)
		*count = (int64_t)number;
	return true;
}

bool
imap_listing_status(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct imap_status	*status = arena_take(arena, sizeof(*status));
	struct bytes		 name;

	if (!imap_lex_astring(cursor, arena, &name))
		return false;
	status->name = bytes_text(arena, name);
	status->messages = status->unseen = status->uidnext = -1;
	status->uidvalidity = status->highestmodseq = -1;
	imap_lex_blanks(cursor);
	if (!imap_lex_byte(cursor, '('))
		return false;
	for (;;) {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, ')'))
			break;
		if (!take_count(cursor, status))
			return false;
	}
	if (replies->last_status == NULL)
		replies->statuses = status;
	else
		replies->last_status->next = status;
	replies->last_status = status;
	return true;
}

bool
imap_listing_namespace(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct bytes	 prefix;

	if (imap_lex_is(cursor, "NIL"))
		return true;
	if (!imap_lex_byte(cursor, '('))
		return false;
	imap_lex_blanks(cursor);
	if (imap_lex_byte(cursor, ')'))
		return true;
	if (!imap_lex_byte(cursor, '(') ||
	    !imap_lex_string(cursor, arena, &prefix))
		return false;
	imap_lex_blanks(cursor);
	if (!take_delimiter(cursor, arena, &replies->space.delimiter))
		return false;
	replies->space.prefix = bytes_text(arena, prefix);
	replies->space.is_known = true;
	return true;
}

/* quota_resource = atom SP number SP number, added behind the others. */
static bool
take_quota(struct imap_cursor *cursor, struct arena *arena,
    struct imap_quota **tail)
{
	struct imap_quota	*quota = arena_take(arena, sizeof(*quota));
	struct bytes		 name;

	if (!imap_lex_atom(cursor, &name))
		return false;
	imap_lex_blanks(cursor);
	if (!imap_lex_number(cursor, &quota->used))
		return false;
	imap_lex_blanks(cursor);
	if (!imap_lex_number(cursor, &quota->limit))
		return false;
	quota->resource = bytes_text(arena, name);
	*tail = quota;
	return true;
}

bool
imap_listing_quota(struct imap_cursor *cursor, struct arena *arena,
    struct imap_replies *replies)
{
	struct imap_quota	**tail = &replies->quotas;
	struct bytes		  root;
	size_t			  i;

	for (i = 0; *tail != NULL; i++)
		tail = &(*tail)->next;
	/* A root without a name is an empty string; some leave it out. */
	if (imap_lex_peek(cursor) != '(' &&
	    !imap_lex_astring(cursor, arena, &root))
		return false;
	imap_lex_blanks(cursor);
	/* Courier leaves out the list where it would be empty. */
	if (imap_lex_at_end(cursor))
		return true;
	if (!imap_lex_byte(cursor, '('))
		return false;
	for (; i < QUOTAS_MOST; i++) {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, ')'))
			return true;
		if (!take_quota(cursor, arena, tail))
			return false;
		tail = &(*tail)->next;
	}
	return imap_lex_skip_rest(cursor);
}
