#include "mail/imap_search.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/imap_quote.h"
#include "mail/imap_query.h"
#include "mail/imap_session.h"

static int
days_of(int year, int month)
{
	static const int	 days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool	 leap;

	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* The month of an abbreviation, or 0. */
static int
month_of(const char *word)
{
	int	 month;

	for (month = 1; month <= 12; month++)
		if (text_equal_case(word, clock_month(month)))
			return month;
	return 0;
}

/* Reads digits, at least least and at most most of them. */
static bool
take_digits(const char **at, size_t least, size_t most, int *number)
{
	size_t	 n;

	*number = 0;
	for (n = 0; n < most && text_is_digit((unsigned char)**at); n++)
		*number = *number * 10 + (*(*at)++ - '0');
	return n >= least;
}

static bool
take_hyphen(const char **at)
{
	return *(*at)++ == '-';
}

static bool
take_iso(const char *at, int *year, int *month, int *day)
{
	return take_digits(&at, 4, 4, year) && take_hyphen(&at) &&
	    take_digits(&at, 1, 2, month) && take_hyphen(&at) &&
	    take_digits(&at, 1, 2, day) &&
	    (*at == '\0' || *at == 'T' || *at == ' ');
}

static bool
take_imap(const char *at, int *year, int *month, int *day)
{
	char	 word[4] = { 0 };
	size_t	 i;

	if (!take_digits(&at, 1, 2, day) || *at++ != '-')
		return false;
	for (i = 0; i < 3; i++)
		if ((word[i] = *at++) == '\0')
			return false;
	*month = month_of(word);
	return *at++ == '-' && take_digits(&at, 4, 4, year) && *at == '\0';
}

bool
imap_search_day(const char *text, int64_t *seconds)
{
	int	 year, month, day;

	if (!take_iso(text, &year, &month, &day) &&
	    !take_imap(text, &year, &month, &day))
		return false;
	if (year < 1900 || month < 1 || month > 12 || day < 1 ||
	    day > days_of(year, month))
		return false;
	*seconds = clock_seconds(year, month, day, 0);
	return true;
}

const struct fault *
imap_search_day_fault(struct arena *arena, const char *name)
{
	const struct moment	 now = { .seconds = clock_now() };

	return fault_hint(arena, fault_make(arena, FAULT_ARGUMENT,
	    "%s must be a day as 2026-07-28 or 28-Jul-2026, not a word as "
	    "\"yesterday\"", name), "Today is %.10s (UTC).",
	    clock_rfc3339(arena, now));
}

static void
start_key(struct imap_criteria *criteria, const char *key)
{
	if (criteria->keys.len > 0)
		buf_byte(&criteria->keys, ' ');
	buf_text(&criteria->keys, key);
}

static const struct fault *
add_text(struct arena *arena, struct imap_criteria *criteria,
    const char *key, const char *value)
{
	const char	*at;

	if (text_is_empty(value))
		return NULL;
	if (utf8_count(value) > IMAP_SEARCH_CHARS)
		return fault_make(arena, FAULT_ARGUMENT,
		    "%s: a text to search for has at most %d characters",
		    text_lower_copy(arena, key), IMAP_SEARCH_CHARS);
	for (at = value; *at != '\0'; at++) {
		if (text_is_control((unsigned char)*at))
			return fault_make(arena, FAULT_ARGUMENT,
			    "%s: a text to search for is one line without "
			    "control characters",
			    text_lower_copy(arena, key));
		criteria->utf8 = criteria->utf8 || (unsigned char)*at >= 0x80;
	}
	start_key(criteria, key);
	buf_byte(&criteria->keys, ' ');
	imap_string(&criteria->keys, value);
	return NULL;
}

static const struct fault *
add_day(struct arena *arena, struct imap_criteria *criteria, const char *key,
    const char *value)
{
	int64_t	 seconds;

	if (text_is_empty(value))
		return NULL;
	if (!imap_search_day(value, &seconds))
		return imap_search_day_fault(arena,
		    text_lower_copy(arena, key));
	start_key(criteria, key);
	buf_byte(&criteria->keys, ' ');
	imap_date(&criteria->keys, seconds);
	return NULL;
}

static void
add_flag(struct imap_criteria *criteria, const char *key, bool wanted)
{
	if (wanted)
		start_key(criteria, key);
}

static void
add_size(struct imap_criteria *criteria, const char *key, int64_t bytes)
{
	if (bytes <= 0)
		return;
	start_key(criteria, key);
	buf_byte(&criteria->keys, ' ');
	buf_number(&criteria->keys, bytes);
}

/* "Name: value" or the name alone, which any value satisfies. */
static const struct fault *
add_header(struct arena *arena, struct imap_criteria *criteria,
    const char *header)
{
	const struct fault	*bad;
	struct bytes		 all, name;
	size_t			 colon, i;

	if (text_is_empty(header))
		return NULL;
	all = bytes_of(header);
	colon = bytes_find(all, ':');
	name = bytes_slice(all, 0, colon);
	for (i = 0; i < name.len; i++)
		if (!text_is_alnum(name.at[i]) && name.at[i] != '-' &&
		    name.at[i] != '_')
			break;
	if (name.len == 0 || i < name.len)
		return fault_make(arena, FAULT_ARGUMENT,
		    "header must be as \"List-Id: dev\"");
	header = bytes_text(arena, bytes_slice(all, colon + 1, all.len));
	while (*header == ' ')
		header++;
	if (*header != '\0') {
		bad = add_text(arena, criteria, text_format(arena,
		    "HEADER %s", bytes_text(arena, name)), header);
		return bad;
	}
	start_key(criteria, "HEADER ");
	buf_bytes(&criteria->keys, name);
	buf_text(&criteria->keys, " \"\"");
	return NULL;
}

static const struct fault *
add_keyword(struct arena *arena, struct imap_criteria *criteria,
    const char *keyword)
{
	if (text_is_empty(keyword))
		return NULL;
	start_key(criteria, "KEYWORD ");
	if (*keyword == '\\' || !imap_flag(&criteria->keys, keyword))
		return fault_make(arena, FAULT_ARGUMENT,
		    "keyword must be one word, as $Important");
	return NULL;
}

static const struct fault *
add_texts(struct arena *arena, const struct imap_search *search,
    struct imap_criteria *criteria)
{
	const struct {
		const char	*key;
		const char	*value;
	} texts[] = {
		{ "FROM", search->from }, { "TO", search->to },
		{ "CC", search->cc }, { "SUBJECT", search->subject },
		{ "BODY", search->body }, { "TEXT", search->text }
	};
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if ((bad = add_text(arena, criteria, texts[i].key,
		    texts[i].value)) != NULL)
			return bad;
	return NULL;
}

const struct fault *
imap_search_write(struct arena *arena, const struct imap_search *search,
    struct imap_criteria *criteria)
{
	const struct fault	*bad;

	*criteria = (struct imap_criteria){ .utf8 = false };
	buf_start(&criteria->keys, arena);
	add_flag(criteria, "UNSEEN", search->unread);
	add_flag(criteria, "FLAGGED", search->flagged);
	add_flag(criteria, "ANSWERED", search->answered);
	add_size(criteria, "LARGER", search->larger);
	add_size(criteria, "SMALLER", search->smaller);
	if ((bad = add_day(arena, criteria, "SINCE", search->since)) != NULL ||
	    (bad = add_day(arena, criteria, "BEFORE", search->before))
	    != NULL ||
	    (bad = add_keyword(arena, criteria, search->keyword)) != NULL ||
	    (bad = add_header(arena, criteria, search->header)) != NULL ||
	    (bad = add_texts(arena, search, criteria)) != NULL)
		return bad;
	if (!text_is_empty(search->query)) {
		if (criteria->keys.len > 0)
			buf_byte(&criteria->keys, ' ');
		bad = imap_query_write(arena, search->query, criteria);
	}
	add_flag(criteria, "ALL", bad == NULL && criteria->keys.len == 0);
	return bad;
}

struct imap_command *
imap_search_queue(struct imap *imap, struct arena *arena,
    const struct imap_criteria *criteria, bool plainly)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID SEARCH ");
	if (imap_can(imap, IMAP_CAN_ESEARCH))
		buf_text(&text, "RETURN (ALL) ");
	if (criteria->utf8 && !plainly)
		buf_text(&text, "CHARSET UTF-8 ");
	buf_bytes(&text, buf_view(&criteria->keys));
	return imap_queue(imap, arena, &text);
}

bool
imap_search_lacks_charset(const struct imap_command *command)
{
	return command->outcome == IMAP_NO && command->code != NULL &&
	    text_equal(command->code, "BADCHARSET");
}
