#include "script.h"

#include "base/buf.h"
#include "crypt/digest.h"
#include "mail/signature.h"

#include "../keys.h"

/* Whose signature; not who is signed in, since a port is of the identity. */
static struct mail_server	 server = { .host = "mail.example.org",
				    .port = 993 };
static const struct account	 anna = {
	.address = "anna@example.org", .username = "anna",
	.imap = { &server }
};

#define STATUS	"STATUS \"Connected Agents\" (MESSAGES UIDVALIDITY)"
#define SPACE	"* NAMESPACE ((\"\" \"/\")) NIL NIL\n@ OK\n"
#define FETCH	"UID FETCH %s (UID BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS "\
	"(X-Postern-Signature X-Postern-Signature-HTML)] " \
	"BODY.PEEK[1]<0.4096>)"
#define TEXT	"Anna\n-- \n<b>&\""
#define BODY	"QW5uYQotLSAKPGI+JiIKCg=="	/* and a line more */

/* The MAC as signature.c makes it, of that key and account. */
static const char *
make_mac(struct arena *arena, const char *key, const struct account *account,
    const char *something)
{
	const struct keys	*keys = test_keys(arena, key);
	struct buf		 text;

	buf_start(&text, arena);
	buf_text(&text, account_identity(arena, account));
	buf_byte(&text, '\0');
	buf_text(&text, something);
	return arena_copy(arena, digest_hex(arena, digest_hmac(arena,
	    DIGEST_SHA256, keys_derive(arena, keys, keys_newest(keys),
	    "signature"), buf_view(&text))), 32);
}

/* A FETCH of a message with that header and the body above; the script makes
 * CRLF of each LF. */
static const char *
message(struct arena *arena, int uid, const char *header)
{
	size_t	 lines = text_split(arena, header, "\n").len - 1;

	return text_format(arena, "* %d FETCH (UID %d BODYSTRUCTURE (\"text\" "
	    "\"plain\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 24 1) "
	    "BODY[HEADER.FIELDS (X-Postern-Signature "
	    "X-Postern-Signature-HTML)] {%zu}\n%s BODY[1]<0> "
	    "\"" BODY "\")\n", uid, uid,
	    strlen(header) + lines, header);
}

static const char *
header_of(struct arena *arena, const char *key, const struct account *account,
    const char *text)
{
	return text_format(arena, "X-Postern-Signature: v1 %s %s  %s",
	    keys_newest(test_keys(arena, key)),
	    make_mac(arena, key, account, "tag"),
	    make_mac(arena, key, account, text_format(arena, "text %s",
	    text)));
}

#define AS_HTML		"Anna<br>\r\n-- <br>\r\n&lt;b&gt;&amp;&quot;"
#define HTML		"<b>Anna</b>"
#define HTML_FIELD	"\nX-Postern-Signature-HTML:\n PGI+QW5u\n YTwvYj4="

/* The same with HTML of the user's own beside it. */
static const char *
header_of_both(struct arena *arena, const char *text, const char *html)
{
	return text_format(arena, "X-Postern-Signature: v1 %s %s  %s%s",
	    keys_newest(test_keys(arena, TEST_KEY)),
	    make_mac(arena, TEST_KEY, &anna, "tag"),
	    make_mac(arena, TEST_KEY, &anna, text_format(arena,
	    "both %zu %s%s", strlen(text), text, html)), HTML_FIELD);
}

/* Where there is none, one STATUS is all that is asked. */
static void
none_there(void **state)
{
	static const struct turn	 turns[] = {
		{ "NAMESPACE", SPACE },
		{ STATUS, "@ NO [NONEXISTENT] none\n" },
		{ STATUS, "* STATUS \"Connected Agents\" (MESSAGES 0 "
		    "UIDVALIDITY 4)\n@ OK\n" },
		{ NULL, NULL }
	};
	struct signature		 signature;
	struct script			 script;

	(void)state;
	script_begin_private(&script, "NAMESPACE", turns);
	assert_null(signature_find(script.imap, script.arena,
	    test_keys(script.arena, TEST_KEY), &anna, &signature));
	assert_null(signature.text);
	assert_null(signature_find(script.imap, script.arena,
	    test_keys(script.arena, TEST_KEY), &anna, &signature));
	assert_null(signature.html);
	script_end(&script);
}

/* The HTML of a message with that header; NULL: it is not taken for the
 * signature. */
