#include "fuzz.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/site.h"
#include "data/url.h"
#include "data/url_host.h"
#include "net/guard.h"
#include "oauth/client.h"
#include "oauth/document.h"

struct sample {
	const char	*state;
	struct texts	 resource;
	int64_t		 port;
	bool		 offline;
};

static const struct field	 sample_rows[] = {
	{ FIELD(struct sample, state), .most = 100 },
	{ FIELD(struct sample, resource) },
	{ FIELD(struct sample, port), .most = 65535 },
	{ FIELD(struct sample, offline) },
	{ FIELD_END }
};

static const struct config	 config = {
	.base_url = "https://mail.example.org"
};

static void
check_url(struct arena *arena, const char *text)
{
	const struct client	 client = { .redirects = { &text, 1 } };
	const char		*uri;
	struct url		 url;

	if (!url_read(arena, text, &url)) {
		assert(client_check_uri(arena, &config, text) != NULL);
		assert(document_check_url(arena, text) != NULL);
		return;
	}
	assert(text_is_ascii(text) && !text_has_control(text));
	assert(url.port >= 0 && url.port <= 65535);
	assert(url.host == NULL || strpbrk(url.host, "[]/?#@\\") == NULL);
	if (client_check_uri(arena, &config, text) == NULL) {
		assert(!url.has_userinfo && !url.has_fragment);
		assert(client_redirect(arena, &config, &client, text, &uri) ==
		    NULL && text_equal(uri, text));
	}
	if (document_check_url(arena, text) == NULL)
		assert(text_equal(url.scheme, "https") && url.host != NULL);
	text = url_add(arena, text, "state", "a&b=c#d");
	assert(url_read(arena, text, &url) && strstr(url.query,
	    "state=a%26b%3Dc%23d") != NULL);
}

/* What is escaped is read to the same, alone and in a form. */
static void
check_escaped(struct arena *arena, const char *text)
{
	const char	*escaped, *again;
	struct pairs	 pairs;

	escaped = url_escaped(arena, text);
	assert(url_unescape(arena, bytes_of(escaped), true, &again) &&
	    text_equal(again, text));
	assert(url_read_form(arena, bytes_of(text_format(arena, "x=%s&y=",
	    escaped)), &pairs) && pairs.len == 2 &&
	    text_equal(pairs.at[0].value, text));
}

static void
check_form(struct arena *arena, struct bytes raw)
{
	const struct fault	*bad;
	struct sample		 sample = { 0 };
	struct pairs		 pairs;
	size_t			 i;

	if (!url_read_form(arena, raw, &pairs))
		return;
	assert(pairs.len <= FORM_PAIRS_MOST);
	for (i = 0; i < pairs.len; i++) {
		fuzz_is_text(pairs.at[i].name);
		fuzz_is_text(pairs.at[i].value);
	}
	bad = field_read_form(arena, sample_rows, pairs, &sample);
	assert(bad != NULL || (sample.port >= 0 && sample.port <= 65535));
}

/* A host that may be dialled is one word, and dialled the same way twice. */
static void
check_host(struct arena *arena, const char *text)
{
	const char		*patterns[] = { "*.example.org:993", "*" };
	struct guard_target	 target = {
		.host = text, .port = 993, .mail = true,
		.patterns = { patterns, 1 }
	};
	const char		*host, *again, *ascii;

	if (url_host_to_ascii(arena, text, &ascii)) {
		assert(text_is_ascii(ascii) && !text_has_control(ascii));
		assert(strpbrk(ascii, " \t") == NULL);
	}
	site_is_same(text, "mail.example.co.uk");
	guard_matches((struct texts){ patterns, 2 }, text, 993);
	if (guard_host(arena, &target, &host) != NULL)
		return;
	assert(text_is_ascii(host) && !text_has_control(host));
	assert(strpbrk(host, " /@[]?#,\\") == NULL);
	target.host = host;
	assert(guard_host(arena, &target, &again) == NULL &&
	    text_equal(host, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	const char	*text;

	arena = arena_open();
	text = bytes_text(arena, bytes_from(at, len));
	check_url(arena, text);
	check_form(arena, bytes_from(at, len));
	check_host(arena, text);
	check_escaped(arena, utf8_clean(arena, bytes_from(at, len)));
	arena_close(arena);
	return 0;
}
