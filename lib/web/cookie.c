#include "web/cookie.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

/* BASE_URL's path, "/" for none. */
static const char *
path_of(const struct config *config)
{
	const char	*path;

	path = route_base(config);
	return path[0] == '\0' ? "/" : path;
}

static bool
is_secure(const struct config *config)
{
	return text_starts(config->base_url, "https://");
}

static const char *
full_name(const struct request *request, const char *name)
{
	const struct config	*config = request->config;

	if (!is_secure(config) || !text_equal(path_of(config), "/"))
		return name;
	return text_format(request->arena, "__Host-%s", name);
}

/* cookie-string = cookie-pair *( ";" SP cookie-pair ) */
const char *
cookie_read(const struct request *request, const char *name)
{
	const char	*header, *full;
	struct texts	 pairs;
	size_t		 i, len;

	if ((header = request_header(request, "Cookie")) == NULL)
		return NULL;
	full = full_name(request, name);
	len = strlen(full);
	pairs = text_split(request->arena, header, "; ");
	for (i = 0; i < pairs.len; i++)
		if (text_starts(pairs.at[i], full) && pairs.at[i][len] == '=')
			return pairs.at[i] + len + 1;
	return NULL;
}

void
cookie_write(const struct request *request, struct reply *reply,
    const char *name, const char *value, int64_t seconds)
{
	const struct config	*config = request->config;

	assert(strpbrk(value, " ;,\"\\\r\n") == NULL);
	reply_header(request->arena, reply, "Set-Cookie",
	    text_format(request->arena, "%s=%s; Path=%s; Max-Age=%" PRId64
	    "; HttpOnly; SameSite=Lax%s", full_name(request, name), value,
	    path_of(config), seconds, is_secure(config) ? "; Secure" : ""));
}
