#include "mail/folder_change.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder_make.h"
#include "mail/folder_name.h"
#include "mail/imap_quote.h"

const struct fault *
folder_change_begin(struct imap *imap, struct arena *arena,
    struct folders *all)
{
	const struct fault	*bad;

	(void)imap_queue_open(imap, arena, "INBOX", false);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return folder_list(imap, arena, NULL, false, all);
}

static struct imap_command *
queue(struct imap *imap, struct arena *arena, const char *verb,
    const char *wire)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_format(&text, "%s ", verb);
	imap_astring(&text, wire);
	return imap_queue(imap, arena, &text);
}

const struct fault *
folder_change_create(struct imap *imap, struct arena *arena,
    const char *wire)
{
	const struct imap_command	*command;
	const struct fault		*bad;

	command = queue(imap, arena, "CREATE", wire);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (command->code != NULL &&
	    text_equal(command->code, "ALREADYEXISTS"))
		return fault_make(arena, FAULT_ARGUMENT,
		    "there is a folder \"%s\" already",
		    folder_decode(arena, wire));
	bad = imap_command_fault(arena, command, "create the folder");
	if (bad != NULL)
		return bad;
	(void)queue(imap, arena, "SUBSCRIBE", wire);
	return imap_run(imap);
}

/* What comes of its name, or of that of a folder below it. */
static const char *
new_name(struct arena *arena, const struct folder *folder,
    const struct folder *renamed, const char *wire)
{
	return text_format(arena, "%s%s", wire,
	    folder->wire + strlen(renamed->wire));
}

/* Subscribes the new names of what was subscribed; that a server won't is no
 * reason to take a renaming back. */
static const struct fault *
resubscribe(struct imap *imap, struct arena *arena,
    const struct folders *all, const struct folder *renamed,
    const char *wire)
{
	const struct folder	*folder;
	size_t			 i;

	for (i = 0; i < all->len; i++) {
		folder = &all->at[i];
		if (!folder->subscribed || (folder != renamed &&
		    !folder_name_is_below(folder, renamed)))
			continue;
		queue(imap, arena, "SUBSCRIBE", new_name(arena, folder,
		    renamed, wire));
		queue(imap, arena, "UNSUBSCRIBE", folder->wire);
	}
	return imap_run(imap);
}

const struct fault *
folder_change_rename(struct imap *imap, struct arena *arena,
    const struct folders *all, const struct folder *folder, const char *wire)
{
	const struct imap_command	*command;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, arena);
	buf_text(&text, "RENAME ");
	imap_astring(&text, folder->wire);
	buf_byte(&text, ' ');
	imap_astring(&text, wire);
	command = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = imap_command_fault(arena, command, "rename the folder"))
	    != NULL)
		return bad;
	return resubscribe(imap, arena, all, folder, wire);
}

/* Some servers drop a folder that is only a level as soon as nothing is below
 * it, and refuse to remove it then. */
static const struct fault *
is_there(struct imap *imap, struct arena *arena, const char *wire,
    bool *there)
{
	const struct imap_listing	*listing;
	const struct fault		*bad;

	bad = folder_make_look(imap, arena, wire, &listing);
	*there = false;
	for (; listing != NULL; listing = listing->next)
		*there = *there || text_equal(listing->name, wire);
	return bad;
}

static const struct fault *
remove_one(struct imap *imap, struct arena *arena,
    const struct folder *folder, const struct fault **refused)
{
	const struct imap_command	*command;
	const struct fault		*bad;
	bool				 there;

	command = queue(imap, arena, "DELETE", folder->wire);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	*refused = imap_command_fault(arena, command, "remove the folder");
	if (*refused == NULL || folder->selectable)
		return NULL;
	bad = is_there(imap, arena, folder->wire, &there);
	if (bad == NULL && !there)
		*refused = NULL;
	return bad;
}

const struct fault *
folder_change_delete(struct imap *imap, struct arena *arena,
    const struct folders *these, size_t *gone, const struct fault **refused)
{
	const struct fault	*bad = NULL;
	size_t			 i;

	*refused = NULL;
	for (*gone = 0; *gone < these->len; (*gone)++) {
		bad = remove_one(imap, arena, &these->at[*gone], refused);
		if (bad != NULL || *refused != NULL)
			break;
	}
	for (i = 0; bad == NULL && i < *gone; i++)
		queue(imap, arena, "UNSUBSCRIBE", these->at[i].wire);
	return bad != NULL ? bad : imap_run(imap);
}
