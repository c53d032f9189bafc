#include "mcp/response.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mcp/call.h"
#include "mcp/confirm_draft.h"
#include "mcp/drafting.h"
#include "mcp/filing.h"
#include "mcp/sending.h"
#include "mcp/undo.h"

static const struct fault *
check_permission(struct call *call, bool draft)
{
	const struct fault	*bad;

	if (draft)
		return call_requires(call, "a draft", "mail:modify");
	bad = call_requires(call, "sending", "mail:send");
	return bad != NULL ? bad : call_sends(call);
}

/* What was kept as a draft with the request_id was not sent by that. */
static const struct fault *
look_before(struct call *call, const struct response *response,
    struct sent *sent, bool *done)
{
	const struct fault	*bad;
	const struct filed	*filed;

	bad = sending_look(call, response->wire, response->message_ids, sent,
	    done);
	if (bad != NULL || !*done)
		return bad;
	if (!response->args->draft)
		return confirm_draft_again(call, &(struct confirm_draft){
		    .sent = response->wire }, sent);
	filed = sent->filed.at;
	if (text_equal(filed->folder, folder_decode(call->arena,
	    response->wire))) {
		sent->state = "draft";
		sent->note = "A draft with this request_id is there already: "
		    "none was written now.";
	}
	return NULL;
}

const struct fault *
response_start(struct call *call, const struct response_args *args,
    struct response *response, struct sent *sent, bool *done)
{
	const struct fault	*bad;

	*done = false;
	*response = (struct response){ .args = args, .mail = args->mail };
	if ((bad = check_permission(call, args->draft)) != NULL ||
	    (bad = filing_folder(call, args->draft ? "\\Drafts" : "\\Sent",
	    &response->wire)) != NULL)
		return bad;
	response->message_ids = sending_request_ids(call, args->request_id);
	bad = look_before(call, response, sent, done);
	if (bad != NULL || *done)
		return bad;
	if ((bad = outgoing_sign(call, &response->mail)) != NULL)
		return bad;
	bad = original_fetch(call, args->folder, args->uid,
	    args->uidvalidity, &response->original);
	if (bad == NULL && text_is_empty(args->mail.from))
		response->mail.from = audience_own(call->arena, call->account,
		    &response->original.people);
	return bad;
}

const struct field	 response_answer_rows[] = {
	SENDING_ANSWER_ROWS,
	{ FIELD(struct sent, undo) },
	{ FIELD_END }
};

static const struct fault *
keep(struct call *call, struct response *response, struct outgoing *out,
    struct sent *sent)
{
	struct undo		 undo = { .uids = NULL };
	struct filed		*filed;
	const struct fault	*bad;

	if ((bad = drafting_ask(call, out, response->wire)) != NULL)
		return bad;
	filed = arena_take(call->arena, sizeof(*filed));
	bad = drafting_keep(call, out, response->wire, filed);
	if (bad != NULL)
		return bad;
	sent->state = "draft";
	sent->message_id = out->compose.message_id;
	sent->filed.at = filed;
	if (undo_drafted(call, filed->folder, filed->uidvalidity, filed->uid,
	    &undo) == NULL)
		sent->undo = undo_seal(call, &undo, NULL);
	return NULL;
}

static const struct fault *
deliver(struct call *call, struct response *response, struct outgoing *out,
    const char *mark, struct sent *sent)
{
	const struct original	*original = &response->original;
	const struct fault	*bad;

	out->waiting.marking = (struct marking){
		original->wire, original->uidvalidity, original->uid, mark
	};
	bad = sending_run_outgoing(call, out, response->wire, sent);
	if (bad != NULL)
		return bad;
	if (text_equal(sent->state, "unknown") || sent->confirm_url != NULL)
		return NULL;
	if ((bad = marking_set(call, &out->waiting.marking)) != NULL)
		texts_add(call->arena, &response->notes, text_format(
		    call->arena, "The other message could not be marked: %s.",
		    bad->detail));
	return NULL;
}

const struct fault *
response_finish(struct call *call, struct response *response,
    struct outgoing *out, const char *mark, struct sent *sent)
{
	const struct fault	*bad;

	outgoing_name(out, response->message_ids);
	bad = response->args->draft ? keep(call, response, out, sent) :
	    deliver(call, response, out, mark, sent);
	if (bad != NULL)
		return bad;
	if (sent->note != NULL)
		texts_add(call->arena, &response->notes, sent->note);
	if (response->notes.len > 0)
		sent->note = texts_join(call->arena, response->notes, " ");
	return NULL;
}
