#include "mail/imap_route.h"

#include <string.h>

#include "base/text.h"

/* The next command of the flight that waits for its reply, at or behind this
 * one; what stands behind an open speaks of another folder. */
static struct queued *
waiting_from(const struct imap *imap, struct queued *at)
{
	for (; at != NULL && at->sent; at = at->next) {
		if (at != imap->waiting && at->opens != NULL)
			return NULL;
		if (at->command.outcome == IMAP_WAITING)
			return at;
	}
	return NULL;
}

/* The same, for what speaks of no open folder. */
static struct queued *
waiting_anywhere(struct queued *at)
{
	while (at != NULL && at->sent && at->command.outcome != IMAP_WAITING)
		at = at->next;
	return at != NULL && at->sent ? at : NULL;
}

static struct bytes
skip_word(struct bytes text)
{
	size_t	 end;

	end = bytes_find(text, ' ');
	return end == text.len ? bytes_slice(text, end, 0) :
	    bytes_slice(text, end + 1, text.len);
}

static bool
starts(struct bytes text, const char *word)
{
	size_t	 len = strlen(word);

	return text.len >= len && bytes_is_case(bytes_slice(text, 0, len),
	    word) && (text.len == len || !text_is_alnum(text.at[len]));
}

/* A command behind its "UID ". */
static struct bytes
verb_of(const struct queued *at, bool *by_uid)
{
	*by_uid = starts(at->text, "UID");
	return *by_uid ? skip_word(at->text) : at->text;
}

/* Where a response goes by its first word: to a command with one of the
 * verbs. */
struct way {
	const char	*word;
	const char	*verbs[4];
	bool		 anywhere;	/* also behind an open */
};

static const struct way	 ways[] = {
	{ "SEARCH", { "SEARCH", NULL }, false },
	{ "ESEARCH", { "SEARCH", "SORT", NULL }, false },
	{ "SORT", { "SORT", NULL }, false },
	{ "THREAD", { "THREAD", NULL }, false },
	{ "LIST", { "LIST", "XLIST", NULL }, true },
	{ "XLIST", { "LIST", "XLIST", NULL }, true },
	{ "LSUB", { "LSUB", NULL }, true },
	{ "STATUS", { "STATUS", "LIST", NULL }, true },
	{ "NAMESPACE", { "NAMESPACE", NULL }, true },
	{ "QUOTA", { "GETQUOTAROOT", "GETQUOTA", NULL }, true },
	{ "OK [COPYUID", { "MOVE", NULL }, false }
};

static bool
has_verb(const struct queued *at, const struct way *way)
{
	struct bytes	 verb;
	bool		 by_uid;
	size_t		 i;

	verb = verb_of(at, &by_uid);
	for (i = 0; way->verbs[i] != NULL; i++)
		if (starts(verb, way->verbs[i]))
			return true;
	return false;
}

/* Each of these is answered once, so the next goes to the next. */
static bool
is_answered(const struct queued *at)
{
	const struct imap_replies	*replies = &at->command.replies;
	bool				 by_uid;

	return replies->has_found || replies->count >= 0 ||
	    (replies->statuses != NULL && starts(verb_of(at, &by_uid),
	    "STATUS"));
}

/* ESEARCH (TAG "A5") says itself whose it is (RFC 9051 7.3.4): servers may
 * work on several searches side by side.  NULL: it does not. */
static struct queued *
find_correlated(const struct imap *imap, struct bytes whole)
{
	static const char	 head[] = "ESEARCH (TAG \"A";
	struct queued		*at;
	uint64_t		 number;

	if (whole.len < sizeof(head) ||
	    !bytes_is_case(bytes_slice(whole, 0, sizeof(head) - 1), head))
		return NULL;
	whole = bytes_slice(whole, sizeof(head) - 1, whole.len);
	whole.len = bytes_find(whole, '"');
	if (!text_number(whole, UINT32_MAX, &number))
		return NULL;
	for (at = waiting_from(imap, imap->waiting); at != NULL;
	    at = waiting_from(imap, at->next))
		if (at->tag == number)
			return at;
	return NULL;
}

struct queued *
imap_route_line(const struct imap *imap, struct bytes whole)
{
	struct queued	*at;
	size_t		 i;

	if (whole.len < 2 || whole.at[0] != '*')
		return imap->waiting;
	whole = bytes_slice(whole, 2, whole.len);
	if ((at = find_correlated(imap, whole)) != NULL)
		return at;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (starts(whole, ways[i].word))
			break;
	if (i == sizeof(ways) / sizeof(ways[0]))
		return imap->waiting;
	for (at = waiting_from(imap, imap->waiting); at != NULL;
	    at = ways[i].anywhere ? waiting_anywhere(at->next) :
	    waiting_from(imap, at->next))
		if (has_verb(at, &ways[i]) && !is_answered(at))
			return at;
	return imap->waiting;
}

