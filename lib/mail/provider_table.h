#ifndef MAIL_PROVIDER_TABLE_H
#define MAIL_PROVIDER_TABLE_H

#include "mail/provider.h"

/*
 * Rows of mail/provider for those who give addresses to everybody; the last
 * has name NULL.  From the providers' pages of help and the public database of
 * Thunderbird.  A port with TLS from the start is taken where there is one.
 */
extern const struct provider	 provider_table[];

/* Ports and their TLS, as a row of struct provider_server has them. */
#define IMAPS	993, TLS_IMPLICIT
#define SMTPS	465, TLS_IMPLICIT
#define SUBMIT	587, TLS_STARTTLS

/* What the user name is: the address, or what stands before its @. */
#define WHOLE	false
#define LOCAL	true

#endif
