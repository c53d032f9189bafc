#include "mcp/summary.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "crypt/digest.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/relation.h"
#include "mcp/excerpt.h"

enum { THREAD_BYTES = 8 };	/* of a digest: conversations are not many */

const struct field	 summary_rows[] = {
	SUMMARY_ROWS,
	{ FIELD_END }
};

void
summary_items(const struct imap *imap, struct buf *buf)
{
	buf_text(buf, "(UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE "
	    "BODYSTRUCTURE");
	if (imap_can(imap, IMAP_CAN_PREVIEW))
		buf_text(buf, " PREVIEW");
	summary_thread_items(imap, buf);
	buf_format(buf, " " RELATION_ITEM ")", RELATION_ROOT_BYTES);
}

void
summary_thread_items(const struct imap *imap, struct buf *buf)
{
	if (imap_can(imap, IMAP_CAN_GMAIL))
		buf_text(buf, " X-GM-THRID");
	else if (imap_can(imap, IMAP_CAN_OBJECTID))
		buf_text(buf, " THREADID");
}

struct imap_command *
summary_queue(struct imap *imap, struct arena *arena, struct uids uids)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_byte(&text, ' ');
	summary_items(imap, &text);
	return imap_queue(imap, arena, &text);
}

/* An id itself may be long, and is what a sender made up. */
const char *
summary_thread(struct arena *arena, const struct imap_message *message)
{
	const char	*root;

	if (message->thread_id != NULL)
		return strlen(message->thread_id) > SUMMARY_WORD_CHARS ?
		    NULL : excerpt_text(arena, message->thread_id,
		    SUMMARY_WORD_CHARS);
	root = relation_root(arena, message);
	return root == NULL ? NULL : digest_hex(arena, bytes_slice(
	    digest(arena, DIGEST_SHA256, bytes_of(root)), 0, THREAD_BYTES));
}

static bool
is_shown(const struct imap_address *raw)
{
	return raw->host != NULL && raw->mailbox != NULL;
}

static void
read_address(struct arena *arena, const struct imap_address *raw,
    struct address *address)
{
	address->name = excerpt_line(arena, raw->name, SUMMARY_NAME_CHARS);
	address->address = excerpt_text(arena, text_format(arena, "%s@%s",
	    raw->mailbox, raw->host), ADDRESS_CHARS_MOST);
}

struct objects
summary_addresses(struct arena *arena, const struct imap_address *raw,
    size_t most, int64_t *more)
{
	const struct imap_address	*one;
	struct address			*list;
	struct objects			 objects = { 0 };
	size_t				 n;

	for (n = 0, one = raw; one != NULL; one = one->next)
		n += is_shown(one) + one->more;
	if (more != NULL && n > most)
		*more = (int64_t)(n - most);
	list = arena_array(arena, n < most ? n : most, sizeof(*list));
	for (one = raw; one != NULL && objects.len < most; one = one->next)
		if (is_shown(one))
			read_address(arena, one, &list[objects.len++]);
	objects.at = list;
	return objects;
}

struct object
summary_address(struct arena *arena, const struct imap_address *raw)
{
	struct objects	 first;

	first = summary_addresses(arena, raw, 1, NULL);
	return (struct object){ first.len == 0 ? NULL : first.at };
}

const char *
summary_date(struct arena *arena, const struct imap_message *message)
{
	struct moment	 moment;

	if (message->envelope != NULL && message->envelope->date != NULL &&
	    header_date(message->envelope->date, &moment))
		return clock_rfc3339(arena, moment);
	if (message->has_received)
		return clock_rfc3339(arena, message->received);
	return NULL;
}

struct texts
summary_flags(struct arena *arena, struct texts raw)
{
	struct texts	 flags = { 0 };
	const char	*flag;
	size_t		 i;

	for (i = 0; i < raw.len && flags.len < SUMMARY_FLAGS_MOST; i++) {
		flag = excerpt_text(arena, raw.at[i], SUMMARY_WORD_CHARS);
		/* \Recent says who looked first; IMAP has dropped it. */
		if (flag != NULL && !text_equal_case(flag, "\\Recent"))
			texts_add(arena, &flags, flag);
	}
	return flags;
}

