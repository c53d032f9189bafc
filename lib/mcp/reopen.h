#ifndef MCP_REOPEN_H
#define MCP_REOPEN_H

struct call;
struct fault;

/*
 * For a folder that stayed open between requests (mail/imap_rest.h) and was
 * not as before.  NULL: it is to be opened anew and asked again; where the
 * session ended with the fault bad, as Dovecot's does whose folder was
 * deleted, that is on another one, with *wire its name there.  Else bad, or
 * why there is no other session.
 */
const struct fault	*reopen_folder(struct call *call, const char *folder,
			    const struct fault *bad, const char **wire);

#endif
