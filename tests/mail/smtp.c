#include "mail/smtp.h"

#include "smtp_stage.h"

enum { LONG_BYTES = 6 * 1024 * 1024 };

#define YEAR_2100	INT64_C(4102444800)

#define HELLO	"S 220 hello", "C EHLO *", "S 250-hello"
#define PIPES	HELLO, "S 250 PIPELINING"
#define STEPS	HELLO, "S 250 HELP"
#define MAIL	"C MAIL FROM:<tim@example.org>"
#define RCPT_A	"C RCPT TO:<a@example.org>"
#define RCPT_B	"C RCPT TO:<b@example.org>"
#define BODY	"C x", "C ."

/* What becomes of one message to a@ and b@example.org. */
struct case_of_sending {
	enum fault_kind	 kind;		/* FAULT_KINDS: it goes well */
	bool		 a, b;		/* who was accepted */
	const char	*lines[24];
};

static const struct case_of_sending	 sendings[] = {
	{ FAULT_KINDS, true, true, { PIPES, MAIL, RCPT_A, RCPT_B, "C DATA",
	    "S 250 ok", "S 250 ok", "S 251 on", "S 354 go", BODY,
	    "S 250 queued", "C QUIT", "end" } },
	{ FAULT_KINDS, true, true, { STEPS, MAIL, "S 250 ok", RCPT_A,
	    "S 250 ok", RCPT_B, "S 250-ok", "S 250 ok", "C DATA", "S 354 go",
	    BODY, "S 250 queued", "C QUIT", "end" } },
	{ FAULT_KINDS, true, false, { PIPES, MAIL, RCPT_A, RCPT_B, "C DATA",
	    "S 250 ok", "S 250 ok", "S 550 5.1.1 b", "S 354 go", BODY,
	    "S 250 queued", "C QUIT", "end" } },
	{ FAULT_KINDS, false, true, { STEPS, MAIL, "S 250 ok", RCPT_A,
	    "S 451 later", RCPT_B, "S 250 ok", "C DATA", "S 354 go", BODY,
	    "S 250 queued", "C QUIT", "end" } },
	{ FAULT_RECIPIENT, false, false, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 550 a", "S 550 b", "S 554 none",
	    "C QUIT", "end" } },
	/* RFC 2920 3.1: such a server is given an empty message. */
	{ FAULT_RECIPIENT, false, false, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 550 a", "S 550 b", "S 354 go", "C .",
	    "S 554 none", "C QUIT", "end" } },
	{ FAULT_RECIPIENT, false, false, { STEPS, MAIL, "S 250 ok", RCPT_A,
	    "S 550 a", RCPT_B, "S 550 b", "C QUIT", "end" } },
	{ FAULT_REFUSED, false, false, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 550 you", "S 503 a", "S 503 b", "S 503 none",
	    "C QUIT", "end" } },
	{ FAULT_REFUSED, false, false, { STEPS, MAIL, "S 530 auth", "C QUIT",
	    "end" } },
	{ FAULT_UNAVAILABLE, false, false, { STEPS, MAIL, "S 452 full",
	    "C QUIT", "end" } },
	{ FAULT_LIMIT, false, false, { STEPS, MAIL, "S 552 size", "C QUIT",
	    "end" } },
	/* Nothing is sent to those whom a refused sender would reach. */
	{ FAULT_REFUSED, true, true, { PIPES, MAIL, RCPT_A, RCPT_B, "C DATA",
	    "S 550 you", "S 250 a", "S 250 b", "S 354 go", "end" } },
	{ FAULT_UNAVAILABLE, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 451 no", "C QUIT",
	    "end" } },
	{ FAULT_PROTOCOL, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 250 what",
	    "C QUIT", "end" } },
	{ FAULT_PROTOCOL, false, false, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "cut" } },
	{ FAULT_PROTOCOL, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "cut" } },
	/* Behind the final dot. */
	{ FAULT_REFUSED, true, true, { PIPES, MAIL, RCPT_A, RCPT_B, "C DATA",
	    "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY, "S 554 spam",
	    "C QUIT", "end" } },
	{ FAULT_UNAVAILABLE, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY,
	    "S 451 later", "C QUIT", "end" } },
	{ FAULT_LIMIT, true, true, { PIPES, MAIL, RCPT_A, RCPT_B, "C DATA",
	    "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY, "S 552 big",
	    "C QUIT", "end" } },
	{ FAULT_UNKNOWN_STATE, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY,
	    "cut" } },
	{ FAULT_UNKNOWN_STATE, true, true, { STEPS, MAIL, "S 250 ok", RCPT_A,
	    "S 250 ok", RCPT_B, "S 250 ok", "C DATA", "S 354 go", BODY,
	    "S 250-", "cut" } },
	{ FAULT_UNKNOWN_STATE, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY,
	    "S well", "end" } },
	{ FAULT_UNKNOWN_STATE, true, true, { PIPES, MAIL, RCPT_A, RCPT_B,
	    "C DATA", "S 250 ok", "S 250 a", "S 250 b", "S 354 go", BODY,
	    "S 354 go on", "end" } }
};

