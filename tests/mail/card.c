#include "script.h"

#include "base/buf.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/card.h"
#include "mail/card_text.h"

#include "../keys.h"

#define ISSUER	"https://mail.example.org"
#define GRANT	"AAAAAAAAAAAAAAAAAAAAAA"
#define OTHER	"BBBBBBBBBBBBBBBBBBBBBB"
#define SAID	"{\"g\":\"" GRANT "\",\"c\":\"client\",\"n\":\"Claude\"," \
	"\"t\":\"claude.ai\",\"s\":[\"mail:read\"],\"i\":1,\"e\":2}"
#define ITEMS	"BODY.PEEK[HEADER.FIELDS (X-Postern-Grant X-Postern-Card)]"
#define STATUS	"STATUS \"Connected Agents\" (MESSAGES UIDVALIDITY)"
#define SPACE	"* NAMESPACE ((\"\" \"/\")) NIL NIL\n@ OK\n"
#define OPENED	"* 9 EXISTS\n* OK [UIDVALIDITY 4]\n@ OK\n"

static struct mail_server	 server = { .host = "mail.example.org",
				    .port = 993 };
static const struct account	 anna = {
	.address = "anna@example.org", .username = "anna",
	.imap = { &server }
};

/* The MAC as card.c makes it. */
static const char *
make_mac(struct arena *arena, const char *key, const struct account *account,
    const char *issuer, const char *said)
{
	const struct keys	*keys = test_keys(arena, key);
	struct buf		 text;

	buf_start(&text, arena);
	buf_text(&text, account_identity(arena, account));
	buf_byte(&text, '\0');
	buf_format(&text, "%s\n%s", issuer, said);
	return arena_copy(arena, digest_hex(arena, digest_hmac(arena,
	    DIGEST_SHA256, keys_derive(arena, keys, keys_newest(keys),
	    "card"), buf_view(&text))), 32);
}

static const char *
fields(struct arena *arena, const char *grant, const char *key,
    const char *mac, const char *said)
{
	return text_format(arena, "X-Postern-Grant: v1 %s %s  %s  "
	    "X-Postern-Card: %s", grant, keys_newest(test_keys(arena, key)),
	    mac, base64_write_url(arena, bytes_of(said)));
}

/* A FETCH of a message with those fields: blanks by two are line ends. */
static const char *
message(struct arena *arena, int uid, const char *flags, const char *header)
{
	const char	*at, *next;
	struct buf	 lines;
	size_t		 ends = 1;	/* the script sends CRLF for LF */

	buf_start(&lines, arena);
	for (at = header; (next = strstr(at, "  X-")) != NULL; at = next + 2) {
		buf_format(&lines, "%.*s\n", (int)(next - at), at);
		ends++;
	}
	buf_format(&lines, "%s\n", at);
	return text_format(arena, "* %d FETCH (UID %d FLAGS (%s) "
	    "BODY[HEADER.FIELDS (X-Postern-Grant X-Postern-Card)] {%zu}\n%s"
	    ")\n", uid, uid, flags, lines.len + ends, buf_string(&lines));
}

/* Whether a message with that header and these flags is listed. */
static void
look(struct arena *arena, const char *flags, const char *header, bool listed)
{
	const struct turn	 turns[] = {
		{ "NAMESPACE", SPACE },
		{ STATUS, "* STATUS \"Connected Agents\" (MESSAGES 9 "
		    "UIDVALIDITY 4)\n@ OK\n" },
		{ "EXAMINE \"Connected Agents\"", OPENED },
		{ "UID SEARCH UNDELETED HEADER X-Postern-Grant v1",
		    "* SEARCH 3 7\n@ OK\n" },
		{ "UID FETCH 7,3 (UID FLAGS " ITEMS ")",
		    text_format(arena, "%s@ OK\n", message(arena, 7, flags,
		    header)) },
		{ NULL, NULL }
	};
	struct card_owner	 owner = { NULL, ISSUER, &anna };
	struct card_found	*found;
	struct script		 script;
	size_t			 len;

	script_begin_private(&script, "NAMESPACE", turns);
	owner.keys = test_keys(script.arena, TEST_KEY TEST_OLD_KEY);
	assert_null(card_list(script.imap, script.arena, &owner, &found,
	    &len));
	assert_int_equal(len, listed);
	if (listed) {
		assert_string_equal(found[0].card.name, "Claude");
		assert_string_equal(found[0].card.target, "claude.ai");
		assert_int_equal(found[0].card.scopes.len, 1);
		assert_string_equal(found[0].place.grant, GRANT);
		assert_int_equal(found[0].place.uid, 7);
		assert_int_equal(found[0].place.uidvalidity, 4);
		assert_null(found[0].place.folder);
	}
	script_end(&script);
}

