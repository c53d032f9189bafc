#include "mail/smtp_reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/smtp_ability.h"

#include "../check.h"
#include "../tally.h"

/* The lines of a text as one reply; false if it is none. */
static bool
take_all(struct arena *arena, const char *text, struct smtp_reply *reply)
{
	struct texts	 lines;
	size_t		 i;
	bool		 last;

	memset(reply, 0, sizeof(*reply));
	lines = text_split(arena, text, "\r\n");
	for (i = 0, last = false; i < lines.len; i++)
		if (last || !smtp_reply_take(arena, bytes_of(lines.at[i]),
		    reply, &last))
			return false;
	return last;
}

static void
replies(void **state)
{
	static const struct {
		const char	*text;
		int		 code;		/* 0: no reply */
		size_t		 lines;
		const char	*words;
	} rows[] = {
		{ "250 ok", 250, 1, "250 ok" },
		{ "250", 250, 1, "250 " },
		{ "250 ", 250, 1, "250 " },
		{ "250-a\n250-b\n250 c", 250, 3, "250 a b c" },
		{ "250-a\n250", 250, 2, "250 a " },
		{ "550 5.1.1 \x1b[1mno\x07", 550, 1, "550 5.1.1 [1mno" },
		{ "299 x", 299, 1, "299 x" },
		{ "250-a\n251 b", 0, 0, NULL }, { "250-a", 0, 0, NULL },
		{ "25", 0, 0, NULL }, { "2500 x", 0, 0, NULL },
		{ "150 x", 0, 0, NULL }, { "650 x", 0, 0, NULL },
		{ "2x0 x", 0, 0, NULL }, { "250+x", 0, 0, NULL },
		{ " 250 x", 0, 0, NULL }, { "ok", 0, 0, NULL }
	};
	struct arena		*arena;
	struct smtp_reply	 reply;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (take_all(arena, rows[i].text, &reply) !=
		    (rows[i].code != 0))
			fail_msg("%s", rows[i].text);
		if (rows[i].code == 0)
			continue;
		assert_int_equal(reply.code, rows[i].code);
		assert_int_equal(reply.lines.len, rows[i].lines);
		assert_string_equal(reply.words, rows[i].words);
	}
	arena_close(arena);
}

static void
limits(void **state)
{
	struct arena		*arena;
	struct smtp_reply	 reply;
	struct bytes		 line;
	unsigned char		*text;
	size_t			 i;
	bool			 last;

	(void)state;
	arena = arena_open();
	memset(&reply, 0, sizeof(reply));
	for (i = 0; i < SMTP_REPLY_LINES; i++)
		assert_true(smtp_reply_take(arena, bytes_of("250-x"), &reply,
		    &last));
	assert_false(smtp_reply_take(arena, bytes_of("250 x"), &reply, &last));

	memset(&reply, 0, sizeof(reply));
	text = arena_take(arena, SMTP_REPLY_BYTES);
	memset(text, 0xbf, SMTP_REPLY_BYTES);
	memcpy(text, "250-", 4);
	line = bytes_from(text, SMTP_REPLY_BYTES);
	assert_true(smtp_reply_take(arena, line, &reply, &last));
	assert_false(smtp_reply_take(arena, bytes_of("250 x"), &reply, &last));

	/* Words are cut between two characters. */
	memset(&reply, 0, sizeof(reply));
	line.len = 1001;
	memcpy(text, "250 ", 4);
	for (i = 4; i < line.len; i++)
		text[i] = i % 2 == 0 ? 0xc3 : 0xa4;
	text[line.len - 1] = 'x';
	assert_true(smtp_reply_take(arena, line, &reply, &last));
	assert_true(strlen(reply.words) <= SMTP_WORDS_BYTES);
	assert_true(strlen(reply.words) >= SMTP_WORDS_BYTES - 3);
	assert_int_equal((unsigned char)reply.words[
	    strlen(reply.words) - 1], 0xa4);
	arena_close(arena);
}

static void
refusals(void **state)
{
	static const struct {
		const char	*text;
		enum fault_kind	 kind;
	} rows[] = {
		{ "421 closing", FAULT_UNAVAILABLE },
		{ "451 later", FAULT_UNAVAILABLE },
		{ "550 no", FAULT_REFUSED }, { "530 auth", FAULT_REFUSED },
		{ "552 too big", FAULT_LIMIT }, { "354 go", FAULT_PROTOCOL }
	};
	const struct fault	*bad;
	struct arena		*arena;
	struct smtp_reply	 reply;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(take_all(arena, rows[i].text, &reply));
		bad = smtp_reply_fault(arena, &reply, "take it");
		assert_int_equal(bad->kind, rows[i].kind);
		assert_non_null(strstr(bad->detail, rows[i].text));
	}
	arena_close(arena);
}

