#include "fuzz.h"

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mcp/resource_uri.h"

/* A member that is there holds text that may stand in a command. */
static void
check_text(const char *text)
{
	assert(text == NULL || (text[0] != '\0' && !text_has_control(text) &&
	    utf8_is_valid(bytes_of(text))));
}

/* What is read is written, and read again, to the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct resource_uri	 uri, again;
	struct arena		*arena;
	const char		*written;

	arena = arena_open();
	if (resource_uri_read(arena, bytes_text(arena, bytes_from(at, len)),
	    &uri)) {
		check_text(uri.account);
		check_text(uri.folder);
		check_text(uri.query);
		check_text(uri.part);
		written = resource_uri_write(arena, &uri);
		/* Encoded, an address may grow beyond what is read. */
		assert(resource_uri_read(arena, written, &again) ||
		    bytes_of(written).len > RESOURCE_URI_BYTES);
		if (bytes_of(written).len <= RESOURCE_URI_BYTES)
			assert(text_equal(written, resource_uri_write(arena,
			    &again)) && again.uid == uri.uid &&
			    again.kind == uri.kind);
	}
	arena_close(arena);
	return 0;
}
