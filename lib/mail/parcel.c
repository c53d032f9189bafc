#include "mail/parcel.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/imap_set.h"
#include "mail/private.h"
#include "mail/source.h"

static const char *
message_id(struct arena *arena, const char *id)
{
	return text_format(arena, "<u.%s@postern.invalid>", id);
}

/* The head of its message: nobody is meant to read it, but who looks into the
 * folder is told what it is. */
static struct bytes
write_head(struct arena *arena, const char *id)
{
	struct buf	 head;

	buf_start(&head, arena);
	buf_text(&head, "From: Postern <postern@postern.invalid>\r\n"
	    "Subject: A file on its way into a message\r\n");
	buf_format(&head, "Date: %s\r\nMessage-ID: %s\r\n",
	    clock_rfc5322(arena, (struct moment){ clock_now(), 0 }),
	    message_id(arena, id));
	buf_text(&head, "Auto-Submitted: auto-generated\r\n"
	    "X-Postern-Upload: v1\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment\r\n\r\n");
	return buf_view(&head);
}

static const struct fault *
append(struct imap *imap, struct arena *arena, const char *wire,
    const struct parcel *parcel)
{
	const struct imap_command	*command;
	struct compose_stream		*stream;
	const struct fault		*bad;
	struct source			 source;
	struct buf			 text;

	stream = compose_stream_make(arena);
	compose_stream_add(stream, write_head(arena, parcel->id));
	compose_stream_add_reader(stream, &parcel->content);
	compose_stream_source(stream, &source);
	buf_start(&text, arena);
	buf_text(&text, "APPEND ");
	imap_astring(&text, wire);
	buf_text(&text, " (\\Seen) ");
	imap_begin(imap, arena, clock_ms() + PARCEL_KEEP_MS);
	command = imap_queue_source(imap, arena, &text, &source);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return imap_command_fault(arena, command, "keep the file");
}

/* Opens the folder, if it is there; what came since it was opened before
 * shows. */
static const struct fault *
open_folder(struct imap *imap, struct arena *arena, bool writable,
    bool *there)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	struct private_folder		 folder;

	bad = private_find(imap, arena, PRIVATE_UPLOADS, &folder);
	*there = bad == NULL && folder.there;
	if (!*there)
		return bad;
	imap_forget_folder(imap);
	opened = imap_queue_open(imap, arena, folder.wire, writable);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return imap_command_fault(arena, opened, "open its folder");
}

static const struct imap_command *
search(struct imap *imap, struct arena *arena, const char *id)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID SEARCH UNDELETED HEADER Message-ID ");
	imap_string(&text, message_id(arena, id));
	return imap_queue(imap, arena, &text);
}

/* By the days of the server's own clock, wherever that is. */
static const struct imap_command *
search_old(struct imap *imap, struct arena *arena)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID SEARCH BEFORE ");
	imap_date(&text, clock_now() - PARCEL_SECONDS);
	return imap_queue(imap, arena, &text);
}

/* Removes those of the list but one UID.  All in this folder is ours, so that
 * a plain EXPUNGE, where there is no other, takes nothing of anybody's. */
static const struct fault *
remove_but(struct imap *imap, struct arena *arena, struct uids found,
    uint32_t but)
{
	const struct fault	*bad;
	struct change		 change = { 0 };
	struct uids		 rest = { NULL, 0 };
	struct buf		 text;
	size_t			 i;

	rest.at = arena_array(arena, found.len, sizeof(*rest.at));
	for (i = 0; i < found.len; i++)
		if (found.at[i] != but)
			rest.at[rest.len++] = found.at[i];
	if (rest.len == 0)
		return NULL;
	bad = change_delete(imap, arena, rest, &change);
	if (bad != NULL || !change.remains)
		return bad;
	buf_start(&text, arena);
	buf_text(&text, "EXPUNGE");
	(void)imap_queue(imap, arena, &text);
	return imap_run(imap);
}

/* Leaves the newest of that id, or none, and none that is too old. */
static const struct fault *
tidy(struct imap *imap, struct arena *arena, const char *id, bool keep)
{
	const struct imap_command	*same, *old;
	const struct fault		*bad;
	bool				 there;

	bad = open_folder(imap, arena, true, &there);
	if (bad != NULL || !there)
		return bad;
	same = search(imap, arena, id);
	old = search_old(imap, arena);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = remove_but(imap, arena, same->replies.found,
	    keep ? imap_set_highest(same->replies.found) : 0)) != NULL)
		return bad;
	return remove_but(imap, arena, old->replies.found, 0);
}

const struct fault *
parcel_keep(struct imap *imap, struct arena *arena,
    const struct parcel *parcel)
{
	const struct fault	*bad;
	struct private_folder	 folder;

	bad = private_make(imap, arena, PRIVATE_UPLOADS, &folder);
	if (bad != NULL || (bad = append(imap, arena, folder.wire,
	    parcel)) != NULL)
		return bad;
	/* It is kept, whatever becomes of those before it. */
	imap_begin(imap, arena, clock_ms() + IMAP_FLIGHT_MS);
	(void)tidy(imap, arena, parcel->id, true);
	return NULL;
}

const struct fault *
parcel_find(struct imap *imap, struct arena *arena, const char *id,
    struct appended *place)
{
	const struct imap_command	*found;
	const struct fault		*bad;
	bool				 there;

	*place = (struct appended){ 0 };
	bad = open_folder(imap, arena, false, &there);
	if (bad != NULL)
		return bad;
	if (there) {
		found = search(imap, arena, id);
		if ((bad = imap_run(imap)) != NULL)
			return bad;
		place->wire = imap_box(imap)->name;
		place->uid = imap_set_highest(found->replies.found);
		place->uidvalidity = imap_box(imap)->uidvalidity;
	}
	if (place->uid == 0)
		return fault_make(arena, FAULT_MESSAGE,
		    "no file has been put there, or it was used already");
	return NULL;
}

const struct fault *
parcel_remove(struct imap *imap, struct arena *arena, const char *id)
{
	return tidy(imap, arena, id, false);
}
