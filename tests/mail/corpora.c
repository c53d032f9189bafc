#include "../check.h"

#include <string.h>

#include "../tally.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"
#include "data/url_host.h"
#include "data/utf8.h"
#include "mail/header.h"
#include "mail/html_lex.h"
#include "mail/html_safe.h"
#include "mail/part.h"
#include "mail/verdict.h"

/* Sets of others that no parser's own test reads. */

/* The next object of a text, which may hold what no JSON of ours may. */
static bool
next_object(const char **at, struct bytes *object)
{
	const char	*start;
	size_t		 depth = 0;
	bool		 quoted = false;

	if ((start = strchr(*at, '{')) == NULL)
		return false;
	for (*at = start; **at != '\0'; ++*at) {
		if (quoted && **at == '\\')
			++*at;
		else if (**at == '"')
			quoted = !quoted;
		else if (!quoted && **at == '{')
			depth++;
		else if (!quoted && **at == '}' && --depth == 0)
			break;
	}
	*at += **at != '\0';
	*object = bytes_from(start, (size_t)(*at - start));
	return true;
}

/* Texts and tags as one text; comments are left out. */
static void
put_text(struct arena *arena, struct buf *out, const char *text)
{
	buf_text(out, utf8_clean(arena, bytes_of(text)));
}

static const char *
expected_tokens(struct arena *arena, const struct json *output)
{
	const struct json	*token;
	struct buf		 out;
	const char		*kind, *text;
	size_t			 i;

	buf_start(&out, arena);
	for (i = 0; i < json_count(output); i++) {
		token = json_element(output, i);
		kind = json_text(json_element(token, 0));
		text = json_text(json_element(token, 1));
		if (kind == NULL || text == NULL)
			continue;
		if (text_equal(kind, "Character"))
			put_text(arena, &out, text);
		else if (text_equal(kind, "StartTag"))
			buf_format(&out, "\n<%.31s>\n", text);
		else if (text_equal(kind, "EndTag"))
			buf_format(&out, "\n</%.31s>\n", text);
	}
	return buf_string(&out);
}

static void
put_decoded(struct arena *arena, struct buf *out,
    struct html_entities *entities, struct bytes text)
{
	struct html_entity	 entity;
	struct buf		 one;
	size_t			 at;

	buf_start(&one, arena);
	for (at = 0; at < text.len; ) {
		memset(&entity, 0, sizeof(entity));
		if (text.at[at] != '&' || !html_entity_take(entities,
		    bytes_slice(text, at, text.len), false, &entity)) {
			buf_byte(&one, text.at[at++]);
			continue;
		}
		utf8_put(&one, entity.characters[0]);
		if (entity.characters[1] != 0)
			utf8_put(&one, entity.characters[1]);
		at += entity.len;
	}
	put_text(arena, out, buf_string(&one));
}

static const char *
our_tokens(struct arena *arena, const char *html)
{
	struct html_lexer	 lexer;
	struct html_token	 token;
	struct buf		 out;

	buf_start(&out, arena);
	html_lex_start(&lexer, arena, html);
	do {
		html_lex_next(&lexer, &token);
		if (token.kind == HTML_TEXT)
			put_decoded(arena, &out, lexer.entities, token.text);
		else if (token.kind == HTML_RAW)
			buf_bytes(&out, token.text);
		else if (token.kind == HTML_TAG)
			buf_format(&out, "\n<%s>\n", token.name);
		else if (token.kind == HTML_END_TAG)
			buf_format(&out, "\n</%s>\n", token.name);
	} while (token.kind != HTML_END);
	return buf_string(&out);
}

/* Whether it is about how documents are read, and not about what is inside
 * of a script or the like. */
static bool
is_of_documents(const struct json *one)
{
	const struct json	*states;
	size_t			 i;

	if (json_true(json_member(one, "doubleEscaped")) ||
	    json_member(one, "lastStartTag") != NULL)
		return false;
	states = json_member(one, "initialStates");
	for (i = 0; i < json_count(states); i++)
		if (text_equal(json_text(json_element(states, i)),
		    "Data state"))
			return true;
	return json_count(states) == 0;
}

