#include "mail/folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf7.h"
#include "data/utf8.h"
#include "mail/folder_role.h"
#include "mail/imap_known.h"
#include "mail/imap_quote.h"
#include "mail/private.h"

static const char	 STATUS_ITEMS[] =
    "(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";

const char *
folder_decode(struct arena *arena, const char *wire)
{
	const char	*text;

	if (utf7_read(arena, wire, &text))
		return text;
	return utf8_clean_line(arena, bytes_of(wire));
}

/* Whether it may stand in a command at all. */
static const struct fault *
check_name(struct arena *arena, const char *name)
{
	if (name[0] == '\0' || !utf8_is_valid(bytes_of(name)))
		return fault_make(arena, FAULT_ARGUMENT,
		    "a folder's name can't be empty");
	if (text_has_control(name))
		return fault_make(arena, FAULT_ARGUMENT,
		    "a folder's name can't hold control characters");
	return NULL;
}

/* LIST with all the server can tell at once (RFC 5258, 5819, 6154); counts:
 * what of STATUS, or NULL. */
static struct imap_command *
queue_list(struct imap *imap, struct arena *arena, const char *pattern,
    const char *counts)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "LIST \"\" ");
	imap_string(&text, pattern);
	if (!imap_can(imap, IMAP_CAN_LIST_EXTENDED))
		return imap_queue(imap, arena, &text);
	buf_text(&text, " RETURN (SUBSCRIBED");
	if (imap_can(imap, IMAP_CAN_SPECIAL_USE))
		buf_text(&text, " SPECIAL-USE");
	if (counts != NULL && imap_can(imap, IMAP_CAN_LIST_STATUS))
		buf_format(&text, " STATUS %s", counts);
	buf_byte(&text, ')');
	return imap_queue(imap, arena, &text);
}

static struct imap_command *
queue_lsub(struct imap *imap, struct arena *arena, const char *pattern)
{
	struct buf	 text;

	if (imap_can(imap, IMAP_CAN_LIST_EXTENDED))
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, "LSUB \"\" ");
	imap_string(&text, pattern);
	return imap_queue(imap, arena, &text);
}

static struct folder *
find_wire(const struct folders *folders, const char *wire)
{
	size_t	 i;

	for (i = 0; i < folders->len; i++)
		if (text_equal(folders->at[i].wire, wire))
			return &folders->at[i];
	return NULL;
}

static void
add_folder(struct arena *arena, const struct imap_listing *listing,
    struct folder *folder)
{
	bool	 is_inbox = text_equal_case(listing->name, "INBOX");

	folder->wire = is_inbox ? "INBOX" : listing->name;
	folder->name = is_inbox ? "INBOX" : folder_decode(arena, listing->name);
	folder->delimiter = listing->delimiter;
	folder->role = is_inbox ? folder_role_find("\\Inbox") :
	    folder_role_of(listing->attributes);
	folder->selectable =
	    !imap_has_flag(listing->attributes, "\\Noselect") &&
	    !imap_has_flag(listing->attributes, "\\NonExistent");
	folder->subscribed =
	    imap_has_flag(listing->attributes, "\\Subscribed");
	folder->messages = folder->unseen = -1;
	folder->uidnext = folder->uidvalidity = -1;
}

/* The folders of a LIST; a LIST is answered in any order and by no means
 * without names that are empty. */
static void
collect(struct arena *arena, const struct imap_command *list,
    struct folders *folders)
{
	const struct imap_listing	*listing;
	size_t				 count = 0;

	for (listing = list->replies.listings; listing != NULL;
	    listing = listing->next)
		count++;
	if (count > FOLDERS_MOST)
		count = FOLDERS_MOST;
	folders->at = arena_array(arena, count, sizeof(*folders->at));
	folders->len = 0;
	for (listing = list->replies.listings; listing != NULL &&
	    folders->len < count; listing = listing->next)
		if (listing->name[0] != '\0' && !listing->is_subscription)
			add_folder(arena, listing,
			    &folders->at[folders->len++]);
}

/* The program's own folder is no folder of anybody else's. */
static void
leave_out_private(struct imap *imap, struct arena *arena,
    struct folders *folders)
{
	size_t	 i, kept = 0;

	for (i = 0; i < folders->len; i++)
		if (!private_covers(imap, arena, folders->at[i].wire))
			folders->at[kept++] = folders->at[i];
	folders->len = kept;
}

/* The folder of that name: looked for from *place on, since servers tell them
 * in one order, then everywhere. */
