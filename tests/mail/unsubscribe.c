#include "mail/unsubscribe.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/header.h"

#include "../check.h"

#define HOP	"Received: from a by mx.example.org; now\r\n"
#define PASS	"Authentication-Results: mx.example.org; dmarc=pass;" \
	" dkim=pass header.d=list.example header.s=k header.b=AbCdEf12\r\n"
#define BARE	"Authentication-Results: mx.example.org; dmarc=pass;" \
	" dkim=pass header.i=@list.example\r\n"
#define SIGNED	"DKIM-Signature: v=1; a=rsa-sha256; d=List.example; s=k;\r\n" \
	"\th=From:Subject:List-Unsubscribe:\r\n\t list-unsubscribe-post;\r\n" \
	"\tb=AbCdEf\r\n\t 12ghij==\r\n"
#define LESS	"DKIM-Signature: v=1; d=list.example; s=k; h=From:" \
	"List-Unsubscribe; b=AbCdEf12x\r\n"
#define FALSE	"DKIM-Signature: v=1; d=list.example; s=k; b=ZZZ;" \
	" h=List-Unsubscribe:List-Unsubscribe-Post\r\n"
#define OTHER	"DKIM-Signature: v=1; d=evil.example; s=k; b=AbCdEf12;" \
	" h=List-Unsubscribe:List-Unsubscribe-Post\r\n"
#define LEAVE	"List-Unsubscribe: <https://list.example/u?a=b>,\r\n" \
	" <mailto:leave@list.example>\r\n"
#define CLICK	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
#define URL	"https://list.example/u?a=b"

/* A header, and whether its URL may be asked. */
static const struct {
	const char	*header;
	bool		 post;
} proofs[] = {
	{ HOP PASS SIGNED LEAVE CLICK, true },
	{ HOP BARE SIGNED LEAVE CLICK, true },
	{ HOP PASS LESS SIGNED LEAVE CLICK, true },
	{ HOP PASS FALSE SIGNED LEAVE CLICK, true },
	{ HOP PASS SIGNED LEAVE "List-Unsubscribe-Post:\r\n"
	    " List-Unsubscribe=One-Click\r\n", true },
	/* Which of two it was that held, nobody said. */
	{ HOP BARE FALSE SIGNED LEAVE CLICK, false },
	{ HOP PASS FALSE LEAVE CLICK, false },
	{ HOP PASS OTHER LEAVE CLICK, false },
	{ HOP PASS LESS LEAVE CLICK, false },
	{ HOP PASS LEAVE CLICK, false },
	{ HOP SIGNED LEAVE CLICK, false },
	{ HOP PASS SIGNED LEAVE, false },
	{ HOP PASS SIGNED CLICK, false },
	{ HOP PASS SIGNED LEAVE "List-Unsubscribe-Post: yes\r\n", false },
	{ HOP PASS SIGNED LEAVE CLICK CLICK, false },
	/* The first is one that the signature does not cover. */
	{ HOP PASS SIGNED "List-Unsubscribe: <https://evil.example/>\r\n"
	    LEAVE CLICK, false },
	{ HOP PASS SIGNED "List-Unsubscribe: <http://list.example/>\r\n"
	    CLICK, false },
	{ HOP PASS SIGNED "List-Unsubscribe: https://list.example/\r\n" CLICK,
	    false },
	{ HOP PASS SIGNED "List-Unsubscribe: <https://a@list.example/>\r\n"
	    CLICK, false },
	/* The sender's own word. */
	{ "Received: from x by relay.evil.example\r\n" PASS SIGNED LEAVE CLICK,
	    false },
	{ PASS SIGNED LEAVE CLICK, false },
	{ HOP "Authentication-Results: mx.example.org; dmarc=none; dkim=pass "
	    "header.d=list.example\r\n" SIGNED LEAVE CLICK, false },
	{ HOP "Authentication-Results: mx.example.org; dmarc=pass; dkim=fail "
	    "header.d=list.example\r\n" SIGNED LEAVE CLICK, false },
	{ HOP "Authentication-Results: mx.example.org; dmarc=pass; dkim=pass "
	    "header.d=list.example header.s=other\r\n" SIGNED LEAVE CLICK,
	    false },
	{ HOP "Authentication-Results: mx.example.org; dmarc=pass; "
	    "dkim=pass\r\n" SIGNED LEAVE CLICK, false }
};

