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

/* RFC 6750 2.1: credentials = "Bearer" 1*SP b64token */
bool
probe_is_shown(const struct request *request)
{
	static const char	 scheme[] = "Bearer ";
	struct probe		 probe = { .base = { 0 } };
	const char		*value;

	value = request_header(request, "Authorization");
	if (value == NULL || !text_starts_case(value, scheme))
		return false;
	value += strlen(scheme);
	return token_open(request->arena, request->process, &sort,
	    value + strspn(value, " "), &probe) == NULL;
}
