#ifndef MAIL_COMPOSE_FORM_H
#define MAIL_COMPOSE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/*
 * Whether a message can be put into another one as it stands (RFC 2046 5.2.1
 * wants it uncoded): its lines end in CRLF and are not too long, and it has
 * no NUL.  Else it goes as a coded file.  Start with a zeroed struct and add
 * all of it in pieces of any length.
 */
enum compose_form { COMPOSE_CODED, COMPOSE_MESSAGE, COMPOSE_MESSAGE_8BIT };

struct compose_form_reader {
	size_t		 column;
	unsigned char	 last;
	bool		 eight_bit;
	bool		 unfit;
};

void			 compose_form_add(struct compose_form_reader *reader,
			    struct bytes piece);
enum compose_form	 compose_form_end(
			    const struct compose_form_reader *reader);

#endif
