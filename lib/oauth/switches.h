#ifndef OAUTH_SWITCHES_H
#define OAUTH_SWITCHES_H

#include <stdint.h>

#include "base/text.h"

struct arena;
struct config;
struct mailbox_form;
struct making;
struct problems;

/* What a person lets an agent do: switches, limits, and how long. */
enum { SWITCHES_LIMITS = 20, SWITCHES_FOLDER_BYTES = 200 };

/* An action that a person may want to be asked before. */
struct action {
	const char	*name;		/* of account_actions */
	const char	*sentence;	/* for the page: "before ..." */
	const char	*scope;		/* without which it can't be done */
};

extern const struct action	 switches_actions[];	/* ends with NULL */

/* How long a connection may last. */
struct lifetime {
	const char	*days;		/* the form's value; the first is as
					 * long as may be */
	const char	*sentence;
};

extern const struct lifetime	 switches_lifetimes[];	/* ends with NULL */

/* Sets scopes, ask_first, folders and recipients of the account and notes
 * what is wrong with them. */
void	 switches_read(const struct making *making);

/* When the connection is to end, seconds since 1970; 0: as late as may be. */
int64_t	 switches_read_end(const struct mailbox_form *form,
	    struct problems *problems);

#endif
