#include "data/filename.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/url.h"
#include "data/utf8.h"

enum {
	EXTENSION_BYTES = 16,	/* a longer one is part of the name */
	DELETE = 0x7f,
	LAST_C1 = 0x9f
};

static const char	 nameless[] = "attachment";

/* Names Windows takes for devices, whatever follows the first dot. */
static const char *const devices[] = {
	"con", "prn", "aux", "nul",
	"com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
	NULL
};

static const char *
last_segment(const char *name)
{
	const char	*at, *start;

	start = name;
	for (at = name; *at != '\0'; at++)
		if (*at == '/' || *at == '\\')
			start = at + 1;
	return start;
}

static bool
is_kept(uint32_t character)
{
	if (character < ' ' ||
	    (character >= DELETE && character <= LAST_C1) ||
	    character == UTF8_REPLACEMENT)
		return false;
	if (character < DELETE && strchr("<>:\"|?*", (int)character) != NULL)
		return false;
	return !utf8_is_invisible(character);
}

static bool
is_device(const char *name)
{
	struct bytes	 stem;
	size_t		 i;

	stem = bytes_from(name, strcspn(name, "."));
	for (i = 0; devices[i] != NULL; i++)
		if (bytes_is_case(stem, devices[i]))
			return true;
	return false;
}

/* Where the extension starts, with its dot; the end where there is none. */
static size_t
extension(struct bytes name)
{
	size_t	 i;

	for (i = name.len; i > 0 && name.len - i < EXTENSION_BYTES; i--)
		if (name.at[i - 1] == '.')
			return i - 1;
	return name.len;
}

static struct bytes
trim(struct bytes name)
{
	while (name.len > 0 && (name.at[0] == '.' || name.at[0] == ' '))
		name = bytes_slice(name, 1, name.len - 1);
	while (name.len > 0 && (name.at[name.len - 1] == '.' ||
	    name.at[name.len - 1] == ' '))
		name.len--;
	return name;
}

/* Cuts the stem at a character's start, so that the whole fits; what it then
 * ends in is no dot or blank either. */
static const char *
shorten(struct arena *arena, struct bytes name)
{
	struct buf	 buf;
	size_t		 dot, end;

	if (name.len <= FILENAME_BYTES)
		return bytes_text(arena, name);
	dot = extension(name);
	end = FILENAME_BYTES - (name.len - dot);
	while (end > 0 && (name.at[end] & 0xc0) == 0x80)
		end--;
	buf_start(&buf, arena);
	buf_bytes(&buf, trim(bytes_slice(name, 0, end)));
	buf_bytes(&buf, bytes_slice(name, dot, name.len - dot));
	return buf_string(&buf);
}

const char *
filename_clean(struct arena *arena, const char *name)
{
	struct bytes	 given, kept;
	struct buf	 buf;
	uint32_t	 character;
	size_t		 at;

	if (name == NULL)
		return nameless;
	given = bytes_of(last_segment(name));
	buf_start(&buf, arena);
	for (at = 0; at < given.len;) {
		character = utf8_next(given, &at);
		if (is_kept(character))
			utf8_put(&buf, character);
	}
	kept = trim(buf_view(&buf));
	if (kept.len == 0)
		return nameless;
	name = shorten(arena, kept);
	if (is_device(name))
		return shorten(arena, bytes_of(text_format(arena, "_%s",
		    name)));
	return name;
}

const char *
filename_ascii(struct arena *arena, const char *name)
{
	struct bytes	 given;
	struct buf	 buf;
	uint32_t	 character;
	size_t		 at;

	given = bytes_of(filename_clean(arena, name));
	buf_start(&buf, arena);
	for (at = 0; at < given.len;) {
		character = utf8_next(given, &at);
		if (character < DELETE &&
		    (text_is_alnum((unsigned char)character) ||
		    strchr("-._", (int)character) != NULL))
			buf_byte(&buf, (unsigned char)character);
		else
			buf_byte(&buf, '_');
	}
	return buf_string(&buf);
}

const char *
filename_disposition(struct arena *arena, const char *name)
{
	const char	*clean, *ascii;

	clean = filename_clean(arena, name);
	ascii = filename_ascii(arena, clean);
	if (text_equal(clean, ascii))
		return text_format(arena, "attachment; filename=\"%s\"", ascii);
	return text_format(arena,
	    "attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii,
	    url_escaped(arena, clean));
}
