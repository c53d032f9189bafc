#include "../check.h"

#include <string.h>

#include "../tally.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mail/header.h"
#include "mail/html_safe.h"
#include "mail/part.h"

struct given {
	const char	*html;
	const char	*text;
	const char	*markdown;	/* NULL: as text */
};

static const struct given givens[] = {
	{ "", "", NULL },
	{ "a  b\n\tc", "a b c", NULL },
	{ "a<br>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd", NULL },
	{ "<p>a<p>b</p>c", "a\n\nb\n\nc", NULL },
	{ "<div>a</div><div><div>b</div></div>c", "a\nb\nc", NULL },
	{ "<h2>T</h2>x", "T\n\nx", "## T\n\nx" },
	{ "<h2></h2>x", "x", NULL },
	{ "a <b>b</b> <i>c</i><em></em>", "a b c", "a **b** *c*" },
	{ "<b>a<strong>b</strong></b>", "ab", "**ab**" },
	{ "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e",
	  "- a\n- b\n  - c\n- d\n\ne", NULL },
	{ "<ol start=3><li>a</li><li>b<br>c</li></ol>", "3. a\n4. b\n  c",
	  NULL },
	{ "<ul><li></ul>x", "x", NULL },
	{ "<blockquote>a<p>b</blockquote>c", "> a\n>\n> b\n\nc", NULL },
	{ "x<blockquote>a<blockquote>b</blockquote></blockquote>",
	  "x\n\n> a\n>\n> > b", NULL },
	{ "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd", NULL },
	{ "a<hr>b", "a\n---\nb", NULL },
	{ "<table><tr><th>N<th>P<tr><td><p>A</p></td><td><p>1</p></td></tr>"
	  "</table>x", "N | P\nA | 1\nx", NULL },
	{ "<table><tr><td></td><td>a</td></tr><tr><td>b</td></tr></table>",
	  "a\nb", NULL },
	{ "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc",
	  NULL },
	{ "<table><tr><td><table><tr><td>a<td>b</table></td><td>c</table>",
	  "a | b | c", NULL },
	{ "see <a href=\"https://example.org/x?a=1&amp;b=2\">this</a>.",
	  "see this <https://example.org/x?a=1&b=2>.",
	  "see [this](https://example.org/x?a=1&b=2)." },
	{ "<a href=https://example.org/>example.org</a>", "example.org",
	  "[example.org](https://example.org/)" },
	{ "<a href=\"mailto:a@example.org\">a@example.org</a>",
	  "a@example.org", "[a@example.org](mailto:a@example.org)" },
	{ "<a href=\"javascript:alert(1)\">x</a><a href=\"#y\">y</a>", "xy",
	  NULL },
	{ "<a href=\"java\nscript:alert(1)\">x</a>", "x", NULL },
	{ "<a href=\"https://e.org/)<b> c\">x</a>",
	  "x <https://e.org/%29%3Cb%3E%20c>",
	  "[x](https://e.org/%29%3Cb%3E%20c)" },
	{ "<a href=https://e.org/><img alt=Logo></a>",
	  "[image: Logo] <https://e.org/>",
	  "[[image: Logo]](https://e.org/)" },
	{ "<a href=https://e.org/></a>x", "x", NULL },
	{ "caf&eacute; &lt;b&gt; &copy 2 &notit; &#8364;&#x20AC;&#128;",
	  "caf\xC3\xA9 <b> \xC2\xA9 2 \xC2\xACit; "
	  "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", NULL },
	{ "&nosuch; &; & &#; &#x; &#0; &#xD800; &#x110000;",
	  "&nosuch; &; & &#; &#x; \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD",
	  NULL },
	{ "a&nbsp;&nbsp;b", "a b", NULL },
	{ "1 < 2 <3 </ x>y", "1 < 2 <3 y", NULL },
	{ "a<b", "a", NULL },
	{ "<title>t</title><script>s</script><textarea>&amp;<b></textarea>",
	  "&<b>", NULL },
	{ "<input value=Go><input type=hidden value=no>", "[Go]", NULL },
	{ "<font color=red>a<p>b</font>c</p>d", "a\n\nbc\n\nd", NULL }
};

