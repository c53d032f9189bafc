#include "script.h"

#include "base/buf.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/card_guard.h"

#include "../keys.h"

#define ISSUER	"https://mail.example.org"
#define GRANT	"AAAAAAAAAAAAAAAAAAAAAA"
#define SAID	"{\"g\":\"" GRANT "\",\"c\":\"client\"}"
#define CARDS	"Connected Agents"
#define SPACES	"EXAMINE \"" CARDS "\""
#define MODSEQ	" (CONDSTORE)"
#define FETCH	"UID FETCH 7 (UID FLAGS BODY.PEEK[HEADER.FIELDS " \
	"(X-Postern-Grant X-Postern-Card)])"
#define OPENED	"* 9 EXISTS\n* OK [UIDVALIDITY 4]\n* OK [UIDNEXT 8]\n" \
	"* OK [HIGHESTMODSEQ 50]\n@ OK\n"
#define NO	"@ BAD no\n"
#define INBOX	"* 3 EXISTS\n* OK [UIDVALIDITY 1]\n@ OK\n"
#define STATUS	"STATUS \"" CARDS "\" (MESSAGES UIDNEXT UIDVALIDITY " \
	"HIGHESTMODSEQ)"
#define SAME	"* STATUS \"" CARDS "\" (MESSAGES 9 UIDNEXT 8 UIDVALIDITY 4 " \
	"HIGHESTMODSEQ 50)\n@ OK\n"
#define LISTS	"LIST \"\" \"" CARDS "\""
#define OTHER	"* STATUS \"" CARDS "\" (MESSAGES 9 UIDNEXT 8 UIDVALIDITY 4 " \
	"HIGHESTMODSEQ 51)\n@ OK\n"

static const struct card_place	 place = {
	.grant = GRANT, .uidvalidity = 4, .uid = 7
};

struct guarded {
	struct script		 script;
	struct account		 account;
	struct card_owner	 owner;
	struct card_guard	*guard;
};

/* What a mail server tells of the card, with those flags. */
static const char *
tell(struct arena *arena, const struct account *account, const char *said,
    const char *flags)
{
	const struct keys	*keys = test_keys(arena, TEST_KEY);
	const char		*kid = keys_newest(keys), *mac, *head;
	struct buf		 text;

	buf_start(&text, arena);
	buf_text(&text, account_identity(arena, account));
	buf_byte(&text, '\0');
	buf_format(&text, "%s\n%s", ISSUER, SAID);
	mac = arena_copy(arena, digest_hex(arena, digest_hmac(arena,
	    DIGEST_SHA256, keys_derive(arena, keys, kid, "card"),
	    buf_view(&text))), 32);
	head = text_format(arena, "X-Postern-Grant: v1 " GRANT " %s %s\n"
	    "X-Postern-Card: %s\n", kid, mac, base64_write_url(arena,
	    bytes_of(said)));
	return text_format(arena, "* 7 FETCH (UID 7 FLAGS (%s) "
	    "BODY[HEADER.FIELDS (X-Postern-Grant X-Postern-Card)] {%zu}\n%s"
	    ")\n@ OK\n", flags, strlen(head) + 2, head);
}

/* The account is at another port in each run, and so is its identity: the
 * card's is one that is known before. */
static struct mail_server	 server = { .host = "mail.example.org",
				    .port = 993 };

static void
begin(struct guarded *at, const char *capabilities, const struct turn *turns)
{
	script_begin_private(&at->script, capabilities, turns);
	at->account = (struct account){ .address = "anna@example.org",
	    .username = "anna", .imap = { &server }, .card = { &place } };
	at->owner = (struct card_owner){ .keys = test_keys(at->script.arena,
	    TEST_KEY), .issuer = ISSUER, .account = &at->account };
	at->guard = card_guard(at->script.imap, at->script.arena, &at->owner,
	    FAULT_TOKEN);
}

static struct imap_command *
queue(struct guarded *at, const char *command)
{
	struct buf	 text;

	buf_start(&text, at->script.arena);
	buf_text(&text, command);
	return imap_queue(at->script.imap, at->script.arena, &text);
}

static void
end(struct guarded *at)
{
	imap_set_guard(at->script.imap, NULL);
	script_end(&at->script);
}

static const char *
good(struct arena *arena)
{
	const struct account	 anna = { .username = "anna",
				    .imap = { &server } };

	return tell(arena, &anna, SAID, "\\Seen");
}

/* It goes along with what reads, and ahead of it. */
static void
reading(void **state)
{
	struct arena			*arena = arena_open();
	const struct turn		 turns[] = {
		{ SPACES, OPENED }, { FETCH, good(arena) },
		{ "EXAMINE INBOX", INBOX },
		{ "UID SEARCH ALL", "* SEARCH 1\n@ OK\n" },
		{ "UID SEARCH ALL", "* SEARCH 2\n@ OK\n" },
		{ NULL, NULL }
	};
	const struct imap_command	*search;
	struct guarded			 at;

	(void)state;
	begin(&at, "UIDPLUS", turns);
	(void)imap_queue_open(at.script.imap, at.script.arena, "INBOX", false);
	search = queue(&at, "UID SEARCH ALL");
	assert_null(imap_run(at.script.imap));
	assert_int_equal(search->replies.found.at[0], 1);
	assert_string_equal(imap_box(at.script.imap)->name, "INBOX");
	search = queue(&at, "UID SEARCH ALL");
	assert_null(imap_run(at.script.imap));
	assert_int_equal(search->replies.found.at[0], 2);
	end(&at);
	arena_close(arena);
}

