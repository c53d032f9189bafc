#include "mcp/one_click.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

#include "../check.h"
#include "../peer/peer.h"

#define BODY	"List-Unsubscribe=One-Click"

/* What comes is what RFC 8058 3.2 says, and nothing that names anybody. */
static void
answer(struct line *line, const void *state)
{
	char	 text[4096];
	bool	 type = false, length = false;

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, "POST /leave?id=a%20b HTTP/1.1");
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0') {
		if (strncmp(text, "Cookie:", 7) == 0 ||
		    strncmp(text, "Authorization:", 14) == 0 ||
		    strncmp(text, "Referer:", 8) == 0 ||
		    strncmp(text, "Expect:", 7) == 0)
			_exit(6);
		type = type || strcmp(text, "Content-Type: "
		    "application/x-www-form-urlencoded") == 0;
		length = length || strcmp(text, "Content-Length: 26") == 0;
	}
	if (!type || !length || peer_take(line, strlen(BODY)) != strlen(BODY))
		_exit(7);
	peer_say(line, state);
}

/* What the list's server answers, and what is said of it. */
static const struct {
	const char	*answer, *told;
} rows[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", NULL },
	{ "HTTP/1.1 204 Gone\r\n\r\n", NULL },
	{ "HTTP/1.1 202 Later\r\nContent-Length: 0\r\n\r\n", NULL },
	{ "HTTP/1.1 302 Go\r\nLocation: https://localhost/\r\n"
	    "Content-Length: 0\r\n\r\n", "answers 302" },
	{ "HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/\r\n"
	    "Content-Length: 0\r\n\r\n", "answers 307" },
	{ "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "answers 404" },
	{ "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "answers 500" },
	{ "", "" }, { "what\r\n", "" }
};

static void
asks(void **state)
{
	struct one_click	 one_click = { .named = true };
	struct arena		*arena;
	struct peer		 peer;
	const char		*told;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena = arena_open();
		peer_start(&peer, answer, rows[i].answer);
		one_click.url = text_format(arena,
		    "https://localhost:%d/leave?id=a%%20b", peer.port);
		one_click.ca_file = peer_ca_file();
		told = one_click_ask(arena, &one_click);
		assert_true(peer_stop(&peer));
		if ((told == NULL) != (rows[i].told == NULL) ||
		    (told != NULL && strstr(told, rows[i].told) == NULL))
			fail_msg("%zu: %s", i, told == NULL ? "well" : told);
		arena_close(arena);
	}
}

/* Without a host of ours only public ones are asked, at their usual port. */
static void
guards(void **state)
{
	static const char *const	 urls[] = {
		"https://127.0.0.1/x", "https://localhost/x",
		"https://[::1]/x", "https://169.254.169.254/latest/",
		"https://10.0.0.1/", "https://192.168.1.1/",
		"https://2130706433/",
		"https://example.org:8443/x", "http://example.org/x",
		"https://user@example.org/x", "file:///etc/passwd", "x"
	};
	struct one_click		 one_click = { 0 };
	struct arena			*arena = arena_open();
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		one_click.url = urls[i];
		assert_non_null(one_click_ask(arena, &one_click));
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(asks), cmocka_unit_test(guards))