static void
send_one(const struct case_of_sending *row, size_t i)
{
	const struct smtp_recipient	*recipients;
	const struct fault		*bad;
	struct smtp_message		 mail;
	struct objects			 results;
	struct stage			 stage;

	begin(&stage);
	assert_null(meet(&stage, play, row->lines));
	mail = message(stage.arena, "a@example.org b@example.org", "x\r\n");
	bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
	if ((bad == NULL ? FAULT_KINDS : bad->kind) != row->kind)
		fail_msg("%zu: %s", i, bad == NULL ? "well" : bad->detail);
	recipients = results.at;
	assert_int_equal(results.len, 2);
	assert_string_equal(recipients[1].address, "b@example.org");
	assert_int_equal(recipients[0].accepted, row->a);
	assert_int_equal(recipients[1].accepted, row->b);
	if (bad == NULL && !row->b)
		assert_string_equal(recipients[1].reply, "550 5.1.1 b");
	end(&stage);
}

static void
outcomes(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(sendings) / sizeof(sendings[0]); i++)
		send_one(&sendings[i], i);
}

/* What the server can do, the message, and what is said of it. */
static const struct case_of_mail {
	const char	*ability, *content;
	bool		 utf8;
	enum fault_kind	 kind;		/* or FAULT_KINDS: */
	const char	*mail;		/* the command */
	int64_t		 hold;		/* until; 0: not */
} parameter_rows[] = {
	{ "S 250 SIZE 1000", "x\r\n", false, FAULT_KINDS,
	    MAIL " SIZE=3", 0 },
	{ "S 250 SIZE", "x\r\n", false, FAULT_KINDS, MAIL " SIZE=3", 0 },
	{ "S 250 SIZE 3", "x\r\n", false, FAULT_KINDS,
	    MAIL " SIZE=3", 0 },
	{ "S 250 SIZE 2", "x\r\n", false, FAULT_LIMIT, NULL, 0 },
	{ "S 250 8BITMIME", "x\r\n", false, FAULT_KINDS, MAIL, 0 },
	{ "S 250 8BITMIME", "\xc3\xa4\r\n", false, FAULT_KINDS,
	    MAIL " BODY=8BITMIME", 0 },
	{ "S 250 HELP", "\xc3\xa4\r\n", false, FAULT_UNSUPPORTED,
	    NULL, 0 },
	{ "S 250 SMTPUTF8", "x\r\n", true, FAULT_KINDS,
	    MAIL " SMTPUTF8", 0 },
	{ "S 250 HELP", "x\r\n", true, FAULT_UNSUPPORTED, NULL, 0 },
	{ "S 250 FUTURERELEASE", "x\r\n", false, FAULT_KINDS,
	    MAIL " HOLDUNTIL=2100-01-01T00:00:00Z", YEAR_2100 },
	{ "S 250 FUTURERELEASE 0 2100-01-01T02:00:00+02:00", "x\r\n", false,
	    FAULT_KINDS, MAIL " HOLDUNTIL=2100-01-01T00:00:00Z", YEAR_2100 },
	{ "S 250 FUTURERELEASE 0 2099-12-31T23:59:59Z", "x\r\n", false,
	    FAULT_ARGUMENT, NULL, YEAR_2100 },
	{ "S 250 FUTURERELEASE 86400", "x\r\n", false, FAULT_ARGUMENT, NULL,
	    YEAR_2100 },
	{ "S 250 FUTURERELEASE 86400 2101-01-01T00:00:00Z", "x\r\n", false,
	    FAULT_ARGUMENT, NULL, YEAR_2100 },
	{ "S 250 FUTURERELEASE what 2100-13-01T00:00:00Z", "x\r\n", false,
	    FAULT_KINDS, MAIL " HOLDUNTIL=2100-01-01T00:00:00Z", YEAR_2100 },
	{ "S 250 FUTURERELEASE", "x\r\n", false, FAULT_ARGUMENT, NULL, 1 },
	{ "S 250 HELP", "x\r\n", false, FAULT_UNSUPPORTED, NULL, YEAR_2100 }
};

