#ifndef MAIL_HTML_STYLE_H
#define MAIL_HTML_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "mail/html_color.h"

struct arena;

/*
 * What CSS declarations say about whether something is seen.  A trait that a
 * later declaration of the same property takes back is set but not true.
 */
enum html_trait {
	HTML_NONE = 1 << 0,		/* display: none */
	HTML_CLEAR = 1 << 1,		/* opacity: 0 */
	HTML_CLIPPED = 1 << 2,		/* clip, clip-path: nothing is left */
	HTML_INDENTED = 1 << 3,		/* text-indent: far out */
	HTML_SCALED = 1 << 4,		/* transform: scale(0) */
	HTML_MARGIN = 1 << 5,		/* a margin: far out */
	HTML_ZERO_HEIGHT = 1 << 6,
	HTML_ZERO_WIDTH = 1 << 7,
	HTML_ZERO_MOST = 1 << 8,	/* max-height: 0 */
	HTML_CUT = 1 << 9,		/* overflow: hidden */
	HTML_PLACED = 1 << 10,		/* position: absolute, fixed */
	HTML_FAR = 1 << 11,		/* left, top and so on: far out */
	HTML_INVISIBLE = 1 << 12	/* visibility: hidden */
};

enum { HTML_SIZE_UNIT = 100 };	/* parts of a pixel in sizes */

struct html_style {
	unsigned		 set, traits;	/* enum html_trait */
	bool			 has_color, has_background, has_size;
	bool			 size_relative;	/* size is in percent */
	struct html_color	 color, background;
	int32_t			 size;		/* of letters */
};

/* CSS in lower case, without comments and strings, escapes undone: nothing
 * in it can look like other than it is. */
const char	*html_style_plain(struct arena *arena, struct bytes css);

/* Adds plain declarations "name: value; …" to normal, those that are
 * !important to important; these may be the same. */
void		 html_style_read(struct arena *arena, const char *plain,
		    struct html_style *normal, struct html_style *important);

/* What later says takes precedence. */
void		 html_style_merge(struct html_style *style,
		    const struct html_style *later);

/* Whether it shows nothing, whatever stands in it. */
bool		 html_style_is_gone(const struct html_style *style);

#endif