static struct folder *
find_from(const struct folders *folders, const char *wire, size_t *place)
{
	size_t	 i;

	for (i = *place; i < folders->len; i++)
		if (text_equal(folders->at[i].wire, wire)) {
			*place = i + 1;
			return &folders->at[i];
		}
	for (i = 0; i < *place; i++)
		if (text_equal(folders->at[i].wire, wire)) {
			*place = i + 1;
			return &folders->at[i];
		}
	return NULL;
}

static void
mark_subscribed(const struct imap_command *lsub, struct folders *folders)
{
	const struct imap_listing	*listing;
	struct folder			*folder;
	size_t				 place = 0, count = 0;

	if (lsub == NULL || lsub->outcome != IMAP_OK)
		return;
	for (listing = lsub->replies.listings; listing != NULL &&
	    count < FOLDERS_MOST; listing = listing->next, count++) {
		folder = find_from(folders, listing->name, &place);
		if (folder != NULL &&
		    !imap_has_flag(listing->attributes, "\\Noselect"))
			folder->subscribed = true;
	}
}

static void
take_status(const struct imap_status *status, struct folder *folder)
{
	folder->messages = status->messages;
	folder->unseen = status->unseen;
	folder->uidnext = status->uidnext;
	folder->uidvalidity = status->uidvalidity;
}

/* The counts that came with a LIST, in the order of its folders. */
static void
take_statuses(const struct imap_command *list, struct folders *folders)
{
	const struct imap_status	*status = list->replies.statuses;
	struct folder			*folder;
	size_t				 place = 0, count = 0;

	for (; status != NULL && count < FOLDERS_MOST;
	    status = status->next, count++) {
		folder = find_from(folders, status->name, &place);
		if (folder != NULL)
			take_status(status, folder);
	}
}

const struct fault *
folder_count(struct imap *imap, struct arena *arena, struct folders *folders)
{
	struct imap_command	**commands;
	const struct fault	 *bad;
	struct buf		  text;
	size_t			  i, asked = 0;

	commands = arena_array(arena, folders->len, sizeof(*commands));
	for (i = 0; i < folders->len && asked < FOLDERS_COUNTED_MOST; i++) {
		if (!folders->at[i].selectable)
			continue;
		buf_start(&text, arena);
		buf_text(&text, "STATUS ");
		imap_astring(&text, folders->at[i].wire);
		buf_format(&text, " %s", STATUS_ITEMS);
		commands[i] = imap_queue(imap, arena, &text);
		asked++;
	}
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	for (i = 0; i < folders->len; i++)
		if (commands[i] != NULL &&
		    commands[i]->replies.statuses != NULL)
			take_status(commands[i]->replies.statuses,
			    &folders->at[i]);
	return NULL;
}

/* A LIST that was queued and run, without counts. */
static const struct fault *
read_query(struct imap *imap, struct arena *arena,
    const struct folder_query *query, struct folders *folders)
{
	const struct fault	*bad;

	bad = imap_command_fault(arena, query->list, "list folders");
	if (bad != NULL)
		return bad;
	collect(arena, query->list, folders);
	leave_out_private(imap, arena, folders);
	mark_subscribed(query->subscribed, folders);
	folder_role_guess(folders);
	return NULL;
}

static const struct fault *
list_as_told(struct imap *imap, struct arena *arena, const char *pattern,
    bool counts, struct folders *folders)
{
	struct folder_query	 query;
	const struct fault	*bad;

	if (pattern == NULL)
		pattern = "*";
	if ((bad = check_name(arena, pattern)) != NULL)
		return bad;
	pattern = utf7_write(arena, pattern);
	query.list = queue_list(imap, arena, pattern,
	    counts ? STATUS_ITEMS : NULL);
	query.subscribed = queue_lsub(imap, arena, pattern);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = read_query(imap, arena, &query, folders)) != NULL ||
	    !counts)
		return bad;
	if (!imap_can(imap, IMAP_CAN_LIST_EXTENDED) ||
	    !imap_can(imap, IMAP_CAN_LIST_STATUS))
		return folder_count(imap, arena, folders);
	take_statuses(query.list, folders);
	return NULL;
}

/* INBOX, then by name: servers list in no order, and another one each time. */
static int
compare_names(const void *left, const void *right)
{
	const struct folder	*a = left, *b = right;
	bool			 a_inbox, b_inbox;

	a_inbox = text_equal_case(a->wire, "INBOX");
	b_inbox = text_equal_case(b->wire, "INBOX");
	if (a_inbox != b_inbox)
		return a_inbox ? -1 : 1;
	return strcmp(a->name, b->name);
}