static bool
has_attachments(const struct part *body)
{
	struct part_list	 list = { .len = 0 };

	if (body == NULL)
		return false;
	part_list_attachments(body, &list);
	return list.len > 0;
}

/* Whether no part of it is HTML: what a mail server makes of that tells what
 * nobody sees, too. */
static bool
is_plain(const struct part *part)
{
	const struct part	*child;

	if (part == NULL || (text_equal(part->type, "text") &&
	    !text_equal(part->subtype, "plain")))
		return false;
	for (child = part->children; child != NULL; child = child->next)
		if (!is_plain(child))
			return false;
	return true;
}

/* Whether there is room for a member, and then the room is spent. */
static bool
afford(size_t *budget, size_t cost)
{
	enum { MEMBER_CHARS = 20 };	/* its name, quotes and comma */

	cost += MEMBER_CHARS;
	if (cost > *budget)
		return false;
	*budget -= cost;
	return true;
}

static size_t
address_cost(const struct address *address)
{
	return excerpt_cost(address->name) + excerpt_cost(address->address) +
	    2 * sizeof("\"address\":");
}

static void
fill_from(struct arena *arena, const struct imap_envelope *envelope,
    size_t *budget, struct summary *summary)
{
	summary->from = summary_address(arena, envelope->from != NULL ?
	    envelope->from : envelope->sender);
	if (summary->from.at != NULL &&
	    !afford(budget, address_cost(summary->from.at)))
		summary->from.at = NULL;
	summary->subject = excerpt_line(arena, envelope->subject,
	    SUMMARY_SUBJECT_CHARS);
	if (!afford(budget, excerpt_cost(summary->subject)))
		summary->subject = NULL;
}

static void
fill_to(struct arena *arena, const struct imap_envelope *envelope,
    size_t *budget, struct summary *summary)
{
	const struct address	*list;
	size_t			 i;

	summary->to = summary_addresses(arena, envelope->to, SUMMARY_TO_MOST,
	    NULL);
	list = summary->to.at;
	for (i = 0; i < summary->to.len; i++)
		if (!afford(budget, address_cost(&list[i])))
			break;
	summary->to.len = i;
}

/* An id that had to be cut would be none. */
static const char *
whole_word(struct arena *arena, const char *raw, size_t *budget)
{
	const char	*word;

	if (raw == NULL || utf8_count(raw) > SUMMARY_WORD_CHARS)
		return NULL;
	word = excerpt_text(arena, raw, SUMMARY_WORD_CHARS);
	return word != NULL && afford(budget, excerpt_cost(word)) ?
	    word : NULL;
}

void
summary_fill(struct arena *arena, const struct imap_message *message,
    size_t budget, struct summary *summary)
{
	size_t	 i;

	summary->uid = message->uid;
	summary->size = message->size;
	summary->has_attachments = has_attachments(message->body);
	summary->date = summary_date(arena, message);
	(void)afford(&budget, 120);
	summary->flags = summary_flags(arena, message->flags);
	for (i = 0; i < summary->flags.len; i++)
		if (!afford(&budget, excerpt_cost(summary->flags.at[i])))
			break;
	summary->flags.len = i;
	if (message->envelope != NULL)
		fill_from(arena, message->envelope, &budget, summary);
	summary->thread_id = summary_thread(arena, message);
	if (!afford(&budget, excerpt_cost(summary->thread_id)))
		summary->thread_id = NULL;
	if (message->envelope != NULL)
		summary->message_id = whole_word(arena,
		    message->envelope->message_id, &budget);
	summary->preview = !is_plain(message->body) ? NULL :
	    excerpt_text(arena, message->preview, SUMMARY_PREVIEW_CHARS);
	if (!afford(&budget, excerpt_cost(summary->preview)))
		summary->preview = NULL;
	if (message->envelope != NULL)
		fill_to(arena, message->envelope, &budget, summary);
}
