#include "net/s3_sign.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/url.h"

enum {
	DAY_SECONDS = 86400,
	HOUR_SECONDS = 3600,
	MINUTE_SECONDS = 60,
	OWN_PAIRS = 5		/* X-Amz- parameters of a presigned URL */
};

#define ALGORITHM	"AWS4-HMAC-SHA256"

/* "20130524T000000Z" */
static const char *
write_time(struct arena *arena, int64_t seconds)
{
	int	 year, month, day, second;

	clock_date(seconds, &year, &month, &day);
	second = (int)(seconds % DAY_SECONDS);
	return text_format(arena, "%04d%02d%02dT%02d%02d%02dZ", year, month,
	    day, second / HOUR_SECONDS, second / MINUTE_SECONDS %
	    MINUTE_SECONDS, second % MINUTE_SECONDS);
}

/* Date "/" region "/" service "/aws4_request" */
static const char *
write_scope(struct arena *arena, const struct s3_sign *sign)
{
	return text_format(arena, "%.8s/%s/%s/aws4_request",
	    write_time(arena, sign->time), sign->region, sign->service);
}

static void
add(struct pairs *pairs, const char *name, const char *value)
{
	pairs->at[pairs->len].name = name;
	pairs->at[pairs->len++].value = value;
}

/* By name, then by value where that counts; pairs that are equal stay in their
 * order. */
static void
sort(struct pairs *pairs, bool by_value)
{
	struct pair	 moved;
	size_t		 i, j;
	int		 order;

	for (i = 1; i < pairs->len; i++) {
		moved = pairs->at[i];
		for (j = i; j > 0; j--) {
			order = strcmp(pairs->at[j - 1].name, moved.name);
			if (order == 0 && by_value)
				order = strcmp(pairs->at[j - 1].value,
				    moved.value);
			if (order <= 0)
				break;
			pairs->at[j] = pairs->at[j - 1];
		}
		pairs->at[j] = moved;
	}
}

/* A value without blanks at its ends, and one for several within. */
static const char *
trim(struct arena *arena, const char *value)
{
	struct texts	 words;

	words = text_split(arena, value, " \t");
	return words.len == 0 ? "" : texts_join(arena, words, " ");
}

/* Every header that is signed: lower case, sorted, those of one name in one. */
static struct pairs
signed_headers(struct arena *arena, const struct s3_sign *sign)
{
	struct pairs	 all, merged;
	struct pair	*last;
	size_t		 i;

	all.at = arena_array(arena, sign->headers.len + 2, sizeof(*all.at));
	all.len = 0;
	add(&all, "host", trim(arena, sign->host));
	if (sign->expires == 0)
		add(&all, "x-amz-date", write_time(arena, sign->time));
	for (i = 0; i < sign->headers.len; i++)
		add(&all, text_lower_copy(arena, sign->headers.at[i].name),
		    trim(arena, sign->headers.at[i].value));
	sort(&all, false);
	merged = (struct pairs){ all.at, 0 };
	for (i = 0; i < all.len; i++) {
		last = merged.len == 0 ? NULL : &merged.at[merged.len - 1];
		if (last != NULL && text_equal(last->name, all.at[i].name))
			last->value = text_format(arena, "%s,%s", last->value,
			    all.at[i].value);
		else
			merged.at[merged.len++] = all.at[i];
	}
	return merged;
}

static const char *
header_names(struct arena *arena, struct pairs headers)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < headers.len; i++) {
		buf_text(&buf, i > 0 ? ";" : "");
		buf_text(&buf, headers.at[i].name);
	}
	return buf_string(&buf);
}

/* Removes "." and ".." and empty segments, as all services but S3 want. */
static const char *
normalise(struct arena *arena, const char *path)
{
	struct texts	 segments, kept;
	const char	*joined;
	size_t		 i, len;

	segments = text_split(arena, path, "/");
	kept = (struct texts){ NULL, 0 };
	for (i = 0; i < segments.len; i++)
		if (text_equal(segments.at[i], ".."))
			kept.len -= kept.len > 0 ? 1 : 0;
		else if (!text_equal(segments.at[i], "."))
			texts_add(arena, &kept, segments.at[i]);
	if (kept.len == 0)
		return "/";
	joined = texts_join(arena, kept, "/");
	len = strlen(path);
	return text_format(arena, "/%s%s", joined, len > 0 &&
	    path[len - 1] == '/' ? "/" : "");
}

