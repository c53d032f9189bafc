#ifndef MAIL_HTML_LEX_H
#define MAIL_HTML_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "mail/html_entity.h"

struct arena;

/*
 * The lower floor of reading HTML: tokens as a browser would cut them
 * (WHATWG HTML 13.2.5), each byte looked at once.  Any text is HTML; nothing
 * fails.  Only those attributes are kept that say something about what is
 * seen; of two with one name the first counts.
 */
enum html_kind {
	HTML_END,	/* of the document */
	HTML_TEXT,	/* raw, with character references */
	HTML_RAW,	/* the content of script, style and the like */
	HTML_TAG,	/* start tag */
	HTML_END_TAG,
	HTML_COMMENT	/* also <!…> and <?…> */
};

enum html_attribute {
	HTML_ALIGN, HTML_ALT, HTML_BACKGROUND, HTML_BGCOLOR, HTML_CLASS,
	HTML_COLOR, HTML_COLSPAN, HTML_HEIGHT, HTML_HIDDEN, HTML_HREF, HTML_ID,
	HTML_ROWSPAN, HTML_SIZE, HTML_SRC, HTML_START, HTML_STYLE, HTML_TYPE,
	HTML_VALUE, HTML_WIDTH,
	HTML_ATTRIBUTES
};

enum { HTML_NAME_BYTES = 31 };	/* of a tag's name; the rest is cut off */

struct html_token {
	enum html_kind	 kind;
	struct bytes	 text;		/* of HTML_TEXT, HTML_RAW, a comment */
	char		 name[HTML_NAME_BYTES + 1];	/* lower case */
	const char	*attributes[HTML_ATTRIBUTES];	/* decoded, or NULL */
};

struct html_lexer {
	struct arena		*arena;
	struct html_entities	*entities;
	struct bytes		 in;
	size_t			 at;
	const char		*raw;	/* the element whose content is raw */
};

void	 html_lex_start(struct html_lexer *lexer, struct arena *arena,
	    const char *html);
void	 html_lex_next(struct html_lexer *lexer, struct html_token *token);

#endif
