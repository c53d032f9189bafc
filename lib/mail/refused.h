#ifndef MAIL_REFUSED_H
#define MAIL_REFUSED_H

#include <stdint.h>

struct arena;
struct config;
struct fault;
struct sasl_credentials;

/*
 * Credentials that a mail server has refused, so that they are not tried for
 * ever: an agent whose mailbox has a new password goes on calling with the old
 * one, and servers ban an address that is refused some five times, with all
 * who share it.
 *
 * They are counted in RUN_DIR, in counters that others share: two bytes each of
 * their digest, which tell nobody a password.  What stands in all of theirs
 * counts, so that nobody is taken for another whom the server refused.
 * Without RUN_DIR nothing is counted.  One try that the server takes, and it is
 * as if none had been refused.
 */
enum {
	REFUSED_MOST = 3,		/* then they are not tried */
	REFUSED_SECONDS = 600,		/* since the first of them */
	REFUSED_COUNTERS = 2		/* of each */
};

struct refused {
	const char	*folder;	/* RUN_DIR; lasts */
	unsigned	 counters[REFUSED_COUNTERS];
	int64_t		 count;		/* as it was found */
};

/*
 * What there is about these.  FAULT_LOGIN where they were refused too often:
 * the server is not to be asked.
 */
const struct fault	*refused_find(struct arena *arena,
			    const struct config *config,
			    const struct sasl_credentials *credentials,
			    struct refused *refused);

/* What came of a try: FAULT_LOGIN is one more, NULL that they are good, and
 * any other fault tells nothing. */
void			 refused_note(struct arena *arena,
			    const struct refused *refused,
			    const struct fault *bad);

#endif
