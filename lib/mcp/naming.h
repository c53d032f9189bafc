#ifndef MCP_NAMING_H
#define MCP_NAMING_H

struct arena;
struct call;
struct fault;
struct folders;

/*
 * Folders' names between a model and the mailbox: it is shown none that it
 * could not say again, and makes none that could not be shown.
 */
enum { NAMING_CHARS_MOST = 1000 };

/* A new folder's name as the server is told it.  FAULT_ARGUMENT as
 * folder_name_new has it, and for one that would be shown as another. */
const struct fault	*naming_new(struct call *call,
			    const struct folders *all, const char *name,
			    const char **wire);

/* The name as list_mailboxes shows it: as it is, or where it holds what nobody
 * sees, in modified UTF-7 (RFC 9051 A.1), which is understood, too. */
const char		*naming_shown(struct arena *arena, const char *name);

#endif
