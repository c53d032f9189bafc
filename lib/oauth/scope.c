#include "oauth/scope.h"

#include "base/arena.h"
#include "base/fault.h"

const struct scope	 scopes[] = {
	{ "mail:folders", "See the folders and how much is in them",
	  "see folders" },
	{ "mail:read", "Read messages and their attachments", "read" },
	{ "mail:search", "Search messages", "search" },
	{ "mail:modify", "Flag, move and delete messages, and write drafts",
	  "change" },
	{ "mail:send", "Send messages in your name", "send" },
	{ NULL, NULL, NULL }
};

struct texts
scope_all(struct arena *arena)
{
	const struct scope	*scope;
	struct texts		 names = { NULL, 0 };

	for (scope = scopes; scope->name != NULL; scope++)
		texts_add(arena, &names, scope->name);
	return names;
}

struct texts
scope_read(struct arena *arena, const char *list)
{
	const struct scope	*scope;
	struct texts		 asked, known = { NULL, 0 };

	if (list == NULL)
		return known;
	asked = text_split(arena, list, " ");
	for (scope = scopes; scope->name != NULL; scope++)
		if (texts_have(asked, scope->name))
			texts_add(arena, &known, scope->name);
	return known;
}

const char *
scope_write(struct arena *arena, struct texts names)
{
	return texts_join(arena, names, " ");
}

/* scope = scope-token *( SP scope-token ), RFC 6749 3.3. */
static bool
is_scope(const char *text)
{
	unsigned char	 c;

	for (; (c = (unsigned char)*text) != '\0'; text++)
		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			return false;
	return true;
}

const struct fault *
scope_ask(struct arena *arena, const char *list, struct texts *known)
{
	struct texts	 words;

	if (list == NULL)
		return NULL;
	if (!is_scope(list))
		return fault_make(arena, FAULT_SCOPE_UNKNOWN,
		    "RFC 6749 3.3: scope is malformed");
	words = text_split(arena, list, " ");
	if (words.len == 0 || (words.len == 1 &&
	    text_equal(words.at[0], "offline_access")))
		return NULL;
	*known = scope_read(arena, list);
	return known->len > 0 ? NULL : fault_make(arena,
	    FAULT_SCOPE_UNKNOWN, "none of these scopes is known");
}
