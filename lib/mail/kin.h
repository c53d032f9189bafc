#ifndef MAIL_KIN_H
#define MAIL_KIN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct relation;

/*
 * Message ids and which of them belong together, since some message names
 * both: sets that are merged as messages come to be known.  Loops cost
 * nothing, and the number of ids has a limit that the opener sets.
 */
struct kin;

#define KIN_NONE	((size_t)-1)

struct kin	*kin_open(struct arena *arena, size_t most);

/* The number of an id, from 0 in the order they came; KIN_NONE if there is no
 * room for another. */
size_t		 kin_add(struct kin *kin, const char *id);

/* The number of an id that is known, or KIN_NONE. */
size_t		 kin_find(const struct kin *kin, const char *id);

const char	*kin_id(const struct kin *kin, size_t number);
size_t		 kin_count(const struct kin *kin);

/* Whether an id was left out for want of room. */
bool		 kin_is_full(const struct kin *kin);

/* Merges the sets of two ids; one that is KIN_NONE is not merged. */
void		 kin_tie(struct kin *kin, size_t a, size_t b);

/* Whether two ids belong together. */
bool		 kin_is_same(const struct kin *kin, size_t a, size_t b);

/* A number that all of a set share until it is merged with another. */
size_t		 kin_set(const struct kin *kin, size_t number);

/* Adds and ties all that a message names; the number of its own id, else of
 * another one that it names, or KIN_NONE. */
size_t		 kin_read(struct kin *kin, const struct relation *relation);

#endif
