#ifndef MAIL_PROVIDER_CARRIER_H
#define MAIL_PROVIDER_CARRIER_H

#include "mail/provider.h"

/* Rows of mail/provider for those who give addresses to the customers of their
 * lines; the last has name NULL. */
extern const struct provider	 provider_carriers[];

#endif
