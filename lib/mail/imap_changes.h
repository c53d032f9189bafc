#ifndef MAIL_IMAP_CHANGES_H
#define MAIL_IMAP_CHANGES_H

#include <stdint.h>

#include "mail/imap_reply.h"

struct arena;
struct imap;
struct imap_command;

/*
 * What IMAP tells of a folder since a mod-sequence (RFC 7162).  All of these
 * queue a command in the folder that is (being) opened and ask for UIDs only,
 * so that their answers are short however large the folder is.
 */

struct uid_range {
	uint32_t	 from, to;	/* both in it; empty: to is less */
};

/* UID SEARCH: the messages from that UID on.  The last message of the folder
 * may be among them whatever its UID: see imap_changes_pick. */
struct imap_command	*imap_changes_new(struct imap *imap,
			    struct arena *arena, uint32_t from);

/* UID SEARCH: those from one UID to another that changed after modseq. */
struct imap_command	*imap_changes_find(struct imap *imap,
			    struct arena *arena, struct uid_range range,
			    uint64_t modseq);

/* UID FETCH: their flags, and with QRESYNC enabled (imap_queue_resync) the
 * UIDs between that vanished. */
struct imap_command	*imap_changes_fetch(struct imap *imap,
			    struct arena *arena, struct uid_range range,
			    uint64_t modseq);

/* The UIDs of the range, lowest first, none twice. */
struct uids		 imap_changes_pick(struct arena *arena,
			    struct uids uids, struct uid_range range);

#endif
