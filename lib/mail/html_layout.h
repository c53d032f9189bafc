#ifndef MAIL_HTML_LAYOUT_H
#define MAIL_HTML_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/html_lex.h"
#include "mail/html_stack.h"
#include "mail/html_write.h"

struct arena;

/*
 * What elements do to the text where they start and end: lines, lists, cells
 * side by side, quotes, links with their targets, marks.
 */
struct html_layout {
	struct arena		*arena;
	struct arena		*scratch;	/* of one tag */
	struct html_stack	*stack;
	struct html_writer	 writer;
	bool			 markdown;
	size_t			 trackers;	/* images nobody sees */
};

/* An element that was just opened, and one that is about to be closed. */
void	 html_layout_begin(struct html_layout *layout, struct html_open *open,
	    const struct html_token *token);
void	 html_layout_end(struct html_layout *layout, struct html_open *open);

/* An element without content, while it is the innermost one. */
void	 html_layout_void(struct html_layout *layout, unsigned id,
	    const struct html_token *token);

/* A line or paragraph ends; in a cell without text yet a line at most, and
 * nothing if it goes on a row's line. */
void	 html_layout_break(struct html_layout *layout, enum html_break kind);

#endif
