#include "mcp/confirm.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/json_canonical.h"
#include "mail/imap_session.h"
#include "mcp/answer.h"
#include "mcp/call.h"
#include "mcp/confirm_link.h"
#include "mcp/confirm_state.h"
#include "mcp/question.h"
#include "mcp/stamp.h"
#include "mcp/tool.h"

const struct fault *
confirm_begin(struct call *call, struct confirm *confirm,
    const struct tool *tool, const struct json *arguments)
{
	*confirm = (struct confirm){ .tool = tool, .forms = call->forms };
	confirm->given = arguments;
	call->confirm = confirm;
	return confirm_state_read(call);
}

const char *
confirm_arguments(struct call *call)
{
	struct confirm	*confirm = call->confirm;

	if (confirm->arguments == NULL)
		confirm->arguments = json_canonical(call->arena,
		    confirm->given, "account");
	return confirm->arguments;
}

const char *
confirm_digest(struct call *call)
{
	return digest_hex(call->arena, digest(call->arena, DIGEST_SHA256,
	    bytes_of(json_canonical(call->arena, call->confirm->given,
	    NULL))));
}

/* What came by a link, or is to be asked about a draft, is asked always. */
bool
confirm_is_needed(const struct call *call, const char *kinds)
{
	const struct confirm	*confirm = call->confirm;
	struct texts		 each;
	size_t			 i;

	if (confirm != NULL && (confirm->link != NULL ||
	    confirm->draft != NULL))
		return true;
	each = text_split(call->arena, kinds, " ");
	for (i = 0; i < each.len; i++)
		if (texts_have(call->account->ask_first, each.at[i]))
			return true;
	return false;
}

bool
confirm_is_by_link(const struct call *call, const char *kinds)
{
	const struct confirm	*confirm = call->confirm;

	return confirm != NULL && !confirm->forms && !confirm->claimed &&
	    confirm->word != CONFIRM_YES && confirm_is_needed(call, kinds);
}

const struct fault *
confirm_used(struct call *call)
{
	if (call->confirm->link != NULL)
		return fault_make(call->arena, FAULT_CHANGED,
		    "this was confirmed before, or refused");
	return fault_make(call->arena, FAULT_PARAMS, "requestState was used "
	    "already: what it stands for was done once");
}

static const struct fault *
nobody_knows(struct call *call)
{
	return fault_hint(call->arena, fault_make(call->arena,
	    FAULT_UNKNOWN_STATE, "this was confirmed before, and is being "
	    "done, or was broken off: nobody knows whether it was done"),
	    "Look in the mailbox before asking the user again.");
}

static struct texts
name_word(const struct call *call)
{
	struct texts	 word = { NULL, 0 };

	texts_add(call->arena, &word, text_format(call->arena, "confirm %s",
	    call->confirm->nonce));
	return word;
}

const struct fault *
confirm_claim(struct call *call, enum once_state *state)
{
	return once_claim(call, name_word(call), &call->confirm->once, state);
}

const struct fault *
confirm_look(struct call *call)
{
	const struct fault	*bad;
	enum once_state		 state;

	bad = once_look(call, name_word(call), &state);
	return bad != NULL || state == ONCE_OURS ? bad : confirm_used(call);
}

/* The claims are in a folder of their own. */
static const struct fault *
claim(struct call *call, const struct question *question)
{
	struct confirm			*confirm = call->confirm;
	const struct imap_command	*opened;
	const struct imap_box		*box;
	const struct fault		*bad;
	enum once_state			 state;
	const char			*wire = NULL;
	int64_t				 validity = 0;

	if (question->reopen && (box = imap_box(call->imap)) != NULL) {
		wire = arena_text(call->arena, box->name);
		validity = box->uidvalidity;
	}
	if ((bad = confirm_claim(call, &state)) != NULL)
		return bad;
	if (state != ONCE_OURS)
		return state == ONCE_DONE ? confirm_used(call) :
		    nobody_knows(call);
	confirm->claimed = true;
	if (wire == NULL || !confirm->once.held)
		return NULL;
	opened = imap_queue_open(call->imap, call->arena, wire, true);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	return call_check_open(call, opened, NULL, validity);
}

