#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/aead.h"
#include "crypt/jwe.h"
#include "data/base64.h"

static const unsigned char	 key_bytes[AEAD_KEY_BYTES] = { 1, 2, 3 };
static const struct jwe_header	 ours = { "k1", "mcp-at+jwe", NULL };

static struct bytes
test_key(void)
{
	return bytes_from(key_bytes, sizeof(key_bytes));
}

/* A token with any header, sealed with the right key: only policy can refuse
 * it. */
static const char *
seal_with(struct arena *arena, const char *header)
{
	static const unsigned char	 iv[AEAD_IV_BYTES] = { 9 };
	struct aead			 message = { .key = test_key() };
	const char			*first;

	first = base64_write_url(arena, bytes_of(header));
	message.iv = bytes_from(iv, sizeof(iv));
	message.aad = bytes_of(first);
	aead_seal(arena, &message, bytes_of("{}"));
	return text_format(arena, "%s..%s.%s.%s", first,
	    base64_write_url(arena, message.iv),
	    base64_write_url(arena, message.text),
	    base64_write_url(arena, message.tag));
}

#define REST	"\"kid\":\"k1\",\"typ\":\"mcp-at+jwe\""
#define WHOLE	"\"alg\":\"dir\",\"enc\":\"A256GCM\"," REST

static const struct {
	const char	*header;
	bool		 good;
} headers[] = {
	{ "{" WHOLE "}", true },
	{ "{" WHOLE ",\"r\":\"abc\"}", true },
	{ "{" REST ",\"enc\":\"A256GCM\", \"alg\":\"dir\"}", true },
	{ "{" WHOLE ",\"r\":\"\"}", false },
	{ "{" WHOLE ",\"r\":1}", false },
	{ "{" WHOLE ",\"r\":null}", false },
	{ "{" WHOLE ",\"zip\":\"DEF\"}", false },
	{ "{" WHOLE ",\"crit\":[\"exp\"]}", false },
	{ "{" WHOLE ",\"jwk\":{}}", false },
	{ "{" WHOLE ",\"jku\":\"https://example.org/\"}", false },
	{ "{" WHOLE ",\"cty\":\"JWT\"}", false },
	{ "{" WHOLE ",\"p2c\":1000}", false },
	{ "{" WHOLE ",\"alg\":\"dir\"}", false },
	{ "{" WHOLE "} ", true },
	{ "{" WHOLE "}{}", false },
	{ "[" "{" WHOLE "}" "]", false },
	{ "{\"alg\":\"none\",\"enc\":\"A256GCM\"," REST "}", false },
	{ "{\"alg\":\"Dir\",\"enc\":\"A256GCM\"," REST "}", false },
	{ "{\"alg\":\"A256KW\",\"enc\":\"A256GCM\"," REST "}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A128GCM\"," REST "}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256CBC-HS512\"," REST "}", false },
	{ "{\"alg\":\"dir\"," REST "}", false },
	{ "{\"enc\":\"A256GCM\"," REST "}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"typ\":\"mcp-at+jwe\"}",
	  false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"k1\"}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"k2\","
	  "\"typ\":\"mcp-at+jwe\"}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"k1\","
	  "\"typ\":\"mcp-rt+jwe\"}", false },
	{ "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"k1\","
	  "\"typ\":\"MCP-AT+JWE\"}", false },
	{ "{}", false }, { "", false }, { "null", false },
};

static void
policy(void **state)
{
	const struct fault	*bad;
	struct arena		*arena;
	struct bytes		 plain;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		bad = jwe_open(arena, seal_with(arena, headers[i].header),
		    test_key(), &ours, &plain);
		if ((bad == NULL) != headers[i].good)
			fail_msg("row %zu: %s", i, headers[i].header);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_TOKEN);
	}
	arena_close(arena);
}

/* What is sealed opens, its header can be read, no two are alike. */
static void
sealing(void **state)
{
	static const struct jwe_header	 routed = { "k1", "mcp-at+jwe", "h" };
	struct jwe_header		 header;
	struct arena			*arena;
	struct bytes			 plain, all;
	const char			*a, *b;
	size_t				 len;

	(void)state;
	arena = arena_open();
	all = bytes_from(arena_take(arena, 5000), 5000);
	for (len = 0; len <= all.len; len += len < 70 ? 1 : 700) {
		a = jwe_seal(arena, bytes_slice(all, 0, len), test_key(),
		    &routed);
		assert_null(jwe_open(arena, a, test_key(), &ours, &plain));
		assert_true(bytes_equal(plain, bytes_slice(all, 0, len)));
	}
	a = jwe_seal(arena, bytes_of("x"), test_key(), &routed);
	b = jwe_seal(arena, bytes_of("x"), test_key(), &routed);
	assert_string_not_equal(a, b);
	assert_memory_equal(a, b, strcspn(a, "."));
	assert_null(jwe_header(arena, a, &header));
	assert_string_equal(header.kid, "k1");
	assert_string_equal(header.typ, "mcp-at+jwe");
	assert_string_equal(header.route, "h");
	assert_int_equal(strncmp(a, "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NN", 36),
	    0);
	arena_close(arena);
}

/* Every single changed, lost or added character is refused. */
static void
changes(void **state)
{
	struct arena	*arena, *inner;
	struct bytes	 plain;
	const char	*token;
	size_t		 i, len;
	char		*copy;

	(void)state;
	arena = arena_open();
	inner = arena_open();
	token = jwe_seal(arena, bytes_of("{\"a\":1}"), test_key(), &ours);
	len = strlen(token);
	for (i = 0; i < len; i++) {
		copy = arena_text(inner, token);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_non_null(jwe_open(inner, copy, test_key(), &ours,
		    &plain));
		copy[i] = '\0';
		assert_non_null(jwe_open(inner, copy, test_key(), &ours,
		    &plain));
		assert_non_null(jwe_open(inner, text_format(inner, "%s %s",
		    copy, token + i), test_key(), &ours, &plain));
		assert_non_null(jwe_open(inner, text_format(inner, "%s.%s",
		    copy, token + i), test_key(), &ours, &plain));
		arena_wipe(inner);
	}
	assert_non_null(jwe_open(arena, text_format(arena, "%s=", token),
	    test_key(), &ours, &plain));
	arena_close(inner);
	arena_close(arena);
}

static void
sizes(void **state)
{
	struct arena	*arena;
	struct bytes	 plain, all;
	const char	*token;
	size_t		 len;

	(void)state;
	arena = arena_open();
	all = bytes_from(arena_take(arena, JWE_CHARS_MOST), JWE_CHARS_MOST);
	for (len = 5200; len < 5400; len++) {
		token = jwe_seal(arena, bytes_slice(all, 0, len), test_key(),
		    &ours);
		assert_int_equal(jwe_open(arena, token, test_key(), &ours,
		    &plain) == NULL, strlen(token) <= JWE_CHARS_MOST);
	}
	assert_non_null(jwe_open(arena, "", test_key(), &ours, &plain));
	assert_non_null(jwe_open(arena, "....", test_key(), &ours, &plain));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(policy),
	cmocka_unit_test(sealing),
	cmocka_unit_test(changes),
	cmocka_unit_test(sizes)
)
