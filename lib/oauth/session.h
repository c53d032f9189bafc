#ifndef OAUTH_SESSION_H
#define OAUTH_SESSION_H

#include <stdbool.h>

struct account;
struct authority;
struct fault;
struct reply;
struct request;

/*
 * Who is signed in on the pages of their own: the credentials of one mailbox,
 * sealed into a cookie that scripts can't read (web/cookie), for
 * SESSION_MINUTES from the sign-in.  Nothing is kept here, so signing out is
 * that the browser forgets it.
 */
enum {
	SESSION_MINUTES = 15,
	SESSION_CHARS = 3900	/* browsers take 4,096 with the name */
};

/* The mailbox of the request's cookie; false where there is none that
 * holds. */
bool			 session_read(struct request *request,
			    const struct authority *authority,
			    struct account *account);

/* Sets the cookie. FAULT_LIMIT where the credentials are too long for one. */
const struct fault	*session_start(struct request *request,
			    struct reply *reply,
			    const struct authority *authority,
			    const struct account *account);

/* Has the browser forget it. */
void			 session_end(struct request *request,
			    struct reply *reply);

/* What to tell a person whose mailbox the session opens no more. */
const char		*session_lost(const struct account *account);

#endif
