#include "mcp/draft_text.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_decode.h"
#include "mail/part_text.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/question.h"

static const char	 heading[] =
    "\n\n----- The same as HTML, which most programs show instead -----\n\n";

/* The HTML of a message. */
struct sources {
	struct part_list		 parts;
	const struct imap_command	*fetch;		/* or NULL */
	bool				 cut;		/* not all of it */
};

static void
queue(struct call *call, const struct imap_message *message,
    struct sources *sources)
{
	struct part_list	*parts = &sources->parts;
	struct buf		 text;
	size_t			 i, n;

	if (message->body != NULL)
		part_list_text(message->body, true, parts);
	for (i = n = 0; i < parts->len; i++)
		if (text_equal(parts->at[i]->subtype, "html"))
			parts->at[n++] = parts->at[i];
	if ((parts->len = n) == 0)
		return;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID", (unsigned long)message->uid);
	for (i = 0; i < n; i++) {
		buf_format(&text, " BODY.PEEK[%s]<0.%d>",
		    parts->at[i]->number, BODY_PART_BYTES);
		sources->cut |= parts->at[i]->size > BODY_PART_BYTES;
	}
	buf_byte(&text, ')');
	sources->fetch = imap_queue(call->imap, call->arena, &text);
}

static const char *
read_part(struct call *call, const struct part *part,
    const struct imap_section *section)
{
	if (section == NULL || section->is_nil)
		return "";
	return part_text(call->arena, part, part_decode(call->arena,
	    part->encoding, section->content));
}

static const struct fault *
read_sources(struct call *call, const struct sources *sources, uint32_t uid,
    struct buf *html)
{
	const struct imap_message	*message;
	const struct fault		*bad;
	const struct part		*part;
	size_t				 i;

	bad = imap_command_fault(call->arena, sources->fetch,
	    "read the draft");
	message = imap_find_message(&sources->fetch->replies, uid);
	if (bad != NULL || message == NULL)
		return bad;
	for (i = 0; i < sources->parts.len; i++) {
		part = sources->parts.at[i];
		buf_text(html, read_part(call, part,
		    imap_find_section(message, part->number)));
	}
	return NULL;
}

/* What shows nothing is counted instead, with what was left out before. */
static void
put(struct call *call, const char *text, size_t hidden,
    struct question *question)
{
	size_t	 dropped;

	question->text = utf8_visible(call->arena, text, &dropped);
	if (hidden + dropped > 0)
		question_row(call, &question->shown,
		    "Characters that nobody sees",
		    text_format(call->arena, "%zu", hidden + dropped));
}

static const char *
join(struct call *call, const char *plain, const char *html)
{
	struct buf	 text;

	buf_start(&text, call->arena);
	buf_text(&text, plain == NULL ? "" : plain);
	if (html != NULL) {
		buf_text(&text, heading);
		buf_text(&text, html);
	}
	return buf_string(&text);
}

void
draft_text_join(struct call *call, const char *plain, const char *html,
    struct question *question)
{
	if (plain != NULL || html != NULL)
		put(call, join(call, plain, html), 0, question);
}

const struct fault *
draft_text(struct call *call, const struct imap_message *message,
    struct question *question)
{
	struct body_fetch	 fetch = { .uid = message->uid,
				    .form = BODY_PLAIN,
				    .most = BODY_PART_BYTES };
	struct sources		 sources = { .fetch = NULL };
	const struct fault	*bad;
	struct body		 body = { .text = NULL };
	struct buf		 html;

	body_queue(call, message->body, &fetch);
	queue(call, message, &sources);
	buf_start(&html, call->arena);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = body_read(call, &fetch, &body)) != NULL ||
	    (sources.fetch != NULL && (bad = read_sources(call, &sources,
	    message->uid, &html)) != NULL))
		return bad;
	put(call, join(call, body.text, sources.fetch == NULL ? NULL :
	    buf_string(&html)), (size_t)body.hidden, question);
	question->is_cut = body.is_cut || sources.cut ||
	    sources.parts.more > 0;
	return NULL;
}

void
draft_text_time(struct call *call, int64_t seconds, struct pairs *rows)
{
	if (seconds != 0)
		question_row(call, rows, "To be sent at",
		    clock_rfc3339(call->arena, (struct moment){
		    .seconds = seconds }));
}
