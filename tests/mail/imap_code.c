#include "mail/imap_code.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

#include "../check.h"

static void
put_uids(struct buf *buf, const char *name, struct uids uids)
{
	size_t	 i;

	if (uids.len == 0)
		return;
	buf_format(buf, " %s", name);
	for (i = 0; i < uids.len; i++)
		buf_format(buf, "%s%u", i == 0 ? "=" : ",", uids.at[i]);
}

static void
put_box(struct buf *buf, struct arena *arena, const struct imap_box *box)
{
	if (box->uidvalidity != 0)
		buf_format(buf, " validity=%u", box->uidvalidity);
	if (box->uidnext != 0)
		buf_format(buf, " next=%u", box->uidnext);
	if (box->exists != 0)
		buf_format(buf, " exists=%u", box->exists);
	if (box->highestmodseq != 0)
		buf_format(buf, " modseq=%llu",
		    (unsigned long long)box->highestmodseq);
	if (box->permanent_flags.len > 0)
		buf_format(buf, " keeps=%s%s", texts_join(arena,
		    box->permanent_flags, ","), box->any_keyword ? "!" : "");
	if (!box->writable)
		buf_text(buf, " read-only");
}

static void
put_lists(struct buf *buf, struct arena *arena,
    const struct imap_replies *replies)
{
	const struct imap_listing	*listing = replies->listings;
	const struct imap_status	*status = replies->statuses;
	const struct imap_quota		*quota = replies->quotas;
	const struct imap_thread	*thread = replies->threads;

	for (; listing != NULL; listing = listing->next)
		buf_format(buf, " %s(%s)%c%s",
		    listing->is_subscription ? "lsub" : "list",
		    texts_join(arena, listing->attributes, ","),
		    listing->delimiter == '\0' ? '0' : listing->delimiter,
		    listing->name);
	for (; status != NULL; status = status->next)
		buf_format(buf, " status(%s %d %d %d %d %lld)", status->name,
		    (int)status->messages, (int)status->unseen,
		    (int)status->uidnext, (int)status->uidvalidity,
		    (long long)status->highestmodseq);
	for (; quota != NULL; quota = quota->next)
		buf_format(buf, " quota(%s %u %u)", quota->resource,
		    (unsigned)quota->used, (unsigned)quota->limit);
	for (; thread != NULL; thread = thread->next)
		put_uids(buf, "thread", thread->uids);
	if (replies->space.is_known)
		buf_format(buf, " space(%s %c)", replies->space.prefix,
		    replies->space.delimiter);
}

static const char *
describe(struct arena *arena, const struct imap_response *response,
    const struct imap_replies *replies, const struct imap_box *box)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_text(&buf, response->word);
	if (response->code != NULL)
		buf_format(&buf, " [%s]", response->code);
	if (response->text.len > 0)
		buf_format(&buf, " \"%s\"", bytes_text(arena,
		    response->text));
	put_box(&buf, arena, box);
	if (replies->copy_validity != 0)
		buf_format(&buf, " copied=%u", replies->copy_validity);
	put_uids(&buf, "from", replies->copy_from);
	put_uids(&buf, "to", replies->copy_to);
	put_uids(&buf, "gone", replies->vanished);
	put_uids(&buf, "found", replies->found);
	if (replies->has_found && replies->found.len == 0)
		buf_text(&buf, " nothing");
	if (replies->count >= 0)
		buf_format(&buf, " count=%d", (int)replies->count);
	if (replies->has_capabilities)
		buf_format(&buf, " can=%s", texts_join(arena,
		    replies->capabilities, ","));
	put_lists(&buf, arena, replies);
	return buf_string(&buf);
}

