#include "mail/relation.h"

#include <string.h>

#include "mail/header.h"
#include "mail/imap_reply.h"

enum { ID_LEAST = 5, ID_MOST = 250 };	/* "<a@b>"; RFC 5322 sets no limit */

struct pairs
relation_fields(struct arena *arena, const struct imap_message *message)
{
	const struct imap_section	*section;

	for (section = message->sections; section != NULL;
	    section = section->next)
		if (text_starts_case(section->section, "HEADER.FIELDS"))
			return header_fields(arena, section->content);
	return (struct pairs){ 0 };
}

static const char *
last_of(struct texts ids)
{
	return ids.len == 0 ? NULL : ids.at[ids.len - 1];
}

static struct texts
references(struct arena *arena, const struct imap_message *message)
{
	return header_ids(arena, header_find(relation_fields(arena, message),
	    "References"));
}

void
relation_read(struct arena *arena, const struct imap_message *message,
    struct relation *relation)
{
	const struct imap_envelope	*envelope = message->envelope;
	struct texts			 ids;
	const char			*last;
	size_t				 i;

	*relation = (struct relation){ .parents = references(arena, message) };
	if (envelope == NULL)
		return;
	relation->id = last_of(header_ids(arena, envelope->message_id));
	ids = header_ids(arena, envelope->in_reply_to);
	last = last_of(relation->parents);
	for (i = 0; i < ids.len; i++)
		if (last == NULL || !text_equal(last, ids.at[i]))
			texts_add(arena, &relation->parents, ids.at[i]);
}

const char *
relation_root(struct arena *arena, const struct imap_message *message)
{
	struct relation	 relation;

	relation_read(arena, message, &relation);
	return relation.parents.len > 0 ? relation.parents.at[0] :
	    relation.id;
}

bool
relation_is_plain(const char *id)
{
	size_t	 len = strlen(id);
	size_t	 i;

	if (len < ID_LEAST || len > ID_MOST)
		return false;
	for (i = 0; i < len; i++)
		if (id[i] <= ' ' || id[i] > '~')
			return false;
	return true;
}
