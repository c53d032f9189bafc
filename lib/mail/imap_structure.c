#include "mail/imap_structure.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/imap_lex.h"

/* What goes along while a tree is read. */
struct reader {
	struct imap_cursor	*cursor;
	struct arena		*arena;
	size_t			 parts;
	unsigned		 depth;
	bool			 cut;
};

static bool	take_body(struct reader *reader, struct part **part);

/* A raw text of the arena; NIL is NULL. */
static const char *
copy_text(struct reader *reader, struct bytes string)
{
	if (string.at == NULL)
		return NULL;
	return bytes_text(reader->arena, string);
}

static const char *
copy_lower(struct reader *reader, struct bytes string, const char *otherwise)
{
	if (string.len == 0)
		return otherwise;
	return text_lower_copy(reader->arena,
	    bytes_text(reader->arena, string));
}

/* nstring behind any blanks. */
static bool
take_nstring(struct reader *reader, struct bytes *string)
{
	imap_lex_blanks(reader->cursor);
	return imap_lex_nstring(reader->cursor, reader->arena, string);
}

/* body-fld-param = "(" string SP string *(SP string SP string) ")" / nil */
static bool
take_parameters(struct reader *reader, struct pairs *pairs)
{
	struct pair	 found[PART_PARAMETERS_MOST];
	struct bytes	 name, value;
	size_t		 len = 0;

	imap_lex_blanks(reader->cursor);
	if (imap_lex_is(reader->cursor, "NIL"))
		return true;
	if (!imap_lex_byte(reader->cursor, '('))
		return false;
	while (len < PART_PARAMETERS_MOST && take_nstring(reader, &name)) {
		if (!take_nstring(reader, &value))
			break;
		if (name.at == NULL || value.at == NULL)
			continue;
		found[len].name = copy_lower(reader, name, "");
		found[len++].value = copy_text(reader, value);
	}
	if (len > 0) {
		pairs->at = arena_array(reader->arena, len, sizeof(found[0]));
		memcpy(pairs->at, found, len * sizeof(found[0]));
		pairs->len = len;
	}
	imap_lex_blanks(reader->cursor);
	if (imap_lex_byte(reader->cursor, ')'))
		return true;
	reader->cut = true;
	return imap_lex_skip_rest(reader->cursor);
}

/* body-fld-dsp = "(" string SP body-fld-param ")" / nil; some servers send
 * the string alone. */
static bool
take_disposition(struct reader *reader, struct part *part)
{
	struct bytes	 name;

	imap_lex_blanks(reader->cursor);
	if (!imap_lex_byte(reader->cursor, '(')) {
		if (!take_nstring(reader, &name))
			return false;
		part->disposition = copy_lower(reader, name, NULL);
		return true;
	}
	if (!take_nstring(reader, &name))
		return false;
	part->disposition = copy_lower(reader, name, NULL);
	return (imap_lex_peek(reader->cursor) == ')' ||
	    take_parameters(reader, &part->disposition_parameters)) &&
	    imap_lex_skip_rest(reader->cursor);
}

/* Whether the list ends here; takes its parenthesis. */
static bool
take_close(struct reader *reader)
{
	imap_lex_blanks(reader->cursor);
	return imap_lex_byte(reader->cursor, ')');
}

/* A size: clamped to 32 bits; NIL, which some servers send, is 0. */
static bool
take_size(struct reader *reader, uint32_t *size)
{
	uint64_t	 number = 0;

	imap_lex_blanks(reader->cursor);
	if (!imap_lex_number(reader->cursor, &number) &&
	    !imap_lex_is(reader->cursor, "NIL"))
		return false;
	*size = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	return true;
}

/* Content-ID without its angle brackets. */
static const char *
copy_id(struct reader *reader, struct bytes id)
{
	if (id.len >= 2 && id.at[0] == '<' && id.at[id.len - 1] == '>')
		id = bytes_slice(id, 1, id.len - 2);
	return id.len == 0 ? NULL : copy_text(reader, id);
}

/* body-fields = param SP id SP desc SP enc SP octets; *ended tells that the
 * part ended early, as parts of some servers do. */
static bool
take_fields(struct reader *reader, struct part *part, bool *ended)
{
	struct bytes	 id, description, encoding;

	part->encoding = "7bit";
	*ended = true;
	if (take_close(reader))
		return true;
	if (!take_parameters(reader, &part->parameters))
		return false;
	if (take_close(reader))
		return true;
	if (!take_nstring(reader, &id))
		return false;
	part->id = copy_id(reader, id);
	if (take_close(reader))
		return true;
	if (!take_nstring(reader, &description))
		return false;
	part->description = copy_text(reader, description);
	if (take_close(reader))
		return true;
	if (!take_nstring(reader, &encoding))
		return false;
	part->encoding = copy_lower(reader, encoding, "7bit");
	if (take_close(reader))
		return true;
	*ended = false;
	return take_size(reader, &part->size);
}

/* SP envelope SP body SP body-fld-lines of a message/rfc822. Servers that
 * see such a part as opaque leave them out. */
static bool
take_message(struct reader *reader, struct part *part)
{
	imap_lex_blanks(reader->cursor);
	if (imap_lex_peek(reader->cursor) != '(')
		return true;
	if (!imap_lex_skip(reader->cursor))
		return false;
	imap_lex_blanks(reader->cursor);
	if (imap_lex_is(reader->cursor, "NIL"))
		return true;
	return imap_lex_peek(reader->cursor) != '(' ||
	    take_body(reader, &part->children);
}