static void
abilities(void **state)
{
	static const struct {
		const char	*text;
		uint64_t	 size_most;
		bool		 size, pipelining, eight_bit, utf8;
		const char	*mechanisms;
	} rows[] = {
		{ "250 hello", 0, false, false, false, false, "" },
		{ "250-SIZE 10\n250 x", 0, false, false, false, false, "" },
		{ "250-x\n250-SIZE 1000\n250-PIPELINING\n250-8BITMIME\n"
		    "250-AUTH PLAIN LOGIN\n250-AUTH=LOGIN CRAM-MD5\n"
		    "250 SMTPUTF8", 1000, true, true, true, true,
		    "PLAIN LOGIN CRAM-MD5" },
		{ "250-x\n250-size\n250-auth plain\n250 pipelining", 0, true,
		    true, false, false, "plain" },
		{ "250-x\n250-SIZE 0\n250 AUTH", 0, true, false, false, false,
		    "" },
		{ "250-x\n250-SIZE -1\n250-\n250 PIPELININGX", 0, true, false,
		    false, false, "" },
		{ "250-x\n250 SIZE 99999999999999999999999", 0, true, false,
		    false, false, "" }
	};
	struct smtp_ability	 ability;
	struct smtp_reply	 reply;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(take_all(arena, rows[i].text, &reply));
		smtp_ability_read(arena, reply.lines, &ability);
		assert_int_equal(ability.size, rows[i].size);
		assert_int_equal(ability.size_most, rows[i].size_most);
		assert_int_equal(ability.pipelining, rows[i].pipelining);
		assert_int_equal(ability.eight_bit, rows[i].eight_bit);
		assert_int_equal(ability.utf8, rows[i].utf8);
		assert_string_equal(texts_join(arena, ability.mechanisms,
		    " "), rows[i].mechanisms);
	}
	arena_close(arena);
}

/* What a real server said; of two replies the second. */
static const char *
read_file(struct arena *arena, const char *name)
{
	const char	*text, *second;

	text = bytes_text(arena, corpora_read(arena, text_format(arena,
	    "imap/mailkit-smtp/%s", name)));
	second = strstr(text, "\n550 ");
	return second == NULL ? text : second + 1;
}

static const struct {
	const char	*file;
	int		 code;
	bool		 utf8;
} published[] = {
	{ "comcast-ehlo.txt", 250, false },
	{ "comcast-ehlo+digest-md5.txt", 250, false },
	{ "comcast-ehlo+dsn.txt", 250, false },
	{ "comcast-ehlo+requiretls.txt", 250, false },
	{ "comcast-ehlo+smtputf8.txt", 250, true },
	{ "comcast-auth-digest-md5-reset.txt", 535, false },
	{ "comcast-auth-plain.txt", 235, false },
	{ "comcast-data.txt", 354, false },
	{ "comcast-noop.txt", 250, false },
	{ "comcast-quit.txt", 221, false },
	{ "comcast-rcpt-to.txt", 250, false },
	{ "auth-required.txt", 530, false },
	{ "helo.txt", 250, false },
	{ "pipelined-mailbox-unavailable.txt", 550, false },
	{ "rfc0821-expn.txt", 250, false }
};

static void
published_transcripts(void **state)
{
	struct smtp_ability	 ability;
	struct smtp_reply	 reply;
	struct arena		*arena;
	struct tally		 tally;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/smtp_reply", "imap/mailkit-smtp");
	arena = arena_open();
	for (i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		tally_start(&tally);
		if (!take_all(arena, read_file(arena, published[i].file),
		    &reply))
			fail_msg("%s", published[i].file);
		smtp_ability_read(arena, reply.lines, &ability);
		tally_case(&tally, reply.code == published[i].code &&
		    ability.utf8 == published[i].utf8 && (ability.size_most ==
		    36700160 || strstr(published[i].file, "ehlo") == NULL),
		    published[i].file);
		tally_stop(&tally, arena, published[i].file);
	}
	assert_true(tally_close(&tally));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(replies), cmocka_unit_test(limits),
    cmocka_unit_test(refusals), cmocka_unit_test(abilities),
    cmocka_unit_test(published_transcripts))
