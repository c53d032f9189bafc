#ifndef MAIL_HTML_ELEMENT_H
#define MAIL_HTML_ELEMENT_H

#include <stddef.h>

/*
 * The elements of HTML by what they do to the text, and how they nest
 * (WHATWG HTML 13.2.4.2).
 */
enum html_trade {
	HTML_IS_VOID = 1 << 0,		/* has no content and no end tag */
	HTML_IS_SPECIAL = 1 << 1,	/* ends no inline element from inside */
	HTML_IS_SCOPE = 1 << 2,		/* no end tag reaches through it */
	HTML_IS_FORMAT = 1 << 3,	/* its end tag leaves others open */
	HTML_IS_LINE = 1 << 4,		/* on lines of its own */
	HTML_IS_PARAGRAPH = 1 << 5,	/* with space around */
	HTML_IS_UNSEEN = 1 << 6,	/* its content is not shown */
	HTML_ENDS_P = 1 << 7		/* its start ends an open paragraph */
};

enum html_id {
	HTML_A, HTML_BLOCKQUOTE, HTML_BOLD, HTML_BR, HTML_CELL, HTML_DD,
	HTML_DIALOG, HTML_EMPHASIS, HTML_FONT, HTML_H1, HTML_H2, HTML_H3,
	HTML_H4, HTML_H5, HTML_H6, HTML_HR, HTML_IMG, HTML_INPUT, HTML_LI,
	HTML_OL, HTML_OPTION, HTML_P, HTML_PRE, HTML_ROW, HTML_ROWS,
	HTML_TABLE, HTML_TEXTAREA, HTML_UL, HTML_XMP,
	HTML_OTHER,		/* the first of those told by name only */
	HTML_IDS = HTML_OTHER + 64
};

/* What an element is; names that mean the same have one id. */
struct html_kind_of {
	const char	*name;
	unsigned	 id;		/* enum html_id, or more */
	unsigned	 trades;	/* enum html_trade */
};

/* The element of that name in lower case. */
struct html_kind_of	 html_element_find(const char *name);

#endif
