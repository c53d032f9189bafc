#ifndef MCP_SUMMARY_H
#define MCP_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "mail/address.h"
#include "mail/imap_reply.h"

struct arena;
struct body;
struct buf;
struct call;
struct excerpt;
struct imap;
struct imap_command;

/* A message as lists and searches show it; what is not so is left out. */
struct summary {
	int64_t		 uid;
	const char	*folder;	/* where it may differ, or NULL */
	int64_t		 uidvalidity;	/* likewise, or 0 */
	const char	*date;		/* RFC 3339 */
	const char	*from;		/* "Name <address>" */
	const char	*subject;
	struct texts	 flags;
	int64_t		 size;		/* 0 where the text says it all */
	bool		 has_attachments;
	const char	*thread_id;
	const char	*preview;
	struct texts	 to;		/* as from; see mcp/alike.h */
	const char	*text;		/* the body, where asked for */
	int64_t		 total_chars;	/* of it, where it goes on */
	int64_t		 next_offset;
	int64_t		 hidden_text_removed;
	const char	*sender;	/* name, or address, of from; this and
					 * what follows is not written */
	bool		 is_own;	/* to the account alone */
	bool		 is_first;	/* answers no other */
};

/* For a struct that begins with one, too. */
#define SUMMARY_ROWS							\
	{ FIELD(struct summary, uid) },					\
	{ FIELD(struct summary, folder) },				\
	{ FIELD(struct summary, uidvalidity) },				\
	{ FIELD(struct summary, date) },				\
	{ FIELD(struct summary, from) },				\
	{ FIELD(struct summary, subject) },				\
	{ FIELD(struct summary, flags) },				\
	{ FIELD(struct summary, size) },				\
	{ FIELD(struct summary, has_attachments) },			\
	{ FIELD(struct summary, thread_id) },				\
	{ FIELD(struct summary, preview) },				\
	{ FIELD(struct summary, to), .hollow = true },			\
	{ FIELD(struct summary, text) },				\
	{ FIELD(struct summary, total_chars) },				\
	{ FIELD(struct summary, next_offset) },				\
	{ FIELD(struct summary, hidden_text_removed) }

extern const struct field	 summary_rows[];

enum {
	SUMMARY_SUBJECT_CHARS = 200,
	SUMMARY_NAME_CHARS = 80,
	SUMMARY_LINE_CHARS = 140,	/* sender, subject and all of them */
	SUMMARY_PREVIEW_LEAST = 40,
	SUMMARY_PREVIEW_MOST = 140,
	SUMMARY_TO_MOST = 10,		/* recipients named */
	SUMMARY_FLAGS_MOST = 10,
	SUMMARY_WORD_CHARS = 200	/* of a flag or an id */
};

/* Writes the items of a FETCH that summary_fill needs, in parentheses. */
void		 summary_items(const struct imap *imap, struct buf *buf);

/* The same, with so many bytes of References (mail/relation.h). */
void		 summary_items_relation(const struct imap *imap, int bytes,
		    struct buf *buf);

/* Queues a FETCH of those for these messages of the open folder. */
struct imap_command *
		 summary_queue(struct imap *imap, struct arena *arena,
		    struct uids uids);

/* The items of those that tell a message's thread by the server's own id. */
void		 summary_thread_items(const struct imap *imap,
		    struct buf *buf);

/* A word that the messages of a conversation have in common: the server's
 * id, else one made of the id that the conversation began with; or NULL. */
const char	*summary_thread(struct arena *arena,
		    const struct imap_message *message);

/* Whether it answers no other, as far as it tells. */
bool		 summary_is_first(struct arena *arena,
		    const struct imap_message *message);

/* Fills it from what the server said, spending about budget characters of
 * the answer: what there is no room for is left out.  Before it is told,
 * alike_settle is to see it. */
void		 summary_fill(struct call *call,
		    const struct imap_message *message, size_t budget,
		    struct summary *summary);

/* Leaves of the preview what sender, subject and the rest leave of a line, so
 * that a page is about as long whatever its messages tell. */
void		 summary_fit_preview(struct arena *arena,
		    struct summary *summary);

/* Gives it a text, of which the excerpt is told, for the preview. */
void		 summary_take_text(struct summary *summary,
		    const struct body *body, struct excerpt excerpt);

/* An ENVELOPE's addresses, decoded, at most so many; groups' names are left
 * out.  *more, if not NULL, is how many there were besides. */
struct objects	 summary_addresses(struct arena *arena,
		    const struct imap_address *raw, size_t most,
		    int64_t *more);

/* The first of them, at NULL where there is none. */
struct object	 summary_address(struct arena *arena,
		    const struct imap_address *raw);

/* As a message tells them: "Name <address>", the name in quotes where it needs
 * them (RFC 5322 3.4), fit for who is written to. */
struct texts	 summary_mailboxes(struct arena *arena,
		    struct objects addresses);

/* Whether these are one address, which is the account's: that goes without
 * saying. */
bool		 summary_is_own(const struct call *call,
		    struct objects addresses);

/* The date of a message: its own, else when it was received. */
const char	*summary_date(struct arena *arena,
		    const struct imap_message *message);

/* Flags and keywords as text, at most SUMMARY_FLAGS_MOST. */
struct texts	 summary_flags(struct arena *arena, struct texts raw);

#endif
