#include "oauth/scope.h"

#include "base/arena.h"

const struct scope	 scopes[] = {
	{ "mail:folders", "See the folders and how much is in them" },
	{ "mail:read", "Read messages and their attachments" },
	{ "mail:search", "Search messages" },
	{ "mail:modify", "Flag, move and delete messages, and write drafts" },
	{ "mail:send", "Send messages in your name" },
	{ NULL, NULL }
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