static void
parameters(void **state)
{
	const struct case_of_mail *row;
	const char		*lines[] = { HELLO, NULL, "C QUIT", "end",
				    NULL };
	const char		*refuses[] = { HELLO, NULL, NULL, "S 550 no",
				    "C QUIT", "end", NULL };
	const struct fault	*bad;
	struct smtp_message	 mail;
	struct objects		 results;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(parameter_rows) / sizeof(parameter_rows[0]);
	    i++) {
		row = &parameter_rows[i];
		lines[3] = refuses[3] = row->ability;
		refuses[4] = row->mail;
		begin(&stage);
		assert_null(meet(&stage, play, row->mail == NULL ? lines :
		    refuses));
		mail = message(stage.arena, "a@example.org", row->content);
		mail.utf8 = row->utf8;
		mail.hold_until = row->hold;
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		assert_int_equal(bad->kind, row->mail != NULL ?
		    FAULT_REFUSED : row->kind);
		end(&stage);
	}
}

/* An address never becomes a second command. */
static void
injection(void **state)
{
	static const struct {
		const char	*sender, *recipient;
	} rows[] = {
		{ "tim@example.org", "a@example.org>\r\nRCPT TO:<b@x" },
		{ "tim@example.org", "a@example.org\nDATA" },
		{ "tim@example.org", "a@example.org> NOTIFY=NEVER" },
		{ "tim@example.org", "<a@example.org" },
		{ "tim@example.org", "a\x7f@example.org" },
		{ "tim@example.org", "" },
		{ "tim@example.org", "\xc3\xa4@example.org" },
		{ "tim@example.org>\r\nRCPT TO:<b@x", "a@example.org" },
		{ "tim@example.org> SIZE=1", "a@example.org" },
		{ "", "a@example.org" }
	};
	static const char *const	 lines[] = { PIPES, "C QUIT", "end",
					    NULL };
	const struct fault		*bad;
	struct smtp_message		 mail;
	struct objects			 results;
	struct stage			 stage;
	const char			*recipient[1];
	size_t				 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, lines));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		recipient[0] = rows[i].recipient;
		mail = message(stage.arena, "", "x\r\n");
		mail.sender = rows[i].sender;
		mail.recipients = (struct texts){ recipient, 1 };
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		if (bad == NULL || bad->kind != FAULT_ARGUMENT)
			fail_msg("%zu was taken", i);
	}
	mail = message(stage.arena, "", "x\r\n");
	bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
	assert_int_equal(bad->kind, FAULT_RECIPIENT);
	end(&stage);
}

/* Breaks when its second piece is asked for. */
static const struct fault *
break_off(void *state, struct bytes *piece)
{
	struct spring	*spring = state;

	(void)spring_next(spring, piece);
	return spring->at == spring->piece_bytes ? NULL :
	    fault_make(spring->arena, FAULT_MESSAGE, "it broke");
}

/* A message whose source breaks, or is not as long as it was said to be, is
 * not sent: no dot follows, and no QUIT that would be content. */
static void
streamed(void **state)
{
	static const char *const	 whole[] = { PIPES, MAIL, RCPT_A,
					    "C DATA", "S 250 ok", "S 250 a",
					    "S 354 go", "C ..", "C ..",
					    "C ..", "C .", "S 250 ok",
					    "C QUIT", NULL };
	static const char *const	 broken[] = { PIPES, MAIL, RCPT_A,
					    "C DATA", "S 250 ok", "S 250 a",
					    "S 354 go", "end", NULL };
	static const struct {
		int	 more;		/* than its length */
		bool	 breaks;
		int	 kind;		/* FAULT_KINDS: it goes well */
	} rows[] = {
		{ 0, false, FAULT_KINDS }, { 0, true, FAULT_MESSAGE },
		{ 1, false, FAULT_PROTOCOL }, { -1, false, FAULT_PROTOCOL }
	};
	const struct fault		*bad;
	struct smtp_message		 mail;
	struct objects			 results;
	struct stage			 stage;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage);
		assert_null(meet(&stage, play,
		    rows[i].kind == FAULT_KINDS ? whole : broken));
		mail = message(stage.arena, "a@example.org", "");
		mail.source = spring_open(stage.arena, bytes_of(".\n.\n.\n"),
		    2);
		mail.source->length -= (uint64_t)rows[i].more;
		if (rows[i].breaks)
			mail.source->next = break_off;
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		assert_int_equal(bad == NULL ? FAULT_KINDS : (int)bad->kind,
		    rows[i].kind);
		end(&stage);
	}
}

