#ifndef MAIL_SMTP_ABILITY_H
#define MAIL_SMTP_ABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

/* What a server can do, by its answer to EHLO. */
struct smtp_ability {
	bool		 pipelining;	/* RFC 2920 */
	bool		 eight_bit;	/* 8BITMIME, RFC 6152 */
	bool		 utf8;		/* SMTPUTF8, RFC 6531 */
	bool		 size;		/* RFC 1870 */
	uint64_t	 size_most;	/* bytes of a message; 0: not said */
	bool		 future;	/* FUTURERELEASE, RFC 4865: */
	uint64_t	 future_most;	/* seconds ahead; 0: not said */
	int64_t		 future_end;	/* since 1970; 0: not said */
	bool		 client;	/* XCLIENT with ADDR, as Postfix has it
					 * for those it trusts */
	struct texts	 mechanisms;	/* of AUTH, RFC 4954 */
};

/* lines: of the reply, the first being the greeting. What is malformed counts
 * as absent. */
void	 smtp_ability_read(struct arena *arena, struct texts lines,
	    struct smtp_ability *ability);

#endif
