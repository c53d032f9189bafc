#include "mcp/filing.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/append.h"
#include "mail/folder.h"
#include "mail/folder_make.h"
#include "mail/imap_idle.h"
#include "mail/imap_session.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/progress.h"

/* How long what was given as a whole is waited for: twice as long each time. */
enum { AWAIT_FIRST_MS = 500, AWAIT_LAST_MS = 4000 };

/* For so long a session counts as alive that has just answered. */
enum { PROVED_MS = 500 };

const struct field	 filed_rows[] = {
	{ FIELD(struct filed, folder) },
	{ FIELD(struct filed, uidvalidity) },
	{ FIELD(struct filed, uid) },
	{ FIELD(struct filed, note) },
	{ FIELD_END }
};

const struct fault *
filing_folder(struct call *call, const char *folder, const char **wire)
{
	const struct fault	*bad;

	if (folder[0] != '\\')
		return call_folder(call, folder, wire);
	if ((bad = call_imap(call)) != NULL)
		return bad;
	if (!text_equal_case(folder, "\\Sent") &&
	    !text_equal_case(folder, "\\Drafts"))
		return call_folder(call, folder, wire);
	bad = folder_wire_name(call->imap, call->arena, folder, wire);
	if (bad == NULL || bad->kind != FAULT_FOLDER)
		return bad;
	return folder_make_name(call->imap, call->arena,
	    text_equal_case(folder, "\\Sent") ? "Sent" : "Drafts", wire);
}

static void
tell(struct call *call, const struct appended *place, struct filed *filed)
{
	filed->folder = folder_decode(call->arena, place->wire);
	filed->uid = place->uid;
	filed->uidvalidity = place->uidvalidity;
}

const struct fault *
filing_look(struct call *call, const char *wire, struct texts message_ids,
    struct filed *filed)
{
	return filing_look_by(call, wire,
	    (struct append_field){ "Message-ID", message_ids }, filed);
}

const struct fault *
filing_look_by(struct call *call, const char *wire,
    struct append_field field, struct filed *filed)
{
	struct appended		 found;
	const struct fault	*bad;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	bad = append_find_by(call->imap, call->arena, wire, field, &found);
	if (bad == NULL) {
		tell(call, &found, filed);
		filed->value = found.value;
	}
	return bad;
}

/* The message that was to be filed there itself. */
static const struct fault *
look_again(struct call *call, const char *wire, const struct filing *filing,
    struct filed *filed)
{
	const char	*id = filing->message_id;

	return filing_look(call, wire, (struct texts){ &id, 1 }, filed);
}

static const struct fault *
append_once(struct call *call, const struct filing *filing,
    struct filed *filed)
{
	const struct append	 append = { filing->wire, filing->flags,
				    filing->source };
	struct appended		 made;
	const struct fault	*bad;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	bad = append_message(call->imap, call->arena, &append, &made);
	call_extend(call);
	if (bad != NULL)
		return bad;
	tell(call, &made, filed);
	if (made.uid == 0)
		/* Without UIDPLUS: it is there, wherever; a search that fails
		 * changes nothing about that. */
		(void)look_again(call, made.wire, filing, filed);
	return NULL;
}

/* A session that idled while mail was sent may be dead: that shows before the
 * message is given to it, not by an answer that never comes. */
static void
prove_session(struct call *call)
{
	struct buf	 text;

	if (call->imap == NULL || (imap_is_usable(call->imap) &&
	    imap_idle_since(call->imap) < PROVED_MS))
		return;
	if (imap_is_usable(call->imap)) {
		buf_start(&text, call->arena);
		buf_text(&text, "NOOP");
		(void)imap_queue(call->imap, call->arena, &text);
		if (imap_run(call->imap) == NULL)
			return;
	}
	call_end(call);
	call_extend(call);
}

/*
 * Looks for what the server got as a whole and may still be filing: to give
 * it once more could make two of it.
 */
static const struct fault *
await(struct call *call, const struct filing *filing, struct filed *filed)
{
	const struct fault	*bad;
	long			 ms;

	for (ms = AWAIT_FIRST_MS; ms <= AWAIT_LAST_MS; ms *= 2) {
		call_extend(call);
		bad = look_again(call, filing->wire, filing, filed);
		if (bad == NULL && filed->uid != 0)
			return NULL;
		if (bad != NULL)
			call_end(call);
		clock_sleep_until(clock_ms() + ms);
	}
	return fault_make(call->arena, FAULT_UNKNOWN_STATE,
	    "the connection broke before the mail server confirmed: it may "
	    "still be filed in %s", folder_decode(call->arena, filing->wire));
}

const struct fault *
filing_append(struct call *call, const struct filing *asked,
    struct filed *filed)
{
	const struct filing	 told = {
		.wire = asked->wire, .flags = asked->flags,
		.message_id = asked->message_id,
		.source = progress_source(call, asked->source,
		    "Filing the message")
	}, *filing = &told;
	const struct fault	*bad;

	prove_session(call);
	bad = append_once(call, filing, filed);
	if (bad == NULL || (call->imap != NULL &&
	    imap_is_usable(call->imap)))
		return bad;
	call_end(call);
	call_extend(call);
	if (filing->source->given == filing->source->length)
		return await(call, filing, filed);
	bad = look_again(call, filing->wire, filing, filed);
	if (bad != NULL || filed->uid != 0)
		return bad;
	return append_once(call, filing, filed);
}
