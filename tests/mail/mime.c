#include "../check.h"

#include <dirent.h>
#include <string.h>

#include "../corpora.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/html.h"
#include "mail/part.h"

/*
 * Real mail, beside what another parser made of it: headers, addresses, texts
 * and files.  Differences are counted for all, and none may lose text.
 */
struct tally {
	struct arena	*arena;
	const char	*name;
	size_t		 mails, checked, different;
};

static const char	 replacement[] = "\xEF\xBF\xBD";

/* Without white space, which parsers treat differently. */
static const char *
squeeze(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (; *text != '\0'; text++)
		if (!text_is_space((unsigned char)*text) &&
		    !text_is_control((unsigned char)*text))
			buf_byte(&buf, (unsigned char)*text);
	return buf_string(&buf);
}

static void
compare(struct tally *tally, const char *what, const char *ours,
    const char *theirs)
{
	ours = squeeze(tally->arena, utf8_visible(tally->arena, ours, NULL));
	theirs = squeeze(tally->arena, utf8_visible(tally->arena, theirs,
	    NULL));
	tally->checked++;
	/* Bytes without a charset that only we could read are no difference. */
	if (strcmp(ours, theirs) == 0 || (strstr(theirs, replacement) != NULL &&
	    strstr(ours, replacement) == NULL))
		return;
	tally->different++;
	printf("# %s: %s: %.70s / %.70s\n", tally->name, what, ours, theirs);
}

static void
check_addresses(struct tally *tally, const char *raw,
    const struct json *theirs)
{
	const struct address	*ours;
	struct objects		 list;
	const struct json	*one;
	const char		*name, *address;
	size_t			 i;

	theirs = json_member(json_member(theirs, "Address"), "List");
	list = address_read_lenient(tally->arena, raw);
	ours = list.at;
	for (i = 0; i < json_count(theirs); i++) {
		one = json_element(theirs, i);
		name = json_text(json_member(one, "name"));
		address = json_text(json_member(one, "address"));
		compare(tally, "name", i < list.len && ours[i].name != NULL ?
		    ours[i].name : "", name == NULL ? "" : name);
		compare(tally, "address", i < list.len ? ours[i].address : "",
		    address == NULL ? "" : address);
	}
}

static void
check_headers(struct tally *tally, struct pairs fields,
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
			compare(tally, name, header_decode(tally->arena, raw),
			    json_text(json_member(value, "Text")));
		if (text_equal(name, "from") || text_equal(name, "to") ||
		    text_equal(name, "cc"))
			check_addresses(tally, raw, value);
	}
}

/* A part as BODYSTRUCTURE would tell it. */
static struct part
describe(struct arena *arena, struct pairs fields)
{
	struct part	 part = { 0 };
	struct texts	 words;
	const char	*type, *encoding;

	part.parameters = header_parameters(arena, header_find(fields,
	    "Content-Type"), &type);
	words = text_split(arena, type, "/");
	part.type = words.len > 0 ? words.at[0] : "text";
	part.subtype = words.len > 1 ? words.at[1] : "plain";
	encoding = header_find(fields, "Content-Transfer-Encoding");
	part.encoding = "7bit";
	if (encoding != NULL)
		header_parameters(arena, encoding, &part.encoding);
	return part;
}

static void
check_binary(struct tally *tally, struct bytes ours,
    const struct json *theirs)
{
	int64_t	 byte;
	size_t	 i;

	tally->checked++;
	for (i = 0; i < json_count(theirs) && i < ours.len; i++)
		if (!json_integer(json_element(theirs, i), &byte) ||
		    byte != ours.at[i])
			break;
	if (i == json_count(theirs) && i == ours.len)
		return;
	tally->different++;
	printf("# %s: binary: %zu / %zu bytes, differs at %zu\n", tally->name,
	    ours.len, json_count(theirs), i);
}

static size_t
offset(const struct json *part, const char *name)
{
	int64_t	 number;

	return json_integer(json_member(part, name), &number) ?
	    (size_t)number : 0;
}

