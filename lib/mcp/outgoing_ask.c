#include "mcp/outgoing_ask.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/draft_text.h"
#include "mcp/outgoing.h"
#include "mcp/question.h"

static const struct {
	const char	*kind;
	const char	*sentence;
} sentences[] = {
	{ "send", "Send a message" },
	{ "invitation", "Answer an invitation" },
	{ "unsubscribe", "Leave a mailing list" },
	{ "draft", "Keep a draft" },
	{ "draft trash", "Keep a draft, and move another to the trash" },
	{ "draft delete", "Keep a draft, and delete another for good" }
};

const char *
outgoing_sentence(const char *kind)
{
	size_t	 i;

	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if (text_equal(sentences[i].kind, kind))
			return sentences[i].sentence;
	return sentences[0].sentence;
}

static const char *
file_names(struct call *call, const struct compose *compose)
{
	struct texts	 names = { NULL, 0 };
	size_t		 i;

	for (i = 0; i < compose->file_count; i++)
		texts_add(call->arena, &names,
		    compose->files[i].filename == NULL ? "unnamed" :
		    compose->files[i].filename);
	return texts_join(call->arena, names, ", ");
}

const struct fault *
outgoing_ask(struct call *call, const struct outgoing *out,
    const char *kinds)
{
	const struct compose	*compose = &out->compose;
	struct question		*question;

	question = arena_take(call->arena, sizeof(*question));
	question->kinds = kinds;
	question->sentence = outgoing_sentence(kinds);
	question_addresses(call, question, "To", compose->to);
	question_addresses(call, question, "Cc", compose->cc);
	question_addresses(call, question, "Bcc", compose->bcc);
	question_addresses(call, question, "Answers to", compose->reply_to);
	draft_text_time(call, out->hold_until, &question->rows);
	if (out->replaces != 0)
		question_row(call, &question->rows, "UID of the other draft",
		    text_format(call->arena, "%lld",
		    (long long)out->replaces));
	question_row(call, &question->shown, "From", compose->from.address);
	question_row(call, &question->shown, "Subject", compose->subject);
	question_row(call, &question->shown, "Attachments",
	    file_names(call, compose));
	draft_text_join(call, compose->text, compose->html, question);
	return confirm_ask(call, question);
}
