#include "../check.h"

#include <dirent.h>
#include <string.h>

#include "../tally.h"
#include "describe.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/html_safe.h"
#include "mail/part.h"

/*
 * Real mail, beside what another parser made of it: headers, addresses, texts
 * and files; and all others, of which no byte may do harm.
 */
struct beside {
	struct arena	*arena;
	struct tally	*tally;
	const char	*name;
	size_t		 checked;	/* in this mail */
};

static void
agree(struct beside *beside, const char *what, bool agrees)
{
	tally_case(beside->tally, agrees, text_format(beside->arena,
	    "%s %s %zu", beside->name, what, ++beside->checked));
}

static void
compare(struct beside *beside, const char *what, const char *ours,
    const char *theirs)
{
	agree(beside, what, is_same_text(beside->arena, ours, theirs));
}

static void
check_addresses(struct beside *beside, const char *raw,
    const struct json *theirs)
{
	const struct address	*ours;
	struct objects		 list;
	const struct json	*one;
	const char		*name, *address;
	size_t			 i;

	theirs = json_member(json_member(theirs, "Address"), "List");
	list = address_read_lenient(beside->arena, raw);
	ours = list.at;
	for (i = 0; i < json_count(theirs); i++) {
		one = json_element(theirs, i);
		name = json_text(json_member(one, "name"));
		address = json_text(json_member(one, "address"));
		compare(beside, "name", i < list.len && ours[i].name != NULL ?
		    ours[i].name : "", name == NULL ? "" : name);
		compare(beside, "address", i < list.len ? ours[i].address : "",
		    address == NULL ? "" : address);
	}
}

static void
check_headers(struct beside *beside, struct pairs fields,
    const struct json *headers)
{
	const struct json	*value;
	const char		*name, *raw;
	size_t			 i;

	for (i = 0; i < json_count(headers); i++) {
		name = json_text(json_member(json_element(headers, i),
		    "name"));
		value = json_member(json_element(headers, i), "value");
		if (name == NULL || (raw = header_find(fields, name)) == NULL)
			continue;
		if (text_equal(name, "subject") &&
		    json_text(json_member(value, "Text")) != NULL)
			compare(beside, name, header_decode(beside->arena, raw),
			    json_text(json_member(value, "Text")));
		if (text_equal(name, "from") || text_equal(name, "to") ||
		    text_equal(name, "cc"))
			check_addresses(beside, raw, value);
	}
}

static void
check_binary(struct beside *beside, struct bytes ours,
    const struct json *theirs)
{
	int64_t	 byte;
	size_t	 i;

	for (i = 0; i < json_count(theirs) && i < ours.len; i++)
		if (!json_integer(json_element(theirs, i), &byte) ||
		    byte != ours.at[i])
			break;
	agree(beside, "binary", i == json_count(theirs) && i == ours.len);
}

static size_t
offset(const struct json *part, const char *name)
{
	int64_t	 number;

	return json_integer(json_member(part, name), &number) ?
	    (size_t)number : 0;
}

static void
check_part(struct beside *beside, struct bytes mail, const struct json *json)
{
	const struct json	*body;
	struct part		 part;
	struct pairs		 fields;
	struct bytes		 content;
	const char		*theirs;
	size_t			 start, end;

	start = offset(json, "offset_header");
	end = offset(json, "offset_body");
	fields = header_fields(beside->arena, bytes_slice(mail, start,
	    end - start));
	check_headers(beside, fields, json_member(json, "headers"));
	part = describe(beside->arena, fields);
	/* The other one does not decode it. */
	if (text_equal(part.encoding, "x-uuencode"))
		return;
	content = part_decode(beside->arena, part.encoding, bytes_slice(mail,
	    end, offset(json, "offset_end") - end));
	body = json_member(json, "body");
	theirs = json_text(json_member(body, "Text"));
	if (theirs == NULL)
		theirs = json_text(json_member(body, "Html"));
	if (theirs != NULL)
		compare(beside, "text", part_text(beside->arena, &part,
		    content), theirs);
	else if (json_member(body, "Binary") != NULL)
		check_binary(beside, content, json_member(body, "Binary"));
}

/* The offsets beside some were counted without the CR of each line. */
static struct bytes
without_returns(struct arena *arena, struct bytes mail)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < mail.len; i++)
		if (mail.at[i] != '\r')
			buf_byte(&buf, mail.at[i]);
	return buf_view(&buf);
}

