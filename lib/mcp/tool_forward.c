#include "mcp/tool_forward.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/compose_check.h"
#include "mail/part.h"
#include "mail/quoting.h"
#include "mail/source.h"
#include "mail/subject.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/carrier.h"
#include "mcp/enclosure.h"
#include "mcp/filing.h"
#include "mcp/response.h"
#include "mcp/sending.h"
#include "mcp/tool.h"

enum {
	CARRIED_MOST = COMPOSE_FILES_MOST - ENCLOSURES_MOST,
	CARRIED_BYTES = 100 * 1024 * 1024	/* all of them */
};

struct forward_args {
	struct response_args	 response;
	bool			 as_attachment;
	bool			 include_attachments;
};

/* The files that go along. */
struct luggage {
	struct carrier		*carrier;
	struct carried		 from;
	struct compose_file	*files;
	size_t			 len;
	uint64_t		 bytes;
};

static const struct field	 forward_rows[] = {
	RESPONSE_ROWS,
	{ FIELD(struct outgoing_args, to), .required = true, .bare = true },
	{ FIELD(struct outgoing_args, text_body),
	  .most = OUTGOING_TEXT_CHARS },
	{ FIELD(struct outgoing_args, html_body),
	  .most = OUTGOING_TEXT_CHARS },
	{ FIELD(struct forward_args, as_attachment) },
	{ FIELD(struct forward_args, include_attachments),
	  .otherwise = true },
	RESPONSE_MAIL_ROWS,
	{ FIELD_END }
};

/* What is said above, and the message below: in HTML too, if either is. */
static const struct fault *
write_texts(struct call *call, struct response *response)
{
	struct outgoing_args	*mail = &response->mail;
	struct original		*original = &response->original;
	const struct fault	*bad;
	const char		*text;

	bad = original_read(call, original, true, BODY_PART_BYTES);
	if (bad != NULL)
		return bad;
	if (original->is_cut)
		texts_add(call->arena, &response->notes, "Of the long text "
		    "only the first part is in it; as_attachment takes all.");
	text = outgoing_text(call, mail);
	if (!text_is_empty(mail->html_body))
		mail->html_body = quoting_forward_html(call->arena,
		    mail->html_body, &original->quoting);
	else if (original->quoting.html != NULL)
		mail->html_body = quoting_forward_html(call->arena,
		    *text == '\0' ? "" : quoting_html(call->arena, text),
		    &original->quoting);
	mail->text_body = quoting_forward(call->arena, text,
	    &original->quoting);
	return NULL;
}

static const struct fault *
add_file(struct call *call, struct luggage *luggage,
    const struct compose_file *file)
{
	luggage->bytes += file->source->length;
	if (luggage->bytes > CARRIED_BYTES)
		return fault_make(call->arena, FAULT_LIMIT,
		    "the attachments are over %d bytes together; leave them "
		    "out with include_attachments", CARRIED_BYTES);
	luggage->files[luggage->len++] = *file;
	return NULL;
}

/* Whether the HTML shows it: "cid:" and its id (RFC 2392). */
static bool
is_shown(struct call *call, const struct original *original,
    const struct part *part)
{
	return original->quoting.html != NULL && part->id != NULL &&
	    compose_check_id(part->id) &&
	    text_find_case(original->quoting.html, text_format(call->arena,
	    "cid:%s", part->id)) != NULL;
}

static const struct fault *
add_part(struct call *call, struct luggage *luggage, const struct part *part,
    bool shown)
{
	struct compose_file	 file;
	const struct fault	*bad;

	bad = carrier_part(luggage->carrier, &luggage->from, part, &file);
	if (bad != NULL)
		return bad;
	file.filename = part_filename(call->arena, part);
	if (shown)
		file.content_id = part->id;
	return add_file(call, luggage, &file);
}

