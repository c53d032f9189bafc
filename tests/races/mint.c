/*
 * mint codes N: makes N connections of the mailbox of TEST_USER, with
 * their cards, as a consent does, and writes a JSON line with what redeems
 * each.
 * mint open: reads refresh tokens, one a line, and writes "GRANT GENERATION
 * UID" of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "mail/card.h"
#include "mail/imap_session.h"
#include "oauth/client.h"
#include "oauth/code.h"
#include "oauth/refresh.h"
#include "web/serve.h"

/* RFC 7636 appendix B. */
#define VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define REDIRECT	"http://127.0.0.1:9/callback"

enum { FLIGHT_MS = 60 * 1000, LINE_BYTES = 16 * 1024 };

static void
need(const struct fault *bad)
{
	if (bad == NULL)
		return;
	fprintf(stderr, "mint: %s\n", bad->detail);
	exit(1);
}

static void
make(struct arena *arena, const struct authority *authority,
    struct client *client, struct imap *imap)
{
	struct account			 account = {
		.address = getenv("TEST_USER"),
		.username = getenv("TEST_USER"),
		.password = getenv("TEST_PASSWORD")
	};
	const struct card_owner		 owner = {
		authority->keys, authority->config->base_url, &account
	};
	const struct card		 card = {
		.client = client_binding(arena, client), .name = "Races",
		.target = "127.0.0.1", .created = clock_now(),
		.ends = clock_now() + authority->config->grant_max_age
	};
	struct card_kept		 kept;
	struct code_claims		 claims = {
		.client = card.client, .challenge = CHALLENGE,
		.redirect = client_hash(arena, REDIRECT), .refresh = true,
		.scopes = text_split(arena, "mail:read", " "),
		.accounts = { &account, 1 }, .ledger = { &kept.ledger }
	};
	const char			*code;

	imap_begin(imap, arena, clock_ms() + FLIGHT_MS);
	need(card_keep(imap, arena, &owner, &card, &kept));
	account.card.at = &kept.card;
	need(code_seal(arena, authority, &claims, &code));
	printf("{\"grant\":\"%s\",\"client_id\":\"%s\",\"code\":\"%s\","
	    "\"code_verifier\":\"" VERIFIER "\",\"redirect_uri\":\"" REDIRECT
	    "\"}\n", kept.card.grant, client->id, code);
}

static void
codes(struct arena *arena, const struct authority *authority, long count)
{
	const struct account	 account = {
		.address = getenv("TEST_USER"),
		.username = getenv("TEST_USER"),
		.password = getenv("TEST_PASSWORD")
	};
	struct client		 client = { .method = "none", .refresh = true };
	struct arena		*own;
	struct imap		*imap;

	client.redirects = text_split(arena, REDIRECT, " ");
	need(client_seal(arena, authority, &client));
	need(imap_open(arena, &account, authority->config, clock_ms() +
	    FLIGHT_MS, &imap));
	while (count-- > 0) {
		own = arena_open();
		make(own, authority, &client, imap);
		/* The session keeps what it needs. */
		imap_begin(imap, arena, clock_ms() + FLIGHT_MS);
		arena_close(own);
	}
	imap_close(imap);
}

static void
open_all(struct arena *arena, const struct authority *authority)
{
	struct refresh_claims	 claims;
	const struct account	*account;
	const struct card_place	*place;
	struct request		 request = { .arena = arena,
	    .config = authority->config, .process = authority };
	char			 line[LINE_BYTES];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		need(refresh_open(&request, arena_text(arena, line),
		    &claims));
		account = claims.accounts.at;
		place = account->card.at;
		printf("%s %lld %lld\n", place->grant,
		    (long long)claims.generation, (long long)claims.record);
	}
}

int
main(int argc, char **argv)
{
	struct arena		*arena = arena_open();
	struct authority	 authority;

	need(config_load(arena, &authority.config));
	need(keys_load(arena, authority.config, NULL, &authority.keys));
	if (argc == 3 && strcmp(argv[1], "codes") == 0)
		codes(arena, &authority, strtol(argv[2], NULL, 10));
	else if (argc == 2 && strcmp(argv[1], "open") == 0)
		open_all(arena, &authority);
	else {
		fprintf(stderr, "usage: mint codes N; mint open\n");
		return 1;
	}
	arena_close(arena);
	return fflush(stdout) == 0 ? 0 : 1;
}