/* NULL: refused. */
static const struct row {
	const char	*line;
	const char	*expected;
} rows[] = {
	{ "* OK [UIDVALIDITY 7] ok", "OK [UIDVALIDITY] \"ok\" validity=7" },
	{ "* OK [UIDVALIDITY 0] x", "OK [UIDVALIDITY] \"x\"" },
	{ "* OK [UIDVALIDITY 4294967296] x", "OK [UIDVALIDITY] \"x\"" },
	{ "* OK [uidnext 9]", "OK [UIDNEXT] next=9" },
	{ "* OK [UIDNEXT 99999999999] x", "OK [UIDNEXT] \"x\"" },
	{ "* OK [HIGHESTMODSEQ 12345678901] x",
	    "OK [HIGHESTMODSEQ] \"x\" modseq=12345678901" },
	{ "* OK [PERMANENTFLAGS (\\Seen a[b] \\*)] x",
	    "OK [PERMANENTFLAGS] \"x\" keeps=\\Seen,a[b],\\*!" },
	{ "* OK [PERMANENTFLAGS (\\Seen] x", "OK [PERMANENTFLAGS] \"x\"" },
	{ "A1 OK [READ-ONLY] done", "OK [READ-ONLY] \"done\" read-only" },
	{ "A1 OK [APPENDUID 5 9] x", "OK [APPENDUID] \"x\" copied=5 to=9" },
	{ "A1 OK [APPENDUID 5 0] x", "OK [APPENDUID] \"x\"" },
	{ "A1 OK [COPYUID 5 1:3,7 9:11,20] x",
	    "OK [COPYUID] \"x\" copied=5 from=1,2,3,7 to=9,10,11,20" },
	{ "A1 OK [COPYUID 5 1:3 9:10] x", "OK [COPYUID] \"x\"" },
	{ "A1 OK [COPYUID 5 1:* 9:10] x", "OK [COPYUID] \"x\"" },
	{ "[COPYUID 5 1 2]", "OK [COPYUID] copied=5 from=1 to=2" },
	{ "A1 NO [TRYCREATE] no", "NO [TRYCREATE] \"no\"" },
	{ "A1 NO [no bracket", "NO \"[no bracket\"" },
	{ "A1 NO [X \"]\" y] text", "NO [X] \"text\"" },
	{ "A1 NO [REFERRAL IMAP://127.0.0.1/] x", "NO [REFERRAL] \"x\"" },
	{ "A1 BAD what", "BAD \"what\"" },
	{ "A1 NO", "NO" },
	{ "* BYE [UNAVAILABLE] x", "BYE [UNAVAILABLE] \"x\"" },
	{ "* CAPABILITY IMAP4rev1 auth=plain", "CAPABILITY "
	    "can=IMAP4REV1,AUTH=PLAIN" },
	{ "* OK [CAPABILITY a B] x", "OK [CAPABILITY] \"x\" can=A,B" },
	{ "* 23 EXISTS", "EXISTS exists=23" },
	{ "* 4294967295 EXISTS", "EXISTS exists=4294967295" },
	{ "* 4294967296 EXISTS", NULL },
	{ "* EXISTS", NULL },
	{ "* 5 SEARCH", NULL },
	{ "* 3 EXPUNGE", "EXPUNGE" },
	{ "* FLAGS (\\Seen x)", "FLAGS keeps=\\Seen,x" },
	{ "* SEARCH 2 84 882", "SEARCH found=2,84,882" },
	{ "* SEARCH", "SEARCH nothing" },
	{ "* SEARCH 2 3 (MODSEQ 917162500)", "SEARCH found=2,3" },
	{ "* SEARCH 1 2 x", NULL },
	{ "* SEARCH 0", NULL },
	{ "* SEARCH 4294967296", NULL },
	{ "* SORT 5 3", "SORT found=5,3" },
	{ "* ESEARCH (TAG \"A2\") UID COUNT 3 ALL 4:5,9",
	    "ESEARCH found=4,5,9 count=3" },
	{ "* ESEARCH (TAG \"A2\") UID", "ESEARCH nothing" },
	{ "* ESEARCH UID MIN 4 MAX 9 MODSEQ 7", "ESEARCH nothing" },
	{ "* ESEARCH UID ALL 4:x", NULL },
	{ "* ESEARCH UID COUNT x", NULL },
	{ "* THREAD (2)(3 6 (4 23)(44 7 96))",
	    "THREAD thread=2 thread=3,6,4,23,44,7,96" },
	{ "* THREAD (2", NULL },
	{ "* THREAD 2", NULL },
	{ "* VANISHED (EARLIER) 41,43:45", "VANISHED gone=41,43,44,45" },
	{ "* VANISHED 5", "VANISHED gone=5" },
	{ "* VANISHED x", NULL },
	{ "* LIST (\\Noselect \\Sent) \"/\" \"a b\"",
	    "LIST list(\\Noselect,\\Sent)/a b" },
	{ "* LIST () NIL INBOX (\"CHILDINFO\" (\"x\"))",
	    "LIST list()0INBOX" },
	{ "* XLIST (\\Inbox) \"/\" {3}\r\na\"b", "XLIST list(\\Inbox)/a\"b" },
	{ "* LSUB () \".\" a", "LSUB lsub().a" },
	{ "* LIST () \"/\"", NULL },
	{ "* LIST \"/\" a", NULL },
	{ "* STATUS a (MESSAGES 3 UNSEEN 1 UIDNEXT 5 UIDVALIDITY 7 "
	    "HIGHESTMODSEQ 9 X (a))", "STATUS status(a 3 1 5 7 9)" },
	{ "* STATUS a (MESSAGES 4294967296)",
	    "STATUS status(a -1 -1 -1 -1 -1)" },
	{ "* STATUS a (MESSAGES", NULL },
	{ "* STATUS a", NULL },
	{ "* NAMESPACE ((\"INBOX.\" \".\")(\"x\" \"/\")) NIL NIL",
	    "NAMESPACE space(INBOX. .)" },
	{ "* NAMESPACE NIL NIL NIL", "NAMESPACE" },
	{ "* QUOTA \"\" (STORAGE 10 512 MESSAGE 1 2)",
	    "QUOTA quota(STORAGE 10 512) quota(MESSAGE 1 2)" },
	{ "* QUOTA \"\" (STORAGE x 512)", NULL },
	{ "* QUOTA \"ROOT\"", "QUOTA" },
	{ "* QUOTA \"ROOT\" x", NULL },
	{ "* ID NIL", "ID" },
	{ "* 5 FOO bar", "FOO" },
	{ "*", NULL },
	{ "", NULL },
	{ "A1", NULL },
	{ "A1 YES", NULL },
	{ "A1 PREAUTH x", NULL },
	{ "A1 BYE x", NULL },
	{ "HTTP/1.1 400 Bad Request", NULL },
};

