#include "mail/folder_make.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

const struct fault *
folder_make_name(struct imap *imap, struct arena *arena, const char *wire,
    const char **own)
{
	const struct imap_command	*command;
	const struct fault		*bad;
	const char			*prefix;
	struct buf			 text;

	*own = wire;
	if (!imap_can(imap, IMAP_CAN_NAMESPACE))
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, "NAMESPACE");
	command = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	prefix = command->replies.space.prefix;
	if (command->outcome == IMAP_OK && prefix != NULL &&
	    !text_starts(wire, prefix))
		*own = text_format(arena, "%s%s", prefix, wire);
	return NULL;
}

static const struct imap_command *
queue(struct imap *imap, struct arena *arena, const char *verb,
    const char *wire)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, verb);
	buf_byte(&text, ' ');
	imap_astring(&text, wire);
	return imap_queue(imap, arena, &text);
}

/* *refused: what the server said to CREATE, unless the folder is there now.
 * Whether it subscribes is its own affair. */
static const struct fault *
create(struct imap *imap, struct arena *arena, const char *wire,
    const struct fault **refused)
{
	const struct imap_command	*created;
	const struct fault		*bad;

	created = queue(imap, arena, "CREATE", wire);
	queue(imap, arena, "SUBSCRIBE", wire);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	*refused = imap_command_fault(arena, created, "create the folder");
	if (created->code != NULL && text_equal(created->code,
	    "ALREADYEXISTS"))
		*refused = NULL;
	return NULL;
}

const struct fault *
folder_make_look(struct imap *imap, struct arena *arena, const char *wire,
    const struct imap_listing **listed)
{
	const struct imap_command	*list;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, arena);
	buf_text(&text, "LIST \"\" ");
	imap_string(&text, wire);
	list = imap_queue(imap, arena, &text);
	bad = imap_run(imap);
	*listed = bad == NULL ? list->replies.listings : NULL;
	return bad;
}

const struct fault *
folder_make(struct imap *imap, struct arena *arena, const char *wire,
    const char **made)
{
	const struct imap_listing	*listed = NULL;
	const struct fault		*bad, *refused;

	*made = wire;
	if ((bad = create(imap, arena, wire, &refused)) != NULL)
		return bad;
	if (refused == NULL)
		return NULL;
	if ((bad = folder_make_name(imap, arena, wire, made)) != NULL)
		return bad;
	if (text_equal(*made, wire))
		return refused;
	bad = create(imap, arena, *made, &refused);
	/* Courier says of a folder that is there only that it can't make
	 * it. */
	if (bad == NULL && refused != NULL)
		bad = folder_make_look(imap, arena, *made, &listed);
	return bad != NULL || listed != NULL ? bad : refused;
}

const struct fault *
folder_make_wanted(struct imap *imap, struct arena *arena,
    const struct imap_command *command, const char *wire, bool *wanted)
{
	const struct imap_command	*status;
	const struct fault		*bad;
	const struct imap_listing	*listed;
	struct buf			 text;

	*wanted = false;
	if (command->outcome != IMAP_NO)
		return NULL;
	if (command->code != NULL) {
		*wanted = text_equal(command->code, "TRYCREATE") ||
		    text_equal(command->code, "NONEXISTENT");
		return NULL;
	}
	buf_start(&text, arena);
	buf_text(&text, "STATUS ");
	imap_astring(&text, wire);
	buf_text(&text, " (UIDNEXT)");
	status = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	bad = imap_command_fault(arena, status, "find the folder");
	if (bad == NULL || bad->kind != FAULT_FOLDER)
		return NULL;
	/* A refusal without a code may have any reason. */
	bad = folder_make_look(imap, arena, wire, &listed);
	*wanted = listed == NULL;
	return bad;
}
