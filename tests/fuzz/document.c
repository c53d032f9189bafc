#include "fuzz.h"

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "oauth/client.h"
#include "oauth/document.h"

#define ID	"https://app.example.org/oauth/client.json"

#define KEY	"202122232425262728292a2b2c2d2e2f" \
		"303132333435363738393a3b3c3d3e3f\n"

static const struct config	 config = {
	.base_url = "https://mail.example.org"
};

/* What travels sealed in the page comes back to the same. */
static void
check_sealed(struct arena *arena, const struct client *client)
{
	struct authority	 authority = { .config = &config };
	struct client		 again = { 0 };
	const char		*sealed;

	assert(keys_read(arena, bytes_of(KEY), &authority.keys) == NULL);
	if (document_seal(arena, &authority, client, client->redirects.at[0],
	    &sealed) != NULL)
		return;
	assert(document_open(arena, &authority, sealed, ID, &again));
	assert(again.redirects.len == 1 && text_equal(again.redirects.at[0],
	    client->redirects.at[0]));
	assert(text_equal(again.name, client->name));
	assert(!document_open(arena, &authority, sealed, ID "x", &again));
}

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
		check_sealed(arena, &client);
	}
	arena_close(arena);
	return 0;
}
