#include "mcp/member.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/header.h"
#include "mail/imap_reply.h"
#include "mail/kin.h"
#include "mail/relation.h"
#include "mcp/summary.h"

const char *
member_from(struct arena *arena, const struct imap_message *message)
{
	const struct imap_address	*from;

	from = message->envelope == NULL ? NULL : message->envelope->from;
	if (from == NULL || from->mailbox == NULL || from->host == NULL)
		return "";
	return text_format(arena, "%s@%s", from->mailbox, from->host);
}

int64_t
member_seconds(const struct imap_message *message)
{
	struct moment	 moment;

	if (message->envelope != NULL && message->envelope->date != NULL &&
	    header_date(message->envelope->date, &moment))
		return moment.seconds;
	return message->has_received ? message->received.seconds : 0;
}

struct member
member_read(struct arena *arena, struct kin *kin,
    const struct imap_message *message, const struct relation *relation)
{
	struct member	 member = { .uid = message->uid };

	member.id = kin_read(kin, relation);
	member.has_id = relation->id != NULL && member.id != KIN_NONE;
	member.seconds = member_seconds(message);
	member.from = member_from(arena, message);
	member.thread = summary_thread(arena, message);
	return member;
}