static void
check_mail(struct beside *beside, const char *path)
{
	const struct json	*json;
	struct bytes		 mail;
	size_t			 i;

	mail = corpora_read(beside->arena, text_format(beside->arena,
	    "%s.eml", path));
	if (json_read(beside->arena, corpora_read(beside->arena, text_format(
	    beside->arena, "%s.json", path)), JSON_KEYS_LAST, &json) != NULL)
		return;
	beside->name = path + strlen(beside->tally->set) + 1;
	beside->checked = 0;
	json = json_member(json, "parts");
	if (offset(json_element(json, 0), "offset_end") != mail.len)
		mail = without_returns(beside->arena, mail);
	tally_start(beside->tally);
	for (i = 0; i < json_count(json); i++)
		check_part(beside, mail, json_element(json, i));
	tally_stop(beside->tally, beside->arena, beside->name);
}

static void
check_folder(struct beside *beside, const char *name)
{
	const struct dirent	*entry;
	const char		*path;
	DIR			*folder;

	beside->arena = arena_open();
	path = text_format(beside->arena, "%s/%s", beside->tally->set, name);
	folder = opendir(corpora_path(beside->arena, path));
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (!text_ends_case(entry->d_name, ".eml"))
			continue;
		arena_wipe(beside->arena);
		check_mail(beside, text_format(beside->arena, "%s/%s/%.*s",
		    beside->tally->set, name,
		    (int)strlen(entry->d_name) - 4, entry->d_name));
	}
	if (folder != NULL)
		closedir(folder);
	arena_close(beside->arena);
}

static void
agrees_with_another(void **state)
{
	static const char *const	 folders[] = {
		"legacy", "malformed", "rfc", "thirdparty"
	};
	struct tally			 tally;
	struct beside			 beside = { .tally = &tally };
	size_t				 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/mime", "mime/stalwart-mail-parser");
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		check_folder(&beside, folders[i]);
	assert_true(tally.files > 60 && tally.cases > 350);
	assert_true(tally_close(&tally));
}

/* The file as header fields, and as text of each encoding, and as HTML. */
static void
read_all(struct arena *arena, struct bytes mail)
{
	static const char *const	 encodings[] = {
		"7bit", "base64", "quoted-printable", "x-uuencode"
	};
	const struct html_options	 options = { .markdown = true };
	struct html_text		 shown;
	struct html_safe		 safe;
	struct part			 part;
	struct pairs			 fields;
	const char			*text;
	size_t				 i;

	fields = header_fields(arena, mail);
	for (i = 0; i < fields.len; i++) {
		text = header_decode(arena, fields.at[i].value);
		assert_true(utf8_is_valid(bytes_of(text)));
		assert_null(strpbrk(text, "\r\n"));
		address_read_lenient(arena, fields.at[i].value);
	}
	part = describe(arena, fields);
	for (i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
		text = part_text(arena, &part, part_decode(arena,
		    encodings[i], mail));
		assert_true(utf8_is_valid(bytes_of(text)));
		html_to_text(arena, text, &options, &shown);
		assert_true(utf8_is_valid(bytes_of(shown.text)));
		html_safe(arena, text, 0, &safe);
		assert_true(utf8_is_valid(bytes_of(safe.shown.text)));
		assert_null(strstr(safe.shown.text, "<script"));
	}
}

/* One file of a set, by its path below the corpora. */
static void
read_file(struct tally *tally, const char *path)
{
	struct arena	*arena = arena_open();
	struct bytes	 file;

	file = corpora_read(arena, path);
	tally_start(tally);
	read_all(arena, file);
	tally_stop(tally, arena, path);
	arena_close(arena);
}

static void
read_set(struct arena *arena, const char *set)
{
	struct corpora_list	 files;
	struct tally		 tally;
	size_t			 i;

	tally_open(&tally, "mail/mime:read", set);
	files = corpora_list(arena, set, false);
	assert_true(files.len > 0);
	for (i = 0; i < files.len; i++)
		read_file(&tally, files.at[i]);
	assert_true(tally_close(&tally));
}

/* Whatever it is: decoding ends, and ends in UTF-8. */
static void
reads_every_file(void **state)
{
	static const char *const	 kinds[] = {
		"mime", "html", "injection", "auth-results"
	};
	struct corpora_list		 sets;
	struct arena			*arena = arena_open();
	size_t				 i, j;

	(void)state;
	corpora_needed();
	read_set(arena, "own/mail-injection");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		sets = corpora_list(arena, kinds[i], true);
		assert_true(sets.len > 0);
		for (j = 0; j < sets.len; j++)
			read_set(arena, sets.at[j]);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(agrees_with_another),
    cmocka_unit_test(reads_every_file))
