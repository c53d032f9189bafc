#ifndef MAIL_IMAP_GUARD_H
#define MAIL_IMAP_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct fault;
struct imap;

/*
 * What must be proved before a session is believed.  Its commands go ahead of
 * those of the next flight, and in the same one, so that no time is lost; but
 * where a command there changes something, they go alone before it.  Once it
 * is proved the session goes on as if there were none; if it is not, no answer
 * of the flight is believed, and no other command is sent.
 */
struct imap_guard {
	/* Queues its commands; whatever folder was open is open again behind
	 * them. */
	void			(*ask)(void *state, struct imap *imap);
	/* What came of them: NULL if it is proved.  It may make flights of its
	 * own, and leaves that folder open. */
	const struct fault	*(*judge)(void *state, struct imap *imap);
	void			*state;
	bool			 proved;
	const struct fault	*refused;	/* for good, by judge */
};

/* From now on; NULL: none.  It must outlive the session or be taken off. */
void			 imap_set_guard(struct imap *imap,
			    struct imap_guard *guard);

/* Proves it now, if it is not yet. */
const struct fault	*imap_prove(struct imap *imap);

/* For imap_session.c: runs the flight that is queued, guarded. */
const struct fault	*imap_guard_run(struct imap *imap);

/*
 * How the folder stood when a guard last looked through it, kept for as long
 * as the session is: zero at first.  It is the guard's to read and to write.
 */
struct imap_proof {
	char		 grant[24];
	uint32_t	 uidvalidity;
	uint32_t	 uid;
	uint32_t	 exists;
	uint32_t	 uidnext;
	uint64_t	 modseq;
};

struct imap_proof	*imap_proof(struct imap *imap);

#endif