static struct html_text
convert(struct arena *arena, const char *html, bool markdown)
{
	const struct html_options	 options = { .markdown = markdown };
	struct html_text		 result;

	html_to_text(arena, html, &options, &result);
	return result;
}

static void
test_text(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(givens) / sizeof(givens[0]); i++) {
		assert_string_equal(convert(arena, givens[i].html, false).text,
		    givens[i].text);
		assert_string_equal(convert(arena, givens[i].html, true).text,
		    givens[i].markdown != NULL ? givens[i].markdown :
		    givens[i].text);
	}
	arena_close(arena);
}

/* Each hides "xyz" in "a…b". */
static const char *const	 hiding[] = {
	"a<p style=\"display:none\">xyz</p>b",
	"a<p style=\"DISPLAY : NONE !important;color:red\">xyz</p>b",
	"a<p style=\"d\\69splay:none\">xyz</p>b",
	"a<p style=\"dis&#112;lay:none\">xyz</p>b",
	"a<p style=\"/**/display:/**/none\">xyz</p>b",
	"a<p style=\"visibility:hidden\">xyz</p>b",
	"a<p style=\"opacity:0.0\">xyz</p>b",
	"a<p style=\"font-size:0\">xyz</p>b",
	"a<p style=\"font-size:1px\">xyz</p>b",
	"a<p style=\"font:0/0 a\">xyz</p>b",
	"a<p style=\"font-size:.05em\">xyz</p>b",
	"a<p style=\"color:#fff\">xyz</p>b",
	"a<p style=\"color:#ffffff;background:#fefefe\">xyz</p>b",
	"a<p style=\"color:rgba(0,0,0,.01)\">xyz</p>b",
	"a<p style=\"color:transparent\">xyz</p>b",
	"a<p style=\"color:rgb(100%,100%,100%)\">xyz</p>b",
	"a<div style=\"background:black\"><p style=\"color:#000\">xyz</div>b",
	"a<table bgcolor=FFFFFF><td><font color=white>xyz</table>b",
	"a<p style=\"position:absolute;left:-9999px\">xyz</p>b",
	"a<p style=\"text-indent:-9999px\">xyz</p>b",
	"a<p style=\"margin:0 0 0 -9999px\">xyz</p>b",
	"a<p style=\"max-height:0;overflow:hidden\">xyz</p>b",
	"a<p style=\"height:1px;overflow:hidden\">xyz</p>b",
	"a<p style=\"position:absolute;clip:rect(0 0 0 0)\">xyz</p>b",
	"a<p style=\"transform:scale(0)\">xyz</p>b",
	"a<p hidden>xyz</p>b",
	"a<template>xyz</template>b",
	"a<math><annotation>xyz</annotation></math>b",
	"a<!--xyz-->b",
	"a<!-- xyz --!>b",
	"a<style>.h{display:none}</style><p class=\"g h\">xyz</p>b",
	"a<style>p#h , .z{display:none}</style><p id=h>xyz</p>b",
	"a<style>@media screen{.h{font-size:0}}</style><p class=h>xyz</p>b",
	"a<p class=h>xyz</p>b<style>.h{display:none !important}</style>",
	("a<style>.h{display:none!important}</style>"
	    "<p class=h style=\"display:block\">xyz</p>b"),
	"a<div style=\"display:none\"><p style=\"display:block\">xyz</div>b",
	"a<div style=\"display:none\"><table><td></div>xyz</table></div>b",
	"a<div style=\"display:none\"><b><div></b></div>xyz</div>b",
	"a<span style=\"display:none\"><div></span>xyz</div></span>b",
	"a<x style=\"display:none\">xyz</x>b"
};

