#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_lex.h"
#include "mail/html_safe.h"

static const struct {
	const char	*html;
	const char	*safe;
} givens[] = {
	{ "", "" },
	{ "a  b\n\tc", "a b c" },
	{ "<p>a<p>b</p>c", "<p>a</p>\n<p>b</p>\nc" },
	{ "<P CLASS=x STYLE='color:red' onclick=\"go()\">a</P>", "<p>a</p>\n" },
	{ "<h1>T</h1><ul><li>a<li>b</ul>",
	  "<h1>T</h1>\n<ul><li>a</li>\n<li>b</li>\n</ul>\n" },
	{ "<b>a<div>b</b>c</div>d", "<b>a<div>bc</div>\n</b>d" },
	{ "a <b>b</b> c", "a <b>b</b> c" },
	{ "a <b></b> <i> </i>b", "a b" },
	{ "<table><tr><td colspan=2 width=9>a<td rowspan=x>b</table>",
	  "<table><tr><td colspan=\"2\">a</td>\n<td>b</td>\n</tr>\n"
	  "</table>\n" },
	{ "<ol start=3><li>a</ol>", "<ol start=\"3\"><li>a</li>\n</ol>\n" },
	{ "<a href=\"https://e.org/?a=1&b=2\" target=x>x</a>",
	  "<a href=\"https://e.org/?a=1&amp;b=2\">x</a>" },
	{ "<a href='https://e.org/\"><script>'>x</a>",
	  "<a href=\"https://e.org/%22%3E%3Cscript%3E\">x</a>" },
	{ "<a href=\"javascript:go()\">x</a>", "<a>x</a>" },
	{ "<a href=\"java\nscript:go()\">x</a>", "<a>x</a>" },
	{ "<a href=\"data:text/html,x\">x</a>", "<a>x</a>" },
	{ "<a href=\" vbscript:go()\">x</a>", "<a>x</a>" },
	{ "<img src=cid:a1 alt=Logo>",
	  "<img src=\"cid:a1\" alt=\"Logo\">" },
	{ "<img src=https://t.test/a?b=c alt='\"x\"'>",
	  "<img alt=\"&quot;x&quot;\">" },
	{ "<img src=data:image/png;base64,AAAA>x", "x" },
	{ "<img src=x onerror=go()>x", "x" },
	{ "<img srcset=https://t.test/a alt=a>", "<img alt=\"a\">" },
	{ "<script>go()</script><style>p{}</style>x", "x" },
	{ "<scr<script>ipt>go()</script>x", "ipt&gt;go()x" },
	{ "<iframe src=//t.test>x</iframe><object data=y>z</object>", "z" },
	{ "<svg><script>go()</script><text>x</text></svg>y", "y" },
	{ "<form action=//t.test><input name=a value=Go><button>b</button>"
	  "</form>", "[Go]b" },
	{ "<base href=//t.test><meta http-equiv=refresh content=0>"
	  "<link rel=stylesheet href=//t.test>x", "x" },
	{ "<x-y onload=go()>a</x-y>", "a" },
	{ "&lt;script&gt; &amp;lt; &quot;", "&lt;script&gt; &amp;lt; &quot;" },
	{ "<textarea><script>x</script></textarea>",
	  "&lt;script&gt;x&lt;/script&gt;" },
	{ "<plaintext>a<b>", "a" },
	{ "a<div style=\"display:none\"><table><td>h</table></div>b", "ab" },
	{ "<div style=\"font-size:0\"><p style=\"font-size:9px\">a</div>",
	  "<div><p>a</p>\n</div>\n" },
	{ "a<p hidden>h</p>b<!-- c -->", "ab" },
	{ "<pre>a\n  b</pre>", "<pre>a\n  b</pre>\n" },
	{ "a<br>b<hr>c", "a<br>\nb<hr>\nc" },
	{ "<title>t</title><noscript>a</noscript>", "a" },
	{ "<p", "" }, { "<p>a<b", "<p>a</p>\n" }
};

static void
cleans(void **state)
{
	struct html_safe	 first, again;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(givens) / sizeof(givens[0]); i++) {
		html_safe(arena, givens[i].html, 0, &first);
		assert_string_equal(first.shown.text, givens[i].safe);
		/* What is clean stays as it is. */
		html_safe(arena, first.shown.text, 0, &again);
		assert_string_equal(again.shown.text, first.shown.text);
	}
	arena_close(arena);
}

static void
counts(void **state)
{
	struct html_safe	 safe;
	struct arena		*arena = arena_open();

	(void)state;
	html_safe(arena, "<p style=display:none>abc</p>x&#8203;"
	    "<img src=http://t.test/1 width=1><img src=http://t.test/2>"
	    "<p hidden><img src=//t.test/3></p><img src=https://t.test/4>", 0,
	    &safe);
	assert_string_equal(safe.shown.text, "x");
	assert_int_equal(safe.shown.hidden, 4);
	assert_int_equal(safe.shown.trackers, 2);
	assert_int_equal(safe.images, 2);
	assert_string_equal(html_safe_plain(arena, "a <b>\n&"),
	    "<pre>a &lt;b&gt;\n&amp;</pre>\n");
	arena_close(arena);
}

/* Nothing but what is kept, all closed. */
static void
check_closed(struct arena *arena, const char *html)
{
	static const char *const	 lone[] = { "br", "hr", "img", NULL };
	struct html_lexer		 lexer;
	struct html_token		 token;
	size_t				 depth = 0;

	html_lex_start(&lexer, arena, html);
	for (;;) {
		html_lex_next(&lexer, &token);
		assert_int_not_equal(token.kind, HTML_COMMENT);
		assert_int_not_equal(token.kind, HTML_RAW);
		assert_null(token.attributes[HTML_STYLE]);
		if (token.kind == HTML_TAG)
			depth += !text_is_among(token.name, lone);
		else if (token.kind == HTML_END_TAG)
			assert_true(depth-- > 0);
		else if (token.kind == HTML_END)
			break;
	}
	assert_int_equal(depth, 0);
}

/* A megabyte of each gives bounded output in bounded memory. */
static void
floods(void **state)
{
	static const char *const	 floods[] = {
		"<p a=b ", "<div>x", "<ul><li>x", "<table><tr><td>",
		"<font><p>x", "<!--", "<", "&", "<blockquote>x",
		"<a href=http://x/>y", "</div>", "</p>", "<script>", "<b>x",
		"<img alt=x>", "<b><div></b>x", "<pre>\n", "<br>", "<input>"
	};
	struct html_safe		 safe;
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
		html_safe(arena, buf_string(&buf), 10000, &safe);
		assert_true(strlen(safe.shown.text) < 60000);
		assert_true(utf8_is_valid(bytes_of(safe.shown.text)));
		check_closed(flood, safe.shown.text);
		assert_true(arena_size(arena) < 32 * 1024 * 1024);
		arena_close(arena);
		arena_close(flood);
	}
}

CHECK_MAIN(cmocka_unit_test(cleans), cmocka_unit_test(counts),
    cmocka_unit_test(floods))
