#ifndef MAIL_PROVIDER_TABLE_H
#define MAIL_PROVIDER_TABLE_H

#include "mail/provider.h"

/* The rows behind mail/provider; the last has name NULL. */
extern const struct provider	 provider_table[];

#endif
