#include "net/s3_trial.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "net/s3.h"

enum {
	EXPIRES_SECONDS = 300,
	ANSWER_BYTES = 64 * 1024,	/* of an error document */
	CODE_BYTES = 64,		/* of the error's name */
	OK = 200
};

static const char	 content[] = "postern check was here\n";

const char *
s3_trial_code(struct arena *arena, const struct fetched *answer)
{
	const char	*code;
	size_t		 len;

	code = text_find_case(bytes_text(arena, answer->body), "<code>");
	if (code == NULL)
		return "";
	code += strlen("<code>");
	for (len = 0; text_is_alnum((unsigned char)code[len]); len++)
		continue;
	return len > CODE_BYTES ? "" : arena_copy(arena, code, len);
}

const struct fault *
s3_trial_run(struct arena *arena, const struct config *config,
    int64_t deadline, struct fetched *answer)
{
	const struct s3_object	 object = { .key = "postern-check" };
	const struct fault	*bad;
	struct fetch		 fetch = {
		.method = "PUT",
		.named = true,
		.whole = true,
		.most = ANSWER_BYTES,
		.deadline = deadline,
		.body = bytes_of(content)
	};

	fetch.url = s3_url(arena, config, "PUT", &object, EXPIRES_SECONDS);
	texts_add(arena, &fetch.headers, "Content-Type: text/plain");
	bad = fetch_run(arena, &fetch, answer);
	if (bad != NULL)
		return fault_make(arena, FAULT_STORAGE,
		    "the object store can't be used: %s", bad->detail);
	if (answer->status == OK)
		return NULL;
	return fault_make(arena, FAULT_STORAGE,
	    "the object store answers %d %s", answer->status,
	    s3_trial_code(arena, answer));
}
