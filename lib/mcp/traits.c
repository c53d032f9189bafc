#include "mcp/traits.h"

#include "base/bytes.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/imap_reply.h"
#include "mail/relation.h"
#include "mail/stem.h"
#include "mcp/habit.h"
#include "mcp/member.h"

const char	 traits_items[] = "(UID FLAGS ENVELOPE "
		    "BODY.PEEK[HEADER.FIELDS (LIST-ID)]<0.512>)";

/* "Name of it <id>" (RFC 2919). */
static const char *
read_list(struct arena *arena, const struct imap_message *message)
{
	struct bytes	 raw;
	const char	*value;
	size_t		 open;

	value = header_find(relation_fields(arena, message), "List-Id");
	if (value == NULL)
		return NULL;
	raw = bytes_of(value);
	open = bytes_find(raw, '<');
	if (open < raw.len) {
		raw = bytes_slice(raw, open + 1, raw.len);
		raw.len = bytes_find(raw, '>');
	}
	raw = bytes_trim(raw);
	return raw.len == 0 ? NULL :
	    text_lower_copy(arena, bytes_text(arena, raw));
}

struct traits
traits_read(struct arena *arena, const struct imap_message *message)
{
	const struct imap_envelope	*envelope = message->envelope;
	struct relation			 relation;
	struct traits			 traits = { 0 };

	relation_read(arena, message, &relation);
	traits.id = relation.id;
	traits.list = read_list(arena, message);
	traits.from = member_from(arena, message);
	traits.from = *traits.from == '\0' ? NULL :
	    text_lower_copy(arena, traits.from);
	if (envelope != NULL && envelope->subject != NULL)
		traits.stem = stem_of(arena,
		    header_decode(arena, envelope->subject));
	return traits;
}

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && text_equal(a, b);
}

unsigned
traits_likeness(const struct traits *a, const struct traits *b)
{
	return (is_same(a->from, b->from) ? HABIT_SENDER : 0u) |
	    (is_same(a->list, b->list) ? HABIT_LIST : 0u) |
	    (is_same(a->stem, b->stem) ? HABIT_SUBJECT : 0u);
}

bool
traits_match(const struct traits *a, const struct traits *b)
{
	return is_same(a->from, b->from) &&
	    (a->list == b->list || is_same(a->list, b->list)) &&
	    (a->stem == b->stem || is_same(a->stem, b->stem));
}
