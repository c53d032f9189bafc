#include "mail/imap_reply.h"

#include <dirent.h>

#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_lex.h"

#include "../check.h"
#include "../corpora.h"

/*
 * One whole response of a transcript, framed as imap_channel does it, in
 * memory of exactly its size.  False at the transcript's end.
 */
static bool
cut_response(struct arena *arena, struct bytes text, size_t *at,
    struct bytes *whole)
{
	struct buf	 buf;
	struct bytes	 line;
	uint64_t	 len = 0;
	size_t		 end;

	buf_start(&buf, arena);
	if (*at >= text.len)
		return false;
	for (;;) {
		line = bytes_slice(text, *at, text.len);
		end = bytes_find(line, '\n');
		line.len = end;
		*at += end + 1;
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		buf_bytes(&buf, line);
		if (!imap_lex_literal_follows(buf_view(&buf), &len))
			break;
		buf_text(&buf, "\r\n");
		line = bytes_slice(text, *at, (size_t)len);
		buf_bytes(&buf, line);
		*at += line.len;
	}
	*whole = bytes_from(arena_copy(arena, buf.at, buf.len), buf.len);
	return true;
}

/* The collection holds some with bare LF, whose literals count CRLF. */
static struct bytes
with_crlf(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < text.len; i++) {
		if (text.at[i] == '\n' && (i == 0 || text.at[i - 1] != '\r'))
			buf_byte(&buf, '\r');
		buf_byte(&buf, text.at[i]);
	}
	return buf_view(&buf);
}

/* Reads all responses of a transcript; returns how many are refused. */
static size_t
read_transcript(struct bytes text, const char *name, size_t *count)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct imap_box		 box;
	struct bytes		 whole;
	size_t			 at = 0, refused = 0;

	memset(&replies, 0, sizeof(replies));
	memset(&box, 0, sizeof(box));
	text = with_crlf(arena, text);
	while (cut_response(arena, text, &at, &whole)) {
		++*count;
		bad = imap_reply_read(arena, whole, &replies, &box,
		    &response);
		if (bad == NULL)
			continue;
		refused++;
		whole.len = bytes_find(whole, '\r');
		print_message("# %s: %s: %.60s\n", name, bad->detail,
		    bytes_text(arena, whole));
	}
	arena_close(arena);
	return refused;
}

static void
transcripts(void **state)
{
	struct arena	*arena = arena_open();
	struct dirent	*vendor, *file;
	DIR		*all, *one;
	const char	*path;
	size_t		 count = 0, refused = 0, files = 0;

	(void)state;
	all = opendir(corpora_path(arena, "imap/mailkit-transcripts"));
	if (all == NULL) {
		print_message("# SKIP no corpora\n");
		skip();
	}
	while ((vendor = readdir(all)) != NULL) {
		path = text_format(arena, "imap/mailkit-transcripts/%s",
		    vendor->d_name);
		if (vendor->d_name[0] == '.' ||
		    (one = opendir(corpora_path(arena, path))) == NULL)
			continue;
		while ((file = readdir(one)) != NULL) {
			if (!text_ends_case(file->d_name, ".txt"))
				continue;
			files++;
			refused += read_transcript(corpora_read(arena,
			    text_format(arena, "%s/%s", path, file->d_name)),
			    file->d_name, &count);
		}
		closedir(one);
	}
	closedir(all);
	print_message("# %zu responses in %zu files, %zu refused\n", count,
	    files, refused);
	assert_true(files > 200);
	/* One of them has a literal with a byte more than it says. */
	assert_in_range(refused, 0, 2);
	arena_close(arena);
}

/* A double-quoted scalar of YAML, up to its closing quote. */
static struct bytes
read_scalar(struct arena *arena, const char *at)
{
	static const char	 escapes[] = "r\rn\nt\te\x1b";
	struct buf		 buf;
	const char		*escape;

	buf_start(&buf, arena);
	for (; *at != '"' && *at != '\0'; at++) {
		if (*at == '\n') {
			buf_byte(&buf, ' ');
			at += strspn(at + 1, " ");
		} else if (*at != '\\') {
			buf_byte(&buf, (unsigned char)*at);
		} else if (*++at == '\n') {
			at += strspn(at + 1, " ");
		} else if (*at == 'x') {
			buf_byte(&buf, (unsigned char)strtoul(text_format(
			    arena, "%.2s", at + 1), NULL, 16));
			at += 2;
		} else {
			escape = strchr(escapes, *at);
			buf_byte(&buf, (unsigned char)(escape != NULL ?
			    escape[1] : *at));
		}
	}
	return buf_view(&buf);
}

/* Whether every beginning of a response ends in a fault or an answer, never
 * in reading beyond it. */
static void
read_beginnings(struct bytes whole)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct imap_box		 box;
	struct arena		*arena = arena_open();
	size_t			 len, step = 1 + whole.len / 300;

	for (len = 0; len < whole.len; len += step) {
		memset(&replies, 0, sizeof(replies));
		memset(&box, 0, sizeof(box));
		imap_reply_read(arena, bytes_from(arena_copy(arena,
		    whole.at, len), len), &replies, &box,
		    &response);
		arena_wipe(arena);
	}
	arena_close(arena);
}

/* The responses of a fixture, and how many are refused. */
static void
read_fixture(struct bytes file, size_t *count, size_t *refused)
{
	static const char	 key[] = ":response:";
	struct arena		*arena = arena_open();
	const char		*at = bytes_text(arena, file);
	struct bytes		 text, whole;
	size_t			 read;

	while ((at = strstr(at, key)) != NULL) {
		at = strchr(at, '"') + 1;
		text = read_scalar(arena, at);
		*refused += read_transcript(text, "net-imap", count);
		read = 0;
		while (cut_response(arena, text, &read, &whole))
			read_beginnings(whole);
	}
	arena_close(arena);
}

static void
fixtures(void **state)
{
	static const char *const	 names[] = { "body_structure_responses",
	    "capability_responses", "continuation_requests",
	    "expunge_responses", "fetch_responses", "flags_responses",
	    "quirky_behaviors", "resp_code_examples", "resp_cond_examples",
	    "resp_text_responses", "rfc3501_examples",
	    "rfc7162_condstore_qresync_responses",
	    "rfc9586_uidonly_responses", "thread_responses",
	    "uidplus_extension", "utf8_responses" };
	struct arena			*arena = arena_open();
	struct bytes			 file;
	size_t				 i, count = 0, refused = 0;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		file = corpora_read(arena, text_format(arena,
		    "imap/net-imap-fixtures/%s.yml", names[i]));
		if (file.at == NULL)
			skip();
		read_fixture(file, &count, &refused);
	}
	print_message("# %zu responses, %zu refused\n", count, refused);
	assert_true(count > 110);
	/* A literal of more bytes than 64 bits can count. */
	assert_int_equal(refused, 1);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(transcripts),
	cmocka_unit_test(fixtures)
)
