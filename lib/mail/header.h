#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/text.h"
#include "data/field.h"
#include "mail/header_date.h"
#include "mail/header_parameter.h"

struct arena;

/*
 * Header fields (RFC 5322), encoded words (RFC 2047), parameters (RFC 2231)
 * and raw UTF-8 (RFC 6532), as mail really has them: decoding never fails.
 * Decoded text is valid UTF-8 in one line without control characters.
 * Dates and parameters are in the two headers included here.
 */
enum { HEADER_BYTES = 256 * 1024, HEADER_FIELDS_MOST = 1000 };

/* Unfolds and decodes a raw value: encoded words, else UTF-8, else
 * windows-1252. NULL gives NULL. */
const char	*header_decode(struct arena *arena, const char *raw);

/* The fields of a header block, in order: names as they stand, raw values
 * unfolded. Stops at the empty line or its limits. */
struct pairs	 header_fields(struct arena *arena, struct bytes block);

/* How long the field at the start of a block is: its line and those that
 * continue it. 0 at the empty line that ends the block, and at its end. */
size_t		 header_field_length(struct bytes block);

/* The first value of that name (ASCII case ignored), raw, or NULL. */
const char	*header_find(struct pairs fields, const char *name);

/* The ids ("<a@b>", with the brackets) in a References or Message-ID value. */
struct texts	 header_ids(struct arena *arena, const char *raw);

#endif
