#include "mcp/enclosed.h"

#include "base/buf.h"
#include "base/fault.h"
#include "mail/header.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"

enum { VALUE_CHARS = 2000 };

static const char *const	 shown[] = {
	"From", "To", "Cc", "Date", "Subject"
};

static const struct imap_command *
queue_header(struct call *call, uint32_t uid, const struct part *part)
{
	struct buf	 text;

	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[%s.HEADER]<0.%d>)",
	    (unsigned long)uid, part->number, ENCLOSED_HEADER_BYTES);
	return imap_queue(call->imap, call->arena, &text);
}

static void
put_header(struct call *call, const struct imap_message *message,
    struct buf *out)
{
	struct pairs	 fields;
	const char	*value;
	size_t		 i;

	if (message == NULL || message->sections == NULL)
		return;
	fields = header_fields(call->arena, message->sections->content);
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		value = excerpt_line(call->arena, header_find(fields,
		    shown[i]), VALUE_CHARS);
		if (value != NULL)
			buf_format(out, "%s: %s\n", shown[i], value);
	}
	buf_byte(out, '\n');
}

const struct fault *
enclosed_read(struct call *call, uint32_t uid, const struct part *part,
    const char **text)
{
	const struct imap_command	*header;
	const struct fault		*bad;
	struct body_fetch		 fetch = { .uid = uid,
					    .form = BODY_TEXT,
					    .most = BODY_PART_BYTES };
	struct body			 body;
	struct buf			 out;

	header = queue_header(call, uid, part);
	body_queue(call, part->children, &fetch);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, header,
	    "read the message")) != NULL ||
	    (bad = body_read(call, &fetch, &body)) != NULL)
		return bad;
	buf_start(&out, call->arena);
	put_header(call, imap_find_message(&header->replies, uid), &out);
	buf_text(&out, body.text);
	*text = buf_string(&out);
	return NULL;
}
