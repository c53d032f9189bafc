#ifndef GRANT_H
#define GRANT_H

/* A grant as the tests of mcp have it, with no mail server behind it. */
#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "mcp/call.h"

static const char	*all_scopes[] = {
	"mail:folders", "mail:read", "mail:search", "mail:modify", "mail:send"
};

/* A grant for up to two accounts with those scopes. */
struct grant {
	struct account		 accounts[2];
	struct mail_server	 server;
	struct access		 access;
	struct config		 config;
	struct call		 call;
};

static void
make_grant(struct arena *arena, struct texts scopes, size_t accounts,
    struct grant *grant)
{
	size_t	 i;

	memset(grant, 0, sizeof(*grant));
	grant->server.host = "mail.example.org";
	for (i = 0; i < 2; i++) {
		grant->accounts[i].address = i == 0 ? "anna@example.org" :
		    "work@example.org";
		grant->accounts[i].label = i == 0 ? NULL : "Work";
		grant->accounts[i].scopes = scopes;
		grant->accounts[i].imap.at = &grant->server;
		grant->accounts[i].smtp.at = &grant->server;
	}
	grant->access.scopes = scopes;
	grant->access.accounts = (struct objects){ grant->accounts,
	    accounts };
	grant->call.arena = arena;
	grant->call.config = &grant->config;
	grant->call.access = &grant->access;
}

static struct texts
every_scope(void)
{
	return (struct texts){ all_scopes, 5 };
}

#endif