const struct fault *
confirm_ask(struct call *call, struct question *question)
{
	struct confirm	*confirm = call->confirm;

	if (!confirm_is_needed(call, question->kinds) ||
	    (confirm != NULL && confirm->claimed))
		return NULL;
	if (confirm != NULL)
		confirm->question = question;
	if (confirm != NULL && !confirm->looks &&
	    confirm->word == CONFIRM_YES) {
		if (text_equal(confirm->asked, question_digest(call,
		    question)))
			return claim(call, question);
		if (confirm->link != NULL)
			return fault_make(call->arena, FAULT_CHANGED,
			    "it is no longer what was to be confirmed");
	}
	return fault_make(call->arena, FAULT_CONFIRM, "nothing was done yet: "
	    "the user wants to be asked first");
}

struct texts
confirm_message_ids(struct call *call)
{
	const struct confirm	*confirm = call->confirm;

	if (confirm == NULL || !confirm->claimed || confirm->nonce == NULL)
		return (struct texts){ NULL, 0 };
	return stamp_message_ids(call, "request-id", text_format(call->arena,
	    "confirm %s", confirm->nonce), call->account->address);
}

/* Whether a fault leaves open how far it got. */
static bool
is_uncertain(const struct fault *bad)
{
	return bad->kind == FAULT_UNKNOWN_STATE ||
	    bad->kind == FAULT_CONNECT || bad->kind == FAULT_TLS ||
	    bad->kind == FAULT_TIMEOUT || bad->kind == FAULT_PROTOCOL;
}

/* What sends says by a fault that nothing was sent. */
void
confirm_finish(struct call *call, const struct fault *bad)
{
	struct confirm	*confirm = call->confirm;

	if (confirm == NULL || !confirm->once.held)
		return;
	if (bad == NULL)
		once_done(call, &confirm->once);
	else if (bad->kind != FAULT_UNKNOWN_STATE &&
	    (confirm->tool->sends || !is_uncertain(bad)))
		once_release(call, &confirm->once);
}

/* An answer by the output rows of any tool: none of its members is required. */
static void
put_note(struct call *call, struct json_writer *writer, const char *state,
    const char *url, const char *note)
{
	const struct field	*rows = call->confirm->tool->output;
	struct json_writer	 inner;
	struct buf		 buf;

	buf_start(&buf, call->arena);
	json_start(&inner, &buf);
	json_open_object(&inner, NULL);
	if (field_find(rows, "state") != NULL)
		json_put_text(&inner, "state", state);
	json_put_text(&inner, "confirm_url", url);
	if (field_find(rows, "note") != NULL)
		json_put_text(&inner, "note", note);
	json_close_object(&inner);
	/* Where no member can say it, only the words do. */
	answer_put(writer, field_find(rows, "note") == NULL ? note :
	    buf_string(&buf), buf_string(&buf));
}

static const char	 waits[] =
    "Nothing was done yet: show the user confirm_url; it is done once they "
    "say yes there, within 10 minutes. Don't call again.";

const struct fault *
confirm_put(struct call *call, struct json_writer *writer,
    const struct fault *bad)
{
	const struct question	*question = call->confirm->question;
	const char		*url;

	call->undone = true;
	if (question == NULL)
		return bad;
	if (call->forms)
		return confirm_state_put(call, question, writer);
	if ((bad = confirm_link_make(call, &url)) != NULL)
		return bad;
	if (field_find(call->confirm->tool->output, "confirm_url") != NULL) {
		put_note(call, writer, "waiting_for_confirmation", url, waits);
		return NULL;
	}
	call->told = fault_voice(FAULT_CONFIRM)->code;
	answer_refuse_until(call->arena, writer, text_format(call->arena,
	    "Nothing was done yet: the user wants to be asked first. %s",
	    question_text(call, question)), url);
	return NULL;
}

void
confirm_put_refusal(struct call *call, struct json_writer *writer)
{
	call->undone = true;
	put_note(call, writer, "refused", NULL,
	    "The user said no: nothing was done.");
}
