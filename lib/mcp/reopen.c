#include "mcp/reopen.h"

#include <stddef.h>

#include "base/fault.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

const struct fault *
reopen_folder(struct call *call, const char *folder, const struct fault *bad,
    const char **wire)
{
	if (bad == NULL)
		imap_forget_folder(call->imap);
	if (bad == NULL || bad->kind != FAULT_UNAVAILABLE ||
	    imap_is_usable(call->imap))
		return bad;
	call_end(call);
	return call_folder(call, folder, wire);
}
