#ifndef MAIL_HTML_SHEET_H
#define MAIL_HTML_SHEET_H

#include <stdbool.h>

#include "base/bytes.h"
#include "mail/html_style.h"

struct arena;

/*
 * The <style> elements of a document, as far as they can hide: rules whose
 * selector is a tag, a class, an id, or a tag with one of these.  Rules for
 * other devices or states, and selectors that look at an element's
 * surroundings, are not followed: what they hide is shown.
 */
enum { HTML_RULES_MOST = 20000 };

struct html_sheet;

struct html_sheet	*html_sheet_open(struct arena *arena);
void			 html_sheet_add(struct html_sheet *sheet,
			    struct bytes css);

/* Whether a rule that is not followed sets a background: then one that was
 * not set is not known. */
bool			 html_sheet_is_unsure(const struct html_sheet *sheet);

/* What the rules say about an element, its tag in lower case; classes and id
 * may be NULL. scratch is for what is needed meanwhile. */
struct html_element {
	const char	*tag;
	const char	*classes;
	const char	*id;
};
void			 html_sheet_find(struct html_sheet *sheet,
			    struct arena *scratch,
			    const struct html_element *element,
			    struct html_style *normal,
			    struct html_style *important);

#endif
