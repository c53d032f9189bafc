#include "mcp/tool_reply.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/address.h"
#include "mail/audience.h"
#include "mail/quoting.h"
#include "mail/subject.h"
#include "mcp/call.h"
#include "mcp/enclosure.h"
#include "mcp/filing.h"
#include "mcp/response.h"
#include "mcp/sending.h"
#include "mcp/tool.h"

struct reply_args {
	struct response_args	 response;
	bool			 reply_all;
	bool			 quote;
};

static const struct field	 reply_rows[] = {
	RESPONSE_ROWS,
	{ FIELD(struct outgoing_args, text_body),
	  .most = OUTGOING_TEXT_CHARS },
	{ FIELD(struct outgoing_args, html_body),
	  .most = OUTGOING_TEXT_CHARS },
	{ FIELD(struct reply_args, reply_all) },
	{ FIELD(struct reply_args, quote), .otherwise = true },
	{ FIELD(struct outgoing_args, to), .bare = true },
	RESPONSE_MAIL_ROWS,
	{ FIELD_END }
};

static void
add_addresses(struct arena *arena, struct objects list, struct texts *texts)
{
	const struct address	*addresses = list.at;
	size_t			 i;

	for (i = 0; i < list.len; i++)
		texts_add(arena, texts, address_write(arena, &addresses[i]));
}

/* Whom it goes to: those that were named come instead of who wrote, or
 * besides who is in Cc. */
static const struct fault *
choose_recipients(struct call *call, const struct reply_args *args,
    struct response *response)
{
	struct audience	 audience;
	struct texts	 cc = { 0 };
	size_t		 i;

	audience_choose(call->arena, call->account,
	    &response->original.people, args->reply_all, &audience);
	if (response->mail.to.len == 0)
		add_addresses(call->arena, audience.to, &response->mail.to);
	add_addresses(call->arena, audience.cc, &cc);
	for (i = 0; i < response->mail.cc.len; i++)
		texts_add(call->arena, &cc, response->mail.cc.at[i]);
	response->mail.cc = cc;
	if (response->mail.to.len == 0 && !args->response.draft)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "the message has no address to answer to: give to");
	if (audience.unusable)
		texts_add(call->arena, &response->notes, "Some addresses of "
		    "the message can't be written to and are left out.");
	return NULL;
}

/* Who may not read mail does not get to send on what it says. */
static bool
may_quote(struct call *call, struct response *response)
{
	if (texts_have(call->account->scopes, "mail:read"))
		return true;
	texts_add(call->arena, &response->notes,
	    "Nothing is quoted without mail:read.");
	return false;
}

static const struct fault *
add_quote(struct call *call, struct response *response)
{
	struct outgoing_args	*mail = &response->mail;
	struct original		*original = &response->original;
	const struct fault	*bad;
	bool			 html = !text_is_empty(mail->html_body);

	bad = original_read(call, original, html, ORIGINAL_QUOTE_BYTES);
	if (bad != NULL)
		return bad;
	if (original->is_cut)
		texts_add(call->arena, &response->notes,
		    "Of the long text only the first part is quoted.");
	mail->text_body = quoting_reply(call->arena,
	    outgoing_text(call, mail), &original->quoting);
	if (html)
		mail->html_body = quoting_reply_html(call->arena,
		    mail->html_body, &original->quoting);
	return NULL;
}

static const struct fault *
reply_message(struct call *call, const void *arguments, void *result)
{
	const struct reply_args	*args = arguments;
	struct response		 response;
	struct outgoing		 out = { 0 };
	const struct fault	*bad;
	bool			 done;

	bad = response_start(call, &args->response, &response, result, &done);
	if (bad != NULL || done)
		return bad;
	response.mail.subject = subject_reply(call->arena,
	    response.original.quoting.subject);
	if ((bad = choose_recipients(call, args, &response)) != NULL)
		return bad;
	if (args->quote && may_quote(call, &response) &&
	    (bad = add_quote(call, &response)) != NULL)
		return bad;
	if ((bad = outgoing_read(call, &response.mail, &out)) != NULL)
		return bad;
	original_continue(call, &response.original, &out.compose);
	return response_finish(call, &response, &out, "\\Answered", result);
}

const struct tool	 tool_reply_message = {
	.name = "reply_mail_message", .title = "Answer mail",
	.description = "Answers or drafts that.",
	.scope = "mail:send", .instead = "mail:modify", .open_world = true,
	.sends = true, .input = reply_rows,
	.input_size = sizeof(struct reply_args),
	.output = response_answer_rows,
	.output_size = sizeof(struct sent), .handler = reply_message
};
