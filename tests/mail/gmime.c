#include "../check.h"

#include <string.h>

#include "../tally.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/filename.h"
#include "describe.h"
#include "mail/address.h"
#include "mail/address_lenient.h"

/*
 * What another library makes of the same mails: subject, people, texts in
 * UTF-8, the names and bytes of files.  It cuts the mails into parts, as a
 * mail server does for us.
 */
#if __has_include(<gmime/gmime.h>)

#include <gmime/gmime.h>

struct beside {
	struct arena	*arena;
	struct tally	*tally;
	const char	*name;
	size_t		 part;		/* so far, in this mail */
};

static void
agree(struct beside *beside, const char *what, bool agrees)
{
	tally_case(beside->tally, agrees, text_format(beside->arena,
	    "%s %s %zu", beside->name, what, beside->part));
}

/* All mailboxes of a list, groups unfolded, as one text. */
static void
put_people(struct buf *out, InternetAddressList *list)
{
	InternetAddress	*one;
	const char	*address;
	int		 i;

	for (i = 0; i < internet_address_list_length(list); i++) {
		one = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(one)) {
			put_people(out, internet_address_group_get_members(
			    INTERNET_ADDRESS_GROUP(one)));
			continue;
		}
		address = internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(one));
		buf_format(out, "%s ", address);
	}
}

static void
check_people(struct beside *beside, struct pairs fields, const char *name,
    InternetAddressList *theirs)
{
	const struct address	*list;
	struct objects		 ours;
	struct buf		 ours_text, theirs_text, raw;
	size_t			 i;

	if (header_find(fields, name) == NULL || theirs == NULL)
		return;
	/* It takes all fields of a name together. */
	buf_start(&raw, beside->arena);
	for (i = 0; i < fields.len; i++)
		if (text_equal_case(fields.at[i].name, name))
			buf_format(&raw, "%s, ", fields.at[i].value);
	ours = address_read_lenient(beside->arena, buf_string(&raw));
	list = ours.at;
	buf_start(&ours_text, beside->arena);
	for (i = 0; i < ours.len; i++)
		if (list[i].address[0] != '\0')
			buf_format(&ours_text, "%s ", list[i].address);
	buf_start(&theirs_text, beside->arena);
	put_people(&theirs_text, theirs);
	agree(beside, name, text_equal_case(squeeze(beside->arena,
	    buf_string(&ours_text)), squeeze(beside->arena, utf8_clean(
	    beside->arena, buf_view(&theirs_text)))));
}

/* What a stream holds, in the arena. */
static struct bytes
copy_stream(struct arena *arena, GMimeStream *stream)
{
	GByteArray	*array;
	struct bytes	 copy;

	array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	copy = bytes_from(arena_copy(arena, array->data == NULL ?
	    (const guint8 *)"" : array->data, array->len), array->len);
	g_object_unref(stream);
	return copy;
}

static struct bytes
raw_content(struct arena *arena, GMimeDataWrapper *content)
{
	GMimeStream	*out, *in;

	out = g_mime_stream_mem_new();
	in = g_mime_data_wrapper_get_stream(content);
	g_mime_stream_reset(in);
	g_mime_stream_write_to_stream(in, out);
	g_mime_stream_reset(in);
	return copy_stream(arena, out);
}

static struct bytes
decoded_content(struct arena *arena, GMimeDataWrapper *content)
{
	GMimeStream	*out;

	out = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(content, out);
	return copy_stream(arena, out);
}

static void
check_name(struct beside *beside, const struct part *part, GMimePart *theirs)
{
	const char	*ours, *name;

	ours = part_filename(beside->arena, part);
	name = g_mime_part_get_filename(theirs);
	if (ours == NULL && text_is_empty(name))
		return;
	name = name == NULL ? "" : filename_clean(beside->arena,
	    utf8_clean(beside->arena, bytes_of(name)));
	agree(beside, "name", is_same_text(beside->arena,
	    ours == NULL ? "" : ours, name == NULL ? "" : name));
}

