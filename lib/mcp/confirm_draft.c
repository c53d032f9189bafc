#include "mcp/confirm_draft.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/confirm_link.h"
#include "mcp/drafting.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"
#include "mcp/sending.h"
#include "mcp/tool_send_draft.h"

static const char	 waits[] = "Nothing was sent yet: show the user "
    "confirm_url; the draft goes out once they say yes there, within 10 "
    "minutes. Don't send it another way.";

/* The link is made by what asks for sending that draft. */
static const struct fault *
offer(struct call *call, const struct confirm_draft *draft,
    const struct filed *filed, struct sent *sent)
{
	struct confirm		*outer = call->confirm;
	const struct fault	*bad;
	struct confirm		 inner = {
		.tool = &tool_send_draft, .draft = draft,
		.arguments = text_format(call->arena, "{\"folder\":"
		    "\"\\\\Drafts\",\"uid\":%lld,\"uidvalidity\":%lld}",
		    (long long)filed->uid, (long long)filed->uidvalidity)
	};

	call->confirm = &inner;
	bad = tool_send_draft_ask(call, filed->uid, filed->uidvalidity, sent);
	if (bad != NULL && bad->kind == FAULT_CONFIRM)
		bad = confirm_link_make(call, &sent->confirm_url);
	call->confirm = outer;
	if (bad != NULL || sent->confirm_url == NULL)
		return bad;
	sent->state = "waiting_for_confirmation";
	sent->note = waits;
	return NULL;
}

const struct fault *
confirm_draft_keep(struct call *call, struct outgoing *out, const char *wire,
    struct sent *sent)
{
	const struct fault	*bad;
	struct filed		*filed;
	const char		*drafts;

	filed = arena_take(call->arena, sizeof(*filed));
	if ((bad = filing_folder(call, "\\Drafts", &drafts)) != NULL ||
	    (bad = drafting_keep(call, out, drafts, filed)) != NULL)
		return bad;
	if (filed->uid == 0)
		return fault_make(call->arena, FAULT_UNSUPPORTED, "the user "
		    "is to be asked first, and the mail server does not tell "
		    "where it keeps the draft");
	out->waiting.sent = wire;
	out->waiting.hold_until = out->hold_until;
	sent->message_id = out->compose.message_id;
	sent->filed.at = filed;
	return offer(call, &out->waiting, filed, sent);
}

const struct fault *
confirm_draft_again(struct call *call, const struct confirm_draft *draft,
    struct sent *sent)
{
	struct confirm_draft	*again;

	again = arena_take(call->arena, sizeof(*again));
	*again = *draft;
	again->kind = "send";
	if (!text_equal(sent->state, "unknown") || sent->filed.at == NULL ||
	    !confirm_is_by_link(call, again->kind))
		return NULL;
	return offer(call, again, sent->filed.at, sent);
}

int64_t
confirm_draft_time(const struct confirm_draft *draft)
{
	return draft == NULL || draft->hold_until <= clock_now() ? 0 :
	    draft->hold_until;
}

void
confirm_draft_mark(struct call *call, const struct confirm_draft *draft,
    struct sent *sent)
{
	const struct fault	*bad;

	if (draft->marking.wire == NULL ||
	    text_equal(sent->state, "unknown"))
		return;
	bad = marking_set(call, &draft->marking);
	if (bad != NULL && sent->note == NULL)
		sent->note = text_format(call->arena,
		    "The other message could not be marked: %s.",
		    bad->detail);
}
