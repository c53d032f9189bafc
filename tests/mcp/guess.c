#include "../mail/script.h"

#include "base/buf.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/guess.h"

/* Texts that are asked for before anybody knows where they are. */
enum { UID = 7 };

#define PLAIN(size)	"(\"text\" \"plain\" NIL NIL NIL \"7bit\" " #size " 1)"
#define HTML(size)	"(\"text\" \"html\" NIL NIL NIL \"7bit\" " #size " 1)"
#define PDF		"(\"application\" \"pdf\" NIL NIL NIL \"base64\" 4)"
#define QUOTED(size)	"(\"text\" \"plain\" NIL NIL NIL "		\
			"\"quoted-printable\" " #size " 1)"
#define ASKED								\
	"UID FETCH 7 (UID BODY.PEEK[1]<0.16384> BODY.PEEK[1.1]<0.16384> " \
	"BODY.PEEK[1.2]<0.16384> BODY.PEEK[2]<0.4096>)"
#define TOLD(sections)	"* 1 FETCH (UID 7 " sections ")\n@ OK\n"

struct row {
	const char	*title;
	const char	*structure;
	const char	*guessed;	/* what is answered to the guess */
	const char	*rest;		/* then asked for, or NULL */
	const char	*told;		/* and answered */
	const char	*text;		/* NULL: refused */
};

static const struct row	 rows[] = {
	{ "one part, and servers that show it again below itself", PLAIN(5),
	    TOLD("BODY[1]<0> \"Hello\" BODY[1.1]<0> \"Hello\" BODY[1.2]<0> "
	    "NIL BODY[2]<0> \"\""), NULL, NULL, "Hello" },
	{ "it is decoded as the structure says", QUOTED(7),
	    TOLD("BODY[1]<0> \"H=65llo\""), NULL, NULL, "Hello" },
	{ "two forms of it, that agree",
	    "(" PLAIN(5) HTML(12) " \"alternative\")",
	    TOLD("BODY[1]<0> \"Hello\" BODY[2]<0> \"<p>Hello</p>\""),
	    NULL, NULL, "Hello" },
	{ "in front of an attachment",
	    "((" PLAIN(5) HTML(12) " \"alternative\")" PDF " \"mixed\")",
	    TOLD("BODY[1]<0> \"--a\" BODY[1.1]<0> \"Hello\" BODY[1.2]<0> "
	    "\"<p>Hello</p>\" BODY[2]<0> \"AAAA\""), NULL, NULL, "Hello" },
	{ "an empty text", PLAIN(0), TOLD("BODY[1]<0> \"\" BODY[2]<0> NIL"),
	    NULL, NULL, "" },
	{ "a longer one is asked for", PLAIN(6), TOLD("BODY[1]<0> \"Hello\""),
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("BODY[1] \"Hello!\""),
	    "Hello!" },
	{ "one that is longer than the structure says, too", PLAIN(4),
	    TOLD("BODY[1]<0> \"Hello\""), "UID FETCH 7 (UID BODY.PEEK[1])",
	    TOLD("BODY[1] \"Hell\""), "Hell" },
	{ "one that is not there is asked for", PLAIN(0),
	    TOLD("BODY[1]<0> NIL"), "UID FETCH 7 (UID BODY.PEEK[1])",
	    TOLD("BODY[1] \"\""), "" },
	{ "only what is amiss is asked for",
	    "(" PLAIN(5) HTML(12) " \"alternative\")",
	    TOLD("BODY[1]<0> \"Hello\" BODY[2]<0> \"<p>Hel\""),
	    "UID FETCH 7 (UID BODY.PEEK[2])",
	    TOLD("BODY[2] \"<p>Hello</p>\""), "Hello" },
	{ "elsewhere", "(((" PLAIN(5) " \"related\")" PDF " \"mixed\")" PDF
	    " \"mixed\")", TOLD("BODY[1]<0> \"--a\" BODY[1.1]<0> \"--b\" "
	    "BODY[1.2]<0> \"AAAA\" BODY[2]<0> \"AAAA\""),
	    "UID FETCH 7 (UID BODY.PEEK[1.1.1])",
	    TOLD("BODY[1.1.1] \"Hello\""), "Hello" },
	{ "from another place in it", PLAIN(5), TOLD("BODY[1]<5> \"Hello\""),
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("BODY[1] \"World\""),
	    "World" },
	{ "of another message", PLAIN(5), "* 2 FETCH (UID 8 BODY[1]<0> "
	    "\"Hello\")\n@ OK\n", "UID FETCH 7 (UID BODY.PEEK[1])",
	    TOLD("BODY[1] \"World\""), "World" },
	{ "nothing at all", PLAIN(5), "@ OK\n",
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("BODY[1] \"Hello\""),
	    "Hello" },
	{ "refused", PLAIN(5), "@ NO no such part\n",
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("BODY[1] \"Hello\""),
	    "Hello" },
	{ "not understood, be some of it told",  PLAIN(5), "* 1 FETCH (UID 7 "
	    "BODY[1]<0> \"World\")\n@ BAD no such part\n",
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("BODY[1] \"Hello\""),
	    "Hello" },
	{ "left out both times", PLAIN(5), "@ OK\n",
	    "UID FETCH 7 (UID BODY.PEEK[1])", TOLD("FLAGS ()"), NULL },
	{ "gone since", PLAIN(5), "@ OK\n", "UID FETCH 7 (UID BODY.PEEK[1])",
	    "@ OK\n", NULL }
};

