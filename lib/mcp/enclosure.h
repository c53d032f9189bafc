#ifndef MCP_ENCLOSURE_H
#define MCP_ENCLOSURE_H

#include <stddef.h>

#include "base/text.h"
#include "data/field.h"
#include "mail/compose.h"

struct arena;
struct call;
struct fault;

/* Files that a caller encloses in a message. */
enum {
	ENCLOSURES_MOST = 50,
	ENCLOSURE_BYTES = 25 * 1024 * 1024,	/* all of a message's */
	ENCLOSURE_FETCH_MS = 180 * 1000		/* to get one by its URL */
};

/* One that is given with the call. */
struct enclosure {
	const char	*filename;
	const char	*content_base64;
	const char	*content_type;
	const char	*content_id;
};

/* One that is a message of the mailbox. */
struct enclosed_message {
	const char	*folder;
	int64_t		 uid;
};

extern const struct field	 enclosure_rows[];
extern const struct field	 enclosed_message_rows[];

struct enclosures {
	struct compose_file	*at;
	size_t			 len;
	size_t			 bytes;		/* of all contents */
};

/* A media type without its parameters, as a program has it that says what a
 * file is; NULL where there is none. */
const char		*enclosure_type(struct arena *arena, const char *type);

/*
 * The files given with the call, and those at URLs, in this order.  A URL is
 * one of ours: a sealed link, or a presigned one of our bucket; whoever has
 * it may use it.  Any other is FAULT_ARGUMENT, so that nothing is fetched for
 * others.  FAULT_LIMIT, FAULT_STORAGE, FAULT_MESSAGE, the mailbox's.
 */
const struct fault	*enclosure_read(struct call *call,
			    struct objects given, struct texts urls,
			    struct enclosures *files);

/* Adds messages of the mailbox, as message/rfc822, to the files: they go from
 * server to server.  Needs mail:read too. FAULT_PERMISSION, FAULT_FOLDER,
 * FAULT_MESSAGE, FAULT_LIMIT, the session's. */
const struct fault	*enclosure_add_messages(struct call *call,
			    struct objects messages,
			    struct enclosures *files);

#endif
