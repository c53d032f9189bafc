#include "data/url.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"

enum {
	ADDRESS_BYTES = 16,	/* of IPv6, binary */
	PORT_MOST = 65535,
	HEX_BASE = 16
};

#define UNRESERVED	"-._~"
#define SUB_DELIMS	"!$&'()*+,;="
#define PATH_MARKS	UNRESERVED SUB_DELIMS ":@/"
#define QUERY_MARKS	PATH_MARKS "?"
#define USER_MARKS	UNRESERVED SUB_DELIMS ":"

/* Schemes of the web: they need a host, and have a port unless they say. */
struct web_scheme {
	const char	*name;
	int64_t		 port;
};

static const struct web_scheme	 web_schemes[] = {
	{ "https", 443 },
	{ "http", 80 }
};

static bool
is_escape(struct bytes text, size_t at)
{
	return text.len - at > 2 && text_hex(text.at[at + 1]) != -1 &&
	    text_hex(text.at[at + 2]) != -1;
}

/* *( ALPHA / DIGIT / mark / "%" HEXDIG HEXDIG ) */
static bool
consists_of(struct bytes text, const char *marks)
{
	size_t	 i;

	for (i = 0; i < text.len; i++) {
		if (text_is_alnum(text.at[i]))
			continue;
		if (text.at[i] == '%' && is_escape(text, i))
			i += 2;
		else if (text.at[i] == '\0' ||
		    strchr(marks, text.at[i]) == NULL)
			return false;
	}
	return true;
}

/* What is before the byte; *rest is what is behind it, or empty. */
static bool
cut_at(struct bytes *text, unsigned char byte, struct bytes *rest)
{
	size_t	 at;

	at = bytes_find(*text, byte);
	if (at == text->len)
		return false;
	*rest = bytes_slice(*text, at + 1, text->len);
	text->len = at;
	return true;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static bool
read_scheme(struct arena *arena, struct bytes text, struct url *url)
{
	size_t	 i;

	if (text.len == 0 || !text_is_alpha(text.at[0]))
		return false;
	for (i = 0; i < text.len; i++)
		if (!text_is_alnum(text.at[i]) && (text.at[i] == '\0' ||
		    strchr("+-.", text.at[i]) == NULL))
			return false;
	url->scheme = text_lower_copy(arena, bytes_text(arena, text));
	return true;
}

static bool
is_ip_address(int family, const char *host)
{
	unsigned char	 address[ADDRESS_BYTES];

	return inet_pton(family, host, address) == 1;
}

/*
 * Letters, digits, "-", "_" and "."; where the last label is a number, as some
 * readers would have it (0x7f.1, 2130706433), it is an address with four parts
 * or nothing.
 */
static bool
is_host(const char *host)
{
	const char	*last;
	size_t		 len;

	len = strlen(host);
	if (len == 0 || host[0] == '.' || strstr(host, "..") != NULL)
		return false;
	if (strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != len)
		return false;
	for (last = host + len - (host[len - 1] == '.' ? 1 : 0); last > host &&
	    last[-1] != '.'; last--)
		continue;
	if (text_is_digit((unsigned char)*last))
		return is_ip_address(AF_INET, host);
	return true;
}

static bool
is_web(const struct url *url, int64_t *port)
{
	size_t	 i;

	for (i = 0; i < sizeof(web_schemes) / sizeof(web_schemes[0]); i++) {
		*port = web_schemes[i].port;
		if (text_equal(url->scheme, web_schemes[i].name))
			return true;
	}
	*port = 0;
	return false;
}

/* port = 1*DIGIT; an empty one and 0 are refused. */
static bool
read_port(struct bytes text, struct url *url)
{
	uint64_t	 port;

	if (!text_number(text, PORT_MOST, &port) || port == 0)
		return false;
	url->port = (int64_t)port;
	url->has_port = true;
	return true;
}

/* "[" IPv6address "]" [ ":" port ]; no zone, no IPvFuture */
static bool
read_bracketed(struct arena *arena, struct bytes text, struct url *url)
{
	struct bytes	 rest;

	text = bytes_slice(text, 1, text.len);
	if (!cut_at(&text, ']', &rest))
		return false;
	url->host = text_lower_copy(arena, bytes_text(arena, text));
	if (!is_ip_address(AF_INET6, url->host))
		return false;
	return rest.len == 0 || (rest.at[0] == ':' &&
	    read_port(bytes_slice(rest, 1, rest.len), url));
}

/* authority = [ userinfo "@" ] host [ ":" port ] */
static bool
read_authority(struct arena *arena, struct bytes text, struct url *url)
{
	struct bytes	 user, rest;
	int64_t		 port;
	bool		 web;

	web = is_web(url, &port);
	url->port = port;
	user = text;
	url->has_userinfo = cut_at(&user, '@', &rest);
	if (url->has_userinfo) {
		if (!consists_of(user, USER_MARKS))
			return false;
		text = rest;
	}
	if (text.len > 0 && text.at[0] == '[')
		return read_bracketed(arena, text, url);
	if (cut_at(&text, ':', &rest) && !read_port(rest, url))
		return false;
	url->host = text_lower_copy(arena, bytes_text(arena, text));
	if (text.len == 0)
		return !web && !url->has_userinfo && !url->has_port;
	return is_host(url->host);
}

/* URI = scheme ":" [ "//" authority ] path [ "?" query ] [ "#" fragment ] */
bool
url_read(struct arena *arena, const char *text, struct url *url)
{
	struct bytes	 scheme, rest, path, query, fragment;
	int64_t		 port;
	size_t		 len;

	memset(url, 0, sizeof(*url));
	scheme = bytes_of(text);
	if (!cut_at(&scheme, ':', &rest) || !read_scheme(arena, scheme, url))
		return false;
	path = rest;
	url->has_fragment = cut_at(&path, '#', &fragment);
	if (url->has_fragment && !consists_of(fragment, QUERY_MARKS))
		return false;
	if (cut_at(&path, '?', &query)) {
		if (!consists_of(query, QUERY_MARKS))
			return false;
		url->query = bytes_text(arena, query);
	}
	if (path.len > 1 && path.at[0] == '/' && path.at[1] == '/') {
		path = bytes_slice(path, 2, path.len);
		len = bytes_find(path, '/');
		if (!read_authority(arena, bytes_slice(path, 0, len), url))
			return false;
		path = bytes_slice(path, len, path.len);
	} else if (is_web(url, &port))
		return false;
	url->path = bytes_text(arena, path);
	return consists_of(path, PATH_MARKS);
}

static void
escape(struct buf *buf, const char *text, const char *kept)
{
	static const char	 digits[] = "0123456789ABCDEF";
	unsigned char		 c;

	for (; *text != '\0'; text++) {
		c = (unsigned char)*text;
		if (text_is_alnum(c) || strchr(kept, c) != NULL) {
			buf_byte(buf, c);
			continue;
		}
		buf_byte(buf, '%');
		buf_byte(buf, (unsigned char)digits[c / HEX_BASE]);
		buf_byte(buf, (unsigned char)digits[c % HEX_BASE]);
	}
}

void
url_escape_path(struct buf *buf, const char *text)
{
	escape(buf, text, UNRESERVED "/");
}

const char *
url_escaped(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	escape(&buf, text, UNRESERVED);
	return buf_string(&buf);
}

bool
url_unescape(struct arena *arena, struct bytes text, bool plus_is_blank,
    const char **result)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < text.len; i++) {
		if (text.at[i] == '%') {
			if (!is_escape(text, i))
				return false;
			buf_byte(&buf, (unsigned char)(text_hex(
			    text.at[i + 1]) * HEX_BASE +
			    text_hex(text.at[i + 2])));
			i += 2;
		} else
			buf_byte(&buf, text.at[i] == '+' && plus_is_blank ?
			    ' ' : text.at[i]);
	}
	if (bytes_find(buf_view(&buf), '\0') < buf.len ||
	    !utf8_is_valid(buf_view(&buf)))
		return false;
	*result = buf_string(&buf);
	return true;
}