const struct fault *
folder_list(struct imap *imap, struct arena *arena, const char *pattern,
    bool counts, struct folders *folders)
{
	const struct fault	*bad;

	bad = list_as_told(imap, arena, pattern, counts, folders);
	if (bad == NULL)
		qsort(folders->at, folders->len, sizeof(*folders->at),
		    compare_names);
	return bad;
}

void
folder_query(struct imap *imap, struct arena *arena,
    struct folder_query *query)
{
	query->list = queue_list(imap, arena, "*", NULL);
	query->subscribed = queue_lsub(imap, arena, "*");
}

void
folder_query_sizes(struct imap *imap, struct arena *arena, size_t most,
    struct folder_query *query)
{
	query->list = queue_list(imap, arena, "*", most == 0 ||
	    imap_listed(imap) > most ? NULL : "(MESSAGES UIDVALIDITY)");
	query->subscribed = NULL;
}

const struct fault *
folder_query_all(struct imap *imap, struct arena *arena,
    const struct folder_query *query, struct folders *folders)
{
	const struct fault	*bad;

	if ((bad = read_query(imap, arena, query, folders)) != NULL)
		return bad;
	take_statuses(query->list, folders);
	imap_keep_listed(imap, folders->len);
	qsort(folders->at, folders->len, sizeof(*folders->at),
	    compare_names);
	return NULL;
}

const struct fault *
folder_query_role(struct imap *imap, struct arena *arena,
    const struct folder_query *query, const char *role, const char **wire)
{
	const struct fault	*bad;
	struct folders		 folders;
	size_t			 i;

	if ((bad = read_query(imap, arena, query, &folders)) != NULL)
		return bad;
	qsort(folders.at, folders.len, sizeof(*folders.at), compare_names);
	for (i = 0; i < folders.len; i++)
		if (folders.at[i].role != NULL && folders.at[i].selectable &&
		    text_equal(folders.at[i].role, role)) {
			*wire = folders.at[i].wire;
			return NULL;
		}
	return fault_make(arena, FAULT_FOLDER, "this mailbox has no folder "
	    "with the role %s; list_mailboxes shows those it has", role);
}

static const struct fault *
find_role(struct imap *imap, struct arena *arena, const char *name,
    const char **wire)
{
	const struct fault	*bad;
	const char		*role = folder_role_find(name);
	struct folder_query	 query;

	if (role == NULL)
		return fault_make(arena, FAULT_ARGUMENT, "there is no role "
		    "\"%s\": use \\Inbox, \\Sent, \\Drafts, \\Trash, \\Junk, "
		    "\\Archive, \\Flagged, \\All or a folder's name", name);
	*wire = "INBOX";
	if (text_equal(role, "\\Inbox"))
		return NULL;
	folder_query(imap, arena, &query);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return folder_query_role(imap, arena, &query, role, wire);
}

/* Names that a server did not encode as it should are shown as they are, and
 * only the list says which those are.  Those with what nobody sees are shown as
 * the server writes them. */
static const struct fault *
find_raw(struct imap *imap, struct arena *arena, const char *name,
    const char **wire)
{
	const struct fault	*bad;
	struct folders		 folders;
	size_t			 i;

	bad = folder_list(imap, arena, NULL, false, &folders);
	if (bad != NULL)
		return bad;
	*wire = utf7_write(arena, name);
	if (find_wire(&folders, *wire) != NULL)
		return NULL;
	for (i = 0; i < folders.len; i++)
		if (text_equal(folders.at[i].name, name)) {
			*wire = folders.at[i].wire;
			return NULL;
		}
	if (find_wire(&folders, name) != NULL)
		*wire = name;
	return NULL;
}

static const struct fault *
find_wire_name(struct imap *imap, struct arena *arena, const char *name,
    const char **wire)
{
	const struct fault	*bad;

	if ((bad = check_name(arena, name)) != NULL)
		return bad;
	if (name[0] == '\\')
		return find_role(imap, arena, name, wire);
	if (strchr(name, '&') != NULL)
		return find_raw(imap, arena, name, wire);
	*wire = text_equal_case(name, "INBOX") ? "INBOX" :
	    utf7_write(arena, name);
	return NULL;
}

const struct fault *
folder_wire_name(struct imap *imap, struct arena *arena, const char *name,
    const char **wire)
{
	const struct fault	*bad;

	bad = find_wire_name(imap, arena, name, wire);
	if (bad == NULL && private_covers(imap, arena, *wire))
		return private_refusal(imap, arena);
	return bad;
}
