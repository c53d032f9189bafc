#ifndef OAUTH_ADMISSION_H
#define OAUTH_ADMISSION_H

struct fault;
struct request;

/*
 * Who may sign in at all, where the operator leaves that to the web server's
 * own authentication (REMOTE_USER_REQUIRED, REMOTE_USER_ALLOW): CGI's
 * REMOTE_USER has to be there, and one of those named if any are.
 * FAULT_PERMISSION otherwise.
 */
const struct fault	*admission_check(const struct request *request);

/*
 * The e-mail address by which the web server named who was let in, to stand in
 * the page for a mailbox; NULL where it has named nobody, not by an address, or
 * is not asked.
 */
const char		*admission_address(const struct request *request);

#endif
