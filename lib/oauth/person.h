#ifndef OAUTH_PERSON_H
#define OAUTH_PERSON_H

struct arena;
struct making;

/* Who signs in: address, user name and password, and those for sending where
 * they are others.  What is wrong is noted. */
void		 person_read(const struct making *making);
void		 person_read_sending(const struct making *making);

/* The one address that a text is, or NULL. */
const char	*person_address(struct arena *arena, const char *text);

#endif
