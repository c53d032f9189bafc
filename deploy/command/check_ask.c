#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/fetch_head.h"

enum {
	ANSWER_BYTES = 256 * 1024,
	ANSWER_MS = 10 * 1000,
	UNAVAILABLE = 503
};

const struct fault *
check_ask(struct check *check, const struct question *question,
    struct fetched *answer)
{
	struct fetch	 fetch = {
		.method = question->method, .named = true, .whole = true,
		.encoded = question->encoded, .body = question->body,
		.ca_file = check->ca_file, .most = ANSWER_BYTES,
		.sink = question->sink, .state = question->state
	};
	size_t		 i;

	fetch.deadline = clock_ms() + ANSWER_MS;
	if (fetch.deadline - ANSWER_MS >= check->until)
		return fault_make(check->arena, FAULT_TIMEOUT,
		    "not asked: the site has taken too long already");
	if (fetch.deadline > check->until)
		fetch.deadline = check->until;
	fetch.url = question->path[0] != '/' ? question->path :
	    text_format(check->arena, "%s%s", check->base_url,
	    question->path);
	for (i = 0; i < sizeof(question->headers) /
	    sizeof(question->headers[0]) && question->headers[i] != NULL; i++)
		texts_add(check->arena, &fetch.headers, question->headers[i]);
	return fetch_run(check->arena, &fetch, answer);
}

bool
check_is_ours(struct check *check, const struct fetched *answer)
{
	const char	*value;

	value = fetch_head_find(check->arena, answer,
	    "X-Content-Type-Options");
	return value != NULL && text_equal_case(value, "nosniff");
}

bool
check_is_early(struct check *check, const struct fetched *answer)
{
	return answer->status == UNAVAILABLE && strstr(bytes_text(check->arena,
	    answer->body), "from the future") != NULL;
}

const char *
check_outcome(struct check *check, const struct fault *bad,
    const struct fetched *answer)
{
	return bad != NULL ? bad->detail : text_format(check->arena,
	    "HTTP %d%s%s", answer->status, answer->content_type == NULL ? "" :
	    ", ", answer->content_type == NULL ? "" : answer->content_type);
}