static void
look(struct arena *arena, const char *header, const char *html)
{
	const struct turn	 turns[] = {
		{ "NAMESPACE", SPACE },
		{ STATUS, "* STATUS \"Connected Agents\" (MESSAGES 9 "
		    "UIDVALIDITY 4)\n@ OK\n" },
		{ "EXAMINE \"Connected Agents\"",
		    "* 9 EXISTS\n* OK [UIDVALIDITY 4]\n@ OK\n" },
		{ text_format(arena, "UID SEARCH UNDELETED OR HEADER "
		    "X-Postern-Signature %s HEADER X-Postern-Signature %s",
		    make_mac(arena, TEST_KEY, &anna, "tag"),
		    make_mac(arena, TEST_OLD_KEY, &anna, "tag")),
		    "* SEARCH 3 8 5 7 1 6\n@ OK\n" },
		{ text_format(arena, FETCH, "8,7,6,5"),
		    text_format(arena, "%s@ OK\n", message(arena, 7,
		    header)) },
		{ NULL, NULL }
	};
	struct signature	 signature;
	struct script		 script;

	script_begin_private(&script, "NAMESPACE", turns);
	assert_null(signature_find(script.imap, script.arena,
	    test_keys(script.arena, TEST_KEY TEST_OLD_KEY), &anna,
	    &signature));
	assert_int_equal(signature.text != NULL, html != NULL);
	if (html != NULL) {
		assert_string_equal(signature.text, TEXT);
		assert_string_equal(signature.html, html);
	}
	script_end(&script);
}

/* Who made a message, and whether it is taken. */
static void
each_maker(void **state)
{
	struct account		 other = anna;
	struct arena		*arena = arena_open();

	(void)state;
	other.username = "berta";
	look(arena, header_of(arena, TEST_KEY, &anna, TEXT), AS_HTML);
	look(arena, header_of(arena, TEST_OLD_KEY, &anna, TEXT), AS_HTML);
	look(arena, header_of_both(arena, TEXT, HTML), HTML);
	look(arena, header_of_both(arena, TEXT, ""), NULL);
	look(arena, header_of_both(arena, "Anna", HTML), NULL);
	/* HTML that was put to a text without, and the other way round. */
	look(arena, text_format(arena, "%s" HTML_FIELD, header_of(arena,
	    TEST_KEY, &anna, TEXT)), NULL);
	look(arena, arena_copy(arena, header_of_both(arena, TEXT, HTML),
	    strlen(header_of_both(arena, TEXT, HTML)) - strlen(HTML_FIELD)),
	    NULL);
	look(arena, header_of(arena, TEST_KEY, &anna, "Berta"), NULL);
	look(arena, header_of(arena, TEST_KEY, &other, TEXT), NULL);
	look(arena, "X-Postern-Signature: v1", NULL);
	look(arena, "X-Postern-Signature: v1 a b c", NULL);
	look(arena, "Subject: none", NULL);
	arena_close(arena);
}

/* What is typed, and what it becomes; text NULL: refused. */
static const struct {
	const char	*text, *html;
	const char	*made, *made_html;
} typed[] = {
	{ "Anna \n\n", NULL, "Anna", NULL },
	{ "Anna", "<b>Anna</b>", "Anna", "<b>Anna</b>" },
	{ NULL, "<p>Anna<br>M&uuml;ller</p>", "Anna\nMüller",
	  "<p>Anna<br>\nMüller</p>" },
	{ "A", "<b onclick=\"x()\">A</b><script>x()</script>", "A",
	  "<b>A</b>" },
	{ "A", "<script>x()</script>", NULL, NULL },
	{ "A", "<img src=\"https://evil.example/1.gif\">", NULL, NULL },
	{ "A", "", NULL, NULL }
};

static void
what_is_made(void **state)
{
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct signature	 made;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		bad = signature_make(arena, &(struct signature){
		    typed[i].text, typed[i].html }, &made);
		assert_int_equal(bad == NULL, typed[i].made != NULL);
		if (bad != NULL) {
			assert_int_equal(bad->kind, FAULT_ARGUMENT);
			continue;
		}
		assert_string_equal(made.text, typed[i].made);
		if (typed[i].made_html == NULL)
			assert_null(made.html);
		else
			assert_string_equal(made.html, typed[i].made_html);
	}
	arena_close(arena);
}

/* What does not fit is refused before anything is asked. */
static void
too_long(void **state)
{
	static const struct turn	 turns[] = { { NULL, NULL } };
	const struct fault		*bad;
	struct script			 script;
	char				 text[SIGNATURE_BYTES + 2];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	script_begin_private(&script, "NAMESPACE", turns);
	bad = signature_keep(script.imap, script.arena,
	    test_keys(script.arena, TEST_KEY), &anna,
	    &(struct signature){ text, NULL });
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_ARGUMENT);
	script_end(&script);
}

CHECK_MAIN(
	cmocka_unit_test(none_there),
	cmocka_unit_test(each_maker),
	cmocka_unit_test(what_is_made),
	cmocka_unit_test(too_long)
)