static const char *
read_line(struct arena *arena, struct bytes line)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct imap_box		 box;

	memset(&replies, 0, sizeof(replies));
	memset(&box, 0, sizeof(box));
	replies.count = -1;
	box.writable = true;
	if (imap_reply_read(arena, line, &replies, &box, &response) != NULL)
		return NULL;
	return describe(arena, &response, &replies, &box);
}

static void
each_line(void **state)
{
	struct arena	*arena = arena_open();
	const char	*found;
	size_t		 i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		found = read_line(arena, bytes_of(rows[i].line));
		if ((found == NULL) != (rows[i].expected == NULL))
			fail_msg("%s", rows[i].line);
		if (found != NULL)
			assert_string_equal(found, rows[i].expected);
		/* Each beginning, in memory of its size. */
		for (len = 0; len < strlen(rows[i].line); len++)
			read_line(arena, bytes_from(arena_copy(arena,
			    rows[i].line, len), len));
	}
	arena_close(arena);
}

/* What is over a limit is cut, and said to be. */
static void
limits(void **state)
{
	struct imap_response	 response;
	struct imap_replies	 replies;
	struct arena		*arena = arena_open();

	(void)state;
	memset(&replies, 0, sizeof(replies));
	assert_null(imap_reply_read(arena, bytes_of(
	    "* ESEARCH UID ALL 1:4294967295"), &replies, NULL, &response));
	assert_int_equal(replies.found.len, IMAP_UIDS_MOST);
	assert_true(replies.found_cut);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_line),
	cmocka_unit_test(limits)
)
