#include "mail/imap_fetch.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_envelope.h"
#include "mail/part.h"

#include "../check.h"

/* What was read, in words of ours. */
static void
put_text(struct buf *buf, const char *name, const char *text)
{
	if (text != NULL)
		buf_format(buf, " %s=%s", name, text);
}

static void
put_addresses(struct buf *buf, const char *name,
    const struct imap_address *address)
{
	for (; address != NULL; address = address->next)
		buf_format(buf, " %s=%s<%s@%s>", name,
		    address->name == NULL ? "" : address->name,
		    address->mailbox == NULL ? "" : address->mailbox,
		    address->host == NULL ? "" : address->host);
}

static void
put_envelope(struct buf *buf, const struct imap_envelope *envelope)
{
	if (envelope == NULL)
		return;
	put_text(buf, "date", envelope->date);
	put_text(buf, "subject", envelope->subject);
	put_addresses(buf, "from", envelope->from);
	put_addresses(buf, "to", envelope->to);
	put_addresses(buf, "bcc", envelope->bcc);
	put_text(buf, "reply", envelope->in_reply_to);
	put_text(buf, "id", envelope->message_id);
}

static void
put_part(struct buf *buf, const struct part *part)
{
	size_t	 i;

	buf_format(buf, " [%s %s/%s %s %u", part->number, part->type,
	    part->subtype, part->encoding, part->size);
	for (i = 0; i < part->parameters.len; i++)
		buf_format(buf, " %s:%s", part->parameters.at[i].name,
		    part->parameters.at[i].value);
	put_text(buf, "cid", part->id);
	put_text(buf, "as", part->disposition);
	for (i = 0; i < part->disposition_parameters.len; i++)
		buf_format(buf, " %s:%s",
		    part->disposition_parameters.at[i].name,
		    part->disposition_parameters.at[i].value);
	for (part = part->children; part != NULL; part = part->next)
		put_part(buf, part);
	buf_text(buf, "]");
}

static const char *
describe(struct arena *arena, const struct imap_message *message)
{
	const struct imap_section	*section;
	struct buf			 buf;

	buf_start(&buf, arena);
	buf_format(&buf, "%u/%u", message->sequence, message->uid);
	if (message->has_flags)
		buf_format(&buf, " flags=%s", texts_join(arena,
		    message->flags, ","));
	if (message->size > 0)
		buf_format(&buf, " size=%u", message->size);
	if (message->has_received)
		put_text(&buf, "received", clock_rfc3339(arena,
		    message->received));
	put_envelope(&buf, message->envelope);
	if (message->body != NULL)
		put_part(&buf, message->body);
	for (section = message->sections; section != NULL;
	    section = section->next)
		buf_format(&buf, " %s<%u>=%s", section->section,
		    section->origin, section->is_nil ? "NIL" :
		    bytes_text(arena, section->content));
	put_text(&buf, "preview", message->preview);
	put_text(&buf, "thread", message->thread_id);
	if (message->modseq != 0)
		buf_format(&buf, " modseq=%llu",
		    (unsigned long long)message->modseq);
	return buf_string(&buf);
}

