#include "oauth/explain.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/json_write.h"

enum {
	SERVER_ERROR = 500,	/* HTTP */
	TOO_MANY = 429,		/* HTTP */
	UNAVAILABLE = 503	/* HTTP */
};

/* error_description = *( %x20-21 / %x23-5B / %x5D-7E ) */
const char *
explain_text(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (; *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
			buf_byte(&buf, '\'');
		else if (*text >= ' ' && *text <= '~')
			buf_byte(&buf, (unsigned char)*text);
		else
			buf_byte(&buf, ' ');
	return buf_string(&buf);
}

static bool
sent_basic(const struct request *request)
{
	const char	*value;

	value = request_header(request, "Authorization");
	return value != NULL && text_starts_case(value, "Basic ");
}

void
explain_json(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	const struct fault_voice	*voice = fault_voice(fault->kind);
	struct json_writer		 writer;

	if (fault->kind == FAULT_CLIENT && sent_basic(request))
		reply_header(request->arena, reply, "WWW-Authenticate",
		    "Basic realm=\"Postern\", charset=\"UTF-8\"");
	if (voice->status == UNAVAILABLE)
		reply_header(request->arena, reply, "Retry-After", "5");
	if (voice->status == TOO_MANY)
		reply_header(request->arena, reply, "Retry-After", "600");
	reply_header(request->arena, reply, "Cache-Control", "no-store");
	reply_header(request->arena, reply, "Pragma", "no-cache");
	reply->content_type = "application/json";
	json_start(&writer, &reply->body);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "error", voice->oauth);
	json_put_text(&writer, "error_description",
	    voice->status == SERVER_ERROR ? "an error inside this server" :
	    explain_text(request->arena, fault->detail));
	json_close_object(&writer);
}