static void
check_part(GMimeObject *parent, GMimeObject *object, void *state)
{
	struct beside		*beside = state;
	GMimeDataWrapper	*content;
	struct bytes		 ours, theirs;
	struct part		 part;
	char			*headers, *text;

	(void)parent;
	if (!GMIME_IS_PART(object) || (content = g_mime_part_get_content(
	    GMIME_PART(object))) == NULL)
		return;
	beside->part++;
	headers = g_mime_object_get_headers(object, NULL);
	part = describe(beside->arena, header_fields(beside->arena,
	    bytes_of(arena_text(beside->arena, headers))));
	g_free(headers);
	check_name(beside, &part, GMIME_PART(object));
	ours = part_decode(beside->arena, part.encoding,
	    raw_content(beside->arena, content));
	if (GMIME_IS_TEXT_PART(object)) {
		text = g_mime_text_part_get_text(GMIME_TEXT_PART(object));
		if (text == NULL)
			return;
		part.subtype = "html";	/* no lines are joined */
		agree(beside, "text", is_same_text(beside->arena,
		    part_text(beside->arena, &part, ours),
		    utf8_clean(beside->arena, bytes_of(text))));
		g_free(text);
		return;
	}
	theirs = decoded_content(beside->arena, content);
	agree(beside, "bytes", bytes_equal(ours, theirs));
}

static void
check_message(struct beside *beside, GMimeMessage *message,
    struct bytes mail)
{
	struct pairs	 fields;
	const char	*subject;

	fields = header_fields(beside->arena, mail);
	subject = g_mime_message_get_subject(message);
	if (subject != NULL && header_find(fields, "Subject") != NULL)
		agree(beside, "subject", is_same_text(beside->arena,
		    header_decode(beside->arena, header_find(fields,
		    "Subject")), utf8_clean(beside->arena,
		    bytes_of(subject))));
	check_people(beside, fields, "From",
	    g_mime_message_get_from(message));
	check_people(beside, fields, "To", g_mime_message_get_to(message));
	check_people(beside, fields, "Cc", g_mime_message_get_cc(message));
	g_mime_message_foreach(message, check_part, beside);
}

/* Whether it begins as mail does. */
static bool
is_mail(struct bytes file)
{
	size_t	 at;

	for (at = 0; at < file.len && file.at[at] > ' ' &&
	    file.at[at] < 0x7F && file.at[at] != ':'; at++)
		if (file.at[at] == '<' || file.at[at] == '{')
			return false;
	return at > 0 && at < file.len && file.at[at] == ':';
}

static void
check_file(struct beside *beside, const char *path)
{
	struct bytes	 mail;
	GMimeMessage	*message;
	GMimeParser	*parser;
	GMimeStream	*stream;

	mail = corpora_read(beside->arena, path);
	if (!is_mail(mail))
		return;
	beside->name = path + strlen(beside->tally->set) + 1;
	beside->part = 0;
	stream = g_mime_stream_mem_new_with_buffer((const char *)mail.at,
	    mail.len);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message != NULL) {
		tally_start(beside->tally);
		check_message(beside, message, mail);
		tally_stop(beside->tally, beside->arena, beside->name);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

static bool
check_set(const char *set)
{
	struct corpora_list	 files;
	struct tally		 tally;
	struct beside		 beside = { .tally = &tally };
	size_t			 i;

	tally_open(&tally, "mail/gmime", set);
	files = corpora_list(tally.arena, set, false);
	for (i = 0; i < files.len; i++) {
		beside.arena = arena_open();
		check_file(&beside, files.at[i]);
		arena_close(beside.arena);
	}
	return tally_close(&tally);
}

static void
decodes_as_gmime_does(void **state)
{
	struct corpora_list	 sets;
	struct arena		*arena = arena_open();
	size_t			 i, wrong = 0;

	(void)state;
	corpora_needed();
	g_mime_init();
	sets = corpora_list(arena, "mime", true);
	for (i = 0; i < sets.len; i++)
		wrong += !check_set(sets.at[i]);
	assert_true(sets.len > 15);
	assert_int_equal(wrong, 0);
	g_mime_shutdown();
	arena_close(arena);
}

#else

static void
decodes_as_gmime_does(void **state)
{
	(void)state;
	print_message("# SKIP no corpora, or no GMime\n");
	skip();
}

#endif

CHECK_MAIN(cmocka_unit_test(decodes_as_gmime_does))
