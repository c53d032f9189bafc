#include "net/s3_sign.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/url.h"

#include "../check.h"
#include "../corpora.h"

enum { HEADERS_MOST = 20 };

#define SUITE	"sigv4/aws-signing-test-suite-v4/"
#define EMPTY	"e3b0c44298fc1c149afbf4c8996fb924" \
		"27ae41e4649b934ca495991b7852b855"

static const char *const	 cases[] = {
	"get-header-key-duplicate", "get-header-value-trim",
	"get-relative-normalized", "get-relative-relative-unnormalized",
	"get-relative-unnormalized", "get-slash-dot-slash-normalized",
	"get-slash-dot-slash-unnormalized",
	"get-slash-pointless-dot-normalized",
	"get-slash-pointless-dot-unnormalized", "get-slashes-normalized",
	"get-space-normalized", "get-unreserved",
	"get-vanilla-empty-query-key", "get-vanilla-query",
	"get-vanilla-query-order-key-case", "get-vanilla-utf8-query",
	"post-sts-header-before", "post-vanilla", "post-vanilla-query",
	"post-x-www-form-urlencoded-parameters"
};

static const char *
read_text(struct arena *arena, const char *name, const char *file)
{
	struct bytes	 bytes;

	bytes = corpora_read(arena, text_format(arena, SUITE "%s/%s", name,
	    file));
	if (bytes.at == NULL)
		skip();
	return bytes_text(arena, bytes);
}

static void
add(struct pairs *pairs, const char *name, const char *value)
{
	assert_true(pairs->len < HEADERS_MOST);
	pairs->at[pairs->len++] = (struct pair){ name, value };
}

static struct pairs
no_pairs(struct arena *arena)
{
	return (struct pairs){
		arena_array(arena, HEADERS_MOST, sizeof(struct pair)), 0
	};
}

/* "GET /path?query HTTP/1.1", where the path may hold blanks. */
static void
read_line(struct arena *arena, char *line, struct s3_sign *sign)
{
	char	*target, *end, *query;

	target = strchr(line, ' ');
	*target++ = '\0';
	end = strstr(target, " HTTP/1.1");
	assert_non_null(end);
	*end = '\0';
	sign->method = line;
	sign->path = target;
	sign->query = no_pairs(arena);
	if ((query = strchr(target, '?')) == NULL)
		return;
	*query++ = '\0';
	assert_true(url_read_form(arena, bytes_of(query), &sign->query));
}

/* The head of the request; its body is returned. */
static const char *
read_request(struct arena *arena, const char *text, struct s3_sign *sign)
{
	struct texts	 lines;
	const char	*blank;
	char		*line, *value;
	size_t		 i;

	blank = strstr(text, "\n\n");
	lines = text_split(arena, blank == NULL ? text : arena_copy(arena,
	    text, (size_t)(blank - text)), "\r\n");
	read_line(arena, arena_text(arena, lines.at[0]), sign);
	sign->headers = no_pairs(arena);
	for (i = 1; i < lines.len; i++) {
		line = arena_text(arena, lines.at[i]);
		value = strchr(line, ':');
		*value++ = '\0';
		if (text_equal_case(line, "host"))
			sign->host = value;
		else
			add(&sign->headers, line, value);
	}
	return blank == NULL ? "" : blank + 2;
}

static const char *
member(const struct json *json, const char *name)
{
	return json_text(json_member(json, name));
}

static void
expect_file(struct arena *arena, const char *name, const char *kind,
    const char *file, const char *found)
{
	const char	*expected;

	expected = read_text(arena, name, text_format(arena, "%s-%s.txt",
	    kind, file));
	if (!text_equal(expected, found))
		fail_msg("%s %s %s:\n%s\nnot\n%s", name, kind, file, found,
		    expected);
}

static void
expect_all(struct arena *arena, const char *name, const char *kind,
    const struct s3_sign *sign)
{
	expect_file(arena, name, kind, "canonical-request",
	    s3_sign_canonical(arena, sign));
	expect_file(arena, name, kind, "string-to-sign",
	    s3_sign_text(arena, sign));
	expect_file(arena, name, kind, "signature",
	    s3_sign_signature(arena, sign));
}