static void
take_long(struct line *line, const void *state)
{
	static const char *const	 lines[] = { PIPES, MAIL, RCPT_A,
					    "C DATA", "S 250 ok", "S 250 a",
					    "S 354 go", NULL };
	const size_t			*len;

	len = state;
	play(line, lines);
	if (peer_take(line, *len) != *len)
		_exit(9);
	if (*len == LONG_BYTES)
		play(line, (const char *const []){ "C .", "S 250 ok",
		    "C QUIT", NULL });
}

/* Six megabytes arrive in constant memory; a server that goes away in their
 * middle has not got the message. */
static void
long_content(void **state)
{
	static const size_t	 lengths[] = { LONG_BYTES, 100000 };
	const struct fault	*bad;
	struct smtp_message	 mail;
	struct objects		 results;
	struct stage		 stage;
	size_t			 i, n, before;
	char			*content;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&stage);
		content = arena_take(stage.arena, LONG_BYTES + 1);
		memset(content, 'x', LONG_BYTES);
		for (n = 78; n <= LONG_BYTES; n += 78)
			memcpy(content + n - 2, "\r\n", 2);
		memcpy(content + LONG_BYTES - 2, "\r\n", 2);
		assert_null(meet(&stage, take_long, &lengths[i]));
		mail = message(stage.arena, "a@example.org", content);
		before = arena_size(stage.arena);
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		assert_true(arena_size(stage.arena) - before < 1024 * 1024);
		assert_int_equal(bad == NULL, i == 0);
		if (bad != NULL)
			assert_true(bad->kind == FAULT_CONNECT ||
			    bad->kind == FAULT_PROTOCOL);
		end(&stage);
	}
}

/* A second message on the same connection, behind one that was refused. */
static void
again(void **state)
{
	static const char *const	 lines[] = { PIPES, MAIL, RCPT_A,
					    "C DATA", "S 550 no", "S 503 a",
					    "S 503 none", "C RSET",
					    "S 250 ok", MAIL, RCPT_A,
					    "C DATA", "S 250 ok", "S 250 a",
					    "S 354 go", BODY, "S 250 ok",
					    MAIL, RCPT_A, "C DATA",
					    "S 250 ok", "S 250 a",
					    "S 354 go", BODY, "cut", NULL };
	static const enum fault_kind	 kinds[] = { FAULT_REFUSED,
					    FAULT_KINDS, FAULT_UNKNOWN_STATE,
					    FAULT_CONNECT };
	const struct fault		*bad;
	struct smtp_message		 mail;
	struct objects			 results;
	struct stage			 stage;
	size_t				 i;

	(void)state;
	begin(&stage);
	assert_null(meet(&stage, play, lines));
	mail = message(stage.arena, "a@example.org", "x\r\n");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		assert_int_equal(bad == NULL ? FAULT_KINDS : bad->kind,
		    kinds[i]);
	}
	end(&stage);
}

/* The operator's patience ends sooner than ours; behind the final dot nobody
 * knows what became of the message. */
static void
impatient(void **state)
{
	static const char *const	 silent[][16] = {
		{ PIPES, MAIL, RCPT_A, "C DATA", "S 250 ok", "wait", NULL },
		{ PIPES, MAIL, RCPT_A, "C DATA", "S 250 ok", "S 250 a",
		    "S 354 go", "C x", "C .", "wait", NULL }
	};
	static const enum fault_kind	 kinds[] = { FAULT_TIMEOUT,
					    FAULT_UNKNOWN_STATE };
	const struct fault		*bad;
	struct smtp_message		 mail;
	struct objects			 results;
	struct stage			 stage;
	size_t				 i;
	int64_t				 start;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		begin(&stage);
		stage.config.smtp_timeout = 1;
		assert_null(meet(&stage, play, silent[i]));
		mail = message(stage.arena, "a@example.org", "x\r\n");
		start = clock_ms();
		bad = smtp_send(stage.smtp, stage.arena, &mail, &results);
		assert_non_null(bad);
		assert_int_equal(bad->kind, kinds[i]);
		assert_true(clock_ms() - start < PATIENCE_MS);
		end(&stage);
	}
}

CHECK_MAIN(cmocka_unit_test(outcomes), cmocka_unit_test(parameters),
    cmocka_unit_test(injection), cmocka_unit_test(streamed),
    cmocka_unit_test(long_content), cmocka_unit_test(again),
    cmocka_unit_test(impatient))