static void
check_tokens(struct tally *tally, const char *path)
{
	const struct json	*one;
	struct arena		*arena = arena_open();
	struct bytes		 object;
	const char		*at, *input, *ours;
	size_t			 n;

	at = bytes_text(arena, corpora_read(arena, path));
	at = strchr(at, '[');
	tally_start(tally);
	for (n = 1; at != NULL && next_object(&at, &object); n++) {
		if (json_read(arena, object, JSON_KEYS_LAST, &one) != NULL ||
		    !is_of_documents(one))
			continue;
		input = utf8_clean(arena, bytes_of(json_text(json_member(one,
		    "input"))));
		ours = our_tokens(arena, input);
		tally_case(tally, text_equal(ours, expected_tokens(arena,
		    json_member(one, "output"))), text_format(arena, "%s %zu",
		    path + strlen(tally->set) + 1, n));
	}
	tally_stop(tally, arena, path);
	arena_close(arena);
}

static void
cuts_html_as_browsers_do(void **state)
{
	struct corpora_list	 files;
	struct tally		 tally;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/corpora", "html/html5lib-tokenizer");
	files = corpora_list(tally.arena, tally.set, false);
	for (i = 0; i < files.len; i++)
		check_tokens(&tally, files.at[i]);
	assert_true(tally.files == 7 && tally.cases > 1000);
	assert_true(tally_close(&tally));
}

/* A mail with an attack at its start, its middle or its end. */
static const char *
insert(struct arena *arena, const char *mail, const char *attack, size_t n)
{
	size_t	 at;

	at = utf8_offset(mail, utf8_count(mail) * (n % 3) / 2);
	return text_format(arena, "%.*s %s %s", (int)at, mail, attack,
	    mail + at);
}

static const char *
without_blanks(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (; *text != '\0'; text++)
		if (!text_is_space((unsigned char)*text))
			buf_byte(&buf, (unsigned char)*text);
	return buf_string(&buf);
}

/* Plain, the text is all there, as it was sent; hidden in HTML, the attack is
 * told of in no form. */
static bool
comes_out_as_data(struct arena *arena, const char *mail, const char *attack,
    size_t n)
{
	static const struct part	 part = { .type = "text",
					    .subtype = "plain" };
	const struct html_options	 options = { .markdown = true };
	struct html_safe		 safe;
	struct html_text		 shown, again;
	const char			*text, *html;

	text = insert(arena, mail, attack, n);
	if (strcmp(without_blanks(arena, part_text(arena, &part,
	    bytes_of(text))), without_blanks(arena, utf8_clean(arena,
	    bytes_of(text)))) != 0)
		return false;
	html = text_format(arena, "%s<div style=\"display:none\">%s</div>",
	    html_safe_plain(arena, mail), html_safe_plain(arena, attack));
	html_to_text(arena, html, &options, &shown);
	html_safe(arena, html, 0, &safe);
	html_to_text(arena, safe.shown.text, &options, &again);
	mail = without_blanks(arena, mail);
	return shown.hidden > 0 && safe.shown.hidden == shown.hidden &&
	    strcmp(without_blanks(arena, shown.text), mail) == 0 &&
	    strcmp(without_blanks(arena, again.text), mail) == 0;
}

/* The texts of a member of all objects of a file. */
static struct texts
members(struct arena *arena, const char *path, const char *name)
{
	const struct json	*one;
	struct texts		 texts = { 0 };
	struct bytes		 object;
	const char		*at, *text;

	at = bytes_text(arena, corpora_read(arena, path));
	while (next_object(&at, &object))
		if (json_read(arena, object, JSON_KEYS_LAST, &one) == NULL &&
		    (text = json_text(json_member(one, name))) != NULL)
			texts_add(arena, &texts, text);
	return texts;
}

/* {"kind": ["text", …], …} */
static struct texts
attacks_of(struct arena *arena, const char *path)
{
	struct texts	 texts = { 0 };
	const char	*at, *end;

	at = bytes_text(arena, corpora_read(arena, path));
	for (; (at = strchr(at, '"')) != NULL; at = end + 1) {
		for (end = at + 1; *end != '"'; end++)
			end += *end == '\\';
		if (end[1] != ':')
			texts_add(arena, &texts, arena_copy(arena, at + 1,
			    (size_t)(end - at - 1)));
	}
	return texts;
}

