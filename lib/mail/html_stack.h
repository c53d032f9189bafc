#ifndef MAIL_HTML_STACK_H
#define MAIL_HTML_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/html_color.h"
#include "mail/html_element.h"
#include "mail/html_style.h"
#include "mail/html_write.h"

struct arena;

/*
 * The open elements, each with what can be seen of text in it.  To find the
 * one an end tag ends takes the same time at any depth.
 */
enum { HTML_DEPTH = 5000, HTML_NOWHERE = -1 };

/* How text looks. */
struct html_sight {
	bool			 gone;		/* for all that is inside */
	bool			 invisible;	/* what is inside may differ */
	bool			 assumed;	/* no background was set */
	int32_t			 size;		/* of letters, in parts */
	struct html_color	 color, background;
};

struct html_open {
	struct html_kind_of	 kind;
	int32_t			 same, scope, special;	/* below, so far */
	struct html_style	 style;
	struct html_sight	 sight;
	struct html_pair	 pair;		/* of marks */
	const char		*href;		/* of a link, or NULL */
	size_t			 mark;		/* where its text starts */
	size_t			 count;		/* items of a list */
	bool			 is_flowing;	/* row: a cell is on its line */
	const char		*written;	/* name in safe HTML, or NULL */
};

struct html_stack {
	struct arena		*arena;
	struct html_open	*at;
	int32_t			 len, size;
	int32_t			 last[HTML_IDS];	/* the topmost, or -1 */
	int32_t			 scope, special;	/* likewise */
	size_t			 beyond;	/* deeper than HTML_DEPTH */
	struct html_sight	 root;
	bool			 unsure;	/* of backgrounds not set */
};

void	 html_stack_start(struct html_stack *stack, struct arena *arena,
	    bool unsure);

/* Opens an element; NULL: too deep, its text looks as that around it. */
struct html_open *html_stack_push(struct html_stack *stack,
	    struct html_kind_of kind, const struct html_style *style);

/* The innermost; NULL if none is open. */
struct html_open *html_stack_top(struct html_stack *stack);

/* Closes the innermost. */
void	 html_stack_pop(struct html_stack *stack);

/* Where the element stands that an end tag of that kind ends, by the rules of
 * scope, or HTML_NOWHERE. */
int32_t	 html_stack_find(const struct html_stack *stack,
	    struct html_kind_of kind);

/* Takes the style of an element away that ends while others stay open. */
void	 html_stack_release(struct html_stack *stack, int32_t index);

/* Whether text here is seen by people. */
bool	 html_stack_is_seen(const struct html_stack *stack);

#endif
