#include "mail/message_id.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/header.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/imap_set.h"

static const char	 FIELD_NAME[] = "Message-ID";

static const char *
find_id(struct arena *arena, const struct imap_message *message)
{
	struct texts	 ids;

	if (message == NULL || message->sections == NULL)
		return "";
	ids = header_ids(arena, header_find(header_fields(arena,
	    message->sections->content), FIELD_NAME));
	if (ids.len == 0 || strlen(ids.at[0]) > MESSAGE_ID_CHARS)
		return "";
	return ids.at[0];
}

const struct fault *
message_id_read(struct imap *imap, struct arena *arena, struct uids uids,
    struct texts *ids)
{
	const struct imap_command	*fetch;
	const struct fault		*bad;
	struct buf			 text;
	size_t				 i;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_format(&text, " (UID BODY.PEEK[HEADER.FIELDS (%s)])", FIELD_NAME);
	fetch = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = imap_command_fault(arena, fetch,
	    "read the messages' ids")) != NULL)
		return bad;
	*ids = (struct texts){ NULL, 0 };
	for (i = 0; i < uids.len; i++)
		texts_add(arena, ids, find_id(arena,
		    imap_find_message(&fetch->replies, uids.at[i])));
	return NULL;
}

static const struct imap_command *
queue_search(struct imap *imap, struct arena *arena, const char *id)
{
	struct buf	 text;

	if (id[0] == '\0')
		return NULL;
	buf_start(&text, arena);
	buf_format(&text, "UID SEARCH HEADER %s ", FIELD_NAME);
	imap_string(&text, id);
	return imap_queue(imap, arena, &text);
}

const struct fault *
message_id_find(struct imap *imap, struct arena *arena, struct texts ids,
    struct uids *uids)
{
	const struct imap_command	**searches;
	const struct fault		*bad;
	size_t				 i;

	searches = arena_array(arena, ids.len, sizeof(*searches));
	for (i = 0; i < ids.len; i++)
		searches[i] = queue_search(imap, arena, ids.at[i]);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	uids->at = arena_array(arena, ids.len, sizeof(*uids->at));
	uids->len = ids.len;
	for (i = 0; i < ids.len; i++) {
		if (searches[i] == NULL)
			continue;
		bad = imap_command_fault(arena, searches[i],
		    "look for the messages");
		if (bad != NULL)
			return bad;
		uids->at[i] = imap_set_highest(searches[i]->replies.found);
	}
	return NULL;
}
