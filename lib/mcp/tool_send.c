#include "mcp/tool_send.h"

#include "base/clock.h"
#include "base/fault.h"
#include "mcp/call.h"
#include "mcp/confirm_draft.h"
#include "mcp/enclosure.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"
#include "mcp/sending.h"
#include "mcp/tool.h"

struct send_args {
	struct outgoing_args	 mail;
	const char		*folder;
	const char		*request_id;
	const char		*send_at;
};

static const struct field	 send_rows[] = {
	{ FIELD(struct outgoing_args, to), .required = true, .bare = true },
	OUTGOING_ROWS(false),
	{ FIELD(struct send_args, folder), .preset = "\\Sent",
	  .bare = true },
	{ FIELD(struct send_args, request_id), .most = SENDING_ID_CHARS,
	  .meaning = "Repeated, not sent twice" },
	{ FIELD(struct send_args, send_at), .meaning = "RFC 3339" },
	{ FIELD_END }
};

/* 0: at once. Whether the server can, and for how long, it says later. */
static const struct fault *
read_time(struct call *call, const char *send_at, int64_t *hold_until)
{
	const struct moment	 now = { .seconds = clock_now() };

	*hold_until = 0;
	if (text_is_empty(send_at))
		return NULL;
	if (clock_read_rfc3339(send_at, hold_until) &&
	    *hold_until > now.seconds)
		return NULL;
	return fault_make(call->arena, FAULT_ARGUMENT, "send_at must be a "
	    "time to come with its offset, as 2026-07-28T09:30:00+02:00; it "
	    "is now %s", clock_rfc3339(call->arena, now));
}

static const struct fault *
send_message(struct call *call, const void *arguments, void *result)
{
	const struct send_args	*args = arguments;
	struct outgoing_args	 mail = args->mail;
	struct outgoing		 out = { 0 };
	const struct fault	*bad;
	const char		*wire;
	struct texts		 message_ids;
	bool			 before;

	message_ids = sending_request_ids(call, args->request_id);
	bad = filing_folder(call, args->folder, &wire);
	if (bad != NULL || (bad = sending_look(call, wire, message_ids, result,
	    &before)) != NULL)
		return bad;
	bad = read_time(call, args->send_at, &out.hold_until);
	/* Who asks again may do so when its time is over. */
	if (before)
		return confirm_draft_again(call, &(struct confirm_draft){
		    .sent = wire, .hold_until = bad == NULL ?
		    out.hold_until : 0 }, result);
	if (bad != NULL || (bad = outgoing_sign(call, &mail)) != NULL ||
	    (bad = outgoing_read(call, &mail, &out)) != NULL)
		return bad;
	outgoing_name(&out, message_ids);
	return sending_run_outgoing(call, &out, wire, result);
}

const struct tool	 tool_send_message = {
	.name = "send_mail_message", .title = "Send mail",
	.description = "Sends a message and files a copy.",
	.scope = "mail:send", .open_world = true, .sends = true,
	.input = send_rows, .input_size = sizeof(struct send_args),
	.output = sending_answer_rows,
	.output_size = sizeof(struct sent), .handler = send_message
};
