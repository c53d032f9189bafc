#include "mcp/naming.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "data/utf7.h"
#include "data/utf8.h"
#include "mail/folder.h"
#include "mail/folder_name.h"
#include "mcp/call.h"
#include "mcp/excerpt.h"

const struct fault *
naming_new(struct call *call, const struct folders *all, const char *name,
    const char **wire)
{
	const struct fault	*bad;
	const char		*shown;

	bad = folder_name_new(call->imap, call->arena, all, name, wire);
	if (bad != NULL)
		return bad;
	shown = excerpt_text(call->arena, name, strlen(name));
	if (shown != NULL && text_equal(shown, name))
		return NULL;
	return fault_hint(call->arena, fault_make(call->arena,
	    FAULT_ARGUMENT, "a new folder's name can't hold invisible "
	    "characters, nor blanks at its ends"),
	    "Leave them out: \"%s\".", shown == NULL ? "Projects" : shown);
}

/* Blanks can be said again; what else is left out of an excerpt can't. */
const char *
naming_shown(struct arena *arena, const char *name)
{
	const char	*shown;

	shown = excerpt_text(arena, name, NAMING_CHARS_MOST);
	if ((shown != NULL && text_equal(shown, name)) ||
	    utf8_count(name) > NAMING_CHARS_MOST)
		return shown;
	return text_is_ascii(name) ? name : utf7_write(arena, name);
}
