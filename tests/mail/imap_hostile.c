#include <stdio.h>

#include "mail/imap_session.h"

#include "imap_stage.h"

#include "../corpora.h"

enum outcome { BROKEN, DONE, REFUSED };

/* What comes of each answer of a hostile server: a fault, or an outcome of
 * the one command that was sent. */
static const struct row {
	const char	*id;
	const char	*command;	/* "OPEN": imap_queue_open */
	enum outcome	 outcome;
	const char	*close;		/* said behind it, or NULL */
} rows[] = {
	{ "appenduid-bad", "APPEND", DONE, NULL },
	{ "bs-deep", "FETCH 1 BODYSTRUCTURE", DONE, NULL },
	{ "bs-empty-mp", "FETCH 1 BODYSTRUCTURE", DONE, NULL },
	{ "bs-lit-in-param", "FETCH 1 BODYSTRUCTURE", DONE, NULL },
	{ "bs-size-huge", "FETCH 1 BODYSTRUCTURE", DONE, NULL },
	{ "bs-unclosed", "FETCH 1 BODYSTRUCTURE", BROKEN, NULL },
	{ "bs-wide", "FETCH 1 BODYSTRUCTURE", DONE, NULL },
	{ "copyuid-mismatch", "UID MOVE 1:3 x", DONE, NULL },
	{ "env-crlf", "FETCH 1 ENVELOPE", BROKEN, NULL },
	{ "exists-huge", "OPEN", DONE, NULL },
	{ "fetch-none", "UID FETCH 1 FLAGS", DONE, NULL },
	{ "fetch-seq-huge", "FETCH 1 UID", BROKEN, NULL },
	{ "fetch-seq0", "FETCH 1 UID", DONE, NULL },
	{ "fetch-uid0", "FETCH 1 UID", BROKEN, NULL },
	{ "fetch-unsolicited-other", "UID FETCH 1 BODY[]", DONE, NULL },
	{ "list-crlf-utf7", "LIST \"\" *", DONE, NULL },
	{ "list-delim", "LIST \"\" *", DONE, NULL },
	{ "list-utf7-bad", "LIST \"\" *", DONE, NULL },
	{ "lit-4g", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "lit-4g1", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "lit-hex", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "lit-in-quoted", "FETCH 1 ENVELOPE", DONE, NULL },
	{ "lit-lit8", "FETCH 1 BINARY[1]", DONE, NULL },
	{ "lit-neg", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "lit-plus", "FETCH 1 BODY[]", DONE, NULL },
	{ "lit-short", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "lit-then-eof", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "login-ok-other-user", "NOOP", DONE, NULL },
	{ "ok-alert", "NOOP", DONE, NULL },
	{ "plus-flood", "NOOP", BROKEN, NULL },
	{ "plus-unexpected", "NOOP", BROKEN, NULL },
	{ "quoted-badesc", "LIST \"\" *", DONE, NULL },
	{ "ref-mbx", "OPEN", REFUSED, NULL },
	{ "referral", "NOOP", REFUSED, NULL },
	{ "sasl-cont2", "NOOP", BROKEN, NULL },
	{ "search-bad", "UID SEARCH ALL", BROKEN, NULL },
	{ "search-huge", "UID SEARCH ALL", DONE, "A2 OK\r\n" },
	{ "slow-1bps", "FETCH 1 BODY[]", BROKEN, NULL },
	{ "tag-no-literal", "APPEND", REFUSED, NULL },
	{ "tag-prefix", "NOOP", BROKEN, NULL },
	{ "tag-wrong", "NOOP", BROKEN, NULL },
	{ "tls-alert-plain", "NOOP", BROKEN, NULL },
	{ "uidnext-huge", "OPEN", DONE, NULL },
	{ "uidvalidity-0", "OPEN", DONE, NULL },
	{ "untagged-forever", "NOOP", BROKEN, NULL },
};

/* What the server says: the collection's A1 is our second command. */
struct part_of_script {
	struct bytes	 said;
	const char	*close;
};

static void
hostile(struct line *line, const void *state)
{
	const struct part_of_script	*script = state;

	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_expect(line, "A1 *");
	peer_say(line, "A1 OK [CAPABILITY IMAP4rev1 LITERAL+] in\r\n");
	peer_expect(line, "A2 *");
	peer_say_bytes(line, script->said.at, script->said.len);
	if (script->close != NULL)
		peer_say(line, script->close);
	peer_drain(line);
}

static struct bytes
renumber(struct arena *arena, struct bytes said)
{
	struct buf	 buf;
	size_t		 i;
	bool		 starts = true;

	buf_start(&buf, arena);
	for (i = 0; i < said.len; i++) {
		buf_byte(&buf, starts && said.at[i] == '1' && i > 0 &&
		    said.at[i - 1] == 'A' ? '2' : said.at[i]);
		starts = said.at[i] == '\n' || (starts && said.at[i] == 'A');
	}
	return buf_view(&buf);
}

