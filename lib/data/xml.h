#ifndef DATA_XML_H
#define DATA_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct arena;

/*
 * XML 1.0, as much as small documents of settings need: elements, attributes,
 * text, CDATA, comments and processing instructions.  There is no DTD and so
 * no entity but the five of XML and characters by number: a document with
 * "<!DOCTYPE" is refused.  Every byte is looked at a fixed number of times.
 * The encoding is not looked at; what is not ASCII is handed on as it is.
 */
enum {
	XML_DEPTH = 16,			/* elements in one another */
	XML_ATTRIBUTES_MOST = 16	/* of one element */
};

struct xml {
	struct bytes	 rest;
	struct bytes	 open[XML_DEPTH];	/* names */
	size_t		 depth;
	bool		 empty;		/* "<a/>": its end comes next */
	bool		 started;	/* the root was there */
};

enum xml_kind { XML_OPEN, XML_CLOSE, XML_TEXT, XML_END };

struct xml_token {
	enum xml_kind	 kind;
	struct bytes	 name;		/* of OPEN and CLOSE */
	struct bytes	 attributes;	/* of OPEN, as they stand */
	struct bytes	 text;		/* of TEXT, as it stands */
	bool		 literal;	/* CDATA: stands for itself */
};

/* Begins with a document, which has to stay. */
void		 xml_start(struct xml *xml, struct bytes document);

/* The next token; after the root's end only XML_END. False for what is not
 * well-formed, or over a limit. */
bool		 xml_next(struct xml *xml, struct xml_token *token);

/* The text without its entities; NULL for an unknown one or a control. */
const char	*xml_text(struct arena *arena, const struct xml_token *token);

/* An attribute's value, likewise, or NULL where there is none. */
const char	*xml_attribute(struct arena *arena,
		    const struct xml_token *token, const char *name);

#endif