static void
check_part(struct tally *tally, struct bytes mail, const struct json *json)
{
	const struct json	*body;
	struct part		 part;
	struct pairs		 fields;
	struct bytes		 content;
	const char		*theirs;
	size_t			 start, end;

	start = offset(json, "offset_header");
	end = offset(json, "offset_body");
	fields = header_fields(tally->arena, bytes_slice(mail, start,
	    end - start));
	check_headers(tally, fields, json_member(json, "headers"));
	part = describe(tally->arena, fields);
	/* The other one does not decode it. */
	if (text_equal(part.encoding, "x-uuencode"))
		return;
	content = part_decode(tally->arena, part.encoding, bytes_slice(mail,
	    end, offset(json, "offset_end") - end));
	body = json_member(json, "body");
	theirs = json_text(json_member(body, "Text"));
	if (theirs == NULL)
		theirs = json_text(json_member(body, "Html"));
	if (theirs != NULL)
		compare(tally, "text", part_text(tally->arena, &part, content),
		    theirs);
	else if (json_member(body, "Binary") != NULL)
		check_binary(tally, content, json_member(body, "Binary"));
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
check_mail(struct tally *tally, const char *path)
{
	const struct json	*json;
	struct bytes		 mail;
	size_t			 i;

	mail = corpora_read(tally->arena, text_format(tally->arena, "%s.eml",
	    path));
	if (json_read(tally->arena, corpora_read(tally->arena, text_format(
	    tally->arena, "%s.json", path)), JSON_KEYS_LAST, &json) != NULL)
		return;
	tally->mails++;
	tally->name = path + strlen("mime/");
	json = json_member(json, "parts");
	if (offset(json_element(json, 0), "offset_end") != mail.len)
		mail = without_returns(tally->arena, mail);
	for (i = 0; i < json_count(json); i++)
		check_part(tally, mail, json_element(json, i));
}

static void
check_folder(struct tally *tally, const char *path)
{
	const struct dirent	*entry;
	DIR			*folder;

	folder = opendir(corpora_path(tally->arena, path));
	if (folder == NULL) {
		printf("# SKIP no corpora\n");
		return;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (!text_ends_case(entry->d_name, ".eml"))
			continue;
		check_mail(tally, text_format(tally->arena, "%s/%.*s", path,
		    (int)strlen(entry->d_name) - 4, entry->d_name));
		arena_wipe(tally->arena);
	}
	closedir(folder);
}

static void
test_stalwart(void **state)
{
	static const char *const	 folders[] = {
		"mime/stalwart-mail-parser/legacy",
		"mime/stalwart-mail-parser/malformed",
		"mime/stalwart-mail-parser/rfc",
		"mime/stalwart-mail-parser/thirdparty"
	};
	struct tally			 tally = { 0 };
	size_t				 i;

	(void)state;
	tally.arena = arena_open();
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		check_folder(&tally, folders[i]);
	printf("# %zu mails, %zu compared, %zu different\n", tally.mails,
	    tally.checked, tally.different);
	assert_true(tally.mails == 0 || tally.checked >= 350);
	assert_true(tally.different * 50 <= tally.checked);
	arena_close(tally.arena);
}

static void
read_all(struct arena *arena, struct bytes mail)
{
	static const char *const	 encodings[] = {
		"7bit", "base64", "quoted-printable", "x-uuencode"
	};
	const struct html_options	 options = { .markdown = true };
	struct html_text		 shown;
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
	}
}

/* Every file below the folder, at most that many levels down. */
static size_t
read_folder(struct arena *arena, const char *path, size_t levels)
{
	const struct dirent	*entry;
	struct arena		*scratch;
	const char		*name;
	size_t			 count;
	DIR			*folder;

	if ((folder = opendir(corpora_path(arena, path))) == NULL)
		return 0;
	count = 0;
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' || entry->d_name[0] == '_')
			continue;
		name = text_format(arena, "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR && levels > 0)
			count += read_folder(arena, name, levels - 1);
		if (entry->d_type == DT_DIR)
			continue;
		scratch = arena_open();
		read_all(scratch, corpora_read(scratch, name));
		arena_close(scratch);
		count++;
	}
	closedir(folder);
	return count;
}

/* Whatever it is: decoding ends, and ends in UTF-8. */
static void
test_all(void **state)
{
	static const char *const	 sets[] = {
		"cpython-email", "cyrus-cassandane", "email-reply-parser",
		"enmime", "fake-mail-server-mails", "flanker", "gmime",
		"mailparser", "mimekit", "php-mime-mail-parser",
		"postal-mime", "rspamd-functional", "ruby-mail",
		"spamscope-mail-parser", "talon-replies", "webklex-php-imap",
		"zbateson-mail-mime-parser"
	};
	struct arena			*arena;
	size_t				 i, count;

	(void)state;
	for (i = count = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		arena = arena_open();
		count += read_folder(arena, text_format(arena, "mime/%s",
		    sets[i]), 3);
		arena_close(arena);
	}
	printf("# %zu files read\n", count);
	assert_true(count == 0 || count > 600);
}

CHECK_MAIN(cmocka_unit_test(test_stalwart), cmocka_unit_test(test_all))