static struct imap_command *
send_command(struct stage *stage, const char *command)
{
	struct buf	 text;

	if (text_equal(command, "OPEN"))
		return imap_queue_open(stage->imap, stage->arena, "INBOX",
		    false);
	if (!text_equal(command, "APPEND"))
		return queue(stage, command);
	buf_start(&text, stage->arena);
	buf_text(&text, "APPEND INBOX ");
	return imap_queue_source(stage->imap, stage->arena, &text,
	    spring_open(stage->arena, bytes_of("x"), 1));
}

/* What must not have been believed. */
static void
check(const struct stage *stage, const struct row *row,
    const struct imap_command *command)
{
	const struct imap_replies	*replies = &command->replies;
	const struct imap_box		*box = imap_box(stage->imap);
	const struct imap_message	*message = replies->messages;

	assert_int_equal(replies->copy_validity, 0);
	if (text_equal(row->id, "fetch-none") ||
	    text_equal(row->id, "fetch-seq0"))
		assert_null(message);
	if (text_equal(row->id, "fetch-unsolicited-other"))
		assert_string_equal(bytes_text(stage->arena,
		    imap_find_message(replies, 1)->sections->content), "abc");
	if (text_equal(row->id, "lit-plus"))
		assert_string_equal(bytes_text(stage->arena,
		    message->sections->content), "abc");
	if (text_equal(row->id, "bs-size-huge"))
		assert_int_equal(message->body->size, UINT32_MAX);
	if (text_equal(row->id, "bs-deep") || text_equal(row->id, "bs-wide"))
		assert_true(message->body_cut);
	if (text_equal(row->id, "lit-in-quoted"))
		assert_string_equal(message->envelope->date, "{5}");
	if (text_equal(row->id, "uidvalidity-0"))
		assert_int_equal(box->uidvalidity, 0);
	if (text_equal(row->id, "uidnext-huge"))
		assert_int_equal(box->uidnext, 0);
	if (text_equal(row->id, "list-delim"))
		assert_int_equal(replies->listings->delimiter, '"');
}

static void
play_row(const struct row *row)
{
	struct part_of_script	 script = { .close = row->close };
	const struct fault	*bad;
	struct imap_command	*command;
	struct stage		 stage;
	bool			 ran;

	begin(&stage);
	script.said = corpora_read(stage.arena, text_format(stage.arena,
	    "own/imap-hostile/%s.bin", row->id));
	assert_non_null(script.said.at);
	if (!text_equal(row->id, "tag-prefix"))
		script.said = renumber(stage.arena, script.said);
	assert_null(meet(&stage, hostile, &script));
	imap_begin(stage.imap, stage.arena, clock_ms() + (row->outcome ==
	    BROKEN ? SHORT_MS : PATIENCE_MS));
	command = send_command(&stage, row->command);
	bad = imap_run(stage.imap);
	ran = row->outcome != BROKEN;
	if ((bad == NULL) != ran)
		fail_msg("%s: %s", row->id, bad == NULL ? "believed" :
		    bad->detail);
	assert_int_equal(command->outcome, row->outcome == BROKEN ?
	    IMAP_WAITING : row->outcome == DONE ? IMAP_OK : IMAP_NO);
	if (row->outcome == DONE)
		check(&stage, row, command);
	imap_close(stage.imap);
	peer_stop(&stage.peer);
	arena_close(stage.arena);
}

static void
each_answer(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	if (corpora_read(arena, "own/imap-hostile/ok-alert.bin").at == NULL)
		skip();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		play_row(&rows[i]);
	print_message("# %zu answers of hostile servers\n", i);
	arena_close(arena);
}

/* What a hostile server says before anybody has logged in. */
static const struct greeting {
	const char	*id;
	enum fault_kind	 kind;		/* FAULT_KINDS: any */
} greetings[] = {
	{ "greet-bye", FAULT_UNAVAILABLE },
	{ "greet-empty", FAULT_TIMEOUT },
	{ "greet-nocrlf", FAULT_TIMEOUT },
	{ "greet-preauth-starttls", FAULT_PROTOCOL },
	{ "greet-ssh", FAULT_PROTOCOL },
};

static void
greet(struct line *line, const void *state)
{
	const struct bytes	*said = state;

	peer_say_bytes(line, said->at, said->len);
	peer_drain(line);
}

static void
each_greeting(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	struct bytes		 said;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
		begin(&stage);
		stage.patience = SHORT_MS;
		said = corpora_read(stage.arena, text_format(stage.arena,
		    "own/imap-hostile/%s.bin", greetings[i].id));
		if (said.at == NULL)
			skip();
		bad = meet(&stage, greet, &said);
		expect_fault(bad, greetings[i].kind, NULL);
		assert_null(strstr(bad->detail, "SSH"));
		end(&stage);
	}
}

CHECK_MAIN(
	cmocka_unit_test(each_answer),
	cmocka_unit_test(each_greeting)
)
