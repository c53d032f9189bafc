#include "mcp/drafting.h"

#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/confirm.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"
#include "mcp/outgoing_ask.h"
#include "mcp/trash.h"

const struct fault *
drafting_keep(struct call *call, struct outgoing *out, const char *wire,
    struct filed *filed)
{
	struct source		 source;
	const struct filing	 filing = { wire, "\\Draft \\Seen",
				    out->compose.message_id, &source };
	const struct fault	*bad;

	if ((bad = outgoing_open(call, out, true, &source)) != NULL)
		return bad;
	return filing_append(call, &filing, filed);
}

/* A draft that another replaces goes, as by the tools that say so. */
static const struct fault *
find_kinds(struct call *call, const struct outgoing *out, const char *wire,
    const char **kinds)
{
	const struct fault	*bad;
	const char		*trash;

	*kinds = "draft";
	if (out->replaces == 0)
		return NULL;
	bad = trash_for(call, wire, &trash);
	*kinds = trash == NULL ? "draft delete" : "draft trash";
	return bad;
}

const struct fault *
drafting_ask(struct call *call, struct outgoing *out, const char *wire)
{
	const struct fault	*bad;
	struct filed		 before = { .uid = 0 };
	const char		*kinds;
	struct texts		 ids;

	if ((bad = find_kinds(call, out, wire, &kinds)) != NULL ||
	    (bad = outgoing_ask(call, out, kinds)) != NULL ||
	    (ids = confirm_message_ids(call)).len == 0 || out->once.len != 0)
		return bad;
	out->compose.message_id = ids.at[0];
	bad = filing_look(call, wire, ids, &before);
	return bad == NULL && before.uid != 0 ? confirm_used(call) : bad;
}

const struct fault *
drafting_check(struct call *call, const struct imap_message *message)
{
	const struct fault	*bad;
	const char		*drafts;

	if (imap_has_flag(message->flags, "\\Draft"))
		return NULL;
	bad = folder_wire_name(call->imap, call->arena, "\\Drafts", &drafts);
	if (bad != NULL && bad->kind != FAULT_FOLDER)
		return bad;
	if (bad == NULL && text_equal(drafts, imap_box(call->imap)->name))
		return NULL;
	return fault_make(call->arena, FAULT_ARGUMENT, "the message with UID "
	    "%lu is no draft: it is not in Drafts, and has no flag \\Draft",
	    (unsigned long)message->uid);
}
