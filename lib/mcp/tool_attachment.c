#include "mcp/tool_attachment.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/utf8.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "mail/part_kind.h"
#include "mcp/attachment.h"
#include "mcp/call.h"
#include "mcp/enclosed.h"
#include "mcp/resource_uri.h"
#include "mcp/tool.h"

enum {
	IMAGE_BYTES = 1024 * 1024,
	RESOURCE_BYTES = 70 * 1024,
	TEXT_BYTES = 8 * 1024 * 1024,	/* that are read for an extract */
	TEXT_CHARS = 45000		/* at once: JSON may double them */
};

struct attachment_args {
	const char	*folder;
	int64_t		 uid;
	int64_t		 uidvalidity;
	const char	*part;
	bool		 is_inline;
	int64_t		 offset;
};

struct attachment_answer {
	struct attachment	 attachment;
	const char		*folder;	/* where it is, for its URI;
						 * not written */
	int64_t			 uidvalidity;
	int64_t			 uid;
	const char		*text;
	int64_t			 total_chars;
	int64_t			 next_offset;
	const char		*note;
};

static const struct field	 attachment_args_rows[] = {
	{ FIELD(struct attachment_args, folder), .preset = "INBOX",
	  .bare = true },
	{ FIELD(struct attachment_args, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct attachment_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD(struct attachment_args, part), .most = 100 },
	{ FIELD_AS(struct attachment_args, is_inline, "inline") },
	{ FIELD(struct attachment_args, offset), .most = TEXT_BYTES },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	ATTACHMENT_ROWS,
	{ FIELD(struct attachment_answer, text) },
	{ FIELD(struct attachment_answer, total_chars) },
	{ FIELD(struct attachment_answer, next_offset) },
	{ FIELD(struct attachment_answer, note) },
	{ FIELD_END }
};

/* Types that are text to a reader, whatever their first word. */
static const char *const	 texts[] = {
	"application/json", "application/xml", "application/javascript",
	"application/yaml", "application/x-yaml", "application/x-sh",
	"application/sql", "application/pgp-signature", "image/svg+xml", NULL
};

/* Images that models and clients can show. */
static const char *const	 images[] = {
	"image/png", "image/jpeg", "image/gif", "image/webp", NULL
};

/* The part asked for, or the only attachment there is. */
static const struct fault *
choose(struct call *call, const struct part *root, const char *number,
    const struct part **part)
{
	struct part_list	 list = { 0 };
	struct texts		 numbers = { 0 };
	size_t			 i;

	*part = text_is_empty(number) ? NULL : part_find(root, number);
	if (*part != NULL && !text_equal((*part)->type, "multipart"))
		return NULL;
	part_list_attachments(root, &list);
	if (text_is_empty(number) && list.len == 1) {
		*part = list.at[0];
		return NULL;
	}
	if (list.len == 0)
		return fault_make(call->arena, FAULT_MESSAGE, "%s",
		    text_is_empty(number) ? "the message has no attachments" :
		    "the message has no such part, and no attachments");
	for (i = 0; i < list.len; i++)
		texts_add(call->arena, &numbers, list.at[i]->number);
	return fault_make(call->arena, FAULT_ARGUMENT,
	    "part must be one of the message's attachments: %s",
	    texts_join(call->arena, numbers, ", "));
}

static const struct fault *
find(struct call *call, const struct attachment_args *args,
    const struct part **part)
{
	const struct imap_command	*opened, *command;
	const struct imap_message	*message;
	const struct fault		*bad;
	const char			*wire;
	struct buf			 text;

	if ((bad = call_folder(call, args->folder, &wire)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, wire, false);
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODYSTRUCTURE)",
	    (unsigned long)args->uid);
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, args->folder,
	    args->uidvalidity)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the message")) != NULL)
		return bad;
	message = imap_find_message(&command->replies, (uint32_t)args->uid);
	if (message == NULL || message->body == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "there is no message with UID %lu in %s",
		    (unsigned long)args->uid, args->folder);
	return choose(call, message->body, args->part, part);
}

