#ifndef MCP_CHOICE_H
#define MCP_CHOICE_H

#include <stdint.h>

#include "data/field.h"
#include "mail/imap_reply.h"

struct arena;
struct call;
struct fault;

/* Which messages of which folder, as every tool that changes them takes it. */
enum { CHOICE_UIDS_MOST = 100 };

struct choice {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
};

/* From and for an argument struct with members of these names. */
#define CHOICE(args) ((struct choice){ (args)->folder, (args)->uid,	\
	(args)->uids, (args)->uidvalidity })

#define CHOICE_ROWS(s)							\
	{ FIELD(s, folder), .preset = "INBOX", .bare = true },		\
	{ FIELD(s, uid), .most = UINT32_MAX },				\
	{ FIELD(s, uids), .most = CHOICE_UIDS_MOST },			\
	{ FIELD(s, uidvalidity), .most = UINT32_MAX }

/* uid or uids (exactly one) as a checked set, at most that many;
 * FAULT_ARGUMENT otherwise.  uid 0 means absent; one named twice counts once,
 * in the order given. */
const struct fault	*choice_uids(struct call *call, struct choice choice,
			    size_t most, struct uids *set);

/* Opens the folder for writing and proves it, so that nothing is written
 * behind a SELECT that failed; gives the set of UIDs. FAULT_ARGUMENT,
 * FAULT_FOLDER, FAULT_CHANGED, FAULT_PERMISSION for a read-only folder. */
const struct fault	*choice_open(struct call *call, struct choice choice,
			    struct uids *set, const struct imap_box **box);

/* The same without the need to write there, for messages that stay as they
 * are. */
const struct fault	*choice_open_any(struct call *call,
			    struct choice choice, struct uids *set,
			    const struct imap_box **box);

/* FAULT_MESSAGE: none of the UIDs, which it names, is in the open folder. */
const struct fault	*choice_absent(struct call *call,
			    struct uids set);

/* UIDs as an answer's numbers. */
struct numbers		 choice_numbers(struct arena *arena,
			    struct uids uids);

/* Those of the UIDs asked for that are not there, in the same order. */
struct numbers		 choice_missing(struct arena *arena,
			    struct uids asked, struct uids there);

#endif