bool
imap_route_is_fetch(struct bytes whole)
{
	size_t	 at;

	if (whole.len < 2 || whole.at[0] != '*' || whole.at[1] != ' ')
		return false;
	for (at = 2; at < whole.len && text_is_digit(whole.at[at]); at++)
		continue;
	return at > 2 && at < whole.len && whole.at[at] == ' ' &&
	    starts(bytes_slice(whole, at + 1, 6), "FETCH");
}

/* seq-number = nz-number / "*"; no number stands for the last message. */
static uint64_t
take_number(struct bytes *set)
{
	uint64_t	 number = 0;

	if (set->len > 0 && set->at[0] == '*') {
		*set = bytes_slice(*set, 1, set->len);
		return UINT32_MAX;
	}
	while (set->len > 0 && text_is_digit(set->at[0]) &&
	    number <= UINT32_MAX) {
		number = number * 10 + (uint64_t)(set->at[0] - '0');
		*set = bytes_slice(*set, 1, set->len);
	}
	return number;
}

/* sequence-set (RFC 9051 9) at the start of the text, as we wrote it. */
static bool
set_has(struct bytes set, uint32_t number)
{
	uint64_t	 from, to;

	while (set.len > 0 && set.at[0] != ' ') {
		to = from = take_number(&set);
		if (set.len > 0 && set.at[0] == ':') {
			set = bytes_slice(set, 1, set.len);
			to = take_number(&set);
		}
		/* "*" alone is whatever message is the last. */
		if ((from <= number && number <= to) || from == UINT32_MAX)
			return true;
		if (set.len == 0 || set.at[0] != ',')
			return false;
		set = bytes_slice(set, 1, set.len);
	}
	return false;
}

/* Whether a command asks for a section from that octet on: "[2.1]<0." in its
 * text, or without an origin "[2.1]". */
static bool
asks_section(struct bytes text, const struct imap_section *section)
{
	struct bytes	 name, rest;
	uint64_t	 origin;
	size_t		 open;

	/* Servers may write a list of header fields in their own way. */
	name = bytes_of(section->section);
	name.len = bytes_find(name, ' ');
	for (open = bytes_find(text, '['); open < text.len;
	    open = bytes_find(text, '[')) {
		text = bytes_slice(text, open + 1, text.len);
		if (!bytes_equal_case(bytes_slice(text, 0, name.len), name))
			continue;
		rest = bytes_slice(text, name.len, text.len);
		if (rest.len > 0 && rest.at[0] != ']' && rest.at[0] != ' ')
			continue;
		rest = bytes_slice(rest, bytes_find(rest, ']') + 1, rest.len);
		origin = 0;
		if (rest.len > 0 && rest.at[0] == '<') {
			rest = bytes_slice(rest, 1, rest.len);
			origin = take_number(&rest);
		}
		if (origin == section->origin)
			return true;
	}
	return false;
}

static bool
asks_all(struct bytes text, const struct imap_message *message)
{
	const struct imap_section	*section;

	for (section = message->sections; section != NULL;
	    section = section->next)
		if (!asks_section(text, section))
			return false;
	return true;
}

/* Whether a FETCH command is about the message. */
static bool
is_about(const struct queued *at, const struct imap_message *message)
{
	struct bytes	 verb;
	bool		 by_uid;

	verb = verb_of(at, &by_uid);
	if (!starts(verb, "FETCH"))
		return false;
	return by_uid ? message->uid != 0 &&
	    set_has(skip_word(verb), message->uid) :
	    set_has(skip_word(verb), message->sequence);
}

static bool
has_got(const struct queued *at, const struct imap_message *message)
{
	const struct imap_message	*known;
	const struct imap_section	*section;

	for (known = at->command.replies.messages; known != NULL;
	    known = known->next)
		if (message->uid != 0 ? known->uid == message->uid :
		    known->sequence == message->sequence)
			break;
	if (known == NULL)
		return false;
	for (section = message->sections; section != NULL;
	    section = section->next)
		if (imap_find_piece(known, section->section,
		    section->origin) == NULL)
			return false;
	/* What has no section may be flags only, told beside the sections. */
	return message->sections != NULL ||
	    !message->has_flags || known->has_flags;
}

struct queued *
imap_route_fetch(const struct imap *imap, const struct imap_message *message)
{
	struct queued	*at, *about = NULL;

	for (at = waiting_from(imap, imap->waiting); at != NULL;
	    at = waiting_from(imap, at->next)) {
		if (at->arena != imap->waiting->arena ||
		    !is_about(at, message))
			continue;
		if (about == NULL)
			about = at;
		if (asks_all(at->text, message) && !has_got(at, message))
			return at;
	}
	return about != NULL ? about : imap->waiting;
}

struct queued *
imap_route_tag(const struct imap *imap, const char *tag)
{
	struct queued	*at;
	uint64_t	 number;

	if (tag[0] != 'A' || !text_number(bytes_of(tag + 1), UINT32_MAX,
	    &number))
		return NULL;
	for (at = imap->waiting; at != NULL && at->sent;
	    at = at->next)
		if (at->tag == number)
			return at->command.outcome == IMAP_WAITING ? at : NULL;
	return NULL;
}
