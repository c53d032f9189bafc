#include "data/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/utf8.h"

enum {
	CHARSET_NAME_BYTES = 40,
	CONVERT_BYTES = 4096
};

/* What a label means to those who read real mail, as iconv calls it. */
struct label {
	const char	*label;
	const char	*name;
};

static const char	 latin[] = "WINDOWS-1252";

static const struct label labels[] = {
	{ "ascii", latin },
	{ "ansi_x3.4-1968", latin },
	{ "us", latin },
	{ "usascii", latin },
	{ "us-ascii", latin },
	{ "iso-8859-1", latin },
	{ "iso8859-1", latin },
	{ "iso_8859-1", latin },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-8-e", "ISO-8859-8" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "iso-8859-11", "CP874" },
	{ "tis-620", "CP874" },
	{ "windows-874", "CP874" },
	{ "latin1", latin },
	{ "latin-1", latin },
	{ "l1", latin },
	{ "cp819", latin },
	{ "ansi", latin },
	{ "gb2312", "GB18030" },
	{ "gb_2312-80", "GB18030" },
	{ "csgb2312", "GB18030" },
	{ "gbk", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "cp936", "GB18030" },
	{ "ms936", "GB18030" },
	{ "windows-936", "GB18030" },
	{ "euc-cn", "GB18030" },
	{ "chinese", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "x-x-big5", "BIG5-HKSCS" },
	{ "cn-big5", "BIG5-HKSCS" },
	{ "cp950", "CP950" },
	{ "euc-kr", "UHC" },
	{ "ks_c_5601-1987", "UHC" },
	{ "ks_c_5601", "UHC" },
	{ "ks_c_5601-1989", "UHC" },
	{ "ksc5601", "UHC" },
	{ "ksc_5601", "UHC" },
	{ "cp949", "UHC" },
	{ "ms949", "UHC" },
	{ "windows-949", "UHC" },
	{ "korean", "UHC" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "sjis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "ms_kanji", "CP932" },
	{ "cp943", "CP932" },
	{ "windows-31j", "CP932" },
	{ "euc-jp", "EUC-JP-MS" },
	{ "x-euc-jp", "EUC-JP-MS" },
	{ "unicode-1-1-utf-7", "UTF-7" },
	{ "utf-16", "UTF-16" },
	{ "x-mac-roman", "MACINTOSH" },
	{ "mac", "MACINTOSH" },
	{ "macroman", "MACINTOSH" },
	{ "x-mac-cyrillic", "MAC-CYRILLIC" },
	{ "x-mac-centraleurroman", "MAC-CENTRALEUROPE" },
	{ "cp-850", "CP850" },
	{ "cp-1250", "WINDOWS-1250" },
	{ "cp-1251", "WINDOWS-1251" },
	{ "cp-1252", latin },
	{ "win-1250", "WINDOWS-1250" },
	{ "win-1251", "WINDOWS-1251" },
	{ "win1251", "WINDOWS-1251" },
	{ "koi8r", "KOI8-R" },
	{ "koi8u", "KOI8-U" }
};

static const char *const	 ascii_labels[] = {
	"ascii", "us-ascii", "usascii", "us", "ansi_x3.4-1968", NULL
};
static const char *const	 utf8_labels[] = {
	"utf-8", "utf8", "utf_8", "x-utf-8", "unicode-1-1-utf-8",
	"utf-8-sig", "utf8mb4", NULL
};
/* Microsoft's variants of JIS stand in mail that says ISO-2022-JP. */
static const char *const	 jis_labels[] = {
	"iso-2022-jp", "csiso2022jp", "iso-2022-jp-1", "iso-2022-jp-ms",
	"iso2022-jp", "iso-2022-jp-2", "cp50220", "cp50221", "cp50222", NULL
};

/*
 * The families mail is written in.  iconv knows hundreds more, some with a
 * history of loops and overruns, and the label is the sender's choice.
 */
static const char *const	 families[] = {
	"windows-125", "cp12", "cp437", "cp7", "cp8", "cp9", "iso-8859-",
	"iso8859-", "iso_8859-", "koi8-", "mac", "gb18030", "gbk", "big5",
	"euc-", "uhc", "utf-7", "utf-16", "utf-32", "johab", "viscii", "tcvn",
	"armscii-8", "georgian-", "iso-2022-kr", "iso-2022-cn", "hp-roman8",
	"ibm8", "ptcp154", "rk1048", "ucs-2", NULL
};

static bool
is_family(const char *name)
{
	const char *const	*family;

	for (family = families; *family != NULL; family++)
		if (text_starts_case(name, *family))
			return true;
	return false;
}

/* The label in lower case, without quotes and blanks; "" if it is none. */
static const char *
read_label(struct arena *arena, const char *charset)
{
	struct buf	 buf;
	unsigned char	 c;

	buf_start(&buf, arena);
	for (; charset != NULL && *charset != '\0'; charset++) {
		c = (unsigned char)*charset;
		if (c == '"' || c == '\'' || text_is_space(c))
			continue;
		if (!text_is_alnum(c) && strchr("-_.:+", c) == NULL)
			return "";
		buf_byte(&buf, text_lower(c));
		if (buf.len > CHARSET_NAME_BYTES)
			return "";
	}
	return buf_string(&buf);
}

static const char *
replace_nul(struct arena *arena, struct bytes text)
{
	return bytes_text(arena, text);
}

/* As UTF-8, each byte that is not as U+FFFD. */
static const char *
from_utf8(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	size_t		 at;

	if (text.len >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
		text = bytes_slice(text, 3, text.len);
	if (utf8_is_valid(text))
		return replace_nul(arena, text);
	buf_start(&buf, arena);
	for (at = 0; at < text.len; )
		utf8_put(&buf, utf8_next(text, &at));
	return replace_nul(arena, buf_view(&buf));
}

/* How many bytes to leave out where one character can't be read. */
static size_t
unit(const char *name)
{
	if (text_starts_case(name, "utf-32"))
		return 4;
	if (text_starts_case(name, "utf-16") || text_starts_case(name, "ucs-2"))
		return 2;
	return 1;
}

/* iconv takes the input as char ** though it does not write there. */
static char *
unconst(const unsigned char *at)
{
	union { const unsigned char *from; char *to; } pointer;

	pointer.from = at;
	return pointer.to;
}

/*
 * Converts until the input ends or something can't be read.  Returns how much
 * is left; *error is why.  No progress at all counts as unreadable.
 */
static size_t
convert_good(iconv_t converter, struct bytes text, int *error,
    struct buf *buf)
{
	char	 block[CONVERT_BYTES], *in, *out;
	size_t	 left, before, room, done;

	in = unconst(text.at);
	left = text.len;
	do {
		before = left;
		out = block;
		room = sizeof(block);
		done = iconv(converter, &in, &left, &out, &room);
		*error = errno;
		buf_bytes(buf, bytes_from(block, sizeof(block) - room));
	} while (done == (size_t)-1 && *error == E2BIG && left < before);
	return left;
}

static void
convert(iconv_t converter, struct bytes text, size_t skip, struct buf *buf)
{
	char	 block[CONVERT_BYTES], *out;
	size_t	 left, room;
	int	 error;

	while ((left = convert_good(converter, text, &error, buf)) > 0) {
		utf8_put(buf, UTF8_REPLACEMENT);
		if (error == EINVAL)
			break;
		text = bytes_slice(text, text.len - left + skip, left);
	}
	/* Some charsets hold a letter back for the accent behind it. */
	out = block;
	room = sizeof(block);
	iconv(converter, NULL, NULL, &out, &room);
	buf_bytes(buf, bytes_from(block, sizeof(block) - room));
}

/* False if iconv knows no such charset. */
static bool
from_iconv(struct arena *arena, const char *name, struct bytes text,
    const char **result)
{
	struct buf	 buf;
	iconv_t		 converter;

	if (!is_family(name))
		return false;
	converter = iconv_open("UTF-8", name);
	/* An iconv_t may be a pointer or a number; its error is all ones. */
	if (converter == (iconv_t)-1)
		return false;
	buf_start(&buf, arena);
	convert(converter, text, unit(name), &buf);
	iconv_close(converter);
	*result = from_utf8(arena, buf_view(&buf));
	return true;
}

enum jis_set { JIS_ASCII, JIS_KANA, JIS_KANJI, JIS_SUPPLEMENT };

struct jis_escape {
	const char	*escape;
	enum jis_set	 set;
};

static const struct jis_escape jis_escapes[] = {
	{ "\033(B", JIS_ASCII },
	{ "\033(J", JIS_ASCII },
	{ "\033(I", JIS_KANA },
	{ "\033$@", JIS_KANJI },
	{ "\033$B", JIS_KANJI },
	{ "\033$(D", JIS_SUPPLEMENT }
};

/* The length of the escape sequence at the start of text, or 0. */
static size_t
take_escape(struct bytes text, enum jis_set *set)
{
	size_t	 i;

	for (i = 0; i < sizeof(jis_escapes) / sizeof(jis_escapes[0]); i++)
		if (bytes_is(bytes_slice(text, 0,
		    strlen(jis_escapes[i].escape)), jis_escapes[i].escape)) {
			*set = jis_escapes[i].set;
			return strlen(jis_escapes[i].escape);
		}
	return 0;
}

/* One character of a set as EUC; returns how many bytes it was. */
static size_t
put_euc(struct buf *buf, struct bytes text, enum jis_set set)
{
	unsigned char	 first;

	first = text.at[0];
	if (set == JIS_ASCII || first <= ' ' || first >= 0x7F) {
		buf_byte(buf, first);
		return 1;
	}
	if (set == JIS_KANA) {
		buf_byte(buf, 0x8E);
		buf_byte(buf, first | 0x80);
		return 1;
	}
	if (set == JIS_SUPPLEMENT)
		buf_byte(buf, 0x8F);
	buf_byte(buf, first | 0x80);
	if (text.len < 2)
		return 1;
	buf_byte(buf, text.at[1] | 0x80);
	return 2;
}

/* ISO-2022-JP (RFC 1468) as EUC-JP, so that Microsoft's characters count. */
static struct bytes
jis_to_euc(struct arena *arena, struct bytes text)
{
	struct buf	 buf;
	enum jis_set	 set;
	size_t		 len;

	buf_start(&buf, arena);
	set = JIS_ASCII;
	while (text.len > 0) {
		len = take_escape(text, &set);
		if (text.at[0] == '\n')
			set = JIS_ASCII;
		if (len == 0)
			len = put_euc(&buf, text, set);
		text = bytes_slice(text, len, text.len);
	}
	return buf_view(&buf);
}

/* Without a byte order mark UTF-16 in mail is what Windows writes, unless
 * its ASCII stands in the other half. */
static const char *
utf16_name(struct bytes text)
{
	size_t	 i, big, little;

	if (text.len >= 2 && (memcmp(text.at, "\xFE\xFF", 2) == 0 ||
	    memcmp(text.at, "\xFF\xFE", 2) == 0))
		return "UTF-16";
	big = little = 0;
	for (i = 0; i + 1 < text.len; i += 2) {
		big += text.at[i] == 0;
		little += text.at[i + 1] == 0;
	}
	return big > little ? "UTF-16BE" : "UTF-16LE";
}

static const char *
name_of(const char *label, struct bytes text)
{
	size_t	 i;

	if (text_equal(label, "utf-16") || text_equal(label, "utf16"))
		return utf16_name(text);
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (text_equal(label, labels[i].label))
			return labels[i].name;
	return label;
}

const char *
charset_to_utf8(struct arena *arena, const char *charset, struct bytes text)
{
	const char	*label, *result;

	label = read_label(arena, charset);
	if (text_is_among(label, utf8_labels))
		return from_utf8(arena, text);
	/* Senders that write UTF-8 and label it ASCII are common. */
	if ((label[0] == '\0' || text_is_among(label, ascii_labels)) &&
	    utf8_is_valid(text))
		return from_utf8(arena, text);
	if (text_is_among(label, jis_labels) && from_iconv(arena, "EUC-JP-MS",
	    jis_to_euc(arena, text), &result))
		return result;
	if (label[0] != '\0' && from_iconv(arena, name_of(label, text), text,
	    &result))
		return result;
	if (!utf8_is_valid(text) && from_iconv(arena, latin, text, &result))
		return result;
	return from_utf8(arena, text);
}
