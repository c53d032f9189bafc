#ifndef OAUTH_PACE_H
#define OAUTH_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct account;
struct fault;
struct request;

/*
 * How often one caller may try something, over all processes that share
 * RUN_DIR; without it, or where it can't be written to, in this process.  Who
 * shares a counter is known to nobody outside, since it is chosen by a MAC.
 * Addresses of this computer are not counted: there a proxy stands for
 * everybody.
 */
enum {
	PACE_SECONDS = 600,		/* and then anew */
	PACE_LOGINS = 10,		/* refused ones, of one user name */
	PACE_ADDRESS_LOGINS = 30,	/* likewise, from one address */
	PACE_REGISTRATIONS = 300,	/* from one address */
	PACE_DISCOVERIES = 60,		/* likewise */
	PACE_GROWTH_MS = 250,		/* longer with each refused login */
	PACE_CALLS_SECONDS = 60,	/* of RATE_CALLS */
	PACE_SENDS_SECONDS = 3600	/* of RATE_SENDS */
};

/* A login that is being tried. */
struct pace {
	int64_t	 user, address;		/* their counters, or -1 */
	int64_t	 tries;			/* of that user, this one too */
	bool	 vain;			/* told by the caller: no mail server
					 * was where the user said it was */
};

/* Counts it before it is tried, so that many at once are too many as well.
 * FAULT_LIMIT; FAULT_UNAVAILABLE in plain CGI where RUN_DIR's disk is full, so
 * that nobody would be counted. */
const struct fault	*pace_login(const struct request *request,
			    const char *host, const char *username,
			    struct pace *pace);

/* Says how it went: only a login that was refused stays counted, of its address
 * also one that was in vain, and one that was not clears the user's.  bad: of
 * the login, or NULL. */
void			 pace_login_end(const struct request *request,
			    const struct pace *pace, const struct fault *bad);

/* Counts a client that registers. FAULT_LIMIT. */
const struct fault	*pace_registration(const struct request *request);

/* Counts an address whose servers are looked for. FAULT_LIMIT. */
const struct fault	*pace_discovery(const struct request *request);

/* Counts a call of an agent that opens the account's mailbox (RATE_CALLS a
 * minute, 0: any number). FAULT_RATE says when to go on. */
const struct fault	*pace_call(const struct request *request,
			    const struct account *account);

/* Counts a message that is sent from there (RATE_SENDS an hour). */
const struct fault	*pace_send(const struct request *request,
			    const struct account *account);

#endif
