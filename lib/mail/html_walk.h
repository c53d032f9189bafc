#ifndef MAIL_HTML_WALK_H
#define MAIL_HTML_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "mail/html_lex.h"
#include "mail/html_stack.h"

struct arena;
struct html_sheet;

/*
 * One pass over a document, in linear time: which elements are open, and
 * which of their text people see.  What is made of that is the sink's.
 */
struct html_sink {
	/* An element that was just opened. */
	void	(*begin)(void *state, struct html_open *open,
		    const struct html_token *token);
	/* One that is about to be closed; an inline element that ends inside
	 * of a block gets it twice. */
	void	(*end)(void *state, struct html_open *open);
	/* An element without content, while it is the innermost one. */
	void	(*lone)(void *state, struct html_kind_of kind,
		    const struct html_token *token);
	/* A character that is seen. */
	void	(*put)(void *state, uint32_t character);
	/* </p> or </br> without a start. */
	void	(*lost)(void *state);
};

struct html_walk {
	struct arena		*scratch;	/* of one tag */
	struct html_lexer	 lexer;
	struct html_sheet	*sheet;
	struct html_stack	 stack;
	size_t			 hidden;	/* characters not seen */
	const struct html_sink	*sink;
	void			*state;
};

/* html is UTF-8 already. */
void	 html_walk_start(struct html_walk *walk, struct arena *arena,
	    const char *html);
void	 html_walk_run(struct html_walk *walk, const struct html_sink *sink,
	    void *state);

#endif
