#include "net/handle.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"

#include "../check.h"
#include "../peer/peer.h"

enum { PATIENCE_MS = 5000, TLS_1_1 = 0x0302 };

struct shown {
	enum peer_certificate	 certificate;
	int			 version_most;	/* of TLS, or 0 */
};

static void
show(struct line *line, const void *state)
{
	const struct shown	*shown;

	shown = state;
	if (peer_tls(line, shown->certificate, shown->version_most))
		peer_drain(line);
}

/* What becomes of a handshake with such a peer: NULL, or a fault in whose
 * detail the word stands. */
static void
shake_hands(const struct shown *shown, const char *ca_file, const char *pin,
    const char *word)
{
	struct guard_target	 target = { .host = "localhost",
				    .named = true };
	const struct fault	*bad;
	struct handle		*handle;
	struct arena		*arena;
	struct peer		 peer;

	arena = arena_open();
	peer_start(&peer, show, shown);
	target.port = peer.port;
	assert_null(handle_open(arena, &target, ca_file, pin, &handle));
	curl_easy_setopt(handle->curl, CURLOPT_URL, text_format(arena,
	    "https://%s/", handle->authority));
	curl_easy_setopt(handle->curl, CURLOPT_CONNECT_ONLY, 1L);
	handle_set_deadline(handle, clock_ms() + PATIENCE_MS);
	bad = handle_fault(arena, handle, curl_easy_perform(handle->curl));
	assert_int_equal(bad == NULL, word == NULL);
	if (bad != NULL) {
		assert_int_equal(bad->kind, FAULT_TLS);
		assert_non_null(strstr(bad->detail, "localhost"));
		assert_non_null(strstr(bad->detail, word));
	}
	arena_close(arena);
	peer_stop(&peer);
}

static void
certificates(void **state)
{
	static const struct {
		struct shown	 shown;
		const char	*word;
	} rows[] = {
		{ { PEER_GOOD, 0 }, NULL },
		{ { PEER_EXPIRED, 0 }, "expired" },
		{ { PEER_WRONG_NAME, 0 }, "name" },
		{ { PEER_SELF_SIGNED, 0 }, "self" },
		{ { PEER_GOOD, TLS_1_1 }, "version" }
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		shake_hands(&rows[i].shown, peer_ca_file(), NULL,
		    rows[i].word);
	/* Without a file only the system's authorities count. */
	shake_hands(&rows[0].shown, NULL, NULL, "issuer");
	shake_hands(&rows[0].shown, "/nonexistent", NULL, "CA");
}

/* The pin stands for chain and name, and for nothing but the key. */
static void
pinned(void **state)
{
	static const struct shown	 good = { PEER_GOOD, 0 };
	static const struct shown	 other = { PEER_SELF_SIGNED, 0 };
	static const struct shown	 old = { PEER_GOOD, TLS_1_1 };

	(void)state;
	shake_hands(&good, NULL, peer_pin(), NULL);
	shake_hands(&other, peer_ca_file(), peer_pin(), "pinned");
	shake_hands(&old, NULL, peer_pin(), "version");
}

/* The address is asked about again where the socket is made. */
static void
no_socket_to_the_inside(void **state)
{
	struct guard_target	 target = { .host = "localhost",
				    .named = true };
	static const struct shown	 good = { PEER_GOOD, 0 };
	const struct fault	*bad;
	struct handle		*handle;
	struct arena		*arena;
	struct peer		 peer;

	(void)state;
	arena = arena_open();
	peer_start(&peer, show, &good);
	target.port = peer.port;
	assert_null(handle_open(arena, &target, peer_ca_file(), NULL,
	    &handle));
	handle->public_only = true;
	curl_easy_setopt(handle->curl, CURLOPT_URL, text_format(arena,
	    "https://%s/", handle->authority));
	handle_set_deadline(handle, clock_ms() + PATIENCE_MS);
	bad = handle_fault(arena, handle, curl_easy_perform(handle->curl));
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_CONNECT);
	arena_close(arena);
	peer_stop(&peer);
}

/* What the environment calls a proxy, as a web server's may, is none of ours:
 * nobody is there. */
static void
no_proxy(void **state)
{
	static const char *const	 names[] = {
		"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"
	};
	static const struct shown	 good = { PEER_GOOD, 0 };
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], "http://127.0.0.1:9", 1);
	shake_hands(&good, peer_ca_file(), NULL, NULL);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

CHECK_MAIN(cmocka_unit_test(certificates), cmocka_unit_test(pinned),
    cmocka_unit_test(no_socket_to_the_inside), cmocka_unit_test(no_proxy))
