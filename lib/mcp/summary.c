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
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"

enum { THREAD_BYTES = 5 };	/* of a digest: conversations are not many */

const struct field	 summary_rows[] = {
	SUMMARY_ROWS,
	{ FIELD_END }
};

void
summary_items(const struct imap *imap, struct buf *buf)
{
	summary_items_relation(imap, RELATION_ROOT_BYTES, buf);
}

void
summary_items_relation(const struct imap *imap, int bytes, struct buf *buf)
{
	buf_text(buf, "(UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE "
	    "BODYSTRUCTURE");
	if (imap_can(imap, IMAP_CAN_PREVIEW))
		buf_text(buf, " PREVIEW");
	summary_thread_items(imap, buf);
	buf_format(buf, " " RELATION_ITEM ")", bytes);
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
static const char *
thread_of(struct arena *arena, const struct imap_message *message,
    const struct relation *relation)
{
	const char	*root;

	if (message->thread_id != NULL)
		return strlen(message->thread_id) > SUMMARY_WORD_CHARS ?
		    NULL : excerpt_text(arena, message->thread_id,
		    SUMMARY_WORD_CHARS);
	root = relation->parents.len > 0 ? relation->parents.at[0] :
	    relation->id;
	return root == NULL ? NULL : digest_hex(arena, bytes_slice(
	    digest(arena, DIGEST_SHA256, bytes_of(root)), 0, THREAD_BYTES));
}

const char *
summary_thread(struct arena *arena, const struct imap_message *message)
{
	struct relation	 relation;

	relation_read(arena, message, &relation);
	return thread_of(arena, message, &relation);
}

bool
summary_is_first(struct arena *arena, const struct imap_message *message)
{
	struct relation	 relation;

	relation_read(arena, message, &relation);
	return relation.parents.len == 0;
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

struct texts
summary_mailboxes(struct arena *arena, struct objects addresses)
{
	const struct address	*list = addresses.at;
	struct texts		 texts = { 0 };
	size_t			 i;

	for (i = 0; i < addresses.len; i++)
		texts_add(arena, &texts, address_write(arena, &list[i]));
	return texts;
}

bool
summary_is_own(const struct call *call, struct objects addresses)
{
	const struct address	*list = addresses.at;

	return addresses.len == 1 && address_equal(list[0].address,
	    call->account->address);
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

static void
fill_from(struct arena *arena, const struct imap_envelope *envelope,
    size_t *budget, struct summary *summary)
{
	const struct address	*from;

	from = summary_address(arena, envelope->from != NULL ?
	    envelope->from : envelope->sender).at;
	if (from != NULL) {
		summary->sender = from->name != NULL ? from->name :
		    from->address;
		summary->from = address_write(arena, from);
	}
	if (!afford(budget, excerpt_cost(summary->from)))
		summary->from = NULL;
	summary->subject = excerpt_line(arena, envelope->subject,
	    SUMMARY_SUBJECT_CHARS);
	if (!afford(budget, excerpt_cost(summary->subject)))
		summary->subject = NULL;
}

static void
fill_to(struct call *call, const struct imap_envelope *envelope,
    size_t *budget, struct summary *summary)
{
	struct objects	 list;
	int64_t		 more = 0;
	size_t		 i;

	list = summary_addresses(call->arena, envelope->to, SUMMARY_TO_MOST,
	    &more);
	summary->is_own = more == 0 && summary_is_own(call, list);
	summary->to = summary_mailboxes(call->arena, list);
	for (i = 0; i < summary->to.len; i++)
		if (!afford(budget, excerpt_cost(summary->to.at[i])))
			break;
	summary->to.len = i;
	if (list.len == 0)
		summary->to.at = arena_take(call->arena,
		    sizeof(*summary->to.at));
	else if (i == 0)
		summary->to.at = NULL;
}

static void
fill_thread(struct arena *arena, const struct imap_message *message,
    size_t *budget, struct summary *summary)
{
	struct relation	 relation;

	relation_read(arena, message, &relation);
	summary->is_first = relation.parents.len == 0;
	summary->thread_id = thread_of(arena, message, &relation);
	if (!afford(budget, excerpt_cost(summary->thread_id)))
		summary->thread_id = NULL;
}

void
summary_fill(struct call *call, const struct imap_message *message,
    size_t budget, struct summary *summary)
{
	struct arena	*arena = call->arena;
	size_t		 i;

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
	fill_thread(arena, message, &budget, summary);
	summary->preview = !is_plain(message->body) ? NULL :
	    excerpt_text(arena, message->preview, SUMMARY_PREVIEW_MOST);
	if (!afford(&budget, excerpt_cost(summary->preview)))
		summary->preview = NULL;
	if (message->envelope != NULL)
		fill_to(call, message->envelope, &budget, summary);
}

/* What a list of texts takes in an answer. */
static size_t
texts_cost(struct texts texts)
{
	enum { QUOTES = 3 };	/* two and a comma */

	size_t	 cost = 0, i;

	for (i = 0; i < texts.len; i++)
		cost += excerpt_cost(texts.at[i]) + QUOTES;
	return cost;
}

void
summary_fit_preview(struct arena *arena, struct summary *summary)
{
	size_t	 spent, room = SUMMARY_PREVIEW_LEAST;

	if (summary->preview == NULL)
		return;
	spent = excerpt_cost(summary->from) + excerpt_cost(summary->subject) +
	    excerpt_cost(summary->thread_id) + texts_cost(summary->flags) +
	    texts_cost(summary->to);
	if (spent + room < SUMMARY_LINE_CHARS)
		room = SUMMARY_LINE_CHARS - spent;
	summary->preview = excerpt_words(arena, summary->preview, room);
}

void
summary_take_text(struct summary *summary, const struct body *body,
    struct excerpt excerpt)
{
	summary->preview = NULL;
	summary->text = excerpt.text;
	summary->next_offset = (int64_t)excerpt.next;
	if (excerpt.next != 0 && !body->is_cut)
		summary->total_chars = (int64_t)excerpt.total;
	if (excerpt.next == 0 && !body->is_cut && !summary->has_attachments)
		summary->size = 0;
	summary->hidden_text_removed = body->hidden;
}
