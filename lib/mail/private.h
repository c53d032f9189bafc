#ifndef MAIL_PRIVATE_H
#define MAIL_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct fault;
struct imap;

/*
 * The program's own folder in the user's mailbox (GRANTS_FOLDER, "Connected
 * Agents"), and those below it.  The user sees it in every mail program; no
 * tool reaches it, by whatever spelling.
 */

/* What is kept below it, each in a folder of its own that is subscribed to by
 * nobody; "" is the folder itself. */
#define PRIVATE_ROOT	""
#define PRIVATE_UPLOADS	"Uploads"
#define PRIVATE_LEDGER	"Ledger"
#define PRIVATE_OPERATIONS	"Sent Once"

/*
 * Whether a wire name is, or may on some server be taken for, the folder or
 * one below it: any level of the name that starts with its words counts, in
 * any case, encoding and namespace, whatever the delimiter.  False where there
 * is no such folder by configuration.
 */
bool			 private_covers(const struct imap *imap,
			    struct arena *arena, const char *wire);

/* FAULT_PERMISSION for whoever asks for it. */
const struct fault	*private_refusal(const struct imap *imap,
			    struct arena *arena);

struct private_folder {
	const char	*wire;		/* where it is, or was looked for */
	bool		 there;
	int64_t		 messages;	/* -1: not told */
	int64_t		 uidvalidity;
};

/*
 * Looks for one of them, by STATUS: a flight, and another before it where the
 * session does not know the namespace yet.  FAULT_UNSUPPORTED where the
 * configuration has none; the session's faults.
 */
const struct fault	*private_find(struct imap *imap, struct arena *arena,
			    const char *below, struct private_folder *folder);

/*
 * As private_find, and makes it where it is not there: the folder itself is
 * subscribed, those below are not.  Where the server lets no folder be below
 * another it gets a name beside it, "Connected Agents (Uploads)".
 * FAULT_REFUSED and so on with what the server said.
 */
const struct fault	*private_make(struct imap *imap, struct arena *arena,
			    const char *below, struct private_folder *folder);

#endif