static void
each_maker(void **state)
{
	struct arena	*arena = arena_open();
	struct account	 other = anna;
	const char	*good = make_mac(arena, TEST_KEY, &anna, ISSUER, SAID);

	(void)state;
	other.username = "berta";
	look(arena, "\\Seen", fields(arena, GRANT, TEST_KEY, good, SAID),
	    true);
	look(arena, "\\Seen", fields(arena, GRANT, TEST_OLD_KEY,
	    make_mac(arena, TEST_OLD_KEY, &anna, ISSUER, SAID), SAID), true);
	look(arena, "\\Deleted", fields(arena, GRANT, TEST_KEY, good, SAID),
	    false);
	look(arena, "", fields(arena, OTHER, TEST_KEY, good, SAID), false);
	look(arena, "", fields(arena, GRANT, TEST_KEY, good, "{}"), false);
	look(arena, "", fields(arena, GRANT, TEST_KEY, good,
	    "{\"g\":\"" GRANT "\",\"c\":\"client\",\"s\":[\"mail:send\"]}"),
	    false);
	look(arena, "", fields(arena, GRANT, TEST_OLD_KEY, good, SAID), false);
	look(arena, "", fields(arena, GRANT, TEST_KEY, make_mac(arena,
	    TEST_KEY, &other, ISSUER, SAID), SAID), false);
	look(arena, "", fields(arena, GRANT, TEST_KEY, make_mac(arena,
	    TEST_KEY, &anna, "https://other.example", SAID), SAID), false);
	look(arena, "", "X-Postern-Grant: v1 a b c", false);
	look(arena, "", "X-Postern-Card: e30", false);
	look(arena, "", "Subject: none", false);
	arena_close(arena);
}

#define PLACE(where)	{ .grant = GRANT, .uidvalidity = 4, .uid = 7, \
			.folder = (where) }
#define SELECT		"SELECT \"Connected Agents\""
#define FETCH		"UID FETCH 7 (UID FLAGS " ITEMS ")"

/* Which commands follow, by what is there. */
static void
removal(const char *capabilities, const struct turn *turns)
{
	const struct card_place	 place = PLACE(NULL);
	struct script		 script;

	script_begin_private(&script, capabilities, turns);
	assert_null(card_remove(script.imap, script.arena, &place));
	script_end(&script);
}

static void
each_removal(void **state)
{
	struct arena		*arena = arena_open();
	const char		*ours, *others;
	const struct turn	 gone[] = {
		{ SELECT, "@ NO [NONEXISTENT] none\n" },
		{ FETCH, "@ BAD no\n" }, { NULL, NULL }
	}, renewed[] = {
		{ SELECT, "* 9 EXISTS\n* OK [UIDVALIDITY 5]\n@ OK\n" },
		{ FETCH, "@ OK\n" }, { NULL, NULL }
	}, missing[] = {
		{ SELECT, OPENED }, { FETCH, "@ OK\n" }, { NULL, NULL }
	};

	(void)state;
	removal("UIDPLUS", gone);
	removal("UIDPLUS", renewed);
	removal("UIDPLUS", missing);
	ours = text_format(arena, "%s@ OK\n", message(arena, 7, "\\Seen",
	    fields(arena, GRANT, TEST_KEY, "x", SAID)));
	others = text_format(arena, "%s@ OK\n", message(arena, 7, "\\Seen",
	    fields(arena, OTHER, TEST_KEY, "x", SAID)));
	removal("UIDPLUS", (const struct turn []){
		{ SELECT, OPENED }, { FETCH, others }, { NULL, NULL }
	});
	removal("UIDPLUS", (const struct turn []){
		{ SELECT, OPENED }, { FETCH, ours },
		{ "UID FETCH 7 (UID FLAGS)",
		    "* 7 FETCH (UID 7 FLAGS ())\n@ OK\n" },
		{ "UID STORE 7 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 7", "* 7 EXPUNGE\n@ OK\n" },
		{ "UID FETCH 7 (UID FLAGS)", "@ OK\n" },
		{ NULL, NULL }
	});
	arena_close(arena);
}

