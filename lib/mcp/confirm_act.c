#include "mcp/confirm_act.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "data/json.h"
#include "mail/account.h"
#include "mail/card.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/confirm_link.h"
#include "mcp/parked.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "mcp/upload.h"
#include "oauth/scope.h"
#include "web/serve.h"

/* A call made of a link. */
struct act {
	struct call		 call;
	struct confirm		 confirm;
	struct access		 access;
	struct account		 account;
	const struct tool	*tool;
	const struct json	*arguments;
	void			*output;
};

/* As the agent, but for its scopes: those were asked for before the link was
 * made. */
static void
start(struct act *act, struct request *request,
    const struct account *account, const struct confirm_link *link)
{
	act->account = *account;
	act->account.name = link->name;
	act->account.aliases = link->aliases;
	act->account.folders = link->folders;
	act->account.recipients = link->recipients;
	act->account.card = link->card;
	act->account.scopes = act->access.scopes = scope_all(request->arena);
	act->access.client = "";
	act->access.grant = link->grant;
	act->access.accounts = (struct objects){ &act->account, 1 };
	act->call = (struct call){
		.arena = request->arena, .config = request->config,
		.authority = request->process, .access = &act->access,
		.account = &act->account,
		.request = request, .deadline = request->deadline,
		.confirm = &act->confirm
	};
	act->tool = tool_find(link->tool);
	act->confirm = (struct confirm){
		.tool = act->tool, .arguments = link->arguments,
		.word = CONFIRM_YES,
		.nonce = link->nonce, .asked = link->question,
		.link = link, .draft = link->draft.at
	};
}

static const struct fault *
read_arguments(struct act *act)
{
	struct confirm		*confirm = &act->confirm;
	const struct fault	*bad;

	if (confirm->arguments == NULL &&
	    (bad = parked_read(&act->call, confirm->link->parcel,
	    confirm->link->digest, &confirm->arguments)) != NULL)
		return bad;
	return json_read(act->call.arena, bytes_of(confirm->arguments),
	    JSON_KEYS_UNIQUE, &act->arguments);
}

/* A card that is gone, and a password that is no good, are one fault to an
 * agent: it needs a new token. */
static const struct fault *
tell_person(const struct act *act, const struct fault *bad)
{
	bad = call_verdict(&act->call, bad);
	if (bad == NULL || bad->kind != FAULT_TOKEN)
		return bad;
	if (act->call.revoked != NULL)
		return fault_make(act->call.arena, FAULT_PERMISSION,
		    "the agent that asked for this was disconnected");
	return fault_make(act->call.arena, FAULT_LOGIN, "%s", bad->detail);
}

static const struct fault *
run(struct act *act)
{
	const struct fault	*bad;

	if ((bad = read_arguments(act)) == NULL)
		bad = tool_fill(&act->call, act->tool, act->arguments,
		    &act->output);
	return tell_person(act, bad);
}

static void
end(struct act *act, bool done)
{
	if (done)
		upload_spend(&act->call);
	call_end(&act->call);
	call_end_reader(&act->call);
}

static const char *
agent_name(struct act *act)
{
	const struct card_owner		 owner = {
		.keys = act->call.authority->keys,
		.issuer = act->call.config->base_url,
		.account = &act->account
	};
	const struct card_place		*place = act->account.card.at;
	struct card_found		*found;
	size_t				 i, len;

	if (place == NULL || call_imap(&act->call) != NULL ||
	    card_list(act->call.imap, act->call.arena, &owner, &found,
	    &len) != NULL)
		return NULL;
	for (i = 0; i < len; i++)
		if (text_equal(found[i].card.grant, place->grant))
			return found[i].card.name;
	return NULL;
}

/* The tool came to its end without the question. */
static const struct fault *
done_already(struct act *act)
{
	return fault_make(act->call.arena, FAULT_CHANGED,
	    "this was done already");
}

