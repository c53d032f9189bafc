#include "web/policy.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/url.h"
#include "web/reply.h"
#include "web/serve.h"

static const struct pair	 rows[] = {
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" }
};

/* Whether CSP's host-source can hold it. */
static bool
is_plain_host(const char *host)
{
	size_t	 i;

	if (text_is_empty(host))
		return false;
	for (i = 0; host[i] != '\0'; i++)
		if (!text_is_alnum((unsigned char)host[i]) &&
		    strchr("-.", host[i]) == NULL)
			return false;
	return true;
}

static bool
is_web(const struct url *url)
{
	return text_equal(url->scheme, "https") ||
	    text_equal(url->scheme, "http");
}

/* The source expression of a redirect target, with a blank before it. */
static const char *
source_of(struct arena *arena, const char *target)
{
	struct url	 url;

	if (target == NULL || !url_read(arena, target, &url))
		return "";
	if (!is_web(&url) || !is_plain_host(url.host))
		return text_format(arena, " %s:", url.scheme);
	if (!url.has_port)
		return text_format(arena, " %s://%s", url.scheme, url.host);
	return text_format(arena, " %s://%s:%" PRId64, url.scheme, url.host,
	    url.port);
}

void
policy_apply(struct request *request, struct reply *reply,
    const char *target)
{
	struct arena	*arena = request->arena;
	size_t		 i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		reply_header(arena, reply, rows[i].name, rows[i].value);
	reply_header(arena, reply, "Content-Security-Policy",
	    text_format(arena, "default-src 'none'; style-src 'self'; "
	    "script-src 'self'; connect-src 'self'; img-src 'self'; "
	    "base-uri 'none'; "
	    "frame-ancestors 'none'; form-action 'self'%s",
	    source_of(arena, target)));
}
