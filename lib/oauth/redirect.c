#include "oauth/redirect.h"

#include <assert.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/url.h"
#include "oauth/asked.h"
#include "web/reply.h"
#include "web/serve.h"

/* error_description = %x20-21 / %x23-5B / %x5D-7E */
static const char *
describe(struct arena *arena, const struct fault *fault)
{
	struct buf	 text;
	const char	*at;

	if (fault->kind == FAULT_INTERNAL)
		return "something is wrong at this service";
	buf_start(&text, arena);
	for (at = fault->detail; *at != '\0'; at++)
		buf_byte(&text, *at < ' ' || *at > '~' || *at == '"' ||
		    *at == '\\' ? ' ' : (unsigned char)*at);
	return buf_string(&text);
}

/* The client's address with what every answer carries. */
static const char *
complete(struct request *request, const struct asked *asked, const char *url)
{
	if (asked->state != NULL)
		url = url_add(request->arena, url, "state", asked->state);
	return url_add(request->arena, url, "iss", request->config->base_url);
}

static void
go(struct request *request, struct reply *reply, const struct asked *asked,
    const char *url)
{
	reply->status = 303;
	reply->content_type = NULL;
	reply_header(request->arena, reply, "Location",
	    complete(request, asked, url));
	reply_header(request->arena, reply, "Referrer-Policy", "no-referrer");
}

const char *
redirect_code_url(struct request *request, const struct asked *asked,
    const char *code)
{
	assert(asked->redirect != NULL);
	return complete(request, asked, url_add(request->arena,
	    asked->redirect, "code", code));
}

void
redirect_code(struct request *request, struct reply *reply,
    const struct asked *asked, const char *code)
{
	assert(asked->redirect != NULL);
	go(request, reply, asked,
	    url_add(request->arena, asked->redirect, "code", code));
}

void
redirect_fault(struct request *request, struct reply *reply,
    const struct asked *asked, const struct fault *fault)
{
	struct arena	*arena = request->arena;
	const char	*url;

	assert(asked->redirect != NULL);
	url = url_add(arena, asked->redirect, "error",
	    fault_voice(fault->kind)->oauth);
	url = url_add(arena, url, "error_description",
	    describe(arena, fault));
	reply->fault = fault_voice(fault->kind)->code;
	go(request, reply, asked, url);
}
