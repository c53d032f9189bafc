#ifndef DEPLOY_COMMAND_CHECK_FINDING_H
#define DEPLOY_COMMAND_CHECK_FINDING_H

#include <stddef.h>

/*
 * What postern check can find: a row says what is wrong, why it hurts, and
 * the mend in the words of each web server.  To add one is to add a row here,
 * and its name to doc/postern-check.md.
 */
enum check_server {
	CHECK_ANY,		/* not known, or it does not matter */
	CHECK_LIGHTTPD,
	CHECK_NGINX,
	CHECK_APACHE,
	CHECK_CADDY,
	CHECK_SERVERS
};

struct check_finding {
	const char	*id;	/* stable: what programs compare */
	const char	*what;
	const char	*why;
	const char	*mend[CHECK_SERVERS];	/* NULL: that of CHECK_ANY */
};

/* Of the web server, of what is given out by it, and of mail and store. */
extern const struct check_finding	 check_finding_web[];
extern const struct check_finding	 check_finding_path[];
extern const struct check_finding	 check_finding_host[];

/* The row of that id; never NULL for one there is. */
const struct check_finding	*check_finding_find(const char *id);

/* The mend for that web server. */
const char	*check_finding_mend(const struct check_finding *finding,
		    enum check_server server);

/* As people write it ("nginx"), and by a Server header or that name. */
const char		*check_finding_server(enum check_server server);
enum check_server	 check_finding_recognise(const char *text);

#endif
