#include "web/reply.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/text.h"
#include "web/gate.h"
#include "web/serve.h"

void
reply_header(struct arena *arena, struct reply *reply, const char *name,
    const char *value)
{
	struct pair	*grown;

	assert(strpbrk(name, "\r\n: ") == NULL);
	assert(strpbrk(value, "\r\n") == NULL);
	grown = arena_array(arena, reply->headers.len + 1, sizeof(*grown));
	if (reply->headers.len > 0)
		memcpy(grown, reply->headers.at,
		    reply->headers.len * sizeof(*grown));
	grown[reply->headers.len].name = name;
	grown[reply->headers.len].value = arena_text(arena, value);
	reply->headers.at = grown;
	reply->headers.len++;
}

void
reply_reset(struct arena *arena, struct reply *reply)
{
	assert(!reply->streaming);
	*reply = (struct reply){ .status = 200 };
	buf_start(&reply->body, arena);
}

static bool
has_header(const struct reply *reply, const char *name)
{
	size_t	 i;

	for (i = 0; i < reply->headers.len; i++)
		if (text_equal_case(reply->headers.at[i].name, name))
			return true;
	return false;
}

static void
write_headers(struct buf *head, struct pairs headers)
{
	size_t	 i;

	for (i = 0; i < headers.len; i++)
		buf_format(head, "%s: %s\r\n", headers.at[i].name,
		    headers.at[i].value);
}

/* The head in CGI's form, RFC 3875 6.3; Location never stands alone, so a
 * server can't take it for a local redirect. */
static void
write_head(struct buf *head, const struct request *request,
    const struct reply *reply)
{
	buf_format(head, "Status: %d\r\n", reply->status);
	if (reply->content_type != NULL)
		buf_format(head, "Content-Type: %s\r\n", reply->content_type);
	write_headers(head, reply->headers);
	write_headers(head, request->always);
	if (!has_header(reply, "Cache-Control"))
		buf_text(head, "Cache-Control: no-store\r\n");
	buf_text(head, "X-Content-Type-Options: nosniff\r\n");
}

static const struct fault *
write_out(struct request *request, struct bytes piece)
{
	return gate_write(request->gate, request->arena, piece);
}

const struct fault *
reply_send(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct buf		 head;

	if (reply->streaming)
		return NULL;
	buf_start(&head, request->arena);
	write_head(&head, request, reply);
	if (reply->status != 204 && reply->status != 304)
		buf_format(&head, "Content-Length: %zu\r\n", reply->body.len);
	buf_text(&head, "\r\n");
	if ((bad = write_out(request, buf_view(&head))) != NULL)
		return bad;
	if (text_equal(request->method, "HEAD"))
		return NULL;
	return write_out(request, buf_view(&reply->body));
}

const struct fault *
reply_stream(struct request *request, struct reply *reply)
{
	const struct fault	*bad;
	struct buf		 head;

	assert(!reply->streaming);
	buf_start(&head, request->arena);
	write_head(&head, request, reply);
	buf_text(&head, "\r\n");
	reply->streaming = true;
	if ((bad = write_out(request, buf_view(&head))) != NULL)
		return bad;
	return gate_flush(request->gate, request->arena);
}

const struct fault *
reply_write(struct request *request, struct bytes piece)
{
	const struct fault	*bad;

	if (text_equal(request->method, "HEAD"))
		return NULL;
	if ((bad = write_out(request, piece)) != NULL)
		return bad;
	return gate_flush(request->gate, request->arena);
}
