#include "mcp/body.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/html_safe.h"
#include "mail/imap_session.h"
#include "mail/likeness.h"
#include "mail/uuencode.h"
#include "mcp/call.h"
#include "mcp/guess.h"

/* What the parts become together. */
struct joined {
	struct buf	 links;		/* text or Markdown */
	struct buf	 html;		/* where that is asked for */
};

static bool
is_html(const struct part *part)
{
	return text_equal(part->type, "text") &&
	    text_equal(part->subtype, "html");
}

/* Invitations are not for reading; they are answered on their own. */
static bool
is_readable(const struct part *part)
{
	return text_equal(part->type, "text") &&
	    !text_equal(part->subtype, "calendar");
}

static void
choose_parts(const struct part *root, bool html, struct part_list *parts)
{
	size_t	 i, n;

	*parts = (struct part_list){ .len = 0 };
	if (root != NULL)
		part_list_text(root, html, parts);
	for (i = n = 0; i < parts->len && n < BODY_PARTS_MOST; i++)
		if (is_readable(parts->at[i]))
			parts->at[n++] = parts->at[i];
	parts->more += parts->len - i;
	parts->len = n;
}

static bool
has_part(const struct part_list *parts, const struct part *part)
{
	size_t	 i;

	for (i = 0; i < parts->len; i++)
		if (parts->at[i] == part)
			return true;
	return false;
}

/* The HTML beside a plain text, unless there is none or too much of it. */
static void
choose_seen(const struct part *root, struct body_fetch *fetch)
{
	size_t	 i, bytes;
	bool	 other = false;

	choose_parts(root, true, &fetch->seen);
	for (i = bytes = 0; i < fetch->seen.len; i++) {
		bytes += fetch->seen.at[i]->size;
		other = other || !has_part(&fetch->parts, fetch->seen.at[i]);
	}
	if (!other || bytes > BODY_SEEN_BYTES)
		fetch->seen.len = 0;
}

static bool
is_guessed(const struct body_fetch *fetch, const struct part_list *parts)
{
	size_t	 i;

	for (i = 0; i < parts->len; i++)
		if (guess_part(fetch->guessed, parts->at[i]) == NULL)
			return false;
	return true;
}

bool
body_choose(const struct part *root, struct body_fetch *fetch)
{
	*fetch = (struct body_fetch){ .uid = fetch->uid, .form = fetch->form,
	    .most = fetch->most, .guessed = fetch->guessed };
	choose_parts(root, fetch->form == BODY_HTML ||
	    fetch->form == BODY_MARKDOWN, &fetch->parts);
	if (fetch->form == BODY_TEXT && fetch->parts.len > 0)
		choose_seen(root, fetch);
	return !is_guessed(fetch, &fetch->parts) ||
	    !is_guessed(fetch, &fetch->seen);
}

static void
queue_parts(const struct part_list *parts, const struct part_list *but,
    const struct body_fetch *fetch, struct buf *text)
{
	const struct part	*part;
	size_t			 i;

	for (i = 0; i < parts->len; i++) {
		part = parts->at[i];
		if (has_part(but, part) ||
		    guess_part(fetch->guessed, part) != NULL)
			continue;
		buf_format(text, " BODY.PEEK[%s]", part->number);
		if (part->size > fetch->most)
			buf_format(text, "<0.%zu>", fetch->most);
	}
}

void
body_queue(struct call *call, const struct part *root,
    struct body_fetch *fetch)
{
	const struct part_list	 none = { .len = 0 };
	struct buf		 text;

	if (!body_choose(root, fetch))
		return;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID", (unsigned long)fetch->uid);
	queue_parts(&fetch->parts, &none, fetch, &text);
	queue_parts(&fetch->seen, &fetch->parts, fetch, &text);
	buf_byte(&text, ')');
	fetch->command = imap_queue(call->imap, call->arena, &text);
}

/* HTML as text; what it hides is told once, whatever it is made into. */
static const char *
show_html(struct call *call, const char *html, struct body *body)
{
	struct html_text	 shown;

	html_to_text(call->arena, html, &(struct html_options){
	    .markdown = true, .most = BODY_CHARS_MOST }, &shown);
	body->hidden += (int64_t)shown.hidden;
	body->trackers += (int64_t)shown.trackers;
	return shown.text;
}

static void
add_text(struct buf *out, const char *text)
{
	if (out->len > 0 && *text != '\0')
		buf_text(out, "\n\n");
	buf_text(out, text);
}

/* One part behind what is there already; links get it as Markdown. */
static void
add_part(struct call *call, const struct part *part, struct bytes raw,
    struct joined *joined, struct body *body)
{
	struct html_safe	 safe;
	const char		*text, *shown;
	size_t			 dropped, files = 0;

