#ifndef LETTER_H
#define LETTER_H

#include "mail/compose.h"

/* A message to begin with. */
static inline struct compose
letter(void)
{
	static const struct address	 to = { NULL, "bo@example.org" };
	struct compose			 compose = { 0 };

	compose.from.name = "Ann";
	compose.from.address = "ann@example.org";
	compose.to = (struct objects){ &to, 1 };
	compose.subject = "Hello";
	compose.text = "Text\n";
	compose.message_id = "<a@example.org>";
	compose.date = 1785000000;
	return compose;
}

#endif
