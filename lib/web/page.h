#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/buf.h"

struct arena;
struct fault;

/*
 * A page made from a template (ctemplate), which is the only thing that
 * writes HTML: every value is escaped for the place it stands in.  A template
 * without the line that asks for that is not used.  They lie in the nearest
 * folder "templates" beside or above the program's own folder.  A line
 * {{>NAME}} stands for the part NAME.html there, as if it were written in its
 * place: it has the same values and sections.
 */
struct page;

enum { PAGE_NAME_CHARS = 40 };

/* A page of the template NAME.html; the arena owns it. */
struct page		*page_open(struct arena *arena, const char *name);

/* Sets {{NAME}}; a value of NULL leaves it empty. */
void			 page_set(struct page *page, const char *name,
			    const char *value);

/* Shows {{#NAME}}…{{/NAME}}, once more with each call; values set in what is
 * returned belong to that showing. */
struct page		*page_show(struct page *page, const char *name);

/* Writes the page. FAULT_INTERNAL where its template is missing or bad. */
const struct fault	*page_write(struct page *page, struct buf *out);

#ifdef __cplusplus
}
#endif

#endif
