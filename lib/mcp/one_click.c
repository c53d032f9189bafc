#include "mcp/one_click.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/fetch.h"

enum {
	ASK_MS = 20 * 1000,
	ANSWER_BYTES = 1024 * 1024	/* that nobody reads */
};

/* The answer says nothing but its status. */
static const struct fault *
forget(void *state, struct bytes piece)
{
	(void)state;
	(void)piece;
	return NULL;
}

const char *
one_click_ask(struct arena *arena, const struct one_click *one_click)
{
	static const char	*headers[] = {
		"Content-Type: application/x-www-form-urlencoded"
	};
	const struct fault	*bad;
	struct fetched		 fetched = { 0 };
	const struct fetch	 fetch = {
		.method = "POST", .url = one_click->url,
		.named = one_click->named, .ca_file = one_click->ca_file,
		.headers = { headers, 1 }, .sink = forget,
		.most = ANSWER_BYTES, .deadline = clock_ms() + ASK_MS,
		.body = bytes_of("List-Unsubscribe=One-Click")
	};

	if ((bad = fetch_run(arena, &fetch, &fetched)) != NULL)
		return bad->detail;
	if (fetched.status / 100 == 2)
		return NULL;
	return text_format(arena, "the list's server answers %d",
	    fetched.status);
}
