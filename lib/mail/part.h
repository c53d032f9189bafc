#ifndef MAIL_PART_H
#define MAIL_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/text.h"
#include "data/field.h"
#include "mail/part_decode.h"
#include "mail/part_text.h"

struct arena;

/*
 * The tree of a message as BODYSTRUCTURE (RFC 9051 7.5.2) tells it: what the
 * reader of replies builds, and what decides which parts are fetched.  How
 * their content is read stands in the two headers included here.
 */
enum { PART_DEPTH = 50, PARTS_MOST = 2000, PART_PARAMETERS_MOST = 100 };

struct part {
	struct part	*children;	/* first, of a multipart or message */
	struct part	*next;		/* sibling */
	const char	*number;	/* "1.2"; "" for a multipart root */
	const char	*type;		/* lower case: "text", "multipart" */
	const char	*subtype;	/* lower case */
	struct pairs	 parameters;	/* of Content-Type, names lower case,
					 * raw values */
	const char	*id;		/* Content-ID without <>, or NULL */
	const char	*description;	/* raw, or NULL */
	const char	*encoding;	/* lower case, "7bit" if absent */
	uint32_t	 size;		/* bytes as transferred; clamped */
	const char	*disposition;	/* lower case, or NULL */
	struct pairs	 disposition_parameters;
};

/* The part of that number, or NULL. */
const struct part	*part_find(const struct part *root, const char *number);

/* Raw value of a Content-Type parameter, RFC 2231 joined and decoded to
 * UTF-8, or NULL. */
const char		*part_parameter(struct arena *arena,
			    const struct part *part, const char *name);

/* The file name, decoded, without path, controls and bidi marks; NULL if
 * there is none. From Content-Disposition, else Content-Type's name. */
const char		*part_filename(struct arena *arena,
			    const struct part *part);

/* Whether it is a file to the reader: not the shown text, not a multipart.
 * Text with a file name is one. */
bool			 part_is_attachment(const struct part *part);

/* Whether an attachment belongs into the text, as images of HTML do. */
bool			 part_is_inline(const struct part *part);

/* An estimate of its decoded size in bytes. */
uint32_t		 part_decoded_size(const struct part *part);

enum { PART_LIST_MOST = 200 };
struct part_list {
	const struct part	*at[PART_LIST_MOST];
	size_t			 len;
	size_t			 more;	/* that there was no room for */
};

/* The parts that make up the shown text, in order: of multipart/alternative
 * the plain one (or HTML if html), of related the root, and so on.  Where
 * there is no other, text with a file name is shown too. */
void			 part_list_text(const struct part *root, bool html,
			    struct part_list *list);
/* The attachments, in order; an attached message is one, whatever is in it. */
void			 part_list_attachments(const struct part *root,
			    struct part_list *list);
/* The same, each attached message followed by what is attached to it. */
void			 part_list_files(const struct part *root,
			    struct part_list *list);

#endif
