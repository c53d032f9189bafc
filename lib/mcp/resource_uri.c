#include "mcp/resource_uri.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/url.h"
#include "data/utf8.h"

enum { SEGMENTS_MOST = 3 };

static const char	 start[] = "mail:///";
static const char	 version[] = ";uidvalidity=";
static const char	 part_mark[] = ";part=";
static const char	 search[] = "search";

struct segments {
	struct bytes	 at[SEGMENTS_MOST];
	size_t		 len;
};

/* segment-nz *( "/" segment-nz ), three at most. */
static bool
cut_segments(struct bytes path, struct segments *segments)
{
	size_t	 len;

	for (segments->len = 0; segments->len < SEGMENTS_MOST; ) {
		len = bytes_find(path, '/');
		if (len == 0)
			return false;
		segments->at[segments->len++] = bytes_slice(path, 0, len);
		if (len == path.len)
			return true;
		path = bytes_slice(path, len + 1, path.len);
	}
	return false;
}

/* pchar of RFC 3986 3.3 but ";", which begins a parameter of ours. */
static bool
is_literal(unsigned char byte)
{
	return text_is_alnum(byte) ||
	    (byte != '\0' && strchr("-._~%!$&'()*+,=:@", byte) != NULL);
}

/* What one segment says, decoded once. */
static bool
read_value(struct arena *arena, struct bytes segment, const char **value)
{
	size_t	 i;

	for (i = 0; i < segment.len; i++)
		if (!is_literal(segment.at[i]))
			return false;
	return url_unescape(arena, segment, false, value) &&
	    !text_is_empty(*value) && !text_equal(*value, ".") &&
	    !text_equal(*value, "..") &&
	    text_equal(*value, utf8_clean(arena, bytes_of(*value))) &&
	    !text_has_control(*value);
}

static bool
read_number(struct bytes text, int64_t *number)
{
	uint64_t	 value;

	if (!text_number(text, UINT32_MAX, &value) || value == 0)
		return false;
	*number = (int64_t)value;
	return true;
}

/* Takes what is before the mark off the text; false where it is not there. */
static bool
cut_at(struct bytes *text, const char *mark, struct bytes *before)
{
	size_t	 at, len = strlen(mark);

	at = bytes_find(*text, (unsigned char)mark[0]);
	if (!bytes_is(bytes_slice(*text, at, len), mark))
		return false;
	*before = bytes_slice(*text, 0, at);
	*text = bytes_slice(*text, at + len, text->len);
	return true;
}

/* A number, or several with dots between them. */
static bool
read_part(struct arena *arena, struct bytes text, const char **part)
{
	struct bytes	 rest = text, number;
	int64_t		 value;

	if (text.len > RESOURCE_PART_BYTES)
		return false;
	while (cut_at(&rest, ".", &number))
		if (!read_number(number, &value))
			return false;
	*part = bytes_text(arena, text);
	return read_number(rest, &value);
}

/* {folder};uidvalidity={uidvalidity}/{uid} [ ;part={part} ] */
static bool
read_message(struct arena *arena, const struct segments *segments,
    struct resource_uri *uri)
{
	struct bytes	 number = segments->at[1], last = segments->at[2];
	struct bytes	 folder, uid;

	if (!cut_at(&number, version, &folder) ||
	    !read_value(arena, folder, &uri->folder) ||
	    !read_number(number, &uri->uidvalidity))
		return false;
	uri->kind = RESOURCE_MESSAGE;
	if (!cut_at(&last, part_mark, &uid))
		return read_number(last, &uri->uid);
	uri->kind = RESOURCE_ATTACHMENT;
	return read_number(uid, &uri->uid) &&
	    read_part(arena, last, &uri->part);
}

bool
resource_uri_read(struct arena *arena, const char *text,
    struct resource_uri *uri)
{
	struct segments	 segments;

	*uri = (struct resource_uri){ 0 };
	if (strlen(text) > RESOURCE_URI_BYTES ||
	    !text_starts_case(text, start) ||
	    !cut_segments(bytes_of(text + sizeof(start) - 1), &segments) ||
	    !read_value(arena, segments.at[0], &uri->account))
		return false;
	if (segments.len == 1)
		return true;
	if (segments.len == 2) {
		uri->kind = RESOURCE_FOLDER;
		return read_value(arena, segments.at[1], &uri->folder);
	}
	if (!bytes_is(segments.at[1], search))
		return read_message(arena, &segments, uri);
	uri->kind = RESOURCE_SEARCH;
	return read_value(arena, segments.at[2], &uri->query);
}

const char *
resource_uri_write(struct arena *arena, const struct resource_uri *uri)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, start);
	buf_text(&text, url_escaped(arena, uri->account));
	if (uri->kind == RESOURCE_ACCOUNT)
		return buf_string(&text);
	buf_byte(&text, '/');
	if (uri->kind == RESOURCE_SEARCH)
		buf_format(&text, "%s/%s", search,
		    url_escaped(arena, uri->query));
	else
		buf_text(&text, url_escaped(arena, uri->folder));
	if (uri->kind == RESOURCE_MESSAGE || uri->kind == RESOURCE_ATTACHMENT)
		buf_format(&text, "%s%lld/%lld", version,
		    (long long)uri->uidvalidity, (long long)uri->uid);
	if (uri->kind == RESOURCE_ATTACHMENT)
		buf_format(&text, "%s%s", part_mark, uri->part);
	return buf_string(&text);
}
