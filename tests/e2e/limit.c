/*
 * Seals an access token anew with limits, which a person sets on a page:
 * limit {folders|recipients} VALUE... with the token on standard input and
 * POSTERN_CONF naming the configuration it was sealed under.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/keys.h"
#include "mail/account.h"
#include "oauth/bearer.h"
#include "oauth/token.h"

enum { TOKEN_BYTES = 16 * 1024 };

static const struct fault *
open_keys(struct arena *arena, const struct config *config,
    const struct keys **keys)
{
	struct stat	 status;

	if (geteuid() == 0 && config->key_file != NULL &&
	    stat(config->key_file, &status) == 0 &&
	    seteuid(status.st_uid) == -1)
		return fault_make(arena, FAULT_INTERNAL,
		    "cannot become the owner of the key");
	return keys_load(arena, config, NULL, keys);
}

/* Sets the limits in each account of the token. */
static void
set_limits(struct access *access, bool folders, struct texts limits)
{
	const struct account	*given = access->accounts.at;
	struct account		*accounts;
	struct arena		*arena = arena_open();
	size_t			 i;

	accounts = arena_array(arena, access->accounts.len,
	    sizeof(*accounts));
	for (i = 0; i < access->accounts.len; i++) {
		accounts[i] = given[i];
		*(folders ? &accounts[i].folders : &accounts[i].recipients) =
		    limits;
	}
	access->accounts.at = accounts;
}

static const struct fault *
seal(struct arena *arena, const char *given, struct texts arguments,
    const char **token)
{
	struct authority	 authority;
	const struct fault	*bad;
	struct access		 access = { .scopes = { NULL, 0 } };
	struct texts		 limits = arguments;

	limits.at++;
	limits.len--;
	if ((bad = config_load(arena, &authority.config)) != NULL ||
	    (bad = open_keys(arena, authority.config, &authority.keys)) !=
	    NULL || (bad = token_open(arena, &authority, &access_sort, given,
	    &access)) != NULL)
		return bad;
	set_limits(&access, text_equal(arguments.at[0], "folders"), limits);
	return token_seal(arena, &authority, &access_sort, &access, token);
}

int
main(int count, char **words)
{
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct texts		 arguments = { NULL, 0 };
	const char		*token;
	char			 given[TOKEN_BYTES];
	int			 i;

	if (count < 3 || fgets(given, sizeof(given), stdin) == NULL) {
		fputs("usage: limit {folders|recipients} VALUE...\n", stderr);
		return 1;
	}
	given[strcspn(given, "\n")] = '\0';
	for (i = 1; i < count; i++)
		texts_add(arena, &arguments, words[i]);
	if ((bad = seal(arena, given, arguments, &token)) != NULL) {
		fprintf(stderr, "limit: %s\n", bad->detail);
		return 1;
	}
	puts(token);
	return 0;
}
