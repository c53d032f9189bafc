#ifndef MAIL_PART_KIND_H
#define MAIL_PART_KIND_H

#include <stdbool.h>

#include "mail/part.h"

struct arena;

/* What keeps the text of a message from being read, or was done to it. */
enum part_kind {
	PART_SIGNED = 1 << 0,		/* RFC 1847; the text is there */
	PART_ENCRYPTED = 1 << 1,	/* PGP/MIME, S/MIME */
	PART_ENCLOSED = 1 << 2,		/* S/MIME: in the signature itself */
	PART_TNEF = 1 << 3		/* Outlook's own package */
};

/* All of the tree; 0 where it is plain mail. */
unsigned	 part_kinds(struct arena *arena, const struct part *root);

/* What a text itself says so (RFC 4880 6.2, 7). */
unsigned	 part_text_kinds(const char *text);

/* Whether it is winmail.dat, by whatever type. */
bool		 part_is_tnef(struct arena *arena, const struct part *part);

/* Whether it is a message whose structure is told. */
bool		 part_is_message(const struct part *part);

#endif
