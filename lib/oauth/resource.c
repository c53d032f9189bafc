#include "oauth/resource.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/url.h"
#include "oauth/bearer.h"

static bool
is_same(struct arena *arena, const char *ours, const char *theirs)
{
	struct url	 a, b;

	if (!url_read(arena, ours, &a) || !url_read(arena, theirs, &b))
		return false;
	return text_equal(a.scheme, b.scheme) && b.host != NULL &&
	    text_equal(a.host, b.host) && a.port == b.port &&
	    text_equal(a.path, b.path) && b.query == NULL &&
	    !b.has_fragment && !b.has_userinfo;
}

const struct fault *
resource_check(struct arena *arena, const struct config *config,
    const char *resource)
{
	const char	*ours;
	size_t		 len;

	if (text_is_empty(resource))
		return NULL;
	len = strlen(resource);
	if (resource[len - 1] == '/')
		resource = arena_copy(arena, resource, len - 1);
	ours = bearer_audience(arena, config);
	if (is_same(arena, ours, resource))
		return NULL;
	return fault_make(arena, FAULT_TARGET,
	    "RFC 8707 2: resource must be %s", ours);
}
