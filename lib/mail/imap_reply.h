#ifndef MAIL_IMAP_REPLY_H
#define MAIL_IMAP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/part.h"

struct arena;
struct fault;

/*
 * What an IMAP server says, as structs.  Text in them is raw: mailbox names as
 * on the wire, header values not decoded, nothing checked for UTF-8.
 */

/* An address of an ENVELOPE; a group's start has host NULL. */
struct imap_address {
	struct imap_address	*next;
	const char		*name;		/* raw, or NULL */
	const char		*mailbox;	/* or NULL */
	const char		*host;		/* or NULL */
	size_t			 more;		/* behind it, that were not
						 * kept */
};

struct imap_envelope {
	const char		*date;		/* raw; members may be NULL */
	const char		*subject;
	struct imap_address	*from, *sender, *reply_to, *to, *cc, *bcc;
	const char		*in_reply_to;
	const char		*message_id;
};

/* A BODY[section]<origin> of a FETCH. */
struct imap_section {
	struct imap_section	*next;
	const char		*section;	/* upper: "1.2", "HEADER" */
	uint32_t		 origin;	/* of a partial, else 0 */
	struct bytes		 content;
	bool			 is_nil;
};

/* One FETCH. Which members are there depends on what was asked. */
struct imap_message {
	struct imap_message	*next;
	uint32_t		 sequence;
	uint32_t		 uid;		/* 0: not told */
	struct texts		 flags;
	bool			 has_flags;
	uint32_t		 size;		/* RFC822.SIZE; clamped */
	struct moment		 received;	/* INTERNALDATE */
	bool			 has_received;
	struct imap_envelope	*envelope;	/* or NULL */
	struct part		*body;		/* BODYSTRUCTURE, or NULL */
	struct imap_section	*sections;
	const char		*preview;	/* raw, or NULL */
	uint64_t		 modseq;	/* or 0 */
	const char		*thread_id;	/* X-GM-THRID or THREADID */
	bool			 body_cut;	/* body had more than part.h
						 * lets in */
};

/* One LIST or LSUB. */
struct imap_listing {
	struct imap_listing	*next;
	const char		*name;		/* as on the wire; a NUL in it
						 * is U+FFFD */
	char			 delimiter;	/* NUL: none */
	struct texts		 attributes;	/* "\Noselect", "\Sent" */
	bool			 is_subscription; /* LSUB */
};

/* One STATUS. */
struct imap_status {
	struct imap_status	*next;
	const char		*name;		/* as on the wire */
	int64_t			 messages, unseen, uidnext, uidvalidity;
	int64_t			 highestmodseq;	/* all: -1 not told */
};

struct imap_namespace {
	const char	*prefix;	/* of the personal namespace */
	char		 delimiter;
	bool		 is_known;
};

/* A QUOTA resource, in the server's units (STORAGE: KiB). */
struct imap_quota {
	struct imap_quota	*next;
	const char		*resource;
	uint64_t		 used, limit;
};

struct uids {
	uint32_t	*at;
	size_t		 len;
};

/* One thread of a THREAD response, its branches laid flat in their order. */
struct imap_thread {
	struct imap_thread	*next;
	struct uids		 uids;
};

/* Everything that came in answer to one command. */
struct imap_replies {
	struct imap_message	*messages;
	struct imap_listing	*listings;
	struct imap_status	*statuses;
	struct imap_quota	*quotas;
	struct imap_namespace	 space;
	struct uids		 found;		/* SEARCH, ESEARCH ALL */
	bool			 has_found;
	bool			 found_cut;	/* over IMAP_UIDS_MOST */
	int64_t			 count;		/* ESEARCH COUNT; -1 */
	uint32_t		 copy_validity;	/* COPYUID, APPENDUID; or 0 */
	struct uids		 copy_from, copy_to;
	struct uids		 vanished;	/* EXPUNGE by UID, VANISHED */
	struct texts		 capabilities;
	bool			 has_capabilities;
	struct imap_thread	*threads;	/* THREAD */
	/* The reader's own: the ends of its lists, and whether sequence
	 * numbers have moved since the first of the messages. */
	struct imap_message	*last_message;
	struct imap_listing	*last_listing;
	struct imap_status	*last_status;
	struct imap_thread	*last_thread;
	bool			 has_moved;
};

enum { IMAP_UIDS_MOST = 1000000 };

/* The state of an open folder. */
struct imap_box {
	const char	*name;		/* as on the wire */
	bool		 writable;
	uint32_t	 exists;
	uint32_t	 uidvalidity;
	uint32_t	 uidnext;	/* 0: not told */
	uint64_t	 highestmodseq;	/* 0: none */
	uint32_t	 opened_exists;	/* as they were when it was opened */
	uint64_t	 opened_modseq;
	struct texts	 permanent_flags;
	bool		 any_keyword;	/* \* among them */
};

/* Adds what one FETCH told to what was told before, of the same message or
 * behind the others. */
void				 imap_reply_add(struct imap_replies *replies,
				    struct imap_message *message);

/* The message with that UID, or NULL. */
const struct imap_message	*imap_find_message(
				    const struct imap_replies *replies,
				    uint32_t uid);

/* The section of a message from its start, or NULL: IMAP compares section names
 * without case. */
const struct imap_section	*imap_find_section(
				    const struct imap_message *message,
				    const char *section);

/* The same from that octet on, which some servers leave out. */
const struct imap_section	*imap_find_piece(
				    const struct imap_message *message,
				    const char *section, uint64_t origin);

bool				 imap_has_flag(struct texts flags,
				    const char *flag);

/* What kind of response a line was. */
enum imap_line {
	IMAP_LINE_UNTAGGED,
	IMAP_LINE_TAGGED,
	IMAP_LINE_CONTINUE
};

/* One response as read: kind and, for status responses, outcome and code. */
struct imap_response {
	enum imap_line	 line;
	const char	*tag;		/* of a tagged one */
	const char	*word;	/* "OK", "NO", "BAD", "BYE", "FETCH"… */
	const char	*code;		/* of a status response, or NULL */
	struct bytes	 text;		/* behind it */
};

/*
 * Reads one whole response (line, literals and all, without the final CRLF)
 * into replies and box (either may be NULL) and describes it in response.
 * Unknown untagged responses are skipped; broken ones are FAULT_PROTOCOL.
 */
const struct fault	*imap_reply_read(struct arena *arena,
			    struct bytes whole, struct imap_replies *replies,
			    struct imap_box *box,
			    struct imap_response *response);

#endif
