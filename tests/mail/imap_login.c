#include "imap_stage.h"

/* Base64 of NUL anna@example.org NUL open sesame. */
#define PLAIN	"AGFubmFAZXhhbXBsZS5vcmcAb3BlbiBzZXNhbWU="

static const struct row {
	const char	*name;
	enum fault_kind	 kind;		/* FAULT_KINDS: logged in */
	const char	*word;		/* in the fault */
	struct step	 steps[8];
} rows[] = {
	{ "LOGIN where no mechanism is offered", FAULT_KINDS, NULL, {
	    LOGGED_IN("UIDPLUS") } },
	{ "abilities are asked for where they were not told", FAULT_KINDS,
	    NULL, {
	    { NULL, "* OK hello\r\n" },
	    { "A1 CAPABILITY", "* CAPABILITY IMAP4rev1 MOVE\r\nA1 OK\r\n" },
	    { "A2 " LOGIN_LINE, "A2 OK in\r\n" },
	    { "A3 CAPABILITY",
	    "* CAPABILITY IMAP4rev1 UIDPLUS\r\nA3 OK\r\n" } } },
	{ "PLAIN in the command", FAULT_KINDS, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] x\r\n" },
	    { "L1 AUTHENTICATE PLAIN " PLAIN,
	    "* CAPABILITY IMAP4rev1 UIDPLUS\r\nL1 OK\r\n" } } },
	{ "PLAIN after a go-ahead", FAULT_KINDS, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n" },
	    { "L1 AUTHENTICATE PLAIN", "+ \r\n" },
	    { PLAIN, "L1 OK [CAPABILITY UIDPLUS] in\r\n" } } },
	{ "LOGIN refused", FAULT_LOGIN, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1] hello\r\n" },
	    { "A1 LOGIN*", "A1 NO [AUTHENTICATIONFAILED] no\r\n" } } },
	{ "refused", FAULT_LOGIN, "Wrong password", {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [AUTHENTICATIONFAILED] Wrong password\r\n" } } },
	{ "later", FAULT_UNAVAILABLE, "backend", {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [UNAVAILABLE] backend\r\n" } } },
	{ "too many sessions", FAULT_UNAVAILABLE, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [LIMIT] too many\r\n" } } },
	{ "Gmail has too many", FAULT_UNAVAILABLE, "simultaneous", {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [ALERT] Too many simultaneous connections. "
	      "(Failure)\r\n" } } },
	{ "Exchange is away", FAULT_UNAVAILABLE, "Server Unavailable", {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO Server Unavailable. 15\r\n" } } },
	{ "throttled", FAULT_UNAVAILABLE, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [THROTTLED] Account exceeded\r\n" } } },
	{ "what a code says is not doubted", FAULT_LOGIN, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [AUTHENTICATIONFAILED] too many\r\n" } } },
	{ "an alert about the password", FAULT_LOGIN, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [ALERT] Invalid credentials (Failure)\r\n" } } },
	{ "a referral is not followed", FAULT_LOGIN, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO [REFERRAL IMAP://127.0.0.1:6379/] there\r\n" }
	    } },
	{ "BYE in place of a greeting", FAULT_UNAVAILABLE, "too busy", {
	    { NULL, "* BYE too busy\r\n" } } },
	{ "BYE in place of an answer", FAULT_UNAVAILABLE, "bye", {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "* BYE bye\r\n" } } },
	{ "PREAUTH", FAULT_PROTOCOL, NULL, {
	    { NULL, "* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n" } } },
	{ "not a mail server", FAULT_PROTOCOL, NULL, {
	    { NULL, "SSH-2.0-OpenSSH_9.2\r\n" } } },
	{ "no way in common", FAULT_UNSUPPORTED, "GSSAPI", {
	    { NULL, "* OK [CAPABILITY AUTH=GSSAPI] x\r\n" } } },
	{ "LOGINDISABLED", FAULT_UNSUPPORTED, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] x\r\n" } } },
	{ "a second challenge is answered with *", FAULT_PROTOCOL, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN] x\r\n" },
	    { "L1 AUTHENTICATE PLAIN", "+ \r\n+ \r\n" },
	    { PLAIN, NULL },
	    { "*", "L1 BAD aborted\r\n" } } },
	{ "a challenge that is no base64", FAULT_PROTOCOL, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN] x\r\n" },
	    { "L1 AUTHENTICATE PLAIN", "+ !!\r\n" },
	    { "*", "L1 BAD aborted\r\n" } } },
	{ "another's tag", FAULT_PROTOCOL, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L10 OK in\r\n" } } },
	{ "OK before the server has proved itself", FAULT_PROTOCOL, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=SCRAM-SHA-256 SASL-IR] x\r\n" },
	    { "L1 *", "L1 OK in\r\n" } } },
	{ "a password in the server's words", FAULT_LOGIN, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", "L1 NO open sesame is wrong\r\n" } } },
	{ "silence", FAULT_TIMEOUT, NULL, {
	    { NULL, "* OK [CAPABILITY AUTH=PLAIN SASL-IR] x\r\n" },
	    { "L1 *", NULL } } },
};

static void
each_login(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage);
		if (rows[i].kind == FAULT_TIMEOUT)
			stage.patience = SHORT_MS;
		print_message("# %s\n", rows[i].name);
		bad = meet(&stage, play, rows[i].steps);
		if (rows[i].kind == FAULT_KINDS) {
			assert_null(bad);
			assert_true(imap_is_usable(stage.imap));
			assert_true(imap_can(stage.imap, IMAP_CAN_UIDPLUS));
			assert_false(imap_can(stage.imap, IMAP_CAN_MOVE));
		} else {
			expect_fault(bad, rows[i].kind, rows[i].word);
			assert_null(strstr(bad->detail, "sesame"));
		}
		end(&stage);
	}
}

static void
greets_in_tls(struct line *line, const void *state)
{
	if (peer_tls(line, PEER_GOOD, 0))
		play(line, state);
}

static void
implicit_tls(void **state)
{
	static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	    { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	stage.server.tls = TLS_IMPLICIT;
	stage.config.mail_ca_file = peer_ca_file();
	assert_null(meet(&stage, greets_in_tls, steps));
	assert_true(imap_can(stage.imap, IMAP_CAN_UIDPLUS));
	end(&stage);
}

#define DOVECOT(more)							\
	{ NULL, "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS "	\
	    "ID ENABLE IDLE AUTH=PLAIN" more "] Dovecot ready.\r\n" }
#define AUTHENTICATE	"L1 AUTHENTICATE PLAIN " PLAIN
#define FLIGHT								\
	{ AUTHENTICATE, NULL },						\
	{ "A3 ID (\"name\" \"Postern\")", NULL },			\
	{ "A2 ENABLE CONDSTORE", NULL }
#define ANSWERS								\
	"* ID NIL\r\nA3 OK\r\n* ENABLED CONDSTORE\r\nA2 OK\r\n"		\
	"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nA1 OK [READ-ONLY] x\r\n"

/* The first flight opens a folder: what came of the login, and of that. */
static const struct ahead {
	const char	*name;
	bool		 ahead;
	enum fault_kind	 kind;		/* FAULT_KINDS: logged in */
	const char	*word;
	struct step	 steps[9];
} aheads[] = {
	{ "behind the login, and before its answer", true, FAULT_KINDS, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" ANSWERS } } },
	{ "abilities are asked for where they are not told", true,
	    FAULT_KINDS, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX", "L1 OK in\r\n" ANSWERS },
	    { "A4 CAPABILITY",
	    "* CAPABILITY IMAP4rev1 UIDPLUS\r\nA4 OK\r\n" } } },
	{ "refused, and then all else", true, FAULT_LOGIN, "Wrong password", {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    "L1 NO [AUTHENTICATIONFAILED] Wrong password\r\nA3 OK\r\nA2 OK\r\n"
	    "A1 BAD Error in IMAP command received by server.\r\n"
	    "* BYE Too many invalid IMAP commands.\r\n" } } },
	{ "refused, and yet it would answer", true, FAULT_LOGIN, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    "L1 NO no\r\n" ANSWERS } } },
	{ "later", true, FAULT_UNAVAILABLE, "backend", {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    "L1 NO [UNAVAILABLE] backend\r\n" } } },
	{ "answers before that of the login", true, FAULT_PROTOCOL, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    ANSWERS "L1 OK [CAPABILITY UIDPLUS] in\r\n" } } },
	{ "a challenge where none is due", true, FAULT_PROTOCOL, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX", "+ \r\n" },
	    { "*", "L1 BAD aborted\r\n" } } },
	{ "silence behind the login", true, FAULT_TIMEOUT, NULL, {
	    DOVECOT(""), FLIGHT, { "A1 EXAMINE INBOX",
	    "L1 OK [CAPABILITY UIDPLUS] in\r\n" } } },
	{ "what is not known to read on waits", false, FAULT_KINDS, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1 SASL-IR ENABLE AUTH=PLAIN] "
	    "Cyrus IMAP server ready\r\n" },
	    { AUTHENTICATE, "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" },
	    { "A1 EXAMINE INBOX", "* 3 EXISTS\r\nA1 OK\r\n" } } },
	{ "so does Dovecot without SASL-IR", false, FAULT_KINDS, NULL, {
	    { NULL, "* OK [CAPABILITY IMAP4rev1 ENABLE AUTH=PLAIN] Dovecot "
	    "ready.\r\n" },
	    { "L1 AUTHENTICATE PLAIN", "+ \r\n" },
	    { PLAIN, "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" },
	    { "A1 EXAMINE INBOX", "* 3 EXISTS\r\nA1 OK\r\n" } } }
};

