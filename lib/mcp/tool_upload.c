#include "mcp/tool_upload.h"

#include "base/fault.h"
#include "data/filename.h"
#include "mcp/call.h"
#include "mcp/download.h"
#include "mcp/enclosure.h"
#include "mcp/tool.h"
#include "mcp/upload.h"

enum { TYPE_CHARS = 100 };

struct upload_args {
	const char	*filename;
	const char	*content_type;
	int64_t		 size;
};

struct upload_answer {
	const char	*url;
};

static const struct field	 args_rows[] = {
	{ FIELD(struct upload_args, filename), .required = true },
	{ FIELD(struct upload_args, content_type), .most = TYPE_CHARS },
	{ FIELD(struct upload_args, size), .required = true, .least = 1,
	  .most = ENCLOSURE_BYTES },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct upload_answer, url) },
	{ FIELD_END }
};

/* What goes into a header of the message that is sent. */
static const struct fault *
check_type(struct call *call, const char *type)
{
	if (type == NULL || download_is_type(type))
		return NULL;
	return fault_make(call->arena, FAULT_ARGUMENT, "content_type must be "
	    "a media type, as image/png");
}

static const struct fault *
get_upload_url(struct call *call, const void *arguments, void *result)
{
	const struct upload_args	*args = arguments;
	struct upload_answer		*answer = result;
	struct upload			 wanted = { 0 };
	const struct fault		*bad;

	wanted.content_type = enclosure_type(call->arena, args->content_type);
	if ((bad = check_type(call, wanted.content_type)) != NULL)
		return bad;
	wanted.filename = filename_clean(call->arena, args->filename);
	wanted.size = args->size;
	return upload_url(call, &wanted, &answer->url);
}

const struct tool	 tool_get_upload_url = {
	.name = "get_upload_url", .title = "Upload",
	.description = "PUT a file (25 MiB) there within an hour, for "
	    "attachment_urls.",
	.scope = "mail:send", .input = args_rows,
	.input_size = sizeof(struct upload_args), .output = answer_rows,
	.output_size = sizeof(struct upload_answer),
	.handler = get_upload_url
};
