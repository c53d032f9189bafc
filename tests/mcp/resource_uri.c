#include "../check.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "mcp/resource_uri.h"

#define HUNDRED	"1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1."	\
	"1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1."

/* What an address says, and how we write it if that is another way. */
static const struct {
	const char		*text;
	struct resource_uri	 uri;
	const char		*written;
} good[] = {
	{ "mail:///anna%40example.org",
	  { .account = "anna@example.org" }, NULL },
	{ "mail:///anna@example.org", { .account = "anna@example.org" },
	  "mail:///anna%40example.org" },
	{ "MAIL:///Work", { .account = "Work" }, "mail:///Work" },
	{ "mail:///a/INBOX", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "INBOX" }, NULL },
	{ "mail:///a/Projects%2F2026", { .kind = RESOURCE_FOLDER,
	  .account = "a", .folder = "Projects/2026" }, NULL },
	{ "mail:///a/Entw%C3%BCrfe%20%26%20mehr", { .kind = RESOURCE_FOLDER,
	  .account = "a", .folder = "Entw\303\274rfe & mehr" }, NULL },
	{ "mail:///a/Entw%c3%bcrfe", { .kind = RESOURCE_FOLDER,
	  .account = "a", .folder = "Entw\303\274rfe" },
	  "mail:///a/Entw%C3%BCrfe" },
	{ "mail:///a/100%25", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "100%" }, NULL },
	{ "mail:///a/%252F", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "%2F" }, NULL },
	{ "mail:///a/%22quoted%22", { .kind = RESOURCE_FOLDER,
	  .account = "a", .folder = "\"quoted\"" }, NULL },
	{ "mail:///a/%5CSent", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "\\Sent" }, NULL },
	{ "mail:///a/a+b", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "a+b" }, "mail:///a/a%2Bb" },
	{ "mail:///a/...", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "..." }, NULL },
	{ "mail:///a/search", { .kind = RESOURCE_FOLDER, .account = "a",
	  .folder = "search" }, NULL },
	{ "mail:///a/search/late%20invoice", { .kind = RESOURCE_SEARCH,
	  .account = "a", .query = "late invoice" }, NULL },
	{ "mail:///a/search/a%2Fb%3Fc%23d", { .kind = RESOURCE_SEARCH,
	  .account = "a", .query = "a/b?c#d" }, NULL },
	{ "mail:///a/INBOX;uidvalidity=1/4294967295",
	  { .kind = RESOURCE_MESSAGE, .account = "a", .folder = "INBOX",
	    .uidvalidity = 1, .uid = 4294967295 }, NULL },
	{ "mail:///a/search;uidvalidity=7/9",
	  { .kind = RESOURCE_MESSAGE, .account = "a", .folder = "search",
	    .uidvalidity = 7, .uid = 9 }, NULL },
	{ "mail:///a/x%3Buidvalidity%3D2;uidvalidity=3/4",
	  { .kind = RESOURCE_MESSAGE, .account = "a",
	    .folder = "x;uidvalidity=2", .uidvalidity = 3, .uid = 4 },
	  NULL },
	{ "mail:///a/INBOX;uidvalidity=1/2;part=2.1.3",
	  { .kind = RESOURCE_ATTACHMENT, .account = "a", .folder = "INBOX",
	    .uidvalidity = 1, .uid = 2, .part = "2.1.3" }, NULL }
};