static void
start_in_tls(struct stage *stage, const struct step *steps)
{
	begin(stage);
	stage->server.tls = TLS_IMPLICIT;
	stage->config.mail_ca_file = peer_ca_file();
	peer_start(&stage->peer, greets_in_tls, steps);
	stage->server.port = stage->peer.port;
	assert_null(imap_open_ahead(stage->arena, &stage->account,
	    &stage->config, clock_ms() + stage->patience, &stage->imap));
}

static void
go_ahead(const struct ahead *row)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	struct stage			 stage;

	start_in_tls(&stage, row->steps);
	assert_int_equal(imap_is_usable(stage.imap), !row->ahead);
	if (row->kind == FAULT_TIMEOUT)
		imap_begin(stage.imap, stage.arena, clock_ms() + SHORT_MS);
	opened = imap_queue_open(stage.imap, stage.arena, "INBOX", false);
	bad = imap_run(stage.imap);
	if (row->kind == FAULT_KINDS) {
		assert_null(bad);
		assert_int_equal(imap_box(stage.imap)->exists, 3);
		assert_true(imap_is_usable(stage.imap));
		assert_true(imap_can(stage.imap, IMAP_CAN_UIDPLUS));
		assert_false(imap_can(stage.imap, IMAP_CAN_IDLE));
	} else {
		expect_fault(bad, row->kind, row->word);
		assert_int_equal(opened->outcome, IMAP_WAITING);
		assert_null(imap_box(stage.imap));
		assert_false(imap_is_usable(stage.imap));
	}
	end(&stage);
}

