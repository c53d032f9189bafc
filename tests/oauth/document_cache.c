#include "../check.h"

#include "request.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/shelf.h"
#include "crypt/digest.h"
#include "oauth/document.h"
#include "oauth/document_cache.h"

#define ID	"https://app.example.org/oauth/client.json"
#define TEXT	"{\"client_id\":\"" ID "\"}"

static const struct {
	const char	*told;
	int64_t		 seconds;
} lives[] = {
	{ NULL, DOCUMENT_USUAL_SECONDS }, { "", DOCUMENT_USUAL_SECONDS },
	{ "public", DOCUMENT_USUAL_SECONDS },
	{ "max-age=7200", 7200 }, { "public, Max-Age=300", 300 },
	{ "max-age=0", DOCUMENT_LEAST_SECONDS },
	{ "no-store", DOCUMENT_LEAST_SECONDS },
	{ "max-age=7200, no-cache", DOCUMENT_LEAST_SECONDS },
	{ "max-age=99999999999999", DOCUMENT_MOST_SECONDS },
	{ "max-age=-1", DOCUMENT_USUAL_SECONDS },
	{ "max-age=99999999999999999999999999", DOCUMENT_USUAL_SECONDS },
	{ "max-age=x", DOCUMENT_USUAL_SECONDS },
};

static void
how_long_it_is_kept(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		assert_int_equal(document_cache_seconds(arena,
		    lives[i].told), lives[i].seconds);
	arena_close(arena);
}

static const char *
file_of(struct arena *arena)
{
	return text_format(arena, "document-%.2s", digest_hex(arena,
	    digest(arena, DIGEST_SHA256, bytes_of(ID))));
}

/* A file that was cut, is another's, or was written by hand is as none at
 * all. */
static void
what_is_not_believed(void **state)
{
	char		 folder[] = "/tmp/postern-cache-XXXXXX", *copy;
	struct arena	*arena = arena_open();
	struct config	 config = { .run_dir = folder };
	struct bytes	 text, whole;
	const char	*name = file_of(arena);
	size_t		 i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	document_cache_keep(arena, &config, ID, bytes_of(TEXT), NULL);
	assert_true(document_cache_read(arena, &config, ID, &text));
	assert_true(bytes_is(text, TEXT));
	assert_true(shelf_read(arena, folder, name, DOCUMENT_BYTES, &whole));
	for (i = 0; i < whole.len; i++) {
		copy = arena_copy(arena, whole.at, whole.len);
		shelf_write(arena, folder, name, bytes_from(copy, i));
		assert_false(document_cache_read(arena, &config, ID, &text));
		copy[i] ^= 1;
		shelf_write(arena, folder, name, bytes_from(copy, whole.len));
		assert_false(document_cache_read(arena, &config, ID, &text));
	}
	shelf_write(arena, folder, name, whole);
	assert_true(document_cache_read(arena, &config, ID, &text));
	assert_false(document_cache_read(arena, &config, ID "x", &text));
	config.run_dir = NULL;
	document_cache_keep(arena, &config, ID, bytes_of(TEXT), NULL);
	assert_false(document_cache_read(arena, &config, ID, &text));
	unlink(text_format(arena, "%s/%s", folder, name));
	assert_int_equal(rmdir(folder), 0);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(how_long_it_is_kept),
    cmocka_unit_test(what_is_not_believed))