/* Each shows "xyz", though something in it looks as if not. */
static const char *const	 showing[] = {
	"<p style=\"display:none\">h</p>xyz",
	"<p style=\"display:none\">h<p>xyz",
	"<p style=\"display:none;display:block\">xyz",
	"<p style=\"font-family:'display:none'\">xyz",
	"<div style=\"visibility:hidden\"><p style=\"visibility:visible\">xyz",
	"<td style=\"font-size:0\"><div style=\"font-size:14px\">xyz",
	"<div style=\"background:#00f\"><p style=\"color:#fff\">xyz",
	"<td background=x.png><font color=white>xyz",
	"<div style=\"background:url(x.png)\"><p style=\"color:#fff\">xyz",
	"<style>td .c{background:#000}</style><td><p style=\"color:#fff\">xyz",
	"<style>.c{background:#000}</style><p class=c style=\"color:#fff\">xyz",
	("<style>@media (max-width:600px){.h{display:none}}</style>"
	    "<p class=h>xyz"),
	"<style>.a .h{display:none}</style><p class=h>xyz",
	"<style>.h:hover{display:none}</style><p class=h>xyz",
	"<p style=\"left:-9999px\">xyz",
	"<p style=\"height:0\">xyz",
	"<p style=\"margin-left:-10px\">xyz",
	"<font style=\"display:none\">h<p></font>xyz",
	"<span aria-hidden=true>xyz</span>",
	"<noscript>xyz</noscript>",
	"<details>xyz</details>",
	"<![if !mso]>xyz<![endif]>"
};

static void
test_hidden(void **state)
{
	struct html_text	 result;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(hiding) / sizeof(hiding[0]); i++) {
		result = convert(arena, hiding[i], false);
		if (strstr(result.text, "xyz") != NULL || result.hidden != 3)
			fail_msg("%s: %s (%zu)", hiding[i], result.text,
			    result.hidden);
		assert_non_null(strchr(result.text, 'a'));
		assert_non_null(strchr(result.text, 'b'));
	}
	for (i = 0; i < sizeof(showing) / sizeof(showing[0]); i++)
		if (strcmp(convert(arena, showing[i], false).text, "xyz") != 0)
			fail_msg("%s", showing[i]);
	/* Characters that show nothing, but not those that join. */
	result = convert(arena, "x\xE2\x80\x8By&#x202E;z&shy;", false);
	assert_string_equal(result.text, "xyz");
	assert_int_equal(result.hidden, 3);
	assert_int_equal(convert(arena, "a<!--[if mso]>x<![endif]-->",
	    false).hidden, 0);
	arena_close(arena);
}

static void
test_trackers(void **state)
{
	static const struct {
		const char	*html;
		size_t		 trackers;
	} rows[] = {
		{ "<img src=http://t.test/a width=1 height=1>", 1 },
		{ "<img src=http://t.test/a style=\"display:none\">", 1 },
		{ "<p hidden><img src=https://t.test/a></p>", 1 },
		{ "<img src=http://t.test/a alt=\"\">", 0 },
		{ "<img src=cid:a width=1>", 0 }
	};
	struct html_text	 result;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		result = convert(arena, rows[i].html, i % 2 == 0);
		assert_int_equal(result.trackers, rows[i].trackers);
		assert_string_equal(result.text, "");
	}
	arena_close(arena);
}

/* A megabyte of each gives bounded output in bounded memory. */
static void
test_flood(void **state)
{
	static const char *const	 floods[] = {
		"<p a=b ", "<div>", "<ul><li>", "<table><tr><td>", "<font><p>",
		"<!--", "<", "&", "&CounterClockwiseContourIntegra",
		"<blockquote>x", "<a href=http://x/>y", "</div>", "<script>",
		"<b>x", "<td>x", "<p style=\"color:red;",
		"<style>.a{color:red}",
		"<b><div></b>", "<h1>", "<pre>\n", "<p class=\"a b c\">x"
	};
	const struct html_options	 options = { .most = 10000 };
	struct html_text		 result;
	struct arena			*arena, *flood;
	struct buf			 buf;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		flood = arena_open();
		arena = arena_open();
		buf_start(&buf, flood);
		while (buf.len < 1024 * 1024)
			buf_text(&buf, floods[i]);
		html_to_text(arena, buf_string(&buf), &options, &result);
		assert_true(strlen(result.text) < 11000);
		assert_true(utf8_is_valid(bytes_of(result.text)));
		assert_true(arena_size(arena) < 32 * 1024 * 1024);
		arena_close(arena);
		arena_close(flood);
	}
}

/* A rule that hides is found behind any number of others, and each element
 * meets only its own. */