static void
each_ahead(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(aheads) / sizeof(aheads[0]); i++) {
		print_message("# %s\n", aheads[i].name);
		go_ahead(&aheads[i]);
	}
}

/* Who needs to know more first logs in by itself. */
static void
settled(void **state)
{
	static const struct step	 steps[] = { DOVECOT(""),
	    { AUTHENTICATE, "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" },
	    { "A1 NOOP", "A1 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	start_in_tls(&stage, steps);
	assert_true(imap_can(stage.imap, IMAP_CAN_IDLE));
	assert_null(imap_settle(stage.imap));
	assert_true(imap_can(stage.imap, IMAP_CAN_UIDPLUS));
	assert_false(imap_can(stage.imap, IMAP_CAN_IDLE));
	assert_null(imap_settle(stage.imap));
	queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	end(&stage);
}

/* One that was never used knows no password, and is not kept. */
static void
unused(void **state)
{
	static const struct step	 steps[] = { DOVECOT(""),
	    { "L2 LOGOUT", NULL }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	start_in_tls(&stage, steps);
	assert_false(imap_is_usable(stage.imap));
	end(&stage);
}

/* Who listens in on a line in the clear is not told what will be asked. */
static void
in_the_clear(void **state)
{
	static const struct step	 steps[] = { DOVECOT(""),
	    { AUTHENTICATE, "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" },
	    { "A1 NOOP", "A1 OK\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	peer_start(&stage.peer, play, steps);
	stage.server.port = stage.peer.port;
	assert_null(imap_open_ahead(stage.arena, &stage.account,
	    &stage.config, clock_ms() + PATIENCE_MS, &stage.imap));
	assert_true(imap_is_usable(stage.imap));
	queue(&stage, "NOOP");
	assert_null(imap_run(stage.imap));
	end(&stage);
}

/* Whom it is for, ahead of the password, to servers that know ID. */
static void
for_whom(void **state)
{
	static const struct step	 steps[][6] = {
	    { { NULL, "* OK [CAPABILITY IMAP4rev1 ID] x\r\n" },
	    { "A1 ID (\"name\" \"Postern\" \"x-originating-ip\" "
	    "\"192.0.2.7\")", "* ID NIL\r\nA1 OK\r\n" },
	    { "A2 " LOGIN_LINE, "A2 OK [CAPABILITY IMAP4rev1] in\r\n" },
	    { NULL, NULL } },
	    { { NULL, "* OK [CAPABILITY IMAP4rev1 ID] x\r\n" },
	    { "A1 ID *", "A1 NO nobody asked\r\n" },
	    { "A2 " LOGIN_LINE, "A2 OK [CAPABILITY IMAP4rev1] in\r\n" },
	    { NULL, NULL } },
	    { { NULL, "* OK [CAPABILITY IMAP4rev1] x\r\n" },
	    { "A1 " LOGIN_LINE, "A1 OK [CAPABILITY IMAP4rev1] in\r\n" },
	    { NULL, NULL } } };
	struct stage			 stage;
	size_t				 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(&stage);
		stage.config.client = "192.0.2.7";
		assert_null(meet(&stage, play, steps[i]));
		end(&stage);
	}
}

/* A flight behind a token: a refusal would be a challenge. */
static void
bearer(void **state)
{
	static const struct step	 steps[] = {
	    DOVECOT(" AUTH=XOAUTH2"), { "L1 AUTHENTICATE XOAUTH2*",
	    "L1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n" }, { NULL, NULL } };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	stage.account.password = NULL;
	stage.account.bearer = "token";
	stage.server.tls = TLS_IMPLICIT;
	stage.config.mail_ca_file = peer_ca_file();
	peer_start(&stage.peer, greets_in_tls, steps);
	stage.server.port = stage.peer.port;
	assert_null(imap_open_ahead(stage.arena, &stage.account,
	    &stage.config, clock_ms() + PATIENCE_MS, &stage.imap));
	assert_true(imap_can(stage.imap, IMAP_CAN_UIDPLUS));
	assert_true(imap_is_usable(stage.imap));
	end(&stage);
}

CHECK_MAIN(
	cmocka_unit_test(each_login),
	cmocka_unit_test(implicit_tls),
	cmocka_unit_test(each_ahead),
	cmocka_unit_test(settled),
	cmocka_unit_test(unused),
	cmocka_unit_test(in_the_clear),
	cmocka_unit_test(for_whom),
	cmocka_unit_test(bearer)
)