/* pair = name [ "=" value ] */
static bool
read_pair(struct arena *arena, struct bytes text, struct pair *pair)
{
	struct bytes	 value;

	value = bytes_from(NULL, 0);
	cut_at(&text, '=', &value);
	return url_unescape(arena, text, true, &pair->name) &&
	    url_unescape(arena, value, true, &pair->value);
}

/* form = [ pair *( "&" pair ) ], where empty pairs count for nothing */
bool
url_read_form(struct arena *arena, struct bytes text, struct pairs *pairs)
{
	struct bytes	 one, rest;

	*pairs = (struct pairs){
		arena_array(arena, FORM_PAIRS_MOST, sizeof(struct pair)), 0
	};
	for (; text.len > 0; text = rest) {
		one = text;
		rest = bytes_from(NULL, 0);
		cut_at(&one, '&', &rest);
		if (one.len == 0)
			continue;
		if (pairs->len == FORM_PAIRS_MOST ||
		    !read_pair(arena, one, &pairs->at[pairs->len]))
			return false;
		pairs->len++;
	}
	return true;
}

const char *
url_add(struct arena *arena, const char *url, const char *name,
    const char *value)
{
	struct buf	 buf;
	const char	*end;
	size_t		 len;

	len = strcspn(url, "#");
	end = url + len;
	buf_start(&buf, arena);
	buf_bytes(&buf, bytes_from(url, len));
	if (memchr(url, '?', len) == NULL)
		buf_byte(&buf, '?');
	else if (len > 0 && end[-1] != '?' && end[-1] != '&')
		buf_byte(&buf, '&');
	escape(&buf, name, UNRESERVED);
	buf_byte(&buf, '=');
	escape(&buf, value, UNRESERVED);
	buf_text(&buf, end);
	return buf_string(&buf);
}

bool
url_is_loopback(const struct url *url)
{
	return url->host != NULL && (text_equal(url->host, "localhost") ||
	    text_equal(url->host, "127.0.0.1") ||
	    text_equal(url->host, "::1"));
}
