#ifndef MAIL_SMTP_LOGIN_H
#define MAIL_SMTP_LOGIN_H

#include "base/text.h"

struct arena;
struct fault;
struct sasl_credentials;
struct wire;

/*
 * AUTH, RFC 4954, with the best of the mechanisms.  FAULT_LOGIN quotes the
 * server; FAULT_UNAVAILABLE where it says later, FAULT_UNSUPPORTED,
 * FAULT_PROTOCOL, or the wire's.
 */
const struct fault	*smtp_login(struct arena *arena, struct wire *wire,
			    const struct sasl_credentials *credentials,
			    struct texts mechanisms);

#endif