static void
put_path(struct buf *buf, const struct s3_sign *sign)
{
	const char	*path;

	path = sign->raw_path ? sign->path : normalise(buf->arena, sign->path);
	url_escape_path(buf, path[0] == '\0' ? "/" : path);
}

/* The query of the request but the signature, encoded and sorted. */
static void
put_query(struct buf *buf, const struct s3_sign *sign)
{
	struct arena	*arena = buf->arena;
	struct pairs	 all;
	size_t		 i;

	all.at = arena_array(arena, sign->query.len + OWN_PAIRS,
	    sizeof(*all.at));
	all.len = 0;
	for (i = 0; i < sign->query.len; i++)
		add(&all, url_escaped(arena, sign->query.at[i].name),
		    url_escaped(arena, sign->query.at[i].value));
	if (sign->expires > 0) {
		add(&all, "X-Amz-Algorithm", ALGORITHM);
		add(&all, "X-Amz-Credential", url_escaped(arena,
		    text_format(arena, "%s/%s", sign->access_key,
		    write_scope(arena, sign))));
		add(&all, "X-Amz-Date", write_time(arena, sign->time));
		add(&all, "X-Amz-Expires", text_format(arena, "%lld",
		    (long long)sign->expires));
		add(&all, "X-Amz-SignedHeaders", url_escaped(arena,
		    header_names(arena, signed_headers(arena, sign))));
	}
	sort(&all, true);
	for (i = 0; i < all.len; i++)
		buf_format(buf, "%s%s=%s", i > 0 ? "&" : "", all.at[i].name,
		    all.at[i].value);
}

const char *
s3_sign_canonical(struct arena *arena, const struct s3_sign *sign)
{
	struct pairs	 headers;
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	buf_format(&buf, "%s\n", sign->method);
	put_path(&buf, sign);
	buf_byte(&buf, '\n');
	put_query(&buf, sign);
	buf_byte(&buf, '\n');
	headers = signed_headers(arena, sign);
	for (i = 0; i < headers.len; i++)
		buf_format(&buf, "%s:%s\n", headers.at[i].name,
		    headers.at[i].value);
	buf_format(&buf, "\n%s\n%s", header_names(arena, headers),
	    sign->payload_hash);
	return buf_string(&buf);
}

const char *
s3_sign_text(struct arena *arena, const struct s3_sign *sign)
{
	return text_format(arena, ALGORITHM "\n%s\n%s\n%s",
	    write_time(arena, sign->time), write_scope(arena, sign),
	    digest_hex(arena, digest(arena, DIGEST_SHA256,
	    bytes_of(s3_sign_canonical(arena, sign)))));
}

const char *
s3_sign_signature(struct arena *arena, const struct s3_sign *sign)
{
	struct texts	 scope;
	struct bytes	 key;
	size_t		 i;

	/* The key is made of the scope's words in turn. */
	key = bytes_of(text_format(arena, "AWS4%s", sign->secret_key));
	scope = text_split(arena, write_scope(arena, sign), "/");
	for (i = 0; i < scope.len; i++)
		key = digest_hmac(arena, DIGEST_SHA256, key,
		    bytes_of(scope.at[i]));
	return digest_hex(arena, digest_hmac(arena, DIGEST_SHA256, key,
	    bytes_of(s3_sign_text(arena, sign))));
}

const char *
s3_sign_url(struct arena *arena, const struct s3_sign *sign)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_format(&buf, "%s://%s", sign->scheme, sign->host);
	put_path(&buf, sign);
	buf_byte(&buf, '?');
	put_query(&buf, sign);
	buf_format(&buf, "&X-Amz-Signature=%s",
	    s3_sign_signature(arena, sign));
	return buf_string(&buf);
}
