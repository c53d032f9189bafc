#ifndef MAIL_MESSAGE_ID_H
#define MAIL_MESSAGE_ID_H

#include "base/text.h"
#include "mail/imap_reply.h"

struct arena;
struct fault;
struct imap;

/*
 * Messages by their Message-ID (RFC 5322 3.6.4), for servers that do not tell
 * the UIDs of what they copy (RFC 4315).
 */
enum { MESSAGE_ID_CHARS = 250 };	/* longer ones count as none */

/* The ids of these messages of the open folder, in their order; "" for a
 * message that has none or is not there. */
const struct fault	*message_id_read(struct imap *imap,
			    struct arena *arena, struct uids uids,
			    struct texts *ids);

/* The newest message of the open folder for each id, in their order; 0 for
 * one that is not there, or "". One flight. */
const struct fault	*message_id_find(struct imap *imap,
			    struct arena *arena, struct texts ids,
			    struct uids *uids);

#endif
