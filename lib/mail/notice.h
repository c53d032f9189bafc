#ifndef MAIL_NOTICE_H
#define MAIL_NOTICE_H

#include <stddef.h>

#include "base/text.h"

struct account;
struct appended;
struct arena;
struct fault;
struct imap;
struct imap_message;
struct keys;

/*
 * Messages that this program keeps in its own folder of the user's mailbox
 * (mail/private): people can read them, and a MAC in a header field proves
 * that we wrote them for this account.
 */
enum {
	NOTICE_MAC_CHARS = 32,		/* hexadecimal digits */
	NOTICE_ID_BYTES = 16
};

struct notice {
	const char	*name;		/* of From, or NULL */
	const char	*address;	/* of From; NULL or not ASCII: ours */
	const char	*subject;
	const char	*id;		/* Message-ID without its brackets */
	const char	*fields;	/* more of the header, as they stand:
					 * lines with CRLF */
	const char	*text;		/* UTF-8, lines with LF */
};

/* A MAC with a key for that purpose over the account and something of it;
 * NULL where there is no key of that kid. */
const char		*notice_mac(struct arena *arena,
			    const struct keys *keys, const char *kid,
			    const char *purpose,
			    const struct account *account,
			    const char *something);

/* The words of a field "v1 …" of a fetched message; none where it has another
 * number of words, or is of another version. */
struct texts		 notice_words(struct arena *arena,
			    const struct imap_message *message,
			    const char *field, size_t count);

/* A field of a fetched HEADER or HEADER.FIELDS section, unfolded, or NULL. */
const char		*notice_field(struct arena *arena,
			    const struct imap_message *message,
			    const char *name);

/* The message. */
const char		*notice_write(struct arena *arena,
			    const struct notice *notice);

/* Puts a message into that folder, which is open for writing then: \Seen.
 * Both numbers of made are 0 where the server does not tell them.  Faults as
 * those of append_message. */
const struct fault	*notice_append(struct imap *imap,
			    struct arena *arena, const char *wire,
			    const char *message, struct appended *made);

#endif
