#ifndef MAIL_HTML_ENTITY_TABLE_H
#define MAIL_HTML_ENTITY_TABLE_H

/*
 * The named characters of HTML (WHATWG HTML 13.5), in order, packed: a letter
 * for how much of the name before is kept (a: nothing, b: one character and so
 * on), the rest of the name, "-" where it may stand without ";" and "=" where
 * it may not, and its one or two characters in hexadecimal with "." between.
 */
enum { HTML_ENTITY_COUNT = 2125, HTML_ENTITY_NAME_BYTES = 31 };

/* Pieces of it, each with whole entries; the last is NULL. */
extern const char *const	 html_entity_table[];

#endif
