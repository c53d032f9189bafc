#include "oauth/probe.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "oauth/token.h"
#include "web/serve.h"

struct probe {
	struct token_base	 base;
};

static const struct field	 rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_END }
};

static const struct token_sort	 sort = { TOKEN_PROBE, rows };

const struct fault *
probe_seal(struct arena *arena, const struct authority *authority,
    int64_t seconds, const char **token)
{
	struct probe	 probe = { .base = { 0 } };

	probe.base.expires = clock_now() + seconds;
	return token_seal(arena, authority, &sort, &probe, token);
}

/* RFC 6750 2.1: credentials = "Bearer" 1*SP b64token; "" for anything else */
static const char *
read_header(const struct request *request)
{
	static const char	 scheme[] = "Bearer ";
	const char		*value;

	value = request_header(request, "Authorization");
	if (value == NULL || !text_starts_case(value, scheme))
		return "";
	value += strlen(scheme);
	return value + strspn(value, " ");
}

bool
probe_is_meant(const struct request *request)
{
	return token_is(request->arena, TOKEN_PROBE, read_header(request));
}

const struct fault *
probe_read(const struct request *request)
{
	struct probe	 probe = { .base = { 0 } };

	return token_open(request->arena, request->process, &sort,
	    read_header(request), &probe);
}
