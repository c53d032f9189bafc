#include "mcp/drafting.h"

#include "base/fault.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/filing.h"
#include "mcp/outgoing.h"

const struct fault *
drafting_keep(struct call *call, struct outgoing *out, const char *wire,
    struct filed *filed)
{
	struct source		 source;
	const struct filing	 filing = { wire, "\\Draft \\Seen",
				    out->compose.message_id, &source };
	const struct fault	*bad;

	if ((bad = outgoing_open(call, out, true, &source)) != NULL)
		return bad;
	return filing_append(call, &filing, filed);
}
