#include "mcp/invited.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/imap_session.h"
#include "mail/invitation.h"
#include "mail/part.h"
#include "mail/part_decode.h"
#include "mail/part_text.h"
#include "mcp/call.h"

/* The first such part, but not that of an attached message. How deep a tree
 * goes is bounded by who reads it (PART_DEPTH). */
static const struct part *
find_calendar(const struct part *part)
{
	const struct part	*found;

	for (; part != NULL; part = part->next) {
		if (text_equal(part->type, "text") &&
		    text_equal(part->subtype, "calendar"))
			return part;
		if (text_equal(part->type, "multipart") &&
		    (found = find_calendar(part->children)) != NULL)
			return found;
	}
	return NULL;
}

struct imap_command *
invited_queue(struct call *call, const struct imap_message *message,
    const struct part **part)
{
	return invited_queue_part(call, message->uid, message->body, part);
}

struct imap_command *
invited_queue_part(struct call *call, uint32_t uid, const struct part *body,
    const struct part **part)
{
	struct buf	 text;

	if ((*part = find_calendar(body)) == NULL)
		return NULL;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[%s]<0.%d>)",
	    (unsigned long)uid, (*part)->number, INVITATION_BYTES);
	return imap_queue(call->imap, call->arena, &text);
}

const char *
invited_text(struct call *call, uint32_t uid,
    const struct imap_command *command, const struct part *part)
{
	const struct imap_message	*told;
	const struct imap_section	*section = NULL;

	if (command == NULL || command->outcome != IMAP_OK)
		return NULL;
	told = imap_find_message(&command->replies, uid);
	if (told != NULL)
		section = imap_find_section(told, part->number);
	if (section == NULL || section->is_nil)
		return NULL;
	return part_text(call->arena, part, part_decode(call->arena,
	    part->encoding, section->content));
}

const struct invitation *
invited_read(struct call *call, const struct imap_message *message,
    const struct imap_command *command, const struct part *part)
{
	struct invitation	*invitation;
	const char		*text;

	text = invited_text(call, message->uid, command, part);
	invitation = arena_take(call->arena, sizeof(*invitation));
	if (text == NULL || !invitation_read(call->arena, text, invitation))
		return NULL;
	return invitation;
}