static void
attacks_are_data(void **state)
{
	struct texts	 mails, attacks;
	struct tally	 tally;
	struct arena	*arena;
	size_t		 i, j;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/corpora", "injection/bipia");
	mails = members(tally.arena, "injection/bipia/train.jsonl", "context");
	attacks = attacks_of(tally.arena,
	    "injection/bipia/text_attack_train.json");
	assert_true(mails.len == 50 && attacks.len == 75);
	for (i = 0; i < mails.len; i++) {
		arena = arena_open();
		tally_start(&tally);
		for (j = 0; j < attacks.len; j++)
			tally_case(&tally, comes_out_as_data(arena,
			    mails.at[i], attacks.at[j], i + j),
			    text_format(arena, "train.jsonl %zu %zu", i, j));
		tally_stop(&tally, arena, text_format(arena,
		    "train.jsonl %zu", i));
		arena_close(arena);
	}
	assert_int_equal(tally.different, 0);
	assert_true(tally_close(&tally));
}

static void
seeds_are_data(void **state)
{
	struct texts	 mails, attacks;
	struct tally	 tally;
	size_t		 i, j;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/corpora", "injection/email-agent-grpo");
	mails = members(tally.arena, "injection/email-agent-grpo/inbox.json",
	    "body");
	attacks = members(tally.arena,
	    "injection/email-agent-grpo/attack_seeds.jsonl", "body");
	assert_true(mails.len > 10 && attacks.len > 10);
	tally_start(&tally);
	for (i = 0; i < mails.len; i++)
		for (j = 0; j < attacks.len; j++)
			tally_case(&tally, comes_out_as_data(tally.arena,
			    mails.at[i], attacks.at[j], i + j), mails.at[i]);
	tally_stop(&tally, tally.arena, "attack_seeds.jsonl");
	tally.files = 2;
	assert_int_equal(tally.different, 0);
	assert_true(tally_close(&tally));
}

/* Verdicts are of the server that received a message last, or of nobody. */
static void
verdicts_have_a_server(void **state)
{
	struct corpora_list	 files;
	struct verdict		 verdict;
	struct tally		 tally;
	struct arena		*arena;
	struct bytes		 file;
	struct pairs		 fields;
	const char		*first;
	size_t			 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/corpora", "auth-results/arc-suite");
	files = corpora_list(tally.arena, tally.set, false);
	for (i = 0; i < files.len; i++) {
		arena = arena_open();
		file = corpora_read(arena, files.at[i]);
		tally_start(&tally);
		fields = header_fields(arena, file);
		first = header_find(fields, "Authentication-Results");
		tally_case(&tally, !verdict_read(arena, fields, &verdict) ||
		    (first != NULL && text_find_case(first, verdict.server) !=
		    NULL), files.at[i]);
		tally_stop(&tally, arena, files.at[i]);
		arena_close(arena);
	}
	assert_true(tally_close(&tally));
}

/* A label comes out as published, unless IDNA refuses it. */
static void
labels(void **state)
{
	const struct json	*one;
	struct tally		 tally;
	struct bytes		 file, text;
	const char		*ascii, *encoded;
	size_t			 taken = 0;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/corpora", "url/punycode");
	file = corpora_read(tally.arena, "url/punycode/punycode.split.json");
	tally_start(&tally);
	while (corpora_next(&file, &text)) {
		assert_null(json_read(tally.arena, text, JSON_KEYS_LAST,
		    &one));
		encoded = json_text(json_member(one, "encoded"));
		if (!url_host_to_ascii(tally.arena, json_text(json_member(one,
		    "decoded")), &ascii) || !text_starts_case(ascii, "xn--"))
			ascii = text_format(tally.arena, "xn--%s", encoded);
		else
			taken++;
		tally_case(&tally, text_equal_case(ascii + 4, encoded),
		    encoded);
	}
	tally_stop(&tally, tally.arena, "punycode.split.json");
	assert_true(taken > 10);
	assert_true(tally_close(&tally));
}

CHECK_MAIN(cmocka_unit_test(cuts_html_as_browsers_do),
    cmocka_unit_test(attacks_are_data), cmocka_unit_test(seeds_are_data),
    cmocka_unit_test(verdicts_have_a_server), cmocka_unit_test(labels))
