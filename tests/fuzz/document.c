#include "fuzz.h"

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "oauth/client.h"
#include "oauth/document.h"

#define ID	"https://app.example.org/oauth/client.json"

static const struct config	 config = {
	.base_url = "https://mail.example.org"
};

/* What a client says of itself at its own address. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena		*arena;
	const struct fault	*bad;
	struct client		 client = { 0 };
	size_t			 i;

	arena = arena_open();
	bad = document_read(arena, &config, ID, bytes_from(at, len), &client);
	if (bad != NULL) {
		assert(bad->kind == FAULT_METADATA);
		fuzz_is_line(bad->detail);
	} else {
		assert(text_equal(client.id, ID));
		fuzz_is_line(client.name);
		assert(client.redirects.len > 0 && !client_has_secret(&client));
		for (i = 0; i < client.redirects.len; i++)
			assert(client_check_uri(arena, &config,
			    client.redirects.at[i]) == NULL);
	}
	arena_close(arena);
	return 0;
}
