#include "mcp/letter.h"

#include "base/buf.h"
#include "base/text.h"
#include "mail/identity.h"
#include "mail/imap_reply.h"
#include "mail/kin.h"
#include "mail/relation.h"
#include "mail/robot.h"
#include "mcp/call.h"
#include "mcp/member.h"
#include "mcp/waiting.h"

enum { FIELDS_BYTES = 4096 };

void
letter_items(struct buf *text, bool is_sent)
{
	buf_format(text, "(UID FLAGS INTERNALDATE ENVELOPE "
	    "BODY.PEEK[HEADER.FIELDS (REFERENCES%s)]<0.%d>)",
	    is_sent ? "" : " " ROBOT_FIELDS, FIELDS_BYTES);
}

static bool
is_user(struct call *call, const struct imap_address *one)
{
	return one->mailbox != NULL && one->host != NULL &&
	    identity_find(call->arena, call->account, text_format(
	    call->arena, "%s@%s", one->mailbox, one->host)) != NULL;
}

static bool
has_user(struct call *call, const struct imap_address *list)
{
	for (; list != NULL; list = list->next)
		if (is_user(call, list))
			return true;
	return false;
}

/* A message's date can't be later than when it came: who says so wants to be
 * the last to have spoken. */
static int64_t
read_seconds(const struct imap_message *message)
{
	int64_t	 seconds = member_seconds(message);

	return message->has_received && message->received.seconds < seconds ?
	    message->received.seconds : seconds;
}

bool
letter_read(struct call *call, struct kin *kin,
    const struct imap_message *message, bool is_sent, struct letter *letter)
{
	const struct imap_envelope	*envelope = message->envelope;
	struct relation			 relation;

	if (envelope == NULL || imap_has_flag(message->flags, "\\Draft") ||
	    imap_has_flag(message->flags, "\\Deleted"))
		return false;
	relation_read(call->arena, message, &relation);
	*letter = (struct letter){ .uid = is_sent ? 0 : message->uid,
	    .seconds = read_seconds(message) };
	letter->id = kin_read(kin, &relation);
	letter->mine = is_sent || has_user(call, envelope->from);
	letter->answered = imap_has_flag(message->flags, "\\Answered");
	if (has_user(call, envelope->to))
		letter->address = LETTER_TO;
	else if (has_user(call, envelope->cc))
		letter->address = LETTER_CC;
	letter->robot = !is_sent && robot_wrote(call->arena,
	    relation_fields(call->arena, message),
	    member_from(call->arena, message));
	return true;
}