/* Whatever the mail server tells but the card itself ends it. */
static void
refused(const char *opened, const char *fetched, const char *listed,
    enum fault_kind kind)
{
	const struct turn		 turns[] = {
		{ SPACES, opened }, { FETCH, fetched },
		{ "EXAMINE INBOX", INBOX },
		{ "UID SEARCH ALL", "* SEARCH 1\n@ OK\n" },
		{ listed == NULL ? NULL : LISTS, listed }, { NULL, NULL }
	};
	const struct imap_command	*search;
	const struct fault		*bad;
	struct guarded			 at;

	begin(&at, "UIDPLUS", turns);
	(void)imap_queue_open(at.script.imap, at.script.arena, "INBOX", false);
	search = queue(&at, "UID SEARCH ALL");
	bad = imap_run(at.script.imap);
	assert_non_null(bad);
	assert_int_equal(bad->kind, kind);
	assert_int_equal(search->outcome, IMAP_WAITING);
	assert_int_equal(search->replies.found.len, 0);
	assert_null(imap_box(at.script.imap));
	/* For good where it is known: nothing more is sent. */
	(void)queue(&at, "UID SEARCH ALL");
	if (kind == FAULT_TOKEN)
		assert_ptr_equal(imap_run(at.script.imap), bad);
	end(&at);
}

static void
each_refusal(void **state)
{
	struct arena		*arena = arena_open();
	const struct account	 anna = { .username = "anna",
				    .imap = { &server } };
	const struct account	 berta = { .username = "berta",
				    .imap = { &server } };
	const char		*card = good(arena);

	(void)state;
	refused(OPENED, "@ OK\n", NULL, FAULT_TOKEN);
	refused("@ NO none\n", NO, "@ OK\n", FAULT_TOKEN);
	refused("@ NO [NONEXISTENT] none\n", NO, "@ OK\n", FAULT_TOKEN);
	refused("@ NO [NOPERM] none\n", NO, NULL, FAULT_TOKEN);
	refused("* 9 EXISTS\n* OK [UIDVALIDITY 5]\n@ OK\n", card, NULL,
	    FAULT_TOKEN);
	refused(OPENED, tell(arena, &berta, SAID, ""), NULL, FAULT_TOKEN);
	refused(OPENED, tell(arena, &anna, "{}", ""), NULL, FAULT_TOKEN);
	refused(OPENED, "* 7 FETCH (UID 8 FLAGS ())\n@ OK\n", NULL,
	    FAULT_TOKEN);
	/* What is there and does not open, or nobody knows, is no end. */
	refused("@ NO none\n", NO, "* LIST () \"/\" \"" CARDS "\"\n@ OK\n",
	    FAULT_UNAVAILABLE);
	refused("@ NO none\n", NO, "@ NO later\n", FAULT_UNAVAILABLE);
	refused("@ NO [UNAVAILABLE] later\n", NO, NULL, FAULT_UNAVAILABLE);
	refused("@ NO [SERVERBUG] later\n", NO, NULL, FAULT_UNAVAILABLE);
	refused("@ BAD what\n", NO, NULL, FAULT_UNAVAILABLE);
	refused(OPENED, "@ NO later\n", NULL, FAULT_UNAVAILABLE);
	arena_close(arena);
}

/* What changes something waits until the card has been seen. */
static void
changing(void **state)
{
	struct arena		*arena = arena_open();
	const struct turn	 proved[] = {
		{ SPACES, OPENED }, { FETCH, good(arena) },
		{ "CREATE x", "@ OK\n" }, { NULL, NULL }
	}, refused_turns[] = {
		{ SPACES, OPENED }, { FETCH, "@ OK\n" }, { NULL, NULL }
	};
	const struct fault	*bad, *verdict = NULL;
	struct guarded		 at;

	(void)state;
	begin(&at, "UIDPLUS", proved);
	(void)queue(&at, "CREATE x");
	assert_null(imap_run(at.script.imap));
	end(&at);
	begin(&at, "UIDPLUS", refused_turns);
	at.guard->verdict = &verdict;
	(void)queue(&at, "CREATE x");
	bad = imap_run(at.script.imap);
	assert_ptr_equal(bad, verdict);
	assert_int_equal(bad->kind, FAULT_TOKEN);
	assert_ptr_equal(imap_prove(at.script.imap), bad);
	end(&at);
	arena_close(arena);
}

/* The next request on a session that has seen it: one STATUS, and a look where
 * that tells of a change; the folder that was open is open again. */
