#include "script.h"

#include "base/buf.h"
#include "mail/ledger.h"

#include "../keys.h"

static struct mail_server	 server = { .host = "mail.example.org",
				    .port = 993 };
static const struct account	 anna = {
	.address = "anna@example.org", .username = "anna",
	.imap = { &server }
};

#define GRANT	"AAAAAAAAAAAAAAAAAAAAAA"
#define WIRE	"\"Connected Agents/Ledger\""
#define FETCH	"UID FETCH 1:* (UID FLAGS INTERNALDATE " \
	"BODY.PEEK[HEADER.FIELDS (X-Postern-Ledger)])"
#define OPEN	"SELECT " WIRE

static struct ledger
ledger_of(struct arena *arena, const char *key)
{
	return (struct ledger){
		.keys = test_keys(arena, key), .purpose = LEDGER_GRANTS,
		.issuer = "https://mail.example", .account = &anna,
		.wire = "Connected Agents/Ledger"
	};
}

/* The value of the field in the message, unfolded. */
static const char *
value_of(struct arena *arena, const char *message)
{
	struct buf	 buf;
	const char	*at;

	at = strstr(message, "X-Postern-Ledger: ");
	assert_non_null(at);
	buf_start(&buf, arena);
	for (at += strlen("X-Postern-Ledger: "); strncmp(at, "\r\n\r\n", 4);
	    at++)
		if (*at != '\r' && *at != '\n')
			buf_byte(&buf, (unsigned char)*at);
	return buf_string(&buf);
}

/* What is written is proved, with an older key of the same server too. */
static void
written_and_proved(void **state)
{
	struct arena		*arena = arena_open();
	struct ledger		 ledger = ledger_of(arena, TEST_KEY);
	struct ledger_record	 record, proved;
	const char		*message;

	(void)state;
	record = ledger_make(arena, GRANT, 12);
	message = ledger_write(arena, &ledger, &record);
	assert_true(strlen(message) < 600);
	ledger = ledger_of(arena, TEST_OLD_KEY TEST_KEY);
	assert_true(ledger_prove(arena, &ledger, value_of(arena, message),
	    &proved));
	assert_string_equal(proved.grant, GRANT);
	assert_int_equal(proved.generation, 12);
	assert_string_equal(proved.nonce, record.nonce);
	assert_int_equal(proved.time, record.time);
	assert_string_not_equal(ledger_make(arena, GRANT, 12).nonce,
	    record.nonce);
	arena_close(arena);
}

static void
spoil_word(struct arena *arena, const struct ledger *ledger,
    const char *value, size_t word)
{
	struct ledger_record	 proved;
	struct texts		 words;
	char			*spoiled;

	words = text_split(arena, value, " ");
	assert_int_equal(words.len, 7);
	spoiled = arena_text(arena, words.at[word]);
	spoiled[0] = spoiled[0] == '1' ? '2' : '1';
	words.at[word] = spoiled;
	assert_false(ledger_prove(arena, ledger, texts_join(arena, words,
	    " "), &proved));
}

/* Nothing of a record can be changed, and none is another's. */
static void
forged(void **state)
{
	struct account		 berta = anna;
	struct arena		*arena = arena_open();
	struct ledger		 ledger = ledger_of(arena, TEST_KEY), other;
	struct ledger_record	 record, proved;
	const char		*value;
	size_t			 i;

	(void)state;
	record = ledger_make(arena, GRANT, 3);
	value = value_of(arena, ledger_write(arena, &ledger, &record));
	for (i = 0; i < 7; i++)
		spoil_word(arena, &ledger, value, i);
	other = ledger_of(arena, TEST_OLD_KEY);
	assert_false(ledger_prove(arena, &other, value, &proved));
	other = ledger;
	other.purpose = LEDGER_OPERATIONS;
	assert_false(ledger_prove(arena, &other, value, &proved));
	other = ledger;
	other.issuer = "https://mail.example/other";
	assert_false(ledger_prove(arena, &other, value, &proved));
	berta.username = "berta";
	other = ledger;
	other.account = &berta;
	assert_false(ledger_prove(arena, &other, value, &proved));
	assert_false(ledger_prove(arena, &ledger, "", &proved));
	assert_false(ledger_prove(arena, &ledger, "v1", &proved));
	assert_false(ledger_prove(arena, &ledger, text_format(arena,
	    "%s 1", value), &proved));
	arena_close(arena);
}

static const char *
fetched(struct arena *arena, int uid, const char *field)
{
	return text_format(arena, "* %d FETCH (UID %d FLAGS (%s) INTERNALDATE "
	    "\"21-Nov-2026 14:00:%02d +0000\" BODY[HEADER.FIELDS "
	    "(X-Postern-Ledger)] {%zu}\n%s)\n", uid, uid, uid == 4 ?
	    "\\Seen \\Deleted" : "\\Seen", uid, strlen(field) +
	    4, text_format(arena, "%s\n\n", field));
}

