#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

/*
 * One line per request on standard error, key=value.  Only what is named here
 * can be logged: no addresses, subjects, tokens or text of a mail server.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_request {
	const char	*program;
	const char	*method;	/* HTTP method */
	const char	*path;		/* without query */
	int		 status;
	int64_t		 ms;
	const char	*tool;		/* or NULL */
	const char	*fault;		/* code of fault_voice, or NULL */
	const char	*detail;	/* a rule broken, ours; or NULL */
};

/* Lines below this level are not written; the start is LOG_INFO. */
void	 log_set_level(enum log_level level);

/* One request; a 5xx is an error, else it is information. */
void	 log_request(const struct log_request *request);

/* What concerns the program itself: its start, its end. The format is ours. */
void	 log_line(enum log_level level, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

#endif
