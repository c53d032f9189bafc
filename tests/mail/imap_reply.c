#include "mail/imap_reply.h"

#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_lex.h"

#include "../check.h"
#include "../tally.h"

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

/* Reads all responses of a transcript; each is to be taken. */
static void
read_transcript(struct tally *tally, struct bytes text, const char *name)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct imap_box		 box;
	struct bytes		 whole;
	size_t			 at = 0, count = 0;

	memset(&replies, 0, sizeof(replies));
	memset(&box, 0, sizeof(box));
	text = with_crlf(arena, text);
	while (cut_response(arena, text, &at, &whole)) {
		bad = imap_reply_read(arena, whole, &replies, &box,
		    &response);
		tally_case(tally, bad == NULL, text_format(arena, "%s %zu",
		    name, ++count));
	}
	arena_close(arena);
}

static void
read_file(struct tally *tally, const char *path)
{
	struct arena	*arena = arena_open();
	struct bytes	 file;

	file = corpora_read(arena, path);
	tally_start(tally);
	read_transcript(tally, file, path + strlen(tally->set) + 1);
	tally_stop(tally, arena, path);
	arena_close(arena);
}

static void
transcripts(void **state)
{
	struct arena		*arena = arena_open();
	struct corpora_list	 files;
	struct tally		 tally;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/imap_reply", "imap/mailkit-transcripts");
	files = corpora_list(arena, tally.set, false);
	for (i = 0; i < files.len; i++)
		read_file(&tally, files.at[i]);
	assert_true(tally.files > 200 && tally.cases > 800);
	assert_true(tally_close(&tally));
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

/* The responses of a fixture, and the beginnings of each. */
static void
read_fixture(struct tally *tally, struct bytes file, const char *name)
{
	static const char	 key[] = ":response:";
	struct arena		*arena = arena_open();
	const char		*at = bytes_text(arena, file);
	struct bytes		 text, whole;
	size_t			 read, count = 0;

	tally_start(tally);
	while ((at = strstr(at, key)) != NULL) {
		at = strchr(at, '"') + 1;
		text = read_scalar(arena, at);
		read_transcript(tally, text, text_format(arena, "%s %zu",
		    name + strlen(tally->set) + 1, ++count));
		read = 0;
		while (cut_response(arena, text, &read, &whole))
			read_beginnings(whole);
	}
	tally_stop(tally, arena, name);
	arena_close(arena);
}

static void
fixtures(void **state)
{
	struct arena		*arena = arena_open();
	struct corpora_list	 files;
	struct tally		 tally;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/imap_reply", "imap/net-imap-fixtures");
	files = corpora_list(arena, tally.set, false);
	for (i = 0; i < files.len; i++)
		read_fixture(&tally, corpora_read(arena, files.at[i]),
		    files.at[i]);
	assert_true(tally.files == 16 && tally.cases > 110);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

/* "$name" and "${name}" stand for a number, or for a text where they stand
 * alone and are called as one; "$!word" for nothing. */
static const char *
fill_in(struct buf *out, const char *at)
{
	static const char	 letters[] = "abcdefghijklmnopqrstuvwxyz"
				    "0123456789_";
	const char		*name;
	bool			 alone;

	name = at + 1 + strspn(at + 1, "!{");
	alone = at[-1] == ' ';
	at = name + strspn(name, letters);
	at += strspn(at, "}");
	if (name[-1] == '!')
		return at;
	if (!alone || strchr(" )\n", *at) == NULL ||
	    (*name >= '0' && *name <= '9') || text_starts_case(name, "uid") ||
	    text_starts_case(name, "size"))
		buf_byte(out, '1');
	else
		buf_text(out, "\"1\"");
	return at;
}

/* A line of a script up to its end, with its variables filled in, and what
 * stands between "{{{" and "}}}" as a literal. */
static const char *
add_line(struct arena *arena, struct buf *out, const char *at)
{
	struct bytes	 content;
	const char	*end;

	while (*at != '\0' && *at != '\n') {
		if (*at == '$') {
			at = fill_in(out, at);
			continue;
		}
		if (strncmp(at, "{{{\n", 4) != 0 ||
		    (end = strstr(at, "}}}")) == NULL) {
			buf_byte(out, (unsigned char)*at++);
			continue;
		}
		at += 4;
		content = with_crlf(arena, bytes_from(at,
		    (size_t)(end - at)));
		buf_format(out, "{%zu}\r\n", content.len);
		buf_bytes(out, content);
		at = end + 3;
	}
	buf_text(out, "\r\n");
	return at;
}

/* What the server is to say in a script of imaptest. */
static void
read_script(struct tally *tally, const char *path)
{
	struct arena	*arena = arena_open();
	struct bytes	 file;
	struct buf	 out;
	const char	*at;

	file = corpora_read(arena, path);
	buf_start(&out, arena);
	for (at = bytes_text(arena, file); at != NULL;
	    at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, "* ", 2) == 0)
			at = add_line(arena, &out, at);
	}
	tally_start(tally);
	read_transcript(tally, buf_view(&out), path + strlen(tally->set) + 1);
	tally_stop(tally, arena, path);
	arena_close(arena);
}

static void
scripts(void **state)
{
	struct arena		*arena = arena_open();
	struct corpora_list	 files;
	struct tally		 tally;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/imap_reply", "imap/dovecot-imaptest");
	files = corpora_list(arena, tally.set, false);
	for (i = 0; i < files.len; i++)
		read_script(&tally, files.at[i]);
	assert_true(tally.files == 70 && tally.cases > 300);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(transcripts),
	cmocka_unit_test(fixtures),
	cmocka_unit_test(scripts)
)
