#include "mail/compose_header.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "data/base64.h"
#include "data/utf8.h"
#include "mail/address.h"

enum {
	LINE_BYTES = 76,	/* RFC 2047 2: with an encoded word */
	WORD_BYTES = 74,	/* a longer word is encoded to be cut */
	NAME_BYTES = 60,	/* a longer name is encoded to be cut */
	NAME_CHARS_MOST = 1000,	/* of it; some servers cut a long field */
	CHUNK_BYTES = 45,	/* of UTF-8 in one encoded word */
	PIECE_BYTES = 54,	/* of a parameter's continuation */
	CHARACTER_BYTES = 4
};

#define WORD_START	"=?utf-8?B?"
#define WORD_END	"?="

/* RFC 2231 7 attribute-char, besides letters and digits. */
static const char	 parameter_marks[] = "!#$&+-.^_`{|}~";
/* RFC 5322 3.2.3 atext, besides letters and digits, and blanks between. */
static const char	 name_marks[] = "!#$%&'*+-/=?^_`{|}~ ";

/* A field while it is written: which column the line has reached. */
struct folder {
	struct buf	*out;
	size_t		 column;
};

static void
start_field(struct folder *folder, struct buf *out, const char *name)
{
	folder->out = out;
	folder->column = strlen(name) + 1;
	buf_text(out, name);
	buf_byte(out, ':');
}

static void
end_field(struct folder *folder)
{
	buf_text(folder->out, "\r\n");
}

static void
fold(struct folder *folder)
{
	buf_text(folder->out, "\r\n");
	folder->column = 0;
}

/* A blank and a word, on a new line where this one has no room for them. */
static void
put_word(struct folder *folder, struct bytes word)
{
	assert(word.at[0] == ' ');
	if (folder->column + word.len > LINE_BYTES && folder->column > 0)
		fold(folder);
	buf_bytes(folder->out, word);
	folder->column += word.len;
}

/* How much of the text an encoded word of that many bytes takes, whole
 * characters only. */
static size_t
chunk_length(struct bytes text, size_t room)
{
	size_t	 at, end;

	for (at = end = 0; at < text.len; end = at) {
		utf8_next(text, &at);
		if (at > room)
			break;
	}
	return at <= room ? at : end;
}

/* RFC 2047: encoded words with a blank before each. */
static void
put_encoded(struct folder *folder, const char *value)
{
	const size_t	 frame = sizeof(WORD_START WORD_END);
	struct bytes	 text;
	size_t		 room, len;

	for (text = bytes_of(value); text.len > 0;
	    text = bytes_slice(text, len, text.len)) {
		if (folder->column + frame + 4 * CHARACTER_BYTES > LINE_BYTES)
			fold(folder);
		room = (LINE_BYTES - folder->column - frame) / 4 * 3;
		len = chunk_length(text, room < CHUNK_BYTES ? room :
		    CHUNK_BYTES);
		buf_text(folder->out, " " WORD_START);
		buf_text(folder->out, base64_write(folder->out->arena,
		    bytes_slice(text, 0, len)));
		buf_text(folder->out, WORD_END);
		folder->column += frame + (len + 2) / 3 * 4;
	}
}

/* One line of valid UTF-8 without blanks at its ends. */
static const char *
clean(struct buf *out, const char *value)
{
	size_t	 len;

	value = utf8_clean_line(out->arena, bytes_of(value));
	value += strspn(value, " ");
	for (len = strlen(value); len > 0 && value[len - 1] == ' '; len--)
		continue;
	return arena_copy(out->arena, value, len);
}

/* Whether it can't stand as it is: not ASCII, taken for an encoded word, or
 * not to be folded between single blanks. */
static bool
needs_encoding(const char *value)
{
	size_t	 word;

	if (strstr(value, "=?") != NULL || strstr(value, "  ") != NULL)
		return true;
	for (word = 0; *value != '\0'; value++) {
		if ((unsigned char)*value >= 0x7F)
			return true;
		word = *value == ' ' ? 0 : word + 1;
		if (word > WORD_BYTES)
			return true;
	}
	return false;
}

/* Words, each with the blank that stands before it. */
static void
put_words(struct folder *folder, const char *value)
{
	size_t	 len;

	value = text_format(folder->out->arena, " %s", value);
	for (; *value != '\0'; value += len) {
		len = 1 + strcspn(value + 1, " ");
		put_word(folder, bytes_from(value, len));
	}
}