static void
give_text(struct call *call, const char *whole,
    const struct attachment_args *args, struct attachment_answer *answer)
{
	struct bytes	 text;
	size_t		 from, to;

	text = bytes_of(whole);
	answer->total_chars = (int64_t)utf8_count((const char *)text.at);
	from = utf8_offset((const char *)text.at, (size_t)args->offset);
	to = utf8_offset((const char *)text.at,
	    (size_t)args->offset + TEXT_CHARS);
	answer->text = bytes_text(call->arena,
	    bytes_slice(text, from, to - from));
	if (to < text.len)
		answer->next_offset = args->offset + TEXT_CHARS;
}

static const struct fault *
give_message(struct call *call, const struct part *part,
    const struct attachment_args *args, struct attachment_answer *answer)
{
	const struct fault	*bad;
	const char		*text;

	bad = enclosed_read(call, (uint32_t)args->uid, part, &text);
	if (bad == NULL)
		give_text(call, text, args, answer);
	return bad;
}

/* Reports of delivery and the like are text, too; so is a message whose
 * structure is not told. */
static bool
is_text(const struct part *part, const char *type)
{
	return text_equal(part->type, "text") ||
	    text_equal(part->type, "message") || text_is_among(type, texts);
}

/* Where a client can read it again: mcp/resource. */
static const char *
resource_uri(struct call *call, const struct attachment_answer *answer)
{
	const struct resource_uri	 uri = {
		.kind = RESOURCE_ATTACHMENT,
		.account = call->account->address, .folder = answer->folder,
		.uidvalidity = answer->uidvalidity, .uid = answer->uid,
		.part = answer->attachment.part
	};

	return resource_uri_write(call->arena, &uri);
}

static void
give_bytes(struct call *call, struct bytes content, bool image,
    struct attachment_answer *answer)
{
	struct content	 block = { 0 };

	answer->note = text_format(call->arena,
	    "All %zu bytes of it are in this answer's content, as %s.",
	    content.len, image ? "an image" : "an embedded resource (blob)");
	block.type = image ? "image" : "resource";
	if (!image)
		block.uri = resource_uri(call, answer);
	block.mime_type = answer->attachment.content_type;
	block.base64 = base64_write(call->arena, content);
	call_add_content(call, block);
}

static const struct fault *
give_inline(struct call *call, const struct part *part,
    const struct attachment_args *args, struct attachment_answer *answer)
{
	const char		*type = answer->attachment.content_type;
	const struct fault	*bad;
	struct bytes		 content;
	bool			 image, text;
	size_t			 most;

	if (part_is_message(part))
		return give_message(call, part, args, answer);
	image = text_is_among(type, images);
	text = is_text(part, type);
	most = image ? IMAGE_BYTES : text ? TEXT_BYTES : RESOURCE_BYTES;
	bad = attachment_read(call, (uint32_t)args->uid, part, most,
	    &content);
	if (bad != NULL && bad->kind == FAULT_LIMIT)
		return fault_hint(call->arena, bad,
		    "Ask without inline: that gives a URL.");
	if (bad != NULL)
		return bad;
	answer->attachment.size = (int64_t)content.len;
	if (text)
		give_text(call, part_text(call->arena, part, content), args,
		    answer);
	else
		give_bytes(call, content, image, answer);
	return NULL;
}

static const struct fault *
get_attachment(struct call *call, const void *arguments, void *result)
{
	const struct attachment_args	*args = arguments;
	struct attachment_answer	*answer = result;
	const struct part		*part;
	const struct imap_box		*box;
	const struct fault		*bad;

	if ((bad = find(call, args, &part)) != NULL)
		return bad;
	box = imap_box(call->imap);
	answer->folder = folder_decode(call->arena, box->name);
	answer->uidvalidity = box->uidvalidity;
	answer->uid = args->uid;
	attachment_describe(call->arena, part, &answer->attachment);
	if (args->is_inline)
		return give_inline(call, part, args, answer);
	return attachment_url(call, (uint32_t)args->uid, part,
	    &answer->attachment);
}

const struct tool	 tool_get_attachment = {
	.name = "get_mail_attachment", .title = "Get an attachment",
	.description = "A URL of an attachment, also for attachment_urls; with "
	    "inline its content.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.input = attachment_args_rows,
	.input_size = sizeof(struct attachment_args), .output = answer_rows,
	.output_size = sizeof(struct attachment_answer),
	.handler = get_attachment
};