	text = part_text(call->arena, part, part_decode(call->arena,
	    part->encoding, raw));
	if (!is_html(part))
		text = uuencode_fold(call->arena, text, &files);
	body->files += (int64_t)files;
	shown = is_html(part) ? show_html(call, text, body) : text;
	shown = utf8_visible(call->arena, shown, &dropped);
	body->hidden += (int64_t)dropped;
	add_text(&joined->links, shown);
	if (!body->is_html)
		return;
	if (is_html(part)) {
		html_safe(call->arena, text, BODY_CHARS_MOST, &safe);
		body->images += (int64_t)safe.images;
		add_text(&joined->html, safe.shown.text);
	} else {
		add_text(&joined->html, html_safe_plain(call->arena, shown));
	}
}

/* The text stands between its first and last lines that say something. */
static const char *
trim(struct arena *arena, struct buf *out)
{
	struct bytes	 all = buf_view(out);
	size_t		 i, start;

	while (all.len > 0 && text_is_space(all.at[all.len - 1]))
		all.len--;
	for (i = start = 0; i < all.len && text_is_space(all.at[i]); i++)
		if (all.at[i] == '\n')
			start = i + 1;
	return bytes_text(arena, bytes_slice(all, start, all.len));
}

/* What came of a part, by the guess or by the FETCH. */
static const struct imap_section *
find_part(const struct body_fetch *fetch, const struct imap_message *message,
    const struct part *part)
{
	const struct imap_section	*section;

	section = guess_part(fetch->guessed, part);
	return section != NULL || message == NULL ? section :
	    imap_find_section(message, part->number);
}

/* The parts of a list as one text. */
static void
join(struct call *call, const struct body_fetch *fetch,
    const struct imap_message *message, const struct part_list *parts,
    struct body *body)
{
	const struct imap_section	*section;
	struct joined			 joined;
	size_t				 i;

	body->is_cut = parts->more > 0;
	buf_start(&joined.links, call->arena);
	buf_start(&joined.html, call->arena);
	for (i = 0; i < parts->len; i++) {
		section = find_part(fetch, message, parts->at[i]);
		if (section != NULL && !section->is_nil)
			add_part(call, parts->at[i], section->content,
			    &joined, body);
		body->is_cut = body->is_cut || parts->at[i]->size >
		    fetch->most;
	}
	body->links = trim(call->arena, &joined.links);
	body->text = body->is_html ? trim(call->arena, &joined.html) :
	    body->links;
}

/* Takes what people see instead, where it is something else. */
static void
compare(struct call *call, const struct imap_message *message,
    const struct body_fetch *fetch, struct body *body)
{
	struct body	 seen = { .differs = true };

	join(call, fetch, message, &fetch->seen, &seen);
	body->trackers += seen.trackers;
	if (likeness_differs(call->arena, body->text, seen.text))
		*body = seen;
}

/* A message that came without a part that was asked for is not taken for
 * one whose text is empty. */
static const struct fault *
check_sent(struct call *call, const struct body_fetch *fetch,
    const struct imap_message *message)
{
	const struct part_list	*parts = &fetch->parts;
	size_t			 i;

	for (i = 0; i < parts->len; i++)
		if (find_part(fetch, message, parts->at[i]) == NULL)
			return fault_make(call->arena, FAULT_PROTOCOL,
			    "the mail server left out part %s of the message",
			    parts->at[i]->number);
	return NULL;
}

/* What the FETCH told; NULL where the guess had all. */
static const struct fault *
find_fetched(struct call *call, const struct body_fetch *fetch,
    const struct imap_message **message)
{
	const struct fault	*bad;

	*message = NULL;
	if (fetch->command == NULL)
		return NULL;
	bad = imap_command_fault(call->arena, fetch->command,
	    "read the message");
	if (bad != NULL)
		return bad;
	*message = imap_find_message(&fetch->command->replies, fetch->uid);
	return *message != NULL ? NULL : fault_make(call->arena,
	    FAULT_MESSAGE, "message %lu is gone", (unsigned long)fetch->uid);
}

const struct fault *
body_read(struct call *call, const struct body_fetch *fetch,
    struct body *body)
{
	const struct imap_message	*message;
	const struct fault		*bad;

	*body = (struct body){ .text = "", .links = "" };
	if (fetch->parts.len == 0)
		return NULL;
	if ((bad = find_fetched(call, fetch, &message)) != NULL ||
	    (bad = check_sent(call, fetch, message)) != NULL)
		return bad;
	body->is_html = fetch->form == BODY_HTML &&
	    is_html(fetch->parts.at[0]);
	join(call, fetch, message, &fetch->parts, body);
	if (fetch->seen.len > 0)
		compare(call, message, fetch, body);
	return NULL;
}
