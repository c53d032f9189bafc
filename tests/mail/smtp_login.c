#include "smtp_stage.h"

/* base64 of NUL "tim" NUL "secret" */
#define PLAIN	"AHRpbQBzZWNyZXQ="

struct case_of_login {
	enum fault_kind	 kind;		/* FAULT_KINDS: it goes well */
	const char	*lines[16];
};

static const struct case_of_login	 rows[] = {
	{ FAULT_KINDS, { "S 220 hello", "C EHLO [127.0.0.1]", "S 250-hello",
	    "S 250 AUTH PLAIN", "C AUTH PLAIN " PLAIN, "S 235 yes", "C QUIT",
	    "end" } },
	{ FAULT_KINDS, { "S 220-hello", "S 220 you", "C EHLO *", "S 250-hello",
	    "S 250 AUTH LOGIN", "C AUTH LOGIN", "S 334 VXNlcm5hbWU6",
	    "C dGlt", "S 334 UGFzc3dvcmQ6", "C c2VjcmV0", "S 235 yes",
	    "C QUIT" } },
	/* An operator's relay that asks for nothing. */
	{ FAULT_KINDS, { "S 220 hello", "C EHLO *", "S 250 hello", "C QUIT",
	    "end" } },
	{ FAULT_LOGIN, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH PLAIN", "C AUTH PLAIN *", "S 535 5.7.8 wrong",
	    "end" } },
	/* A server that tells everybody what it was told. */
	{ FAULT_LOGIN, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH PLAIN", "C AUTH PLAIN *",
	    "S 535 tim may not come in with secret", "end" } },
	{ FAULT_UNAVAILABLE, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH PLAIN", "C AUTH PLAIN *", "S 454 4.7.0 later",
	    "end" } },
	{ FAULT_UNSUPPORTED, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH GSSAPI", "end" } },
	/* What is no challenge, and one that comes out of turn. */
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH LOGIN", "C AUTH LOGIN", "S 334 !", "C *",
	    "S 501 well", "end" } },
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH PLAIN", "C AUTH PLAIN *", "S 334 YQ==", "C *",
	    "S 501 well", "end" } },
	/* A server that does not prove itself. */
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH SCRAM-SHA-256", "C AUTH SCRAM-SHA-256 *",
	    "S 235 welcome", "end" } },
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "S 250-hello",
	    "S 250 AUTH SCRAM-SHA-1", "C AUTH SCRAM-SHA-1 *",
	    "S 334 cj14LHM9eCxpPTE=", "C *", "S 235 welcome", "end" } },
	{ FAULT_UNAVAILABLE, { "S 421 busy", "end" } },
	{ FAULT_REFUSED, { "S 554 go away", "end" } },
	{ FAULT_REFUSED, { "S 220 hello", "C EHLO *", "S 502 what", "end" } },
	{ FAULT_PROTOCOL, { "S hello", "end" } },
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "S 250-x", "S 251 y",
	    "end" } },
	{ FAULT_PROTOCOL, { "S 220 hello", "C EHLO *", "cut" } }
};

static void
logins(void **state)
{
	const struct fault	*bad;
	struct stage		 stage;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&stage);
		bad = meet(&stage, play, rows[i].lines);
		if ((bad == NULL ? FAULT_KINDS : bad->kind) != rows[i].kind)
			fail_msg("%zu: %s", i, bad == NULL ? "well" :
			    bad->detail);
		if (bad != NULL)
			assert_null(strstr(bad->detail, "secret"));
		end(&stage);
	}
}

/* A token too long for one command follows on a line of its own. */
static void
long_token(void **state)
{
	static const char *const	 lines[] = { "S 220 hello",
					    "C EHLO *", "S 250-hello",
					    "S 250 AUTH XOAUTH2",
					    "C AUTH XOAUTH2", "S 334 ",
					    "C dXNlcj10aW0BYXV0aD1CZWFyZXIg*",
					    "S 235 yes", "C QUIT", NULL };
	struct stage			 stage;
	char				*token;

	(void)state;
	begin(&stage);
	token = arena_take(stage.arena, 2001);
	memset(token, 'x', 2000);
	stage.account.bearer = token;
	assert_null(meet(&stage, play, lines));
	end(&stage);
}

