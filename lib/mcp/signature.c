#include "mcp/signature.h"

#include <stddef.h>

#include "mail/signature.h"
#include "mcp/call.h"

const struct fault *
signature_read(struct call *call, const char **text, const char **html)
{
	const struct fault	*bad;
	struct signature	 signature;

	*text = *html = NULL;
	if ((bad = call_imap(call)) != NULL ||
	    (bad = signature_find(call->imap, call->arena,
	    call->authority->keys, call->account, &signature)) != NULL)
		return bad;
	*text = signature.text;
	*html = signature.html;
	return NULL;
}