/* NULL: refused. */
static const struct row {
	const char	*line;
	const char	*expected;
} rows[] = {
	{ "* 1 FETCH (UID 5 FLAGS (\\Seen $Label1 gmail[x]))",
	    "1/5 flags=\\Seen,$Label1,gmail[x]" },
	{ "* 1 fetch (flags () uid 5)", "1/5 flags=" },
	{ "* 1 FETCH ()", "1/0" },
	{ "* 1 FETCH (UID 4294967295 RFC822.SIZE 99999999999)",
	    "1/4294967295 size=4294967295" },
	{ "* 1 FETCH (INTERNALDATE \" 1-Feb-2026 09:30:00 +0130\")",
	    "1/0 received=2026-02-01T09:30:00+01:30" },
	{ "* 1 FETCH (INTERNALDATE \"31-Foo-2026 09:30:00 +0130\" UID 2)",
	    "1/2" },
	{ "* 1 FETCH (ENVELOPE (\"d\" \"s\" ((\"N\" NIL \"m\" \"h\")) NIL "
	    "NIL ((NIL NIL \"g\" NIL)(\"A\" NIL \"a\" \"b\")(NIL NIL NIL "
	    "NIL)) NIL NIL \"<r>\" \"<i>\"))",
	    "1/0 date=d subject=s from=N<m@h> to=<g@> to=A<a@b> to=<@> "
	    "reply=<r> id=<i>" },
	{ "* 1 FETCH (ENVELOPE (NIL {3}\r\na\"b NIL NIL NIL NIL NIL NIL NIL "
	    "NIL))", "1/0 subject=a\"b" },
	{ "* 1 FETCH (ENVELOPE (NIL NIL))", "1/0" },
	{ "* 1 FETCH (BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" "
	    "\"utf-8\") \"<c>\" NIL \"7BIT\" 12 1))",
	    "1/0 [1 text/plain 7bit 12 charset:utf-8 cid=c]" },
	{ "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL "
	    "\"7BIT\" 1 1)(\"APPLICATION\" \"PDF\" (\"NAME\" \"x\") NIL NIL "
	    "\"BASE64\" 9 NIL (\"ATTACHMENT\" (\"FILENAME\" \"a b.pdf\")) "
	    "NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL))",
	    "1/0 [ multipart/mixed 7bit 0 boundary:b [1 text/plain 7bit 1] "
	    "[2 application/pdf base64 9 name:x as=attachment "
	    "filename:a b.pdf]]" },
	{ "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL "
	    "\"7BIT\" 1 1)(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 "
	    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ((\"TEXT\" \"HTML\" "
	    "NIL NIL NIL \"7BIT\" 3 1)(\"IMAGE\" \"GIF\" NIL NIL NIL "
	    "\"BASE64\" 4) \"RELATED\") 7) \"MIXED\"))",
	    "1/0 [ multipart/mixed 7bit 0 [1 text/plain 7bit 1] [2 "
	    "message/rfc822 7bit 99 [2 multipart/related 7bit 0 [2.1 "
	    "text/html 7bit 3] [2.2 image/gif base64 4]]]]" },
	{ "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"8BIT\" 2 1))",
	    "1/0 [1 text/plain 8bit 2]" },
	{ "* 1 FETCH (BODY[1.2]<10> {3}\r\nabc BODY[header] \"h\" "
	    "BODY[HEADER.FIELDS (\"To\" X-Y)] NIL)",
	    "1/0 1.2<10>=abc HEADER<0>=h HEADER.FIELDS (TO X-Y)<0>=NIL" },
	{ "* 1 FETCH (BODY[] {0}\r\n UID 5)", "1/5 <0>=" },
	{ "* 1 FETCH (BODY[2] )", "1/0 2<0>=NIL" },
	{ "* 1 FETCH (PREVIEW \"hello\" MODSEQ (77) X-GM-THRID 1278455)",
	    "1/0 preview=hello thread=1278455 modseq=77" },
	{ "* 1 FETCH (PREVIEW NIL THREADID (t1) EMAILID (e) X-NEW (a (b)))",
	    "1/0 thread=t1" },
	{ "* 1 FETCH (THREADID NIL)", "1/0" },
	{ "* 1 FETCH (THREADID (NIL))", "1/0" },
	{ "* 1 FETCH (BINARY[1] ~{2}\r\nab UID 3)", "1/3" },
	{ "* 1 FETCH (UID 0)", NULL },
	{ "* 1 FETCH (UID 4294967296)", NULL },
	{ "* 1 FETCH (UID x)", NULL },
	{ "* 1 FETCH UID 5", NULL },
	{ "* 1 FETCH (UID 5", NULL },
	{ "* 1 FETCH (FLAGS (\\Seen)", NULL },
	{ "* 1 FETCH (FLAGS \\Seen)", NULL },
	{ "* 1 FETCH (ENVELOPE \"x\")", NULL },
	{ "* 1 FETCH (ENVELOPE (((()))))", NULL },
	{ "* 1 FETCH (BODYSTRUCTURE (\"TEXT\" \"PLAIN\")", NULL },
	{ "* 1 FETCH (BODY[1 {3}\r\nabc)", NULL },
	{ "* 1 FETCH (BODY[1]<x> {3}\r\nabc)", NULL },
	{ "* 1 FETCH (BODY[1] {9}\r\nabc)", NULL },
	{ "* FETCH (UID 1)", NULL },
};

static void
each_fetch(void **state)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&replies, 0, sizeof(replies));
		bad = imap_reply_read(arena, bytes_of(rows[i].line),
		    &replies, NULL, &response);
		if ((bad == NULL) != (rows[i].expected != NULL))
			fail_msg("%s", rows[i].line);
		if (bad == NULL)
			assert_string_equal(describe(arena,
			    replies.messages), rows[i].expected);
		else
			assert_null(replies.messages);
	}
	arena_close(arena);
}

/* What a server tells of one message in two responses is one message, unless
 * its number is another's by then. */