void
compose_header_text(struct buf *out, const char *name, const char *value)
{
	struct folder	 folder;

	start_field(&folder, out, name);
	value = clean(out, value);
	if (needs_encoding(value))
		put_encoded(&folder, value);
	else
		put_words(&folder, value);
	end_field(&folder);
}

static bool
is_phrase(const char *name)
{
	for (; *name != '\0'; name++)
		if (!text_is_alnum((unsigned char)*name) &&
		    strchr(name_marks, *name) == NULL)
			return false;
	return true;
}

static void
put_quoted(struct buf *out, const char *text)
{
	buf_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (unsigned char)*text);
	}
	buf_byte(out, '"');
}

/* display-name, RFC 5322 3.4. */
static void
put_name(struct folder *folder, const char *name)
{
	struct buf	 word;

	if (needs_encoding(name) || strlen(name) > NAME_BYTES) {
		put_encoded(folder, name);
		return;
	}
	buf_start(&word, folder->out->arena);
	buf_byte(&word, ' ');
	if (is_phrase(name))
		buf_text(&word, name);
	else
		put_quoted(&word, name);
	put_word(folder, buf_view(&word));
}

static void
put_address(struct folder *folder, const struct address *address, bool last)
{
	const char	*name, *spec, *comma;

	name = address->name == NULL ? "" :
	    clean(folder->out, address->name);
	name = arena_copy(folder->out->arena, name,
	    utf8_offset(name, NAME_CHARS_MOST));
	spec = clean(folder->out, address->address);
	comma = last ? "" : ",";
	if (name[0] != '\0') {
		put_name(folder, name);
		spec = text_format(folder->out->arena, " <%s>%s", spec, comma);
	} else {
		spec = text_format(folder->out->arena, " %s%s", spec, comma);
	}
	put_word(folder, bytes_of(spec));
}

void
compose_header_addresses(struct buf *out, const char *name,
    struct objects addresses)
{
	const struct address	*address;
	struct folder		 folder;
	size_t			 i;

	if (addresses.len == 0)
		return;
	start_field(&folder, out, name);
	address = addresses.at;
	for (i = 0; i < addresses.len; i++)
		put_address(&folder, &address[i], i + 1 == addresses.len);
	end_field(&folder);
}

/* msg-id, RFC 5322 3.6.4, as far as it matters here: one printable word. */
static bool
is_id(const char *id)
{
	size_t	 i, len;

	len = strlen(id);
	if (len < 3 || len > COMPOSE_ID_BYTES || id[0] != '<' ||
	    id[len - 1] != '>')
		return false;
	for (i = 1; i < len - 1; i++)
		if (id[i] <= ' ' || id[i] >= 0x7F || id[i] == '<' ||
		    id[i] == '>')
			return false;
	return true;
}

void
compose_header_ids(struct buf *out, const char *name, struct texts ids)
{
	struct folder	 folder;
	size_t		 i, count;

	for (i = count = 0; i < ids.len; i++) {
		if (!is_id(ids.at[i]))
			continue;
		if (count++ == 0)
			start_field(&folder, out, name);
		put_word(&folder, bytes_of(text_format(out->arena, " %s",
		    ids.at[i])));
	}
	if (count > 0)
		end_field(&folder);
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x7F)
			return false;
	return true;
}

/* RFC 2231 4: a byte as it is, or as %XX; how long that is. */
static size_t
put_escaped(struct buf *out, unsigned char c)
{
	if (text_is_alnum(c) || (c != '\0' && c < 0x80 &&
	    strchr(parameter_marks, c) != NULL)) {
		buf_byte(out, c);
		return 1;
	}
	buf_format(out, "%%%02X", (unsigned)c);
	return 3;
}

/* RFC 2231 3 and 4: continued where it is too long for a line. */
static void
put_extended(struct buf *out, const char *name, const char *value)
{
	size_t	 room, pieces;
	bool	 is_long;

	is_long = strlen(value) * 3 > PIECE_BYTES;
	buf_format(out, ";\r\n %s*%s=utf-8''", name, is_long ? "0*" : "");
	room = PIECE_BYTES;
	for (pieces = 1; *value != '\0'; value++) {
		if (is_long && room < 3) {
			buf_format(out, ";\r\n %s*%zu*=", name, pieces++);
			room = PIECE_BYTES;
		}
		room -= put_escaped(out, (unsigned char)*value);
	}
}

void
compose_header_parameter(struct buf *out, const char *name, const char *value)
{
	value = clean(out, value);
	if (!is_ascii(value)) {
		put_extended(out, name, value);
		return;
	}
	buf_format(out, ";\r\n %s=", name);
	put_quoted(out, value);
}
