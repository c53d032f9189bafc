#include "mcp/probing.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/version.h"
#include "crypt/keys.h"
#include "data/json_write.h"
#include "oauth/token.h"

/* What of the request is told: headers by their HTTP name, and variables. */
static const char *const	 headers[] = {
	"MCP-Protocol-Version", "Mcp-Method", "Host", NULL
};
static const char *const	 variables[] = {
	"REMOTE_ADDR", "DOCUMENT_ROOT", "REQUEST_URI", "HTTPS", NULL
};

static void
put_request(const struct request *request, struct json_writer *writer)
{
	size_t	 i;

	json_open_object(writer, "headers");
	for (i = 0; headers[i] != NULL; i++)
		json_put_text(writer, headers[i],
		    request_header(request, headers[i]));
	json_close_object(writer);
	json_open_object(writer, "variables");
	for (i = 0; variables[i] != NULL; i++)
		json_put_text(writer, variables[i],
		    request_variable(request, variables[i]));
	json_close_object(writer);
}

static void
write_view(const struct request *request, struct buf *buf)
{
	const struct authority	*authority = request->process;
	struct json_writer	 writer;

	json_start(&writer, buf);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "service", "postern");
	json_put_text(&writer, "version", version_text);
	json_put_text(&writer, "base_url", request->config->base_url);
	json_put_text(&writer, "kid", keys_newest(authority->keys));
	json_put_number(&writer, "time", clock_now());
	put_request(request, &writer);
	json_close_object(&writer);
}

/* What cannot be sent any more is nobody's loss. */
static const struct fault *
stream(struct request *request, struct reply *reply, const char *view)
{
	const struct fault	*bad;
	const char		*event;
	int			 i;

	reply->content_type = "text/event-stream";
	reply_header(request->arena, reply, "Cache-Control", "no-cache");
	reply_header(request->arena, reply, "X-Accel-Buffering", "no");
	bad = reply_stream(request, reply);
	for (i = 0; bad == NULL && i < PROBING_EVENTS; i++) {
		if (i > 0)
			clock_sleep_until(clock_ms() + PROBING_PAUSE_MS);
		event = text_format(request->arena, "data: %s\n\n",
		    i == 0 ? view : "{}");
		bad = reply_write(request, bytes_of(event));
	}
	return NULL;
}

const struct fault *
probing_answer(struct request *request, struct reply *reply)
{
	const char	*accept = request_header(request, "Accept");
	struct buf	 view;

	buf_start(&view, request->arena);
	write_view(request, &view);
	if (accept != NULL && text_find_case(accept, "text/event-stream") !=
	    NULL)
		return stream(request, reply, buf_string(&view));
	reply->content_type = "application/json";
	buf_bytes(&reply->body, buf_view(&view));
	return NULL;
}