/* Each case in its headers and as a presigned URL. */
static void
run_case(struct arena *arena, const char *name)
{
	const struct json	*context, *keys;
	struct s3_sign		 sign = { .scheme = "https" };
	const char		*body, *token;
	int64_t			 expires;

	assert_null(json_read(arena, bytes_of(read_text(arena, name,
	    "context.json")), JSON_KEYS_LAST, &context));
	body = read_request(arena, read_text(arena, name, "request.txt"),
	    &sign);
	keys = json_member(context, "credentials");
	sign.access_key = member(keys, "access_key_id");
	sign.secret_key = member(keys, "secret_access_key");
	token = member(keys, "token");
	sign.region = member(context, "region");
	sign.service = member(context, "service");
	assert_string_equal(member(context, "timestamp"),
	    "2015-08-30T12:36:00Z");
	sign.time = clock_seconds(2015, 8, 30, (12 * 60 + 36) * 60);
	sign.raw_path = !json_true(json_member(context, "normalize"));
	sign.payload_hash = digest_hex(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(json_true(json_member(context, "sign_body")) ? body :
	    "")));
	if (token != NULL)
		add(&sign.headers, "X-Amz-Security-Token", token);
	if (json_true(json_member(context, "sign_body")))
		add(&sign.headers, "x-amz-content-sha256", sign.payload_hash);
	expect_all(arena, name, "header", &sign);

	assert_true(json_integer(json_member(context,
	    "expiration_in_seconds"), &expires));
	sign.expires = expires;
	if (token != NULL || json_true(json_member(context, "sign_body")))
		sign.headers.len--;
	if (token != NULL)
		add(&sign.query, "X-Amz-Security-Token", token);
	expect_all(arena, name, "query", &sign);
}

static void
published_suite(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		arena = arena_open();
		run_case(arena, cases[i]);
		arena_close(arena);
	}
	printf("# %zu cases, each in two ways\n", i);
}

/* The examples of the S3 API's own reference. */
static struct pair	 range[] = {
	{ "Range", "bytes=0-9" }, { "x-amz-content-sha256", EMPTY }
};
static struct pair	 put[] = {
	{ "Date", "Fri, 24 May 2013 00:00:00 GMT" },
	{ "x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbb"
	    "a87d2b6b4b4e99e42034a8b803f8b072" },
	{ "x-amz-storage-class", "REDUCED_REDUNDANCY" }
};
static struct pair	 empty[] = { { "x-amz-content-sha256",
			     EMPTY } };
static struct pair	 lifecycle[] = { { "lifecycle", "" } };
static struct pair	 list[] = { { "prefix", "J" },
			     { "max-keys", "2" } };
static const struct {
	struct s3_sign	 sign;
	const char	*signature;
} rows[] = {
	{ { .method = "GET", .path = "/test.txt", .expires = 86400,
	    .payload_hash = "UNSIGNED-PAYLOAD" },
	    "aeeed9bbccd4d02ee5c0109b86d86835"
	    "f995330da4c265957d157751f604d404" },
	{ { .method = "GET", .path = "/test.txt", .headers = {
	    range, 2 }, .payload_hash = EMPTY },
	    "f0e8bdb87c964420e857bd35b5d6ed31"
	    "0bd44f0170aba48dd91039c6036bdb41" },
	{ { .method = "PUT", .path = "/test$file.text", .headers = {
	    put, 3 }, .payload_hash = "44ce7dd67c959e0d3524ffac1771"
	    "dfbba87d2b6b4b4e99e42034a8b803f8b072" },
	    "98ad721746da40c64f1a55b78f14c238"
	    "d841ea1380cd77a1b5971af0ece108bd" },
	{ { .method = "GET", .path = "/", .headers = { empty, 1 },
	    .query = { lifecycle, 1 }, .payload_hash = EMPTY },
	    "fea454ca298b7da1c68078a5d1bdbfbb"
	    "e0d65c699e0f91ac7a200a0136783543" },
	{ { .method = "GET", .path = "/", .headers = { empty, 1 },
	    .query = { list, 2 }, .payload_hash = EMPTY },
	    "34b48302e7b5fa45bde8084f4b7868a8"
	    "6f0a534bc59db6670ed5711ef69dc6f7" }
};

static void
published_examples(void **state)
{
	struct arena	*arena;
	struct s3_sign	 sign;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sign = rows[i].sign;
		sign.scheme = "https";
		sign.host = "examplebucket.s3.amazonaws.com";
		sign.region = "us-east-1";
		sign.service = "s3";
		sign.access_key = "AKIAIOSFODNN7EXAMPLE";
		sign.secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
		sign.time = clock_seconds(2013, 5, 24, 0);
		sign.raw_path = true;
		assert_string_equal(s3_sign_signature(arena, &sign),
		    rows[i].signature);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(published_suite),
    cmocka_unit_test(published_examples))