static void
other_name_for_sending(void **state)
{
	/* base64 of NUL "jim" NUL "p" */
	static const char *const	 lines[] = { "S 220 hello",
					    "C EHLO *", "S 250-hello",
					    "S 250 AUTH PLAIN",
					    "C AUTH PLAIN AGppbQBw",
					    "S 235 yes", "C QUIT", NULL };
	struct stage			 stage;

	(void)state;
	begin(&stage);
	stage.account.bearer = "t";
	stage.account.smtp_username = "jim";
	stage.account.smtp_password = "p";
	assert_null(meet(&stage, play, lines));
	end(&stage);
}

static void
in_tls(struct line *line, const void *state)
{
	if (peer_tls(line, PEER_GOOD, 0))
		play(line, state);
}

static void
implicit_tls(void **state)
{
	struct stage	 stage;

	(void)state;
	begin(&stage);
	stage.server.tls = TLS_IMPLICIT;
	stage.config.smtp_ca_file = peer_ca_file();
	assert_null(meet(&stage, in_tls, rows[0].lines));
	end(&stage);
}

/* Whom the message is of, to servers that want to know it. */
static void
for_whom(void **state)
{
	static const struct {
		const char	*client;
		const char	*lines[16];
	} cases[] = {
		{ "192.0.2.7", { "S 220 hello", "C EHLO *", "S 250-hello",
		    "S 250-XCLIENT NAME ADDR PROTO", "S 250 AUTH PLAIN",
		    "C XCLIENT ADDR=192.0.2.7", "S 220 again", "C EHLO *",
		    "S 250-hello", "S 250 AUTH PLAIN", "C AUTH PLAIN *",
		    "S 235 yes", "C QUIT" } },
		{ "2001:db8::7", { "S 220 hello", "C EHLO *", "S 250-hello",
		    "S 250-XCLIENT ADDR", "S 250 AUTH PLAIN",
		    "C XCLIENT ADDR=IPV6:2001:db8::7", "S 550 no",
		    "C AUTH PLAIN *", "S 235 yes", "C QUIT" } },
		{ "192.0.2.7", { "S 220 hello", "C EHLO *", "S 250-hello",
		    "S 250-XCLIENT NAME", "S 250 AUTH PLAIN",
		    "C AUTH PLAIN *", "S 235 yes", "C QUIT" } },
		{ NULL, { "S 220 hello", "C EHLO *", "S 250-hello",
		    "S 250-XCLIENT ADDR", "S 250 AUTH PLAIN",
		    "C AUTH PLAIN *", "S 235 yes", "C QUIT" } }
	};
	struct stage	 stage;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&stage);
		stage.config.client = cases[i].client;
		assert_null(meet(&stage, play, cases[i].lines));
		end(&stage);
	}
}

static void
nowhere_to_send(void **state)
{
	static const struct mail_server	 imap = { .host = "localhost" };
	const struct fault		*bad;
	struct stage			 stage;

	(void)state;
	begin(&stage);
	stage.account.imap.at = &imap;
	bad = smtp_open(stage.arena, &stage.account, &stage.config,
	    clock_ms() + PATIENCE_MS, &stage.smtp);
	assert_int_equal(bad->kind, FAULT_UNSUPPORTED);
	arena_close(stage.arena);
}

CHECK_MAIN(cmocka_unit_test(logins), cmocka_unit_test(long_token),
    cmocka_unit_test(for_whom), cmocka_unit_test(other_name_for_sending),
    cmocka_unit_test(implicit_tls),
    cmocka_unit_test(nowhere_to_send))
