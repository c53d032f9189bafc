#include "mcp/trash.h"

#include "base/fault.h"
#include "base/text.h"
#include "mail/folder.h"
#include "mail/folder_name.h"
#include "mcp/call.h"

static const struct fault *
find(struct call *call, const char **wire)
{
	const struct fault	*bad;

	*wire = NULL;
	bad = folder_wire_name(call->imap, call->arena, "\\Trash", wire);
	if (bad == NULL || bad->kind != FAULT_FOLDER)
		return bad;
	*wire = NULL;
	return NULL;
}

const struct fault *
trash_for(struct call *call, const char *folder, const char **wire)
{
	const struct fault	*bad;

	bad = find(call, wire);
	if (bad == NULL && *wire != NULL && text_equal(*wire, folder))
		*wire = NULL;
	return bad;
}

/* Only the list tells the delimiter. */
const struct fault *
trash_holds(struct call *call, const char *folder, bool *holds)
{
	const struct folder	 target = { .wire = folder };
	const struct fault	*bad;
	const char		*trash;
	struct folders		 all;
	size_t			 i;

	*holds = false;
	if ((bad = find(call, &trash)) != NULL || trash == NULL ||
	    !text_starts(folder, trash))
		return bad;
	*holds = text_equal(folder, trash);
	if (*holds || (bad = folder_list(call->imap, call->arena, NULL, false,
	    &all)) != NULL)
		return bad;
	for (i = 0; i < all.len && !*holds; i++)
		*holds = text_equal(all.at[i].wire, trash) &&
		    folder_name_is_below(&target, &all.at[i]);
	return NULL;
}
