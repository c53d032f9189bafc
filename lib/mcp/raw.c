#include "mcp/raw.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/header.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"
#include "mcp/reading.h"

struct imap_command *
raw_queue_headers(struct call *call, uint32_t uid)
{
	struct buf	 text;

	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[HEADER]<0.%d>)",
	    (unsigned long)uid, HEADER_BYTES);
	return imap_queue(call->imap, call->arena, &text);
}

struct imap_command *
raw_queue_source(struct call *call, uint32_t uid, int64_t offset, size_t most,
    size_t budget)
{
	struct buf	 text;

	/* As JSON a byte of source may take two characters. */
	if (most > budget / 2)
		most = budget / 2;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[]<%lld.%zu>)",
	    (unsigned long)uid, (long long)offset, most);
	return imap_queue(call->imap, call->arena, &text);
}

static const struct fault *
find_section(struct call *call, const struct imap_command *command,
    int64_t uid, const struct imap_section **section)
{
	const struct imap_message	*message;
	const struct fault		*bad;

	bad = imap_command_fault(call->arena, command, "read the message");
	if (bad != NULL)
		return bad;
	message = imap_find_message(&command->replies, (uint32_t)uid);
	*section = message == NULL ? NULL : message->sections;
	if (*section == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "message %lu is gone", (unsigned long)uid);
	return NULL;
}

const struct fault *
raw_read_headers(struct call *call, const struct imap_command *command,
    size_t budget, struct reading *reading)
{
	const struct imap_section	*section;
	const struct fault		*bad;
	struct pairs			 fields;
	size_t				 spent, i;

	bad = find_section(call, command, reading->uid, &section);
	if (bad != NULL)
		return bad;
	fields = header_fields(call->arena, section->content);
	spent = reading_cost(call, reading);
	for (i = 0; i < fields.len; i++) {
		fields.at[i].name = excerpt_text(call->arena,
		    fields.at[i].name, READING_VALUE_CHARS);
		fields.at[i].value = excerpt_line(call->arena,
		    fields.at[i].value, READING_VALUE_CHARS);
		spent += excerpt_cost(fields.at[i].name) +
		    excerpt_cost(fields.at[i].value) + 24;
		if (spent > budget)
			break;
	}
	reading->headers = (struct objects){ fields.at, i };
	if (i < fields.len || section->content.len >= HEADER_BYTES)
		reading_note(call, reading, "There are more header fields.");
	return NULL;
}

const struct fault *
raw_read_source(struct call *call, const struct imap_command *command,
    int64_t offset, struct reading *reading)
{
	const struct imap_section	*section;
	const struct fault		*bad;
	int64_t				 next;

	bad = find_section(call, command, reading->uid, &section);
	if (bad != NULL)
		return bad;
	reading->source = utf8_visible(call->arena,
	    utf8_clean(call->arena, section->content), NULL);
	next = offset + (int64_t)section->content.len;
	if (next < reading->size && section->content.len > 0)
		reading->next_offset = next;
	if (next < reading->size || offset > 0)
		reading->total_chars = reading->size;
	reading->size = 0;
	return NULL;
}
