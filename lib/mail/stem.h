#ifndef MAIL_STEM_H
#define MAIL_STEM_H

struct arena;

/*
 * What subjects of the same kind have in common: "Re: Invoice 4711" and
 * "Invoice 4712" have the stem "invoice #".  The subject is decoded; NULL is
 * an empty one.
 */
enum {
	STEM_LETTERS = 4,	/* fewer say nothing */
	STEM_BYTES = 200	/* looked at */
};

/* The stem, or NULL where there is none. */
const char	*stem_of(struct arena *arena, const char *subject);

/* The longest piece of a stem that a server can look for in subjects: ASCII
 * without digits; or NULL. */
const char	*stem_needle(struct arena *arena, const char *stem);

#endif
