#ifndef OAUTH_DRAWING_H
#define OAUTH_DRAWING_H

#include <stdbool.h>

struct consent;
struct page;
struct request;

/* What the parts of the sign-in page are drawn from, and its problems. */
struct drawing {
	struct request		*request;
	struct page		*page;
	const struct consent	*consent;
	bool			 typed;		/* servers are */
	bool			 may_send;
};

/* Whether something about that field has to be mended. */
bool	 drawing_is_wrong(const struct drawing *drawing, const char *field);

/* The list of problems, and what is said at each field. */
void	 drawing_problems(const struct drawing *drawing);

#endif
