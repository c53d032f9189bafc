#include "data/xml.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#include "../check.h"

/* A document and what is read of it: "<a" for a start, ">a" for an end, a
 * text between bars; NULL: refused. */
struct read_case {
	const char	*given;
	const char	*read;
};

static const struct read_case	 cases[] = {
	{ "<a/>", "<a>a" },
	{ "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<a></a>\n", "<a>a" },
	{ "<!-- x --><a><!-- <b> -->t<?p <c>?></a> <!-- y -->",
	  "<a|t|>a" },
	{ "<a><b>1</b><b c='2' d = \"3>\"/></a>", "<a<b|1|>b<b>b>a" },
	{ "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#x20ac;</a>",
	  "<a|<&>\"'AB\xe2\x82\xac|>a" },
	{ "<a><![CDATA[<&amp;]]></a>", "<a|<&amp;|>a" },
	{ "<a ></a >", "<a>a" },
	{ "<\xc3\xa9/>", "<\xc3\xa9>\xc3\xa9" },
	{ "<a>\xff</a>", "<a|\xff|>a" },
	{ "", NULL },
	{ " ", NULL },
	{ "text", NULL },
	{ "<a>", NULL },
	{ "<a", NULL },
	{ "<a/", NULL },
	{ "<a><b></a></b>", NULL },
	{ "</a>", NULL },
	{ "<a/><b/>", NULL },
	{ "<a/>text", NULL },
	{ "text<a/>", NULL },
	{ "<a/><![CDATA[]]>", NULL },
	{ "< a/>", NULL },
	{ "<a b/>", NULL },
	{ "<a b=c/>", NULL },
	{ "<a b='c'd='e'/>", NULL },
	{ "<a b='c/>", NULL },
	{ "<a b='<'/>", NULL },
	{ "<a><!-- x</a>", NULL },
	{ "<a><?x</a>", NULL },
	{ "<a><![CDATA[x]]</a>", NULL },
	{ "<!DOCTYPE a><a/>", NULL },
	{ "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", NULL },
	{ "<a><!ENTITY x \"y\"></a>", NULL },
	{ "<a>&x;</a>", NULL },
	{ "<a>&amp</a>", NULL },
	{ "<a>&</a>", NULL },
	{ "<a>&#0;</a>", NULL },
	{ "<a>&#10;</a>", NULL },
	{ "<a>&#;</a>", NULL },
	{ "<a>&#x;</a>", NULL },
	{ "<a>&#xd800;</a>", NULL },
	{ "<a>&#x110000;</a>", NULL },
	{ "<a>&#99999999999;</a>", NULL },
	{ "<a>&#1a;</a>", NULL },
	{ "<a>\x01</a>", NULL },
	{ "<html><head><meta charset=utf-8><body>", NULL }
};

static const char *
read_all(struct arena *arena, struct bytes document)
{
	struct xml_token	 token;
	struct xml		 xml;
	const char		*text;
	struct buf		 buf;

	buf_start(&buf, arena);
	xml_start(&xml, document);
	for (;;) {
		if (!xml_next(&xml, &token))
			return NULL;
		if (token.kind == XML_END)
			return buf_string(&buf);
		if (token.kind == XML_TEXT) {
			if ((text = xml_text(arena, &token)) == NULL)
				return NULL;
			buf_format(&buf, "|%s|", text);
			continue;
		}
		buf_byte(&buf, token.kind == XML_OPEN ? '<' : '>');
		buf_bytes(&buf, token.name);
	}
}

static void
test_read(void **state)
{
	struct arena	*arena = arena_open();
	const char	*read;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read = read_all(arena, bytes_of(cases[i].given));
		if ((read == NULL) != (cases[i].read == NULL) ||
		    (read != NULL && strcmp(read, cases[i].read) != 0))
			fail_msg("%s: %s", cases[i].given,
			    read == NULL ? "refused" : read);
	}
	arena_close(arena);
}

/* No beginning of a document is one, and none is read past its end. */
static void
test_cut(void **state)
{
	static const char	 whole[] = "<?xml version='1.0'?><a b='&lt;'>"
	    "<!-- c --><d>&#65;</d><![CDATA[e]]></a>";
	struct arena		*arena = arena_open();
	size_t			 len;
	char			*copy;

	(void)state;
	for (len = 0; len < sizeof(whole) - 1; len++) {
		copy = arena_take(arena, len);
		memcpy(copy, whole, len);
		assert_null(read_all(arena, bytes_from(copy, len)));
	}
	assert_non_null(read_all(arena, bytes_of(whole)));
	arena_close(arena);
}

static void
test_attributes(void **state)
{
	struct arena		*arena = arena_open();
	struct xml_token	 token;
	struct xml		 xml;

	(void)state;
	xml_start(&xml, bytes_of("<a type='x' b=\"1 &amp; 2\"\n"
	    "type2 = 'y' bad='&z;'/>"));
	assert_true(xml_next(&xml, &token));
	assert_string_equal(xml_attribute(arena, &token, "type"), "x");
	assert_string_equal(xml_attribute(arena, &token, "b"), "1 & 2");
	assert_string_equal(xml_attribute(arena, &token, "type2"), "y");
	assert_null(xml_attribute(arena, &token, "bad"));
	assert_null(xml_attribute(arena, &token, "a"));
	assert_null(xml_attribute(arena, &token, "ty"));
	arena_close(arena);
}

static const char *
repeat(struct arena *arena, const char *text, size_t times)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	while (times-- > 0)
		buf_text(&buf, text);
	return buf_string(&buf);
}

static void
test_limits(void **state)
{
	struct arena	*arena = arena_open();

	(void)state;
	assert_non_null(read_all(arena, bytes_of(text_format(arena, "%s%s",
	    repeat(arena, "<a>", XML_DEPTH),
	    repeat(arena, "</a>", XML_DEPTH)))));
	assert_null(read_all(arena, bytes_of(text_format(arena, "%s%s",
	    repeat(arena, "<a>", XML_DEPTH + 1),
	    repeat(arena, "</a>", XML_DEPTH + 1)))));
	assert_non_null(read_all(arena, bytes_of(text_format(arena, "<a%s/>",
	    repeat(arena, " b='c'", XML_ATTRIBUTES_MOST)))));
	assert_null(read_all(arena, bytes_of(text_format(arena, "<a%s/>",
	    repeat(arena, " b='c'", XML_ATTRIBUTES_MOST + 1)))));
	assert_null(read_all(arena, bytes_from("<a>\0</a>", 8)));
	assert_null(read_all(arena, bytes_from("<a\0/>", 5)));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_read), cmocka_unit_test(test_cut),
    cmocka_unit_test(test_attributes), cmocka_unit_test(test_limits))
