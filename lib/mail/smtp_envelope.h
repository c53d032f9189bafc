#ifndef MAIL_SMTP_ENVELOPE_H
#define MAIL_SMTP_ENVELOPE_H

#include "base/text.h"
#include "mail/smtp.h"
#include "mail/smtp_ability.h"

struct arena;
struct fault;

/*
 * The commands that carry a message's envelope: MAIL, one RCPT for each
 * recipient, DATA, each with its CRLF.  FAULT_ARGUMENT, FAULT_RECIPIENT,
 * FAULT_LIMIT and FAULT_UNSUPPORTED as smtp_send says.
 */
const struct fault	*smtp_envelope_write(struct arena *arena,
			    const struct smtp_ability *ability,
			    const struct smtp_message *message,
			    struct texts *commands);

#endif
