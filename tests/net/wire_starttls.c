#include <unistd.h>

#include "stage.h"

#include "../corpora.h"

/* state: what answers STARTTLS. */
static void
upgrade_imap(struct line *line, const void *state)
{
	const struct bytes	*answer = state;

	peer_say(line, "* OK hello\r\n");
	peer_expect(line, "A001 CAPABILITY");
	peer_say(line, "* CAPABILITY IMAP4rev1 STARTTLS\r\nA001 OK\r\n");
	peer_expect(line, "A002 STARTTLS");
	peer_say_bytes(line, answer->at, answer->len);
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, "A003 CAPABILITY");
	peer_say(line, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA003 OK\r\n");
	peer_expect(line, "a1 CAPABILITY");
	peer_say(line, "* CAPABILITY IMAP4rev1\r\n");
	peer_drain(line);
}

static void
upgrade_smtp(struct line *line, const void *state)
{
	const struct bytes	*answer;

	answer = state;
	peer_say(line, "220 hello\r\n");
	peer_expect(line, "EHLO [127.0.0.1]");
	peer_say(line, "250-hello\r\n250 STARTTLS\r\n");
	peer_expect(line, "STARTTLS");
	peer_say_bytes(line, answer->at, answer->len);
	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, "EHLO [127.0.0.1]");
	peer_say(line, "250-hello\r\n250 AUTH PLAIN\r\n");
	peer_expect(line, "EHLO again");
	peer_say(line, "250 done\r\n");
	peer_drain(line);
}

static void
starttls(void **state)
{
	struct stage	 stage;
	struct bytes	 go;

	(void)state;
	go = bytes_of("A002 OK go\r\n");
	begin(&stage, WIRE_IMAP, TLS_STARTTLS);
	assert_null(meet(&stage, upgrade_imap, &go));
	assert_true(wire_greeting_read(stage.wire));
	assert_null(wire_write(stage.wire, bytes_of("a1 CAPABILITY\r\n")));
	expect_line(&stage, "* CAPABILITY IMAP4rev1");
	end(&stage, true);

	go = bytes_of("220 go\r\n");
	begin(&stage, WIRE_SMTP, TLS_STARTTLS);
	assert_null(meet(&stage, upgrade_smtp, &go));
	assert_true(wire_greeting_read(stage.wire));
	assert_null(wire_write(stage.wire, bytes_of("EHLO again\r\n")));
	expect_line(&stage, "250 done");
	end(&stage, true);
}

static void
refuse_upgrade(struct line *line, const void *state)
{
	peer_say(line, "* OK hello\r\n");
	peer_expect(line, "A001 CAPABILITY");
	peer_say(line, "* CAPABILITY IMAP4rev1 STARTTLS\r\nA001 OK\r\n");
	peer_expect(line, "A002 STARTTLS");
	peer_say(line, state);
	peer_drain(line);
}

static void
offer_nothing(struct line *line, const void *state)
{
	peer_say(line, state);
	peer_expect(line, "A001 CAPABILITY");
	peer_say(line, "* CAPABILITY IMAP4rev1\r\nA001 OK\r\n");
	if (peer_drain(line) > 0)
		_exit(4);
}

/* Without TLS nothing is said after STARTTLS, whatever the server says. */
static void
no_upgrade(void **state)
{
	static const struct {
		peer_script	*script;
		const char	*answer;
	} rows[] = {
		{ refuse_upgrade, "A002 NO not today\r\n" },
		{ refuse_upgrade, "A002 BAD what\r\n" },
		{ refuse_upgrade, "A002 OK go\r\n* OK par" },
		{ refuse_upgrade, "A002 OK go\r\n"
		    "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" },
		{ refuse_upgrade, "A002 OK go\r\n"
		    "A003 OK [CAPABILITY IMAP4rev1] logged in\r\n" },
		{ offer_nothing, "* OK hello\r\n" },
		{ offer_nothing, "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] "
		    "hello\r\n" },
		{ say_it, "* PREAUTH welcome\r\n" },
		{ say_it, "* BYE not now\r\n" },
		{ say_it, "HTTP/1.1 400 no\r\n\r\n" }
	};
	struct stage	 stage;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage, WIRE_IMAP, TLS_STARTTLS);
		stage.patience = SHORT_MS;
		if (meet(&stage, rows[i].script, rows[i].answer) == NULL)
			fail_msg("went on after %s", rows[i].answer);
		end(&stage, false);
	}
}

/* What came before TLS, behind the word to begin it, may be somebody else's: it
 * is neither taken nor dropped, that is the end. Who says it goes on with TLS
 * as if it had not been. */
static void
meet_injected(enum wire_protocol protocol, peer_script *script,
    const char *said)
{
	struct stage	 stage;
	struct bytes	 answer = bytes_of(said);

	begin(&stage, protocol, TLS_STARTTLS);
	if (meet(&stage, script, &answer) == NULL)
		fail_msg("went on after %s", said);
	end(&stage, false);
}

static void
nothing_is_injected_into_imap(void **state)
{
	static const char *const	 rows[] = {
		"A002 OK go\r\n* OK par",
		"A002 OK go\r\n\r\n",
		"A002 OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
		"A002 OK go\r\n* PREAUTH welcome\r\n",
		"A002 OK go\r\n* CAPABILITY IMAP4rev1\r\nA003 OK done\r\n"
	};
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		meet_injected(WIRE_IMAP, upgrade_imap, rows[i]);
}

static void
nothing_is_injected_into_smtp(void **state)
{
	static const char *const	 rows[] = {
		"220 go\r\n2",
		"220 go\r\n\r\n",
		"220 go\r\n250 AUTH PLAIN\r\n",
		"220 go\r\n250-hello\r\n250 AUTH PLAIN\r\n"
	};
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		meet_injected(WIRE_SMTP, upgrade_smtp, rows[i]);
}

static void
published_upgrades(void **state)
{
	static const struct {
		const char	*file;
		bool		 goes_on;
	} rows[] = {
		{ "own/starttls/smtp-resp-inj.bin", false },
		{ "own/starttls/smtp-5xx-line-flood.bin", false },
		{ "own/starttls/smtp-multi.bin", true }
	};
	struct stage	 stage;
	struct bytes	 answer;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage, WIRE_SMTP, TLS_STARTTLS);
		stage.patience = SHORT_MS;
		answer = corpora_read(stage.arena, rows[i].file);
		if (answer.at == NULL)
			skip();
		if ((meet(&stage, upgrade_smtp, &answer) == NULL) !=
		    rows[i].goes_on)
			fail_msg("%s", rows[i].file);
		end(&stage, false);
	}
}

CHECK_MAIN(cmocka_unit_test(starttls), cmocka_unit_test(no_upgrade),
    cmocka_unit_test(nothing_is_injected_into_imap),
    cmocka_unit_test(nothing_is_injected_into_smtp),
    cmocka_unit_test(published_upgrades))
