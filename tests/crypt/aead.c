#include "../check.h"

#include "base/text.h"
#include "crypt/aead.h"
#include "data/field.h"

#include "../corpora.h"

struct vector {
	int64_t		 id;
	const char	*key, *iv, *aad, *message, *text, *tag;
	const char	*result;
};

static const struct field	 vector_rows[] = {
	{ FIELD_AS(struct vector, id, "tcId") },
	{ FIELD(struct vector, key) }, { FIELD(struct vector, iv) },
	{ FIELD(struct vector, aad) },
	{ FIELD_AS(struct vector, message, "msg") },
	{ FIELD_AS(struct vector, text, "ct") },
	{ FIELD(struct vector, tag) }, { FIELD(struct vector, result) },
	{ FIELD_END }
};

static struct bytes
read_hex(struct arena *arena, const char *text)
{
	unsigned char	*bytes;
	char		 pair[3] = "";
	size_t		 i, len;

	len = text != NULL ? strlen(text) / 2 : 0;
	bytes = arena_take(arena, len + 1);
	for (i = 0; i < len; i++) {
		memcpy(pair, text + 2 * i, 2);
		bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	return bytes_from(bytes, len);
}

static bool
run(struct arena *arena, const struct vector *vector)
{
	struct aead	 message;
	struct bytes	 plain;
	bool		 good;

	message = (struct aead){ .key = read_hex(arena, vector->key),
	    .iv = read_hex(arena, vector->iv),
	    .aad = read_hex(arena, vector->aad),
	    .text = read_hex(arena, vector->text),
	    .tag = read_hex(arena, vector->tag) };
	good = aead_open(arena, &message, &plain);
	if (!good)
		return false;
	assert_true(bytes_equal(plain, read_hex(arena, vector->message)));
	aead_seal(arena, &message, plain);
	assert_true(bytes_equal(message.text, read_hex(arena, vector->text)));
	assert_true(bytes_equal(message.tag, read_hex(arena, vector->tag)));
	return true;
}

/* Valid vectors with our IV size open; all others must not. */
static void
wycheproof(void **state)
{
	const struct json	*json, *cases;
	struct vector		 vector;
	struct arena		*arena;
	struct bytes		 file;
	size_t			 i, opened, size;

	(void)state;
	arena = arena_open();
	file = corpora_read(arena,
	    "jwe/wycheproof-aes256gcm/aes_256_gcm_test.split.json");
	if (file.at == NULL)
		skip();
	assert_null(json_read(arena, file, JSON_KEYS_LAST, &json));
	cases = json_member(json, "cases");
	opened = size = 0;
	for (i = 0; i < json_count(cases); i++) {
		memset(&vector, 0, sizeof(vector));
		assert_null(field_read(arena, vector_rows,
		    json_element(cases, i), FIELD_LOOSE, &vector));
		if (strlen(vector.iv) != 2 * AEAD_IV_BYTES)
			size++;
		if (run(arena, &vector))
			opened++;
		if (run(arena, &vector) != (text_equal(vector.result, "valid")
		    && strlen(vector.iv) == 2 * AEAD_IV_BYTES))
			fail_msg("tcId %d", (int)vector.id);
	}
	printf("# wycheproof AES-256-GCM: %zu vectors, %zu opened, %zu refused"
	    " for another IV size than 96 bits\n", i, opened, size);
	assert_true(i >= 65 && opened >= 20);
	arena_close(arena);
}

/* Every bit of key, IV, AAD, text and tag counts. */
static void
bits(void **state)
{
	unsigned char	 all[AEAD_KEY_BYTES + AEAD_IV_BYTES + 5 + 7 +
			    AEAD_TAG_BYTES];
	struct aead	 message;
	struct arena	*arena;
	struct bytes	 plain;
	size_t		 i;

	(void)state;
	arena = arena_open();
	memset(all, 7, sizeof(all));
	message.key = bytes_from(all, AEAD_KEY_BYTES);
	message.iv = bytes_from(all + AEAD_KEY_BYTES, AEAD_IV_BYTES);
	message.aad = bytes_from(message.iv.at + AEAD_IV_BYTES, 5);
	aead_seal(arena, &message, bytes_of("postern"));
	memcpy(all + 49, message.text.at, 7);
	memcpy(all + 56, message.tag.at, AEAD_TAG_BYTES);
	message.text = bytes_from(all + 49, 7);
	message.tag = bytes_from(all + 56, AEAD_TAG_BYTES);
	assert_true(aead_open(arena, &message, &plain));
	assert_true(bytes_is(plain, "postern"));
	for (i = 0; i < 8 * sizeof(all); i++) {
		all[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_false(aead_open(arena, &message, &plain));
		all[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	message.tag.len = 12;
	assert_false(aead_open(arena, &message, &plain));
	message.tag.len = AEAD_TAG_BYTES;
	message.key.len = 16;
	assert_false(aead_open(arena, &message, &plain));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(wycheproof),
	cmocka_unit_test(bits)
)