static const char *
field_of(struct arena *arena, const struct ledger *ledger,
    const struct ledger_record *record)
{
	return text_format(arena, "X-Postern-Ledger: %s", value_of(arena,
	    ledger_write(arena, ledger, record)));
}

static const struct fault *
run(struct script *script, const struct ledger *ledger,
    const struct ledger_record *own, struct ledger_look *look)
{
	struct ledger_flight	 flight = { NULL, NULL, NULL };

	if (own != NULL)
		assert_null(ledger_queue_record(script->imap, script->arena,
		    ledger, own, &flight));
	ledger_queue_look(script->imap, script->arena, ledger, &flight);
	assert_null(imap_run(script->imap));
	return ledger_read(script->imap, script->arena, ledger, &flight, own,
	    look);
}

/* One flight; records are sorted, what does not prove is ignored. */
static void
append_and_look(void **state)
{
	struct arena		*arena = arena_open();
	struct ledger		 ledger = ledger_of(arena, TEST_KEY);
	struct ledger_record	 own, other;
	struct ledger_look	 look;
	struct script		 script;
	uint32_t		 dropped[] = { 4, 7 };

	(void)state;
	own = ledger_make(arena, GRANT, 1);
	other = ledger_make(arena, GRANT, 1);
	const struct turn	 turns[] = {
		{ "APPEND " WIRE " (\\Seen) {*", "" },
		{ "|From: *", "" }, { "|Subject: *", "" },
		{ "|Date: *", "" }, { "|Message-ID: <l.*", "" },
		{ "|Auto-Submitted: *", "" }, { "|X-Postern-Ledger: *", "" },
		{ "| *", "" }, { "|", "" }, { "|Kept*", "" }, { "|", "" },
		{ OPEN, "A2 OK [APPENDUID 9 7]\n* 4 EXISTS\n"
		    "* OK [UIDVALIDITY 9]\n@ OK [READ-WRITE]\n" },
		{ FETCH, text_format(arena, "%s%s%s* 9 FETCH (UID 9)\n"
		    "@ OK\n", fetched(arena, 7, field_of(arena, &ledger,
		    &own)), fetched(arena, 5, "X-Postern-Ledger: v1 a b c"),
		    fetched(arena, 4, field_of(arena, &ledger, &other))) },
		{ "UID STORE 4,7 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 4,7", "@ OK\n" },
		{ NULL, NULL }
	};
	script_begin_private(&script, "LITERAL+ UIDPLUS", turns);
	assert_null(run(&script, &ledger, &own, &look));
	assert_int_equal(look.uidvalidity, 9);
	assert_int_equal(look.len, 2);
	assert_int_equal(look.records[0].uid, 4);
	assert_ptr_equal(look.own, &look.records[1]);
	assert_int_equal(look.own->uid, 7);
	assert_true(look.records[0].is_marked && !look.own->is_marked);
	assert_int_equal(look.own->received - look.records[0].received, 3);
	assert_null(ledger_drop(script.imap, script.arena,
	    (struct uids){ dropped, 2 }));
	assert_null(ledger_drop(script.imap, script.arena,
	    (struct uids){ dropped, 0 }));
	script_end(&script);
	arena_close(arena);
}

/* What the server may say instead. */
static void
refused(void **state)
{
	static const struct {
		const char	*open, *fetch;
		enum fault_kind	 kind;
	} cases[] = {
		{ "@ NO none\n", "@ BAD no folder\n", FAULT_FOLDER },
		{ "@ NO [UNAVAILABLE] later\n", "@ BAD no folder\n",
		    FAULT_UNAVAILABLE },
		{ "* 1001 EXISTS\n@ OK\n", "@ OK\n", FAULT_LIMIT },
		{ "* 1 EXISTS\n@ OK\n", "@ NO\n", FAULT_REFUSED }
	};
	struct arena		*arena = arena_open();
	struct ledger		 ledger = ledger_of(arena, TEST_KEY);
	const struct fault	*bad;
	struct ledger_look	 look;
	struct script		 script;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct turn	 turns[] = {
			{ OPEN, cases[i].open }, { FETCH, cases[i].fetch },
			{ NULL, NULL }
		};
		script_begin_private(&script, "UIDPLUS", turns);
		bad = run(&script, &ledger, NULL, &look);
		assert_non_null(bad);
		assert_int_equal(bad->kind, cases[i].kind);
		assert_null(look.own);
		script_end(&script);
	}
	arena_close(arena);
}

static void
places(void **state)
{
	struct arena			*arena = arena_open();
	const struct ledger_place	 plain = { 1, NULL },
					 other = { 1, "INBOX.Ledger" };

	(void)state;
	assert_string_equal(ledger_wire(arena, &plain, "Connected Agents"),
	    "Connected Agents/Ledger");
	assert_string_equal(ledger_wire(arena, &other, "Connected Agents"),
	    "INBOX.Ledger");
	assert_null(ledger_wire(arena, &plain, NULL));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(written_and_proved),
	cmocka_unit_test(forged),
	cmocka_unit_test(append_and_look),
	cmocka_unit_test(refused),
	cmocka_unit_test(places)
)
