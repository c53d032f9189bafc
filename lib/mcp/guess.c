#include "mcp/guess.h"

#include "base/buf.h"
#include "mail/imap_known.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

/*
 * Where texts are: alone, or first; beside it the HTML; and both in front of
 * an attachment.
 */
static const struct {
	const char	*section;
	int		 most;		/* bytes */
	bool		 html;		/* beside a plain text */
} likely[] = {
	{ "1", GUESS_TEXT_BYTES, false },
	{ "1.1", GUESS_TEXT_BYTES, false },
	{ "1.2", GUESS_TEXT_BYTES, true },
	{ "2", GUESS_SECOND_BYTES, true }
};

struct imap_command *
guess_queue(struct call *call, struct uids uids, bool html)
{
	struct buf	 text;

	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	return guess_queue_fetch(call, buf_string(&text), html);
}

struct imap_command *
guess_queue_fetch(struct call *call, const char *fetch, bool html)
{
	struct buf	 text;
	size_t		 i;

	if (imap_refuses_guesses(call->imap))
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, fetch);
	buf_text(&text, " (UID");
	for (i = 0; i < sizeof(likely) / sizeof(likely[0]); i++)
		if (html || !likely[i].html)
			buf_format(&text, " BODY.PEEK[%s]<0.%d>",
			    likely[i].section, likely[i].most);
	buf_byte(&text, ')');
	return imap_queue(call->imap, call->arena, &text);
}

const struct imap_message *
guess_find(struct call *call, const struct imap_command *guess, uint32_t uid)
{
	if (guess == NULL)
		return NULL;
	if (guess->outcome == IMAP_OK)
		return imap_find_message(&guess->replies, uid);
	imap_keep_refusal(call->imap);
	return NULL;
}

/* For what is not there, servers answer NIL, an empty text, or the nearest
 * part there is. */
const struct imap_section *
guess_part(const struct imap_message *guessed, const struct part *part)
{
	const struct imap_section	*section;

	if (guessed == NULL)
		return NULL;
	section = imap_find_section(guessed, part->number);
	return section != NULL && !section->is_nil &&
	    section->content.len == part->size ? section : NULL;
}
