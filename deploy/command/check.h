#ifndef DEPLOY_COMMAND_CHECK_H
#define DEPLOY_COMMAND_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "check_report.h"
#include "net/fetch.h"

struct arena;
struct config;
struct fault;

/* One run of postern check. What is not known is NULL. */
struct check {
	struct arena		*arena;
	const struct config	*config;	/* where it is at hand */
	const char		*base_url;	/* no slash at its end */
	const char		*http_url;	/* the same by http */
	const char		*ca_file;	/* for the web server */
	const char		*token;		/* of oauth/probe */
	const char		*log;		/* the web server's */
	const char		*document_root;
	const char		*document;	/* one that came: its path */
	bool			 answered;	/* by any program */
	int64_t			 until;		/* clock_ms: nothing more is
						 * asked */
	struct report		 report;
};

/*
 * Each looks at one subject and reports on it.  Those of the site are asked in
 * this order, and only while those before them return true: what is wrong
 * once is told once.
 */
bool	 check_transport(struct check *check);	/* is it there at all */
bool	 check_programs(struct check *check);	/* does each one answer */
bool	 check_documents(struct check *check);	/* /.well-known/, aliases */
bool	 check_passage(struct check *check);	/* headers, methods, bodies */
bool	 check_probe(struct check *check);	/* what arrives; events */
bool	 check_exposure(struct check *check);	/* files, and the log */

/* What lies on this host, and the servers that are configured. */
void	 check_key(struct check *check);
void	 check_mail(struct check *check);
void	 check_upstreams(struct check *check);
void	 check_store(struct check *check);

/*
 * A request as a client's, to an address below BASE_URL; where the path does
 * not start with a slash, a whole address.  A status of any kind is a
 * success.  The head is kept.  From check.until on it fails at once.
 */
struct question {
	const char	*method;
	const char	*path;
	const char	*headers[4];	/* "Name: value"; NULL: no more */
	struct bytes	 body;
	bool		 encoded;	/* it may come compressed */
	const struct fault	*(*sink)(void *state, struct bytes piece);
	void		*state;
};

const struct fault	*check_ask(struct check *check,
			    const struct question *question,
			    struct fetched *answer);

/* Whether the answer says that it comes from one of the programs. */
bool		 check_is_ours(struct check *check,
		    const struct fetched *answer);

/* Whether a program says that our token is from the future: it has arrived, but
 * the clocks differ. */
bool		 check_is_early(struct check *check,
		    const struct fetched *answer);

/* "HTTP 404", or what else became of the request. */
const char	*check_outcome(struct check *check, const struct fault *bad,
		    const struct fetched *answer);

#endif
