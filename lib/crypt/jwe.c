#include "crypt/jwe.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/aead.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/field.h"

/*
 * RFC 7516 7.1, with "dir" (RFC 7518 4.5) an empty encrypted key:
 *
 *	token = header "." "." iv "." ciphertext "." tag
 *
 * The additional authenticated data is the header as it stands in the token.
 */
enum { HEADER_CHARS = 600 };

enum part { PART_HEADER, PART_KEY, PART_IV, PART_TEXT, PART_TAG, PARTS };

struct members {
	const char	*alg;
	const char	*enc;
	const char	*kid;
	const char	*typ;
	const char	*route;
};

static const char *const	 algs[] = { "dir", NULL };
static const char *const	 encs[] = { "A256GCM", NULL };

static const struct field	 rows[] = {
	{ FIELD(struct members, alg), .required = true, .words = algs },
	{ FIELD(struct members, enc), .required = true, .words = encs },
	{ FIELD(struct members, kid), .required = true, .least = 1,
	  .most = JWE_KID_MOST },
	{ FIELD(struct members, typ), .required = true, .least = 1,
	  .most = JWE_TYP_MOST },
	{ FIELD_AS(struct members, route, "r"), .least = 1,
	  .most = JWE_ROUTE_MOST },
	{ FIELD_END }
};

static const struct fault *
refuse(struct arena *arena, const char *rule)
{
	return fault_make(arena, FAULT_TOKEN, "%s", rule);
}

static const struct fault *
split(struct arena *arena, const char *token, struct bytes parts[PARTS])
{
	struct bytes	 rest;
	size_t		 len;
	unsigned	 i;

	len = strnlen(token, JWE_CHARS_MOST + 1);
	if (len > JWE_CHARS_MOST)
		return refuse(arena, "the token is too long");
	rest = bytes_from(token, len);
	for (i = 0; i < PARTS; i++) {
		len = bytes_find(rest, '.');
		if ((len == rest.len) != (i == PARTS - 1))
			return refuse(arena,
			    "this is no token of this service, or not all "
			    "of one (RFC 7516 7.1: it has five parts)");
		parts[i] = bytes_slice(rest, 0, len);
		rest = bytes_slice(rest, len + 1, rest.len);
	}
	if (parts[PART_KEY].len != 0)
		return refuse(arena,
		    "RFC 7518 4.5: the encrypted key must be empty");
	return NULL;
}

static const struct fault *
read_header(struct arena *arena, struct bytes part, struct jwe_header *header)
{
	static const char	 wrong[] =
		"the token's header is not one this server makes";
	const struct json	*json;
	struct members		 members = { 0 };
	struct bytes		 text;

	if (part.len > HEADER_CHARS || !base64_read_url(arena, part, &text) ||
	    json_read(arena, text, JSON_KEYS_UNIQUE, &json) != NULL ||
	    field_read(arena, rows, json, FIELD_STRICT, &members) != NULL)
		return refuse(arena, wrong);
	header->kid = members.kid;
	header->typ = members.typ;
	header->route = members.route;
	return NULL;
}

/* The three binary parts, by every rule that needs no key. */
static const struct fault *
read_parts(struct arena *arena, const struct bytes parts[PARTS],
    struct bytes data[PARTS])
{
	unsigned	 i;

	for (i = PART_IV; i < PARTS; i++)
		if (!base64_read_url(arena, parts[i], &data[i]))
			return refuse(arena, "RFC 7515 2: a part is not "
			    "canonical base64url");
	if (data[PART_IV].len != AEAD_IV_BYTES ||
	    data[PART_TAG].len != AEAD_TAG_BYTES)
		return refuse(arena, "RFC 7518 5.3: A256GCM has an IV of 12 "
		    "and a tag of 16 octets");
	return NULL;
}

const struct fault *
jwe_header(struct arena *arena, const char *token, struct jwe_header *header)
{
	const struct fault	*bad;
	struct bytes		 parts[PARTS], data[PARTS];

	if ((bad = split(arena, token, parts)) != NULL ||
	    (bad = read_header(arena, parts[PART_HEADER], header)) != NULL)
		return bad;
	return read_parts(arena, parts, data);
}

const struct fault *
jwe_open(struct arena *arena, const char *token, struct bytes key,
    const struct jwe_header *expected, struct bytes *plaintext)
{
	const struct fault	*bad;
	struct jwe_header	 header;
	struct bytes		 parts[PARTS], data[PARTS];
	struct aead		 message;

	if ((bad = split(arena, token, parts)) != NULL ||
	    (bad = read_header(arena, parts[PART_HEADER], &header)) != NULL ||
	    (bad = read_parts(arena, parts, data)) != NULL)
		return bad;
	if (!text_equal(header.kid, expected->kid))
		return refuse(arena, "the token names another key");
	if (!text_equal(header.typ, expected->typ))
		return refuse(arena, "the token is of another kind");
	message = (struct aead){ .key = key, .iv = data[PART_IV],
	    .aad = parts[PART_HEADER], .text = data[PART_TEXT],
	    .tag = data[PART_TAG] };
	if (!aead_open(arena, &message, plaintext))
		return refuse(arena, "the token's tag does not fit");
	return NULL;
}

static const char *
write_header(struct arena *arena, const struct jwe_header *header)
{
	struct json_writer	 writer;
	struct members		 members;
	struct buf		 buf;

	members = (struct members){ .alg = algs[0], .enc = encs[0],
	    .kid = header->kid, .typ = header->typ, .route = header->route };
	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, rows, &members);
	json_close_object(&writer);
	return base64_write_url(arena, buf_view(&buf));
}

const char *
jwe_seal(struct arena *arena, struct bytes plaintext, struct bytes key,
    const struct jwe_header *header)
{
	struct aead	 message = { .key = key };
	const char	*first;

	first = write_header(arena, header);
	message.aad = bytes_of(first);
	message.iv = digest_random(arena, AEAD_IV_BYTES);
	aead_seal(arena, &message, plaintext);
	return text_format(arena, "%s..%s.%s.%s", first,
	    base64_write_url(arena, message.iv),
	    base64_write_url(arena, message.text),
	    base64_write_url(arena, message.tag));
}