static const struct fault *
show(struct act *act, const struct fault *bad, struct confirm_view *view)
{
	const struct question	*question = act->confirm.question;
	size_t			 i;

	if (bad == NULL)
		return done_already(act);
	if (bad->kind != FAULT_CONFIRM || question == NULL)
		return bad;
	if (!text_equal(act->confirm.asked, question_digest(&act->call,
	    question)))
		return fault_make(act->call.arena, FAULT_CHANGED,
		    "it is no longer what was to be confirmed");
	view->sentence = question->sentence;
	view->rows = question->rows;
	for (i = 0; i < question->shown.len; i++)
		question_row(&act->call, &view->rows,
		    question->shown.at[i].name, question->shown.at[i].value);
	view->text = question->text;
	view->is_cut = question->is_cut;
	view->agent = agent_name(act);
	return NULL;
}

const struct fault *
confirm_act_view(struct request *request, const struct account *account,
    const struct confirm_link *link, struct confirm_view *view)
{
	const struct fault	*bad;
	struct act		 act = { .tool = NULL };

	*view = (struct confirm_view){ .sentence = NULL };
	start(&act, request, account, link);
	act.confirm.looks = true;
	bad = tell_person(&act, confirm_look(&act.call));
	if (bad == NULL)
		bad = show(&act, run(&act), view);
	end(&act, false);
	return bad;
}

/* A text of the tool's answer. */
static const char *
answered(const struct act *act, const char *name)
{
	const struct field	*row = field_find(act->tool->output, name);

	if (row == NULL || row->type != FIELD_TEXT)
		return NULL;
	return *(const char *const *)(const void *)
	    ((const unsigned char *)act->output + row->offset);
}

static void
tell(const struct act *act, struct confirm_outcome *outcome)
{
	const char	*state = answered(act, "state");

	if (act->confirm.question != NULL)
		outcome->rows = act->confirm.question->rows;
	outcome->note = answered(act, "note");
	outcome->unknown = state != NULL && text_equal(state, "unknown");
	if (outcome->unknown)
		outcome->sentence = "Nobody knows whether it was sent.";
	else if (act->tool->sends)
		outcome->sentence = "The message was sent.";
	else
		outcome->sentence = "It was done.";
}

const struct fault *
confirm_act_do(struct request *request, const struct account *account,
    const struct confirm_link *link, struct confirm_outcome *outcome)
{
	const struct fault	*bad;
	struct act		 act = { .tool = NULL };

	*outcome = (struct confirm_outcome){ .sentence = NULL };
	start(&act, request, account, link);
	bad = run(&act);
	if (bad == NULL && !act.confirm.claimed)
		bad = done_already(&act);
	if (bad == NULL)
		tell(&act, outcome);
	end(&act, bad == NULL);
	if (bad == NULL || bad->kind != FAULT_UNKNOWN_STATE)
		return bad;
	outcome->sentence = bad->detail;
	outcome->note = bad->hint;
	outcome->unknown = true;
	return NULL;
}

const struct fault *
confirm_act_refuse(struct request *request, const struct account *account,
    const struct confirm_link *link)
{
	const struct fault	*bad;
	struct act		 act = { .tool = NULL };
	enum once_state		 state;

	start(&act, request, account, link);
	if (link->parcel != NULL)
		parked_spend(&act.call, link->parcel);
	bad = tell_person(&act, confirm_claim(&act.call, &state));
	if (bad == NULL && state != ONCE_OURS)
		bad = confirm_used(&act.call);
	else if (bad == NULL && !act.confirm.once.held)
		bad = fault_make(request->arena, FAULT_UNSUPPORTED, "nothing "
		    "was done; but this mailbox keeps no note of it, so that "
		    "the link holds until its ten minutes are over");
	else if (bad == NULL)
		once_done(&act.call, &act.confirm.once);
	end(&act, bad == NULL);
	return bad;
}
