#include "mail/imap_envelope.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/imap_lex.h"

enum { MINUTES_PER_DAY = 24 * 60 };

static bool
take_text(struct imap_cursor *cursor, struct arena *arena, const char **text)
{
	struct bytes	 string;

	imap_lex_blanks(cursor);
	if (!imap_lex_nstring(cursor, arena, &string))
		return false;
	*text = string.at == NULL ? NULL : bytes_text(arena, string);
	return true;
}

/* address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")" */
static bool
take_address(struct imap_cursor *cursor, struct arena *arena,
    struct imap_address *address)
{
	const char	*route;

	return imap_lex_byte(cursor, '(') &&
	    take_text(cursor, arena, &address->name) &&
	    take_text(cursor, arena, &route) &&
	    take_text(cursor, arena, &address->mailbox) &&
	    take_text(cursor, arena, &address->host) &&
	    imap_lex_skip_rest(cursor);
}

/* Counts what there is no room for. */
static bool
count_rest(struct imap_cursor *cursor, size_t *more)
{
	for (;; ++*more) {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, ')'))
			return true;
		if (!imap_lex_skip(cursor))
			return false;
	}
}

/* "(" 1*address ")" / nil */
static bool
take_addresses(struct imap_cursor *cursor, struct arena *arena,
    struct imap_address **addresses)
{
	struct imap_address	**tail = addresses, *last = NULL;
	size_t			  len;

	imap_lex_blanks(cursor);
	if (imap_lex_is(cursor, "NIL"))
		return true;
	if (!imap_lex_byte(cursor, '('))
		return false;
	for (len = 0; len < ENVELOPE_ADDRESSES_MOST; len++) {
		imap_lex_blanks(cursor);
		if (imap_lex_byte(cursor, ')'))
			return true;
		if (imap_lex_is(cursor, "NIL"))
			continue;
		*tail = last = arena_take(arena, sizeof(**tail));
		if (!take_address(cursor, arena, last))
			return false;
		tail = &last->next;
	}
	return last == NULL ? imap_lex_skip_rest(cursor) :
	    count_rest(cursor, &last->more);
}

/* Whether the list ends here; takes nothing. */
static bool
ends(struct imap_cursor *cursor)
{
	imap_lex_blanks(cursor);
	return imap_lex_peek(cursor) == ')';
}

bool
imap_envelope_take(struct imap_cursor *cursor, struct arena *arena,
    struct imap_envelope **out)
{
	struct imap_envelope	 *envelope;
	struct imap_address	**lists[6];
	size_t			  i;

	if (imap_lex_is(cursor, "NIL"))
		return true;
	if (!imap_lex_byte(cursor, '('))
		return false;
	envelope = *out = arena_take(arena, sizeof(*envelope));
	lists[0] = &envelope->from;
	lists[1] = &envelope->sender;
	lists[2] = &envelope->reply_to;
	lists[3] = &envelope->to;
	lists[4] = &envelope->cc;
	lists[5] = &envelope->bcc;
	if (!ends(cursor) && (!take_text(cursor, arena, &envelope->date) ||
	    (!ends(cursor) && !take_text(cursor, arena, &envelope->subject))))
		return false;
	for (i = 0; i < 6 && !ends(cursor); i++)
		if (!take_addresses(cursor, arena, lists[i]))
			return false;
	if (!ends(cursor) && !take_text(cursor, arena,
	    &envelope->in_reply_to))
		return false;
	if (!ends(cursor) && !take_text(cursor, arena, &envelope->message_id))
		return false;
	return imap_lex_skip_rest(cursor);
}

/* A number up to most, followed by that byte (0: by nothing). */
static bool
take_part(struct imap_cursor *cursor, uint64_t most, unsigned char next,
    int *number)
{
	uint64_t	 value;

	if (!imap_lex_number(cursor, &value) || value > most)
		return false;
	*number = (int)value;
	return next == 0 || imap_lex_byte(cursor, next);
}

/* Jan to Dec, then "-". */
static bool
take_month(struct imap_cursor *cursor, int *month)
{
	struct bytes	 name = bytes_slice(cursor->in, cursor->at, 3);

	for (*month = 1; *month <= 12; ++*month)
		if (bytes_is_case(name, clock_month(*month))) {
			cursor->at += name.len;
			return imap_lex_byte(cursor, '-');
		}
	return false;
}

/* zone = ("+" / "-") 4DIGIT, in minutes. */
static bool
take_zone(struct imap_cursor *cursor, int *offset)
{
	bool	 west = imap_lex_byte(cursor, '-');
	int	 zone;

	if (!west && !imap_lex_byte(cursor, '+'))
		return false;
	if (!take_part(cursor, 9999, 0, &zone))
		return false;
	*offset = zone / 100 * 60 + zone % 100;
	if (*offset >= MINUTES_PER_DAY)
		return false;
	if (west)
		*offset = -*offset;
	return true;
}

bool
imap_envelope_date(struct bytes text, struct moment *moment)
{
	struct imap_cursor	 cursor;
	int			 day, month, year, hour, minute, second;
	int			 offset;

	imap_lex_start(&cursor, text);
	imap_lex_blanks(&cursor);
	if (!take_part(&cursor, 31, '-', &day) || day == 0 ||
	    !take_month(&cursor, &month) ||
	    !take_part(&cursor, 9999, ' ', &year) ||
	    !take_part(&cursor, 23, ':', &hour) ||
	    !take_part(&cursor, 59, ':', &minute) ||
	    !take_part(&cursor, 60, ' ', &second) ||
	    !take_zone(&cursor, &offset) || !imap_lex_at_end(&cursor))
		return false;
	moment->seconds = clock_seconds(year, month, day,
	    (hour * 60 + minute) * 60 + second) - (int64_t)offset * 60;
	moment->offset = offset;
	return true;
}
