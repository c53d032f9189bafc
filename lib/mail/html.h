#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * HTML mail as text a model can read: one pass over the tokens (and one for
 * <style>), linear time, no tree.
 * Invisible content is dropped and counted (display:none, visibility:hidden,
 * opacity 0, font-size 0 to 1px, text in the background's colour, off-screen
 * positions, comments, zero-width, bidi and tag characters, classes hidden by
 * a <style>); tables and lists stay readable; links show their true target;
 * markdown marks headings, lists, emphasis and quotes.
 */
struct html_options {
	bool	 markdown;
	size_t	 most;		/* bytes of output; 0: 1 MiB */
};

struct html_text {
	const char	*text;		/* UTF-8, LF line ends */
	size_t		 hidden;	/* characters dropped as invisible */
	size_t		 trackers;	/* images of one pixel or hidden */
};

/* html is UTF-8 already. */
void	 html_to_text(struct arena *arena, const char *html,
	    const struct html_options *options, struct html_text *result);

#endif