/* A mail server that can't be asked is no success. */
static void
unknown_outcome(void **state)
{
	static const struct turn	 turns[] = {
		{ SELECT, "@ NO [UNAVAILABLE] later\n" },
		{ FETCH, "@ BAD no\n" }, { NULL, NULL }
	};
	const struct card_place		 place = PLACE(NULL);
	const struct fault		*bad;
	struct script			 script;

	(void)state;
	script_begin_private(&script, "UIDPLUS", turns);
	bad = card_remove(script.imap, script.arena, &place);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	script_end(&script);
}

/* Without a folder by configuration nothing is asked. */
static void
switched_off(void **state)
{
	static const struct turn	 turns[] = { { NULL, NULL } };
	const struct card_place		 place = PLACE(NULL);
	struct card_owner		 owner = { NULL, ISSUER, &anna };
	const struct card		 card = { .client = "client" };
	const struct fault		*bad;
	struct card_kept		 kept;
	struct script			 script;

	(void)state;
	script_begin(&script, "UIDPLUS", turns);
	owner.keys = test_keys(script.arena, TEST_KEY);
	assert_null(card_folder(script.imap, &place));
	bad = card_remove(script.imap, script.arena, &place);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_UNSUPPORTED);
	bad = card_keep(script.imap, script.arena, &owner, &card, &kept);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_UNSUPPORTED);
	script_end(&script);
}

/* What a person reads in the list of messages. */
static void
each_subject(void **state)
{
	static const char	*all[] = { "mail:folders", "mail:read",
				    "mail:modify", "mail:send" };
	static const struct {
		const char	*name, *target;
		size_t		 scopes;
		const char	*subject;
	} cases[] = {
		{ "Claude", "claude.ai", 4,
		    "\"Claude\" (claude.ai) may read, change and send your "
		    "mail" },
		{ "Claude", NULL, 2, "\"Claude\" may read your mail" },
		{ NULL, "cursor:", 3,
		    "An agent (cursor:) may read and change your mail" },
		{ NULL, NULL, 1, "An agent may see the folders of your mail" }
	};
	struct arena		*arena = arena_open();
	struct card		 card;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		card = (struct card){ .name = cases[i].name,
		    .target = cases[i].target,
		    .scopes = { all, cases[i].scopes } };
		assert_string_equal(card_text_subject(arena, &card),
		    cases[i].subject);
		assert_non_null(strstr(card_text_body(arena, &card, ISSUER),
		    "Delete this message to disconnect"));
	}
	arena_close(arena);
}

/* What it may not do it need not ask for. */
static void
each_asking(void **state)
{
	static const char	*all[] = { "mail:read", "mail:modify",
				    "mail:send" };
	static const char	*words[] = { "send", "delete" };
	static const struct {
		size_t		 scopes, asks;
		const char	*said, *unsaid;
	} cases[] = {
		{ 1, 2, "- read", "asks you before" },
		{ 2, 1, "- read", "asks you before" },
		{ 2, 2, "It asks you before\n  - deleting for good\n\n",
		    "- sending" },
		{ 3, 2, "It asks you before\n  - sending\n  - deleting",
		    "before\n\n" },
		{ 3, 0, "- send messages", "asks you before" }
	};
	struct arena		*arena = arena_open();
	struct card		 card;
	const char		*body;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		card = (struct card){ .scopes = { all, cases[i].scopes },
		    .ask_first = { words, cases[i].asks } };
		body = card_text_body(arena, &card, ISSUER);
		assert_non_null(strstr(body, cases[i].said));
		assert_null(strstr(body, cases[i].unsaid));
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_maker),
	cmocka_unit_test(each_removal),
	cmocka_unit_test(unknown_outcome),
	cmocka_unit_test(switched_off),
	cmocka_unit_test(each_subject),
	cmocka_unit_test(each_asking)
)
