#ifndef MAIL_PROVIDER_HOSTER_H
#define MAIL_PROVIDER_HOSTER_H

#include "mail/provider.h"

/* Rows of mail/provider for those who mostly host the domains of others; the
 * last has name NULL. */
extern const struct provider	 provider_hosters[];

#endif