static void
kept(void **state)
{
	struct arena		*arena = arena_open();
	const struct turn	 turns[] = {
		{ SPACES MODSEQ, OPENED }, { FETCH, good(arena) },
		{ "EXAMINE INBOX" MODSEQ, INBOX },
		{ STATUS, SAME }, { "NOOP", "@ OK\n" },
		{ STATUS, OTHER }, { "NOOP", "@ OK\n" },
		{ SPACES MODSEQ, OPENED }, { FETCH, good(arena) },
		{ "EXAMINE INBOX" MODSEQ, INBOX },
		{ STATUS, "@ NO none\n" }, { "NOOP", "@ OK\n" },
		{ SPACES MODSEQ, "@ NO none\n" }, { FETCH, "@ BAD no\n" },
		{ "EXAMINE INBOX" MODSEQ, INBOX },
		{ LISTS, "@ OK\n" }, { NULL, NULL }
	};
	const struct fault	*bad;
	struct guarded		 at;
	int			 round;

	(void)state;
	begin(&at, "CONDSTORE", turns);
	(void)imap_queue_open(at.script.imap, at.script.arena, "INBOX", false);
	assert_null(imap_run(at.script.imap));
	for (round = 0; round < 3; round++) {
		(void)card_guard(at.script.imap, at.script.arena, &at.owner,
		    FAULT_TOKEN);
		(void)queue(&at, "NOOP");
		bad = imap_run(at.script.imap);
		assert_int_equal(bad == NULL, round < 2);
		if (bad == NULL)
			assert_string_equal(imap_box(at.script.imap)->name,
			    "INBOX");
	}
	assert_int_equal(bad->kind, FAULT_TOKEN);
	end(&at);
	arena_close(arena);
}

/* Where nothing else was opened since, STATUS would tell nothing new. */
static void
still_open(void **state)
{
	struct arena		*arena = arena_open();
	const struct turn	 turns[] = {
		{ SPACES MODSEQ, OPENED }, { FETCH, good(arena) },
		{ SPACES MODSEQ, OPENED }, { FETCH, good(arena) },
		{ "NOOP", "@ OK\n" }, { NULL, NULL }
	};
	struct guarded		 at;

	(void)state;
	begin(&at, "CONDSTORE", turns);
	assert_null(imap_prove(at.script.imap));
	(void)card_guard(at.script.imap, at.script.arena, &at.owner,
	    FAULT_TOKEN);
	(void)queue(&at, "NOOP");
	assert_null(imap_run(at.script.imap));
	assert_null(imap_box(at.script.imap));
	end(&at);
	arena_close(arena);
}

/* One that is marked is removed. */
static void
marked(void **state)
{
	struct arena		*arena = arena_open();
	const struct account	 anna = { .username = "anna",
				    .imap = { &server } };
	const char		*card = tell(arena, &anna, SAID,
				    "\\Deleted");
	const struct turn	 turns[] = {
		{ SPACES, OPENED }, { FETCH, card },
		{ "SELECT \"" CARDS "\"", OPENED }, { FETCH, card },
		{ "UID FETCH 7 (UID FLAGS)",
		    "* 7 FETCH (UID 7 FLAGS (\\Deleted))\n@ OK\n" },
		{ "UID STORE 7 +FLAGS.SILENT (\\Deleted)", "@ OK\n" },
		{ "UID EXPUNGE 7", "* 7 EXPUNGE\n@ OK\n" },
		{ "UID FETCH 7 (UID FLAGS)", "@ OK\n" },
		{ NULL, NULL }
	};
	const struct fault	*bad;
	struct guarded		 at;

	(void)state;
	begin(&at, "UIDPLUS", turns);
	bad = imap_prove(at.script.imap);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TOKEN);
	end(&at);
	arena_close(arena);
}

/* An account without a card is not asked for one; one with a card, where the
 * configuration has no folder any more, is at its end. */
static void
without(void **state)
{
	static const struct turn	 noop[] = {
		{ "NOOP", "@ OK\n" }, { NULL, NULL }
	}, nothing[] = { { NULL, NULL } };
	const struct fault		*bad;
	struct guarded			 at;
	struct script			 off;

	(void)state;
	begin(&at, "UIDPLUS", noop);
	at.account.card.at = NULL;
	assert_null(card_guard(at.script.imap, at.script.arena, &at.owner,
	    FAULT_TOKEN));
	(void)queue(&at, "NOOP");
	assert_null(imap_run(at.script.imap));
	end(&at);
	at.account.card.at = &place;
	script_begin(&off, "UIDPLUS", nothing);
	at.owner.keys = test_keys(off.arena, TEST_KEY);
	assert_non_null(card_guard(off.imap, off.arena, &at.owner,
	    FAULT_TOKEN));
	bad = imap_prove(off.imap);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TOKEN);
	imap_set_guard(off.imap, NULL);
	script_end(&off);
}

CHECK_MAIN(
	cmocka_unit_test(reading),
	cmocka_unit_test(each_refusal),
	cmocka_unit_test(changing),
	cmocka_unit_test(kept),
	cmocka_unit_test(still_open),
	cmocka_unit_test(marked),
	cmocka_unit_test(without)
)
