#include "web/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"

const char *
route_base(const struct config *config)
{
	const char	*at, *path;

	if ((at = strstr(config->base_url, "://")) == NULL)
		return "";
	path = strchr(at + strlen("://"), '/');
	return path == NULL ? "" : path;
}

const char *
route_path(const struct request *request)
{
	const char	*uri, *base, *name, *info;
	size_t		 len;

	if ((uri = request_variable(request, "REQUEST_URI")) == NULL) {
		name = request_variable(request, "SCRIPT_NAME");
		info = request_variable(request, "PATH_INFO");
		uri = text_format(request->arena, "%s%s",
		    name == NULL ? "" : name, info == NULL ? "" : info);
	}
	base = route_base(request->config);
	len = strlen(base);
	if (len > 0 && text_starts(uri, base) &&
	    (uri[len] == '/' || uri[len] == '?' || uri[len] == '\0'))
		uri += len;
	len = strcspn(uri, "?#");
	return len == 0 ? "/" : arena_copy(request->arena, uri, len);
}

/* Where the row's star stands, or the length of its path. */
static size_t
fixed_part(const struct endpoint *row)
{
	size_t	 len;

	len = strlen(row->path);
	return len > 1 && row->path[len - 1] == '*' ? len - 1 : len;
}

const struct endpoint *
route_find(const struct endpoint *rows, const char *path)
{
	size_t	 len;

	for (; rows->path != NULL; rows++) {
		len = fixed_part(rows);
		if (strncmp(rows->path, path, len) == 0 &&
		    (rows->path[len] == '*' || path[len] == '\0'))
			return rows;
	}
	return NULL;
}

const char *
route_rest(const struct endpoint *row, const char *path)
{
	return path + fixed_part(row);
}

const struct endpoint *
route_method(const struct endpoint *first, const char *method)
{
	const struct endpoint	*row;

	if (text_equal(method, "HEAD"))
		method = "GET";
	for (row = first; row->path != NULL; row++)
		if (text_equal(row->path, first->path) &&
		    text_equal(row->method, method))
			return row;
	return NULL;
}

const char *
route_allowed(struct arena *arena, const struct endpoint *first)
{
	const struct endpoint	*row;
	struct texts		 methods = { NULL, 0 };

	for (row = first; row->path != NULL; row++) {
		if (!text_equal(row->path, first->path))
			continue;
		texts_add(arena, &methods, row->method);
		if (text_equal(row->method, "GET"))
			texts_add(arena, &methods, "HEAD");
	}
	if (first->cors != CORS_NONE)
		texts_add(arena, &methods, "OPTIONS");
	return texts_join(arena, methods, ", ");
}