/* The extension data that both kinds end with: disposition, then what we
 * don't use. */
static bool
take_extension(struct reader *reader, struct part *part)
{
	if (take_close(reader))
		return true;
	return take_disposition(reader, part) &&
	    imap_lex_skip_rest(reader->cursor);
}

/* body-type-1part behind its type and subtype. */
static bool
take_single(struct reader *reader, struct part *part)
{
	uint64_t	 lines;
	bool		 ended;

	if (!take_fields(reader, part, &ended))
		return false;
	if (ended)
		return true;
	if (text_equal(part->type, "message") && !take_message(reader, part))
		return false;
	imap_lex_blanks(reader->cursor);
	imap_lex_number(reader->cursor, &lines);
	if (take_close(reader))
		return true;
	/* body-fld-md5 */
	if (!imap_lex_skip(reader->cursor))
		return false;
	return take_extension(reader, part);
}

/* Links the part into the list whose last link is *tail, or drops it. */
static void
add_part(struct reader *reader, struct part *part, struct part ***tail)
{
	if (part == NULL)
		return;
	if (reader->parts >= PARTS_MOST) {
		reader->cut = true;
		return;
	}
	reader->parts++;
	**tail = part;
	*tail = &part->next;
}

/* body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart] behind its
 * first parenthesis. */
static bool
take_multipart(struct reader *reader, struct part *part)
{
	struct part	**tail = &part->children;
	struct part	 *child;
	struct bytes	  subtype = bytes_from(NULL, 0);

	part->type = "multipart";
	part->encoding = "7bit";
	while (imap_lex_peek(reader->cursor) == '(') {
		if (reader->parts >= PARTS_MOST) {
			reader->cut = true;
			if (!imap_lex_skip(reader->cursor))
				return false;
		} else if (!take_body(reader, &child)) {
			return false;
		} else {
			add_part(reader, child, &tail);
		}
		imap_lex_blanks(reader->cursor);
		/* Gmail writes NIL for a part it can't make out. */
		while (part->children != NULL &&
		    imap_lex_is(reader->cursor, "NIL"))
			imap_lex_blanks(reader->cursor);
	}
	imap_lex_nstring(reader->cursor, reader->arena, &subtype);
	part->subtype = copy_lower(reader, subtype, "mixed");
	if (take_close(reader))
		return true;
	if (!take_parameters(reader, &part->parameters))
		return false;
	return take_extension(reader, part);
}

/* A list that begins with a string is a single part, unless what follows is
 * no subtype: then it is a multipart that lost its parts. */
static bool
take_typed(struct reader *reader, struct part *part)
{
	struct bytes	 type, subtype = bytes_from(NULL, 0);

	if (!take_nstring(reader, &type))
		return false;
	imap_lex_blanks(reader->cursor);
	part->type = copy_lower(reader, type, "application");
	if (imap_lex_string(reader->cursor, reader->arena, &subtype) ||
	    text_equal(part->type, "text") ||
	    text_equal(part->type, "application")) {
		if (subtype.len == 0)
			imap_lex_is(reader->cursor, "NIL");
		part->subtype = copy_lower(reader, subtype,
		    text_equal(part->type, "text") ? "plain" : "octet-stream");
		return take_single(reader, part);
	}
	part->subtype = part->type;
	part->type = "multipart";
	part->encoding = "7bit";
	return imap_lex_skip_rest(reader->cursor);
}

static bool
take_body(struct reader *reader, struct part **part)
{
	bool	 is;

	*part = NULL;
	if (reader->depth >= PART_DEPTH) {
		reader->cut = true;
		return imap_lex_skip(reader->cursor);
	}
	if (!imap_lex_byte(reader->cursor, '('))
		return false;
	*part = arena_take(reader->arena, sizeof(**part));
	reader->depth++;
	imap_lex_blanks(reader->cursor);
	if (imap_lex_peek(reader->cursor) == '(')
		is = take_multipart(reader, *part);
	else
		is = take_typed(reader, *part);
	reader->depth--;
	return is;
}

/* Gives the part its number, and its children theirs; prefix is what theirs
 * begin with. */
static void
number_parts(struct arena *arena, struct part *part, const char *number)
{
	struct part	*child;
	size_t		 i = 1;
	const char	*dot = number[0] == '\0' ? "" : ".";
	bool		 is_message = text_equal(part->type, "message");

	part->number = number;
	for (child = part->children; child != NULL; child = child->next, i++) {
		if (is_message && text_equal(child->type, "multipart"))
			number_parts(arena, child, number);
		else
			number_parts(arena, child, text_format(arena,
			    "%s%s%zu", number, dot, i));
	}
}

bool
imap_structure_take(struct imap_cursor *cursor, struct arena *arena,
    struct part **part, bool *cut)
{
	struct reader	 reader = { .cursor = cursor, .arena = arena };

	*part = NULL;
	if (imap_lex_is(cursor, "NIL"))
		return true;
	if (!take_body(&reader, part))
		return false;
	*cut = reader.cut;
	number_parts(arena, *part,
	    text_equal((*part)->type, "multipart") ? "" : "1");
	return true;
}