static void
read_ways(struct arena *arena, const char *header,
    struct unsubscribe_ways *ways)
{
	unsubscribe_read(arena, header_fields(arena, bytes_of(header)), ways);
}

static void
proved(void **state)
{
	struct unsubscribe_ways	 ways;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		arena = arena_open();
		read_ways(arena, proofs[i].header, &ways);
		if ((ways.post != NULL) != proofs[i].post)
			fail_msg("%zu: %s", i, ways.post == NULL ?
			    ways.why_not : ways.post);
		if (proofs[i].post)
			assert_string_equal(ways.post, URL);
		assert_int_equal(ways.why_not == NULL, proofs[i].post);
		arena_close(arena);
	}
}

/* A field, and the mail it asks for; NULL: none. */
static const struct {
	const char	*value, *address, *subject, *body;
} mails[] = {
	{ "<mailto:leave@list.example>", "leave@list.example", "unsubscribe",
	    "" },
	{ "<MAILTO:leave@list.example?subject=Aus%20%C3%A4&body=a%0D%0Ab+c>",
	    "leave@list.example", "Aus \xc3\xa4", "a\nb+c" },
	{ "<mailto:a@list.example?Subject=x%0D%0ABcc:%20evil@x.org&cc=b@x.org>",
	    "a@list.example", "x Bcc: evil@x.org", "" },
	{ "<mailto:a+b%3Dc@list.example?subject=%zz>", "a+b=c@list.example",
	    "unsubscribe", "" },
	{ "<https://x.example/>, <mailto:\r\n leave@list.\r\n example>",
	    "leave@list.example", "unsubscribe", "" },
	{ "<mailto:bad>, <mailto:a@list.example>", "a@list.example",
	    "unsubscribe", "" },
	{ "<mailto:a@list.example,b@list.example>", NULL, NULL, NULL },
	{ "<mailto:a%0D%0ARCPT@list.example>", NULL, NULL, NULL },
	{ "<mailto:>", NULL, NULL, NULL },
	{ "mailto:leave@list.example", NULL, NULL, NULL },
	{ "<https://x.example/>", NULL, NULL, NULL }, { "", NULL, NULL, NULL }
};

static void
mailed(void **state)
{
	struct unsubscribe_ways	 ways;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
		arena = arena_open();
		read_ways(arena, text_format(arena,
		    "List-Unsubscribe: %s\r\n", mails[i].value), &ways);
		assert_true(ways.offered);
		if ((ways.address == NULL) != (mails[i].address == NULL))
			fail_msg("%zu: %s", i, ways.address);
		if (ways.address != NULL) {
			assert_string_equal(ways.address, mails[i].address);
			assert_string_equal(ways.subject, mails[i].subject);
			assert_string_equal(ways.body, mails[i].body);
		}
		arena_close(arena);
	}
}

static void
limits(void **state)
{
	struct unsubscribe_ways	 ways;
	struct arena		*arena = arena_open();
	char			 text[UNSUBSCRIBE_URL_BYTES + 100];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[UNSUBSCRIBE_SUBJECT_CHARS + 1] = '\0';
	read_ways(arena, text_format(arena,
	    "List-Unsubscribe: <mailto:a@b.example?subject=%s>\r\n", text),
	    &ways);
	assert_null(ways.address);
	text[UNSUBSCRIBE_SUBJECT_CHARS + 1] = 'x';
	text[UNSUBSCRIBE_BODY_CHARS + 1] = '\0';
	read_ways(arena, text_format(arena,
	    "List-Unsubscribe: <mailto:a@b.example?body=%s>\r\n", text),
	    &ways);
	assert_null(ways.address);
	text[UNSUBSCRIBE_BODY_CHARS + 1] = 'x';
	text[UNSUBSCRIBE_URL_BYTES] = '\0';
	read_ways(arena, text_format(arena,
	    "List-Unsubscribe: <https://b.example/%s>\r\n", text), &ways);
	assert_null(ways.link);
	read_ways(arena, HOP "Authentication-Results: mx.example.org; "
	    "dmarc=fail\r\n" LEAVE, &ways);
	assert_true(ways.forged);
	read_ways(arena, "Subject: x\r\n", &ways);
	assert_false(ways.offered || ways.forged);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(proved), cmocka_unit_test(mailed),
    cmocka_unit_test(limits))
