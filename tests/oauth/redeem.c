#include "../mail/script.h"

#include "request.h"

#include "data/base64.h"
#include "mail/card.h"
#include "mail/ledger.h"
#include "mail/notice.h"
#include "oauth/redeem.h"

#define GRANT	"AAAAAAAAAAAAAAAAAAAAAA"
#define CARDS	"\"Connected Agents\""
#define LEDGER	"\"Connected Agents/Ledger\""
#define RECORD								\
	{ "|From: *", "" }, { "|Subject: *", "" }, { "|Date: *", "" },	\
	{ "|Message-ID: <l.*", "" }, { "|Auto-Submitted: *", "" },	\
	{ "|X-Postern-Ledger: v1 " GRANT " 4 *", "" }, { "| *", "" },	\
	{ "|", "" }, { "|Kept*", "" }, { "|", "" }

/* What each command of the one flight is answered, and what comes of it. */
struct row {
	const char	*name;
	const char	*append, *status, *card, *open, *records;
	enum fault_kind	 kind;
	const char	*word;		/* of the detail */
	bool		 take_back;	/* the record, UID 9 */
};

#define KEPT		"@ OK [APPENDUID 7 9] kept\n"
#define STATUS		"* STATUS " CARDS " (UIDVALIDITY 5)\n@ OK\n"
#define OPEN		"* 3 EXISTS\n* OK [UIDVALIDITY 7]\n@ OK\n"
#define CARD		""		/* the right one */
#define NO_CARD		"@ OK\n"

static const struct row	 rows[] = {
	{ "full", "@ NO [OVERQUOTA] full\n", STATUS, CARD, OPEN, "@ OK\n",
	    FAULT_UNAVAILABLE, "full", false },
	{ "full, and disconnected", "@ NO [OVERQUOTA] full\n", STATUS,
	    NO_CARD, OPEN, "@ OK\n", FAULT_GRANT, "disconnected", false },
	{ "read-only", "@ NO [NOPERM] no\n", STATUS, CARD, OPEN, "@ OK\n",
	    FAULT_UNAVAILABLE, "no", false },
	{ "no folder of records", "@ NO [TRYCREATE] none\n", STATUS, CARD,
	    "@ NO none\n", "@ BAD no folder\n", FAULT_GRANT, "lost the records",
	    false },
	{ "another folder of records", KEPT, STATUS, CARD,
	    "* 1 EXISTS\n* OK [UIDVALIDITY 8]\n@ OK\n", "@ OK\n", FAULT_GRANT,
	    "lost the records", false },
	{ "records later", KEPT, STATUS, CARD, "@ NO [INUSE] later\n",
	    "@ BAD no folder\n", FAULT_UNAVAILABLE, "later", false },
	{ "cards later", KEPT, "@ NO [UNAVAILABLE] later\n", CARD, OPEN,
	    "@ OK\n", FAULT_UNAVAILABLE, "later", false },
	{ "no folder of cards", KEPT, "@ NO none\n", CARD, OPEN, "@ OK\n",
	    FAULT_GRANT, "disconnected", false },
	{ "another folder of cards", KEPT,
	    "* STATUS " CARDS " (UIDVALIDITY 6)\n@ OK\n", CARD, OPEN, "@ OK\n",
	    FAULT_GRANT, "disconnected", false },
	{ "our record is not shown", KEPT, STATUS, CARD, OPEN, "@ OK\n",
	    FAULT_UNAVAILABLE, "does not show", false },
	{ "too many messages", KEPT, STATUS, CARD,
	    "* 1001 EXISTS\n* OK [UIDVALIDITY 7]\n@ OK\n", "@ OK\n",
	    FAULT_UNAVAILABLE, "more than 1000", true }
};

static const struct card_place		 card = {
	.grant = GRANT, .uidvalidity = 5, .uid = 3
};
static const struct ledger_place	 place = { .uidvalidity = 7 };

/* The card as mail/card writes it. */
static const char *
card_text(struct arena *arena, const struct keys *keys,
    const struct account *account)
{
	const char	*said, *kid = keys_newest(keys), *head;

	said = "{\"g\":\"" GRANT "\",\"c\":\"x\"}";
	head = text_format(arena, "X-Postern-Grant: v1 " GRANT " %s %s\n"
	    "X-Postern-Card: %s\n\n", kid, notice_mac(arena, keys, kid, "card",
	    account, text_format(arena, TEST_BASE "\n%s", said)),
	    base64_write_url(arena, bytes_of(said)));
	return text_format(arena, "* 1 FETCH (UID 3 FLAGS (\\Seen) "
	    "BODY[HEADER.FIELDS (X-Postern-Grant X-Postern-Card)] {%zu}\n%s)\n"
	    "@ OK\n", strlen(head) + 3, head);
}

/* A server with that script, and a request of a refresh token of generation
 * 3. */
static const struct fault *
use(struct script *script, const struct authority *authority,
    struct redeem *redeem)
{
	struct request	*request = arena_take(script->arena,
			    sizeof(*request));

	test_request(script->arena, authority, request);
	request->deadline = clock_ms() + SCRIPT_MS;
	*redeem = (struct redeem){
		.accounts = { &script->account, 1 }, .place = &place,
		.generation = 3, .record = 2
	};
	return redeem_use(request, redeem);
}

