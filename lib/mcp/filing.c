#include "mcp/filing.h"

#include "base/clock.h"
#include "base/fault.h"
#include "mail/append.h"
#include "mail/folder.h"
#include "mail/folder_make.h"
#include "mcp/call.h"

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
filing_look(struct call *call, const char *wire, const char *message_id,
    struct filed *filed)
{
	return filing_look_by(call, wire,
	    (struct pair){ "Message-ID", message_id }, filed);
}

const struct fault *
filing_look_by(struct call *call, const char *wire, struct pair field,
    struct filed *filed)
{
	struct appended		 found;
	const struct fault	*bad;

	if ((bad = call_imap(call)) != NULL)
		return bad;
	bad = append_find_by(call->imap, call->arena, wire, field, &found);
	if (bad == NULL)
		tell(call, &found, filed);
	return bad;
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
		(void)filing_look(call, made.wire, filing->message_id, filed);
	return NULL;
}

const struct fault *
filing_append(struct call *call, const struct filing *filing,
    struct filed *filed)
{
	const struct fault	*bad;

	bad = append_once(call, filing, filed);
	if (bad == NULL || (call->imap != NULL &&
	    imap_is_usable(call->imap)))
		return bad;
	call_end(call);
	call_extend(call);
	bad = filing_look(call, filing->wire, filing->message_id, filed);
	if (bad != NULL || filed->uid != 0)
		return bad;
	return append_once(call, filing, filed);
}