static struct call
make_call(const struct script *script)
{
	return (struct call){ .arena = script->arena,
	    .config = &script->config, .account = &script->account,
	    .imap = script->imap };
}

/* As a tool does: the structure and the guess in one flight, and what is left
 * in another. */
static const struct fault *
read_text(struct call *call, struct body *body)
{
	const struct imap_command	*fetch, *guess;
	const struct fault		*bad;
	struct body_fetch		 wanted = {
		.uid = UID, .form = BODY_TEXT, .most = BODY_PART_BYTES
	};
	struct buf			 text;
	uint32_t			 uid = UID;

	(void)imap_queue_open(call->imap, call->arena, "INBOX", false);
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH 7 (UID BODYSTRUCTURE)");
	fetch = imap_queue(call->imap, call->arena, &text);
	guess = guess_queue(call, (struct uids){ &uid, 1 }, true);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	wanted.guessed = guess_find(call, guess, uid);
	body_queue(call, imap_find_message(&fetch->replies, uid)->body,
	    &wanted);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	return body_read(call, &wanted, body);
}

static void
run_row(const struct row *row)
{
	const struct fault	*bad;
	struct script		 script;
	struct body		 body;
	struct call		 call;
	struct buf		 structure;
	struct turn		 turns[] = {
		{ "EXAMINE INBOX", "@ OK [READ-ONLY]\n" },
		{ "UID FETCH 7 (UID BODYSTRUCTURE)", NULL },
		{ ASKED, row->guessed }, { row->rest, row->told },
		{ NULL, NULL }
	};
	struct arena		*arena = arena_open();

	print_message("# %s\n", row->title);
	buf_start(&structure, arena);
	buf_format(&structure, "* 1 FETCH (UID 7 BODYSTRUCTURE %s)\n@ OK\n",
	    row->structure);
	turns[1].answer = buf_string(&structure);
	script_begin(&script, "X", turns);
	call = make_call(&script);
	bad = read_text(&call, &body);
	assert_int_equal(bad == NULL, row->text != NULL);
	if (row->text != NULL)
		assert_string_equal(body.text, row->text);
	script_end(&script);
	arena_close(arena);
}

static void
wrong_or_not_it_is_the_same(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

/* A server that refuses it is not asked so a second time. */
static void
refusals_are_remembered(void **state)
{
	static const struct turn	 turns[] = {
		{ "EXAMINE INBOX", "@ OK [READ-ONLY]\n" },
		{ "UID FETCH 7 (UID BODYSTRUCTURE)",
		    TOLD("BODYSTRUCTURE " PLAIN(5)) },
		{ ASKED, "@ BAD no such part\n" },
		{ "UID FETCH 7 (UID BODY.PEEK[1])",
		    TOLD("BODY[1] \"Hello\"") },
		{ "UID FETCH 7 (UID BODYSTRUCTURE)",
		    TOLD("BODYSTRUCTURE " PLAIN(5)) },
		{ "UID FETCH 7 (UID BODY.PEEK[1])",
		    TOLD("BODY[1] \"Again\"") },
		{ NULL, NULL }
	};
	struct script			 script;
	struct body			 body;
	struct call			 call;

	(void)state;
	script_begin(&script, "X", turns);
	call = make_call(&script);
	assert_null(read_text(&call, &body));
	assert_string_equal(body.text, "Hello");
	assert_null(read_text(&call, &body));
	assert_string_equal(body.text, "Again");
	script_end(&script);
}

CHECK_MAIN(cmocka_unit_test(wrong_or_not_it_is_the_same),
    cmocka_unit_test(refusals_are_remembered))