static void
pairs(void **state)
{
	static const char *const	 lines[] = {
	    "* 1 FETCH (UID 5 FLAGS (\\Seen) BODY[1] \"a\")",
	    "* 2 FETCH (UID 6 FLAGS ())", "* 1 FETCH (FLAGS (\\Flagged))",
	    "* 1 FETCH (UID 5 RFC822.SIZE 7)", "* 1 EXPUNGE",
	    "* 1 FETCH (FLAGS (x))" };
	struct imap_response		 response;
	struct imap_replies		 replies;
	struct arena			*arena = arena_open();
	size_t				 i;

	(void)state;
	memset(&replies, 0, sizeof(replies));
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_null(imap_reply_read(arena, bytes_of(lines[i]),
		    &replies, NULL, &response));
	assert_string_equal(describe(arena, replies.messages),
	    "1/5 flags=\\Flagged size=7 1<0>=a");
	assert_string_equal(describe(arena, replies.messages->next),
	    "2/6 flags=");
	assert_string_equal(describe(arena, replies.messages->next->next),
	    "1/0 flags=x");
	assert_null(imap_find_message(&replies, 7));
	assert_non_null(imap_find_section(replies.messages, "1"));
	assert_null(imap_find_section(replies.messages, "2"));
	arena_close(arena);
}

/* A list of To as long as somebody likes: some are kept, all are counted. */
static void
counts_addresses(void **state)
{
	static const size_t		 lengths[][2] = {
		{ 1, 0 }, { ENVELOPE_ADDRESSES_MOST, 0 },
		{ ENVELOPE_ADDRESSES_MOST + 1, 1 },
		{ ENVELOPE_ADDRESSES_MOST * 2, ENVELOPE_ADDRESSES_MOST }
	};
	const struct imap_address	*one;
	struct imap_response		 response;
	struct imap_replies		 replies;
	struct arena			*arena = arena_open();
	struct buf			 line;
	size_t				 i, j;

	(void)state;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(&replies, 0, sizeof(replies));
		buf_start(&line, arena);
		buf_text(&line, "* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL (");
		for (j = 0; j < lengths[i][0]; j++)
			buf_text(&line, "(NIL NIL \"m)\" \"h\")");
		buf_text(&line, ") NIL NIL NIL \"<id>\"))");
		assert_null(imap_reply_read(arena, buf_view(&line), &replies,
		    NULL, &response));
		one = replies.messages->envelope->to;
		for (j = 1; one->next != NULL; j++)
			one = one->next;
		assert_int_equal(j + one->more, lengths[i][0]);
		assert_int_equal(one->more, lengths[i][1]);
		assert_string_equal(replies.messages->envelope->message_id,
		    "<id>");
	}
	arena_close(arena);
}

static void
measure(const struct part *part, size_t depth, size_t *deepest, size_t *count)
{
	for (; part != NULL; part = part->next) {
		++*count;
		if (depth > *deepest)
			*deepest = depth;
		measure(part->children, depth + 1, deepest, count);
	}
}

/* One of those in each of those: how deep the tree is then, how many parts it
 * has, and that it is told where that is not all. */
static void
structures_have_an_end(void **state)
{
	static const struct {
		size_t	 within, beside;
		bool	 cut;
	} trees[] = {
		{ 0, 1, false }, { PART_DEPTH - 1, 1, false },
		{ PART_DEPTH, 1, true }, { 2000, 1, true },
		{ 1, 1000, false }, { 1, PARTS_MOST + 1, true },
		{ 1, 5000, true }, { 60, 5000, true }
	};
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct arena		*arena;
	struct buf		 line;
	size_t			 i, j, deepest, count;

	(void)state;
	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		arena = arena_open();
		memset(&replies, 0, sizeof(replies));
		buf_start(&line, arena);
		buf_text(&line, "* 1 FETCH (BODYSTRUCTURE ");
		for (j = 0; j < trees[i].within; j++)
			buf_byte(&line, '(');
		for (j = 0; j < trees[i].beside; j++)
			buf_text(&line, "(\"TEXT\" \"PLAIN\" NIL NIL NIL "
			    "\"7BIT\" 1 1)");
		for (j = 0; j < trees[i].within; j++)
			buf_text(&line, " \"MIXED\")");
		buf_byte(&line, ')');
		assert_null(imap_reply_read(arena, buf_view(&line), &replies,
		    NULL, &response));
		deepest = count = 0;
		measure(replies.messages->body, 1, &deepest, &count);
		assert_int_equal(replies.messages->body_cut, trees[i].cut);
		assert_true(deepest <= PART_DEPTH);
		assert_true(count <= PARTS_MOST + 1);
		assert_true(arena_size(arena) < 8 * 1024 * 1024);
		arena_close(arena);
	}
}

CHECK_MAIN(
	cmocka_unit_test(structures_have_an_end),
	cmocka_unit_test(counts_addresses),
	cmocka_unit_test(each_fetch),
	cmocka_unit_test(pairs)
)