/* The mail server is the operator's, so that its port, which nobody knows
 * before it listens, is not of the account's identity. */
static struct authority *
set_up(struct script *script)
{
	struct authority	*authority;
	struct config		*config;

	memset(script, 0, sizeof(*script));
	script->arena = arena_open();
	script->capabilities = "LITERAL+ UIDPLUS";
	script->account = (struct account){ .address = "demo@postern.test",
	    .username = "demo", .password = "secret", .card = { &card } };
	authority = arena_take(script->arena, sizeof(*authority));
	*authority = *test_authority(script->arena, TEST_KEY);
	config = arena_take(script->arena, sizeof(*config));
	*config = *authority->config;
	config->imap_host = "127.0.0.1";
	config->imap_tls = TLS_NONE;
	config->grants_folder = "Connected Agents";
	config->grant_grace = 60;
	script->config = *config;
	authority->config = &script->config;
	return authority;
}

static void
try(const struct row *row)
{
	struct authority	*authority;
	const struct fault	*bad;
	struct redeem		 redeem;
	struct script		 script;

	authority = set_up(&script);
	const struct turn	 turns[] = {
		{ "APPEND " LEDGER " (\\Seen) {*", "" }, RECORD,
		{ "STATUS " CARDS " (UIDVALIDITY)", text_format(script.arena,
		    "A2 %s%s", row->append + 2, row->status) },
		{ "EXAMINE " CARDS, "* 1 EXISTS\n@ OK\n" },
		{ "UID FETCH 3 (UID FLAGS BODY.PEEK[HEADER.FIELDS "
		    "(X-Postern-Grant X-Postern-Card)])", row->card[0] != '\0'
		    ? row->card : card_text(script.arena, authority->keys,
		    &script.account) },
		{ "SELECT " LEDGER, row->open },
		{ "UID FETCH 1:* (UID FLAGS INTERNALDATE "
		    "BODY.PEEK[HEADER.FIELDS (X-Postern-Ledger)])",
		    row->records },
		{ row->take_back ? "UID STORE 9 +FLAGS.SILENT (\\Deleted)" :
		    NULL, "@ OK\n" },
		{ row->take_back ? "UID EXPUNGE 9" : NULL, "@ OK\n" },
		{ NULL, NULL }
	};

	script.turns = turns;
	peer_start(&script.peer, script_play, &script);
	script.config.imap_port = script.peer.port;
	bad = use(&script, authority, &redeem);
	if (bad == NULL || bad->kind != row->kind ||
	    strstr(bad->detail, row->word) == NULL)
		fail_msg("%s: %s", row->name, bad == NULL ? "used" :
		    bad->detail);
	assert_int_equal(redeem.generation, 3);
	if (!peer_stop(&script.peer))
		fail_msg("%s: the server saw something else", row->name);
	arena_close(script.arena);
}

static void
each_answer(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try(&rows[i]);
}

/* A password that the server refuses. */
static void
refuse_login(struct line *line, const void *state)
{
	char	 text[SCRIPT_LINE];

	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	if (peer_read_line(line, text, sizeof(text)))
		peer_say(line, "A1 NO [AUTHENTICATIONFAILED] no\r\n");
	peer_drain(line);
}

static void
later_login(struct line *line, const void *state)
{
	(void)state;
	peer_say(line, "* BYE [UNAVAILABLE] later\r\n");
	peer_drain(line);
}

/* What comes of a server that lets nobody in; of none, without a script. */
static void
try_server(peer_script *play, enum fault_kind kind)
{
	struct authority	*authority;
	const struct fault	*bad;
	struct redeem		 redeem;
	struct script		 script;

	authority = set_up(&script);
	peer_start(&script.peer, play == NULL ? refuse_login : play, &script);
	script.config.imap_port = script.peer.port;
	if (play == NULL)
		(void)peer_stop(&script.peer);
	bad = use(&script, authority, &redeem);
	assert_non_null(bad);
	if (bad->kind != kind)
		fail_msg("%s", bad->detail);
	if (play != NULL)
		(void)peer_stop(&script.peer);
	arena_close(script.arena);
}

static void
each_server(void **state)
{
	(void)state;
	try_server(refuse_login, FAULT_GRANT);
	try_server(later_login, FAULT_UNAVAILABLE);
	try_server(NULL, FAULT_UNAVAILABLE);
}

/* The operator has switched it off since. */
static void
no_folder(void **state)
{
	static const struct turn	 turns[] = { { NULL, NULL } };
	struct authority		*authority;
	const struct fault		*bad;
	struct redeem			 redeem;
	struct script			 script;

	(void)state;
	authority = set_up(&script);
	script.config.grants_folder = NULL;
	script.turns = turns;
	peer_start(&script.peer, script_play, &script);
	script.config.imap_port = script.peer.port;
	bad = use(&script, authority, &redeem);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_GRANT);
	assert_non_null(strstr(bad->detail, "any more"));
	(void)peer_stop(&script.peer);
	arena_close(script.arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_server),
	cmocka_unit_test(no_folder),
	cmocka_unit_test(each_answer)
)