static const char *const	 bad[] = {
	"", "mail", "mail:", "mail:/", "mail://", "mail:///", "mail:////",
	"imap:///a", "mailto:a@example.org", "https://a/b", "test://static",
	" mail:///a", "mail:///a ", "mail:/a", "mail://host/a",
	"mail://a@host/a", "mail://host:1/a", "file:///etc/passwd",

	/* Segments too few, too many, empty. */
	"mail:///a/", "mail:////a", "mail:///a//b", "mail:///a/b/",
	"mail:///a/search/", "mail:///a/search//", "mail:///a/search/x/",
	"mail:///a/search/x/y", "mail:///a/b/c/d", "mail:///a/b/1/2",

	/* What is not plainly a segment. */
	"mail:///a?x=1", "mail:///a/b?x", "mail:///a/b#x", "mail:///a/b c",
	"mail:///a/b\"", "mail:///a/b\\c", "mail:///a/<b>", "mail:///a/{b}",
	"mail:///a/Entw\303\274rfe", "mail:///a/b\t", "mail:///a/b\r\nc",
	"mail:///a/b\177", "mail:///{account}", "mail:///a/[b]",
	"mail:///a/b|c", "mail:///a/b^c", "mail:///a/`b`",

	/* Escapes. */
	"mail:///a/%", "mail:///a/%2", "mail:///a/%2G", "mail:///a/%%",
	"mail:///a/%00", "mail:///a/INBOX%00", "mail:///a/%0D%0Ax",
	"mail:///a/%0a", "mail:///a/%09", "mail:///a/%7F", "mail:///a/%1b",
	"mail:///a/%C2%85", "mail:///a/%C3", "mail:///a/%FF",
	"mail:///a/%C0%AF", "mail:///a/%ED%A0%80", "mail:///a/%F4%90%80%80",
	"mail:///%00", "mail:///a/search/%00", "mail:///a/search/%FF",

	/* Steps up. */
	"mail:///.", "mail:///..", "mail:///a/.", "mail:///a/..",
	"mail:///a/%2e%2E", "mail:///a/%2E", "mail:///../a", "mail:///a/../b",

	/* Parameters and numbers. */
	"mail:///a;x", "mail:///a;uidvalidity=1", "mail:///a/b;",
	"mail:///a/b;c", "mail:///a/b;uidvalidity=1", "mail:///a/b/1",
	"mail:///a/b;uidvalidity=/1", "mail:///a/b;uidvalidity=1/",
	"mail:///a/b;uidvalidity=0/1", "mail:///a/b;uidvalidity=1/0",
	"mail:///a/b;uidvalidity=01/1", "mail:///a/b;uidvalidity=1/01",
	"mail:///a/b;uidvalidity=-1/1", "mail:///a/b;uidvalidity=1/-1",
	"mail:///a/b;uidvalidity=+1/1", "mail:///a/b;uidvalidity=1/1.0",
	"mail:///a/b;uidvalidity=4294967296/1",
	"mail:///a/b;uidvalidity=1/4294967296",
	"mail:///a/b;uidvalidity=1/18446744073709551617",
	"mail:///a/b;uidvalidity=1/1:*", "mail:///a/b;uidvalidity=1/*",
	"mail:///a/b;uidvalidity=1/1,2", "mail:///a/b;uidvalidity=1/%31",
	"mail:///a/b;uidvalidity=%31/1", "mail:///a/b;UIDVALIDITY=1/1",
	"mail:///a/b;uidvalidity=1;uidvalidity=2/1",
	"mail:///a/b;uidvalidity=1/1/1", "mail:///a/;uidvalidity=1/1",
	"mail:///a/b;x;uidvalidity=1/1", "mail:///a/b;uidvalidity=x/1",

	/* Parts. */
	"mail:///a/b;uidvalidity=1/1;part=", "mail:///a/b;uidvalidity=1/1;",
	"mail:///a/b;uidvalidity=1/1;part=0",
	"mail:///a/b;uidvalidity=1/1;part=.1",
	"mail:///a/b;uidvalidity=1/1;part=1.",
	"mail:///a/b;uidvalidity=1/1;part=1..2",
	"mail:///a/b;uidvalidity=1/1;part=TEXT",
	"mail:///a/b;uidvalidity=1/1;part=1]",
	"mail:///a/b;uidvalidity=1/1;part=1;part=2",
	"mail:///a/b;uidvalidity=1/;part=1",
	"mail:///a/b;uidvalidity=1/1;part=" HUNDRED "1",
	"mail:///a/b;part=1", "mail:///a/b;part=1/1"
};

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : text_equal(a, b);
}

static void
reads_what_it_writes(void **state)
{
	struct arena		*arena = arena_open();
	struct resource_uri	 uri;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!resource_uri_read(arena, good[i].text, &uri))
			fail_msg("%s is refused", good[i].text);
		if (uri.kind != good[i].uri.kind ||
		    !is_same(uri.account, good[i].uri.account) ||
		    !is_same(uri.folder, good[i].uri.folder) ||
		    !is_same(uri.query, good[i].uri.query) ||
		    !is_same(uri.part, good[i].uri.part) ||
		    uri.uidvalidity != good[i].uri.uidvalidity ||
		    uri.uid != good[i].uri.uid)
			fail_msg("%s says something else", good[i].text);
		assert_string_equal(resource_uri_write(arena, &uri),
		    good[i].written == NULL ? good[i].text :
		    good[i].written);
	}
	arena_close(arena);
}

static void
refuses_what_is_none(void **state)
{
	struct arena		*arena = arena_open();
	struct resource_uri	 uri;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (resource_uri_read(arena, bad[i], &uri))
			fail_msg("%s is read", bad[i]);
	arena_close(arena);
}

/* Every address with each of its bytes cut off, or made another. */
static void
survives_what_is_broken(void **state)
{
	static const char	 bytes[] = "%/;.\\\"?#\001\200 0";
	struct arena		*arena = arena_open();
	struct resource_uri	 uri;
	size_t			 i, at, j, len;
	char			 text[200];

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		len = strlen(good[i].text);
		assert_true(len < sizeof(text));
		for (at = 0; at < len; at++) {
			memcpy(text, good[i].text, len + 1);
			for (j = 0; j < sizeof(bytes); j++) {
				text[at] = bytes[j];
				(void)resource_uri_read(arena, text, &uri);
			}
		}
	}
	arena_close(arena);
}

static void
refuses_what_is_too_long(void **state)
{
	static const char	 start[] = "mail:///a/";
	struct arena		*arena = arena_open();
	struct resource_uri	 uri;
	char			 text[RESOURCE_URI_BYTES + 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, start, sizeof(start) - 1);
	text[RESOURCE_URI_BYTES + 1] = '\0';
	assert_false(resource_uri_read(arena, text, &uri));
	text[RESOURCE_URI_BYTES] = '\0';
	assert_true(resource_uri_read(arena, text, &uri));
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads_what_it_writes),
    cmocka_unit_test(refuses_what_is_none),
    cmocka_unit_test(survives_what_is_broken),
    cmocka_unit_test(refuses_what_is_too_long))
