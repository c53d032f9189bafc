#ifndef DESCRIBE_H
#define DESCRIBE_H

#include "data/utf8.h"
#include "mail/header.h"
#include "mail/part.h"

/* A part as BODYSTRUCTURE would tell it, of its header fields. */
static inline struct part
describe(struct arena *arena, struct pairs fields)
{
	struct part	 part = { 0 };
	struct texts	 words;
	const char	*type, *value;

	part.parameters = header_parameters(arena, header_find(fields,
	    "Content-Type"), &type);
	words = text_split(arena, type, "/");
	part.type = words.len > 0 ? words.at[0] : "text";
	part.subtype = words.len > 1 ? words.at[1] : "plain";
	value = header_find(fields, "Content-Transfer-Encoding");
	part.encoding = "7bit";
	if (value != NULL)
		header_parameters(arena, value, &part.encoding);
	value = header_find(fields, "Content-Disposition");
	if (value != NULL)
		part.disposition_parameters = header_parameters(arena, value,
		    &part.disposition);
	return part;
}

/* Without white space and controls, which parsers treat differently, and
 * without what is not seen. */
static inline const char *
squeeze(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (text = utf8_visible(arena, text, NULL); *text != '\0'; text++)
		if (!text_is_space((unsigned char)*text) &&
		    !text_is_control((unsigned char)*text))
			buf_byte(&buf, (unsigned char)*text);
	return buf_string(&buf);
}

/* Whether two parsers say the same; bytes of no charset that only we could
 * read are no difference. */
static inline bool
is_same_text(struct arena *arena, const char *ours, const char *theirs)
{
	static const char	 replacement[] = "\xEF\xBF\xBD";

	return text_equal(squeeze(arena, ours), squeeze(arena, theirs)) ||
	    (strstr(theirs, replacement) != NULL &&
	    strstr(ours, replacement) == NULL);
}

#endif