/* The message's files, or of them those that its HTML shows. */
static const struct fault *
add_parts(struct call *call, struct response *response, bool all,
    struct luggage *luggage)
{
	const struct fault	*bad;
	struct part_list	 list = { .len = 0 };
	size_t			 i, left;
	bool			 shown;

	if (response->original.body != NULL)
		part_list_attachments(response->original.body, &list);
	for (i = left = 0; i < list.len; i++) {
		shown = is_shown(call, &response->original, list.at[i]);
		if (!shown && !all)
			continue;
		if (luggage->len == CARRIED_MOST)
			left++;
		else if ((bad = add_part(call, luggage, list.at[i],
		    shown)) != NULL)
			return bad;
	}
	left += all ? list.more : 0;
	if (left > 0)
		texts_add(call->arena, &response->notes, text_format(
		    call->arena, "%zu attachments more were left out; "
		    "as_attachment takes all.", left));
	return NULL;
}

static const struct fault *
add_whole(struct call *call, struct response *response,
    struct luggage *luggage)
{
	struct compose_file	 file;
	const struct fault	*bad;

	bad = carrier_message(luggage->carrier, &luggage->from,
	    response->original.size, &file);
	if (bad != NULL)
		return bad;
	file.filename = text_format(call->arena, "message-%lu.eml",
	    (unsigned long)luggage->from.uid);
	return add_file(call, luggage, &file);
}

/* Behind the files that the caller encloses. */
static void
load(struct call *call, const struct luggage *luggage, struct compose *compose)
{
	struct compose_file	*all;

	all = arena_array(call->arena, compose->file_count + luggage->len,
	    sizeof(*all));
	if (compose->file_count > 0)
		memcpy(all, compose->files,
		    compose->file_count * sizeof(*all));
	if (luggage->len > 0)
		memcpy(all + compose->file_count, luggage->files,
		    luggage->len * sizeof(*all));
	compose->files = all;
	compose->file_count += luggage->len;
}

static const struct fault *
write_message(struct call *call, const struct forward_args *args,
    struct response *response, struct outgoing *out)
{
	const struct original	*original = &response->original;
	struct luggage		 luggage = {
		.carrier = carrier_make(call),
		.from = { original->wire, original->uidvalidity,
		    original->uid }
	};
	const struct fault	*bad;

	luggage.files = arena_array(call->arena, CARRIED_MOST,
	    sizeof(*luggage.files));
	if (!args->as_attachment &&
	    (bad = write_texts(call, response)) != NULL)
		return bad;
	bad = outgoing_read(call, &response->mail, out);
	if (bad == NULL && !args->response.draft)
		bad = outgoing_check_recipients(call, out->recipients);
	if (bad == NULL)
		bad = args->as_attachment ?
		    add_whole(call, response, &luggage) : add_parts(call,
		    response, args->include_attachments, &luggage);
	if (bad == NULL)
		load(call, &luggage, &out->compose);
	return bad;
}

static const struct fault *
forward_message(struct call *call, const void *arguments, void *result)
{
	const struct forward_args	*args = arguments;
	struct response			 response;
	struct outgoing			 out = { 0 };
	const struct fault		*bad;
	bool				 done;

	bad = call_requires(call, "forwarding", "mail:read");
	if (bad != NULL || (bad = response_start(call, &args->response,
	    &response, result, &done)) != NULL || done)
		return bad;
	response.mail.subject = subject_forward(call->arena,
	    response.original.quoting.subject);
	if ((bad = write_message(call, args, &response, &out)) != NULL)
		return bad;
	return response_finish(call, &response, &out, "$Forwarded", result);
}

const struct tool	 tool_forward_message = {
	.name = "forward_mail_message", .title = "Forward mail",
	.description = "Forwards or drafts that.",
	.scope = "mail:send", .instead = "mail:modify", .also = "mail:read",
	.open_world = true,
	.sends = true, .input = forward_rows,
	.input_size = sizeof(struct forward_args),
	.output = response_answer_rows,
	.output_size = sizeof(struct sent), .handler = forward_message
};
