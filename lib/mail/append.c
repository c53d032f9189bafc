#include "mail/append.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/folder_make.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

static const struct fault *
append_once(struct imap *imap, struct arena *arena, const char *wire,
    const struct append *append, const struct imap_command **command)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "APPEND ");
	imap_astring(&text, wire);
	buf_format(&text, " (%s) ", append->flags);
	*command = imap_queue_source(imap, arena, &text, append->source);
	return imap_run(imap);
}

/* Whether it was refused for the session's own sake: Courier takes nothing
 * for a folder that the same session has open for reading. */
static bool
is_in_our_way(const struct imap *imap, const struct append *append,
    const struct imap_command *command)
{
	return command->outcome == IMAP_NO && command->code == NULL &&
	    imap_has_examined(imap, append->wire);
}

/* Appends to the folder as it is: *missing, or what came of it. */
static const struct fault *
try_append(struct imap *imap, struct arena *arena,
    const struct append *append, const struct imap_command **command,
    bool *missing)
{
	const struct fault	*bad;

	bad = append_once(imap, arena, append->wire, append, command);
	if (bad == NULL && is_in_our_way(imap, append, *command)) {
		(void)imap_queue_open(imap, arena, append->wire, true);
		bad = append_once(imap, arena, append->wire, append, command);
	}
	return bad != NULL ? bad : folder_make_wanted(imap, arena, *command,
	    append->wire, missing);
}

const struct fault *
append_message(struct imap *imap, struct arena *arena,
    const struct append *append, struct appended *made)
{
	const struct imap_command	*command;
	const struct fault		*bad;
	bool				 missing;

	*made = (struct appended){ .wire = append->wire };
	imap_begin(imap, arena, clock_ms() + APPEND_MS);
	bad = try_append(imap, arena, append, &command, &missing);
	if (bad == NULL && missing && (bad = folder_make(imap, arena,
	    append->wire, &made->wire)) == NULL)
		bad = append_once(imap, arena, made->wire, append, &command);
	if (bad != NULL)
		return bad;
	bad = imap_command_fault(arena, command, "file the message");
	if (bad != NULL || command->replies.copy_to.len != 1)
		return bad;
	made->uid = command->replies.copy_to.at[0];
	made->uidvalidity = command->replies.copy_validity;
	return NULL;
}

const struct fault *
append_find(struct imap *imap, struct arena *arena, const char *wire,
    const char *message_id, struct appended *found)
{
	return append_find_by(imap, arena, wire, (struct append_field){
	    "Message-ID", { &message_id, 1 } }, found);
}

/* One command for each value, all in one flight. */
static const struct fault *
search(struct imap *imap, struct arena *arena, struct append_field field,
    const struct imap_command **commands)
{
	const struct fault	*bad;
	struct buf		 text;
	size_t			 i;

	for (i = 0; i < field.values.len; i++) {
		buf_start(&text, arena);
		buf_format(&text, "UID SEARCH HEADER %s ", field.name);
		imap_string(&text, field.values.at[i]);
		commands[i] = imap_queue(imap, arena, &text);
	}
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	for (i = 0; i < field.values.len; i++)
		if ((bad = imap_command_fault(arena, commands[i],
		    "look for the message")) != NULL)
			return bad;
	return NULL;
}

static uint32_t
highest(struct uids uids)
{
	uint32_t	 uid;
	size_t		 i;

	for (i = uid = 0; i < uids.len; i++)
		if (uids.at[i] > uid)
			uid = uids.at[i];
	return uid;
}

const struct fault *
append_find_by(struct imap *imap, struct arena *arena, const char *wire,
    struct append_field field, struct appended *found)
{
	const struct imap_command	*opened, **commands;
	const struct fault		*bad;
	size_t				 i;

	*found = (struct appended){ .wire = wire };
	/* It may have come since the folder was opened. */
	imap_forget_folder(imap);
	opened = imap_queue_open(imap, arena, wire, false);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (imap_box(imap) == NULL || (opened != NULL &&
	    opened->outcome != IMAP_OK))
		return NULL;
	commands = arena_array(arena, field.values.len, sizeof(*commands));
	if ((bad = search(imap, arena, field, commands)) != NULL)
		return bad;
	for (i = 0; i < field.values.len && found->uid == 0; i++) {
		found->uid = highest(commands[i]->replies.found);
		found->value = field.values.at[i];
	}
	if (found->uid != 0)
		found->uidvalidity = imap_box(imap)->uidvalidity;
	return NULL;
}