static void
test_long_sheet(void **state)
{
	const struct html_options	 options = { .most = 10000 };
	struct html_text		 result;
	struct arena			*arena;
	struct buf			 buf;
	int				 i;

	(void)state;
	arena = arena_open();
	buf_start(&buf, arena);
	buf_text(&buf, "<style>");
	for (i = 0; i < 15000; i++)
		buf_format(&buf, "t%d.c{color:red}", i);
	buf_text(&buf, "p.c{display:none}</style>yes");
	for (i = 0; i < 50000; i++)
		buf_text(&buf, "<p class=c>no</p>");
	html_to_text(arena, buf_string(&buf), &options, &result);
	assert_string_equal(result.text, "yes");
	assert_true(arena_size(arena) < 32 * 1024 * 1024);
	arena_close(arena);
}

/* Whether the text holds each of a list of words, or none of them. */
static void
check_words(struct tally *tally, const struct json *words, const char *text,
    bool expected)
{
	const char	*word;
	size_t		 i;

	for (i = 0; i < json_count(words); i++) {
		word = json_text(json_element(words, i));
		tally_case(tally, (strstr(text, word) != NULL) == expected,
		    word);
	}
}

/* As text, as Markdown and as HTML that does nothing. */
static void
check_forms(struct tally *tally, struct arena *arena, const char *html,
    const struct json *expect)
{
	struct html_safe	 safe;
	const char		*forms[3];
	size_t			 i;

	html_safe(arena, html, 0, &safe);
	forms[0] = convert(arena, html, false).text;
	forms[1] = convert(arena, html, true).text;
	forms[2] = safe.shown.text;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		check_words(tally, json_member(expect,
		    "visible_must_contain"), forms[i], true);
		check_words(tally, json_member(expect,
		    "visible_must_not_contain"), forms[i], false);
	}
}

static bool
check_mail(struct tally *tally, struct arena *arena, const char *name)
{
	const struct json	*expect;
	struct part		 part = { .type = "text" };
	struct pairs		 fields;
	struct bytes		 mail;
	const char		*type, *encoding, *body, *text;

	assert_null(json_read(arena, corpora_read(arena, text_format(arena,
	    "own/mail-injection/%s.expect.json", name)), JSON_KEYS_LAST,
	    &expect));
	mail = corpora_read(arena, text_format(arena,
	    "own/mail-injection/%s.eml", name));
	fields = header_fields(arena, mail);
	part.parameters = header_parameters(arena, header_find(fields,
	    "Content-Type"), &type);
	if ((body = strstr(bytes_text(arena, mail), "\r\n\r\n")) == NULL)
		body = strstr(bytes_text(arena, mail), "\n\n");
	if (!text_equal(type, "text/html") || body == NULL ||
	    json_member(expect, "visible_must_contain") == NULL)
		return false;
	part.subtype = "html";
	encoding = header_find(fields, "Content-Transfer-Encoding");
	text = part_text(arena, &part, part_decode(arena,
	    encoding == NULL ? "7bit" : encoding, bytes_of(body)));
	tally_start(tally);
	check_forms(tally, arena, text, expect);
	tally_stop(tally, arena, name);
	return true;
}

static void
test_injection(void **state)
{
	struct corpora_list	 files;
	struct tally		 tally;
	struct arena		*arena = arena_open();
	const char		*name;
	size_t			 i, count;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/html", "own/mail-injection");
	files = corpora_list(tally.arena, tally.set, false);
	for (i = count = 0; i < files.len; i++) {
		name = files.at[i] + strlen(tally.set) + 1;
		if (!text_ends_case(name, ".eml"))
			continue;
		count += check_mail(&tally, arena, arena_copy(arena, name,
		    strlen(name) - 4));
		arena_wipe(arena);
	}
	assert_int_equal(count, 27);
	assert_int_equal(tally.different, 0);
	assert_true(tally_close(&tally));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_text), cmocka_unit_test(test_hidden),
    cmocka_unit_test(test_trackers), cmocka_unit_test(test_flood),
    cmocka_unit_test(test_long_sheet), cmocka_unit_test(test_injection))
