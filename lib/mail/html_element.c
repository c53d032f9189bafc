#include "mail/html_element.h"

#include <stdint.h>
#include <string.h>

#define SPECIAL		HTML_IS_SPECIAL
#define LINE		(SPECIAL | HTML_IS_LINE | HTML_ENDS_P)
#define PARAGRAPH	(SPECIAL | HTML_IS_PARAGRAPH | HTML_ENDS_P)
#define FORMAT		HTML_IS_FORMAT
#define VOID		(SPECIAL | HTML_IS_VOID)
#define UNSEEN		HTML_IS_UNSEEN
#define SCOPE		(SPECIAL | HTML_IS_SCOPE)

/* In order. */
static const struct html_kind_of	 elements[] = {
	{ "a", HTML_A, FORMAT },
	{ "address", HTML_OTHER, LINE },
	{ "annotation", HTML_OTHER, UNSEEN },
	{ "annotation-xml", HTML_OTHER, UNSEEN },
	{ "area", HTML_OTHER, VOID },
	{ "article", HTML_OTHER, LINE },
	{ "aside", HTML_OTHER, LINE },
	{ "audio", HTML_OTHER, UNSEEN },
	{ "b", HTML_BOLD, FORMAT },
	{ "base", HTML_OTHER, VOID },
	{ "big", HTML_OTHER, FORMAT },
	{ "blockquote", HTML_BLOCKQUOTE, PARAGRAPH },
	{ "br", HTML_BR, VOID },
	{ "canvas", HTML_OTHER, UNSEEN },
	{ "caption", HTML_OTHER, SCOPE | HTML_IS_LINE },
	{ "center", HTML_OTHER, LINE },
	{ "code", HTML_OTHER, FORMAT },
	{ "col", HTML_OTHER, VOID },
	{ "colgroup", HTML_OTHER, SPECIAL },
	{ "datalist", HTML_OTHER, UNSEEN },
	{ "dd", HTML_DD, LINE },
	{ "details", HTML_OTHER, LINE },
	{ "dialog", HTML_DIALOG, LINE },
	{ "dir", HTML_UL, SPECIAL | HTML_ENDS_P },
	{ "div", HTML_OTHER, LINE },
	{ "dl", HTML_OTHER, PARAGRAPH },
	{ "dt", HTML_DD, LINE },
	{ "em", HTML_EMPHASIS, FORMAT },
	{ "embed", HTML_OTHER, VOID },
	{ "fieldset", HTML_OTHER, LINE },
	{ "figcaption", HTML_OTHER, LINE },
	{ "figure", HTML_OTHER, LINE },
	{ "font", HTML_FONT, FORMAT },
	{ "footer", HTML_OTHER, LINE },
	{ "form", HTML_OTHER, LINE },
	{ "h1", HTML_H1, PARAGRAPH },
	{ "h2", HTML_H2, PARAGRAPH },
	{ "h3", HTML_H3, PARAGRAPH },
	{ "h4", HTML_H4, PARAGRAPH },
	{ "h5", HTML_H5, PARAGRAPH },
	{ "h6", HTML_H6, PARAGRAPH },
	{ "header", HTML_OTHER, LINE },
	{ "hr", HTML_HR, VOID | HTML_ENDS_P },
	{ "i", HTML_EMPHASIS, FORMAT },
	{ "img", HTML_IMG, VOID },
	{ "input", HTML_INPUT, VOID },
	{ "legend", HTML_OTHER, LINE },
	{ "li", HTML_LI, SPECIAL | HTML_ENDS_P },
	{ "link", HTML_OTHER, VOID },
	{ "listing", HTML_PRE, PARAGRAPH },
	{ "main", HTML_OTHER, LINE },
	{ "menu", HTML_UL, SPECIAL | HTML_ENDS_P },
	{ "meta", HTML_OTHER, VOID },
	{ "nav", HTML_OTHER, LINE },
	{ "nobr", HTML_OTHER, FORMAT },
	{ "ol", HTML_OL, SPECIAL | HTML_ENDS_P },
	{ "option", HTML_OPTION, HTML_IS_LINE },
	{ "p", HTML_P, PARAGRAPH },
	{ "param", HTML_OTHER, VOID },
	{ "pre", HTML_PRE, PARAGRAPH },
	{ "rp", HTML_OTHER, UNSEEN },
	{ "s", HTML_OTHER, FORMAT },
	{ "section", HTML_OTHER, LINE },
	{ "small", HTML_OTHER, FORMAT },
	{ "source", HTML_OTHER, VOID },
	{ "strike", HTML_OTHER, FORMAT },
	{ "strong", HTML_BOLD, FORMAT },
	{ "summary", HTML_OTHER, LINE },
	{ "svg", HTML_OTHER, UNSEEN },
	{ "table", HTML_TABLE, SCOPE | HTML_IS_LINE | HTML_ENDS_P },
	{ "tbody", HTML_ROWS, SPECIAL },
	{ "td", HTML_CELL, SCOPE },
	{ "template", HTML_OTHER, SCOPE | UNSEEN },
	{ "textarea", HTML_TEXTAREA, SPECIAL },
	{ "tfoot", HTML_ROWS, SPECIAL },
	{ "th", HTML_CELL, SCOPE },
	{ "thead", HTML_ROWS, SPECIAL },
	{ "tr", HTML_ROW, SPECIAL | HTML_IS_LINE },
	{ "track", HTML_OTHER, VOID },
	{ "tt", HTML_OTHER, FORMAT },
	{ "u", HTML_OTHER, FORMAT },
	{ "ul", HTML_UL, SPECIAL | HTML_ENDS_P },
	{ "video", HTML_OTHER, UNSEEN },
	{ "wbr", HTML_OTHER, VOID },
	{ "xmp", HTML_XMP, PARAGRAPH }
};

/* Elements told by their names only share the ids behind HTML_OTHER, so that
 * two of them seldom have the same. */
static unsigned
other_id(const char *name)
{
	uint32_t	 hash;

	for (hash = 5381; *name != '\0'; name++)
		hash = hash * 33 + (unsigned char)*name;
	return HTML_OTHER + hash % (HTML_IDS - HTML_OTHER);
}

struct html_kind_of
html_element_find(const char *name)
{
	struct html_kind_of	 found = { name, HTML_OTHER, 0 };
	size_t			 low, high, middle;
	int			 order;

	low = 0;
	high = sizeof(elements) / sizeof(elements[0]);
	while (low < high) {
		middle = (low + high) / 2;
		order = strcmp(name, elements[middle].name);
		if (order == 0) {
			found = elements[middle];
			break;
		}
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (found.id == HTML_OTHER)
		found.id = other_id(name);
	return found;
}
