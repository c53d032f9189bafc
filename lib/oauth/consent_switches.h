#ifndef OAUTH_CONSENT_SWITCHES_H
#define OAUTH_CONSENT_SWITCHES_H

#include "mail/account.h"

struct arena;
struct drawing;

/* What the agent may do: switches, what to ask first, limits, how long. */
void		 consent_switches_draw(const struct drawing *drawing);

/* The same of an account in words: "read, search; asks first before ...". */
const char	*consent_switches_tell(struct arena *arena,
		    const struct account *account);

#endif
