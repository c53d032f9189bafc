#include "../check.h"

#include "request.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "oauth/upstream_renew.h"

#include "../peer/peer.h"

enum { PATIENCE_MS = 5000, LINE = 4096, CLOSED_PORT = 1 };

#define FOUND	"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define FRESH	FOUND "{\"access_token\":\"fresh\",\"token_type\":\"Bearer\"," \
		"\"expires_in\":60"

static const struct card_place	 card = {
	.grant = "AAAAAAAAAAAAAAAAAAAAAA", .uidvalidity = 5, .uid = 3
};

/* Two accounts: what the provider of each answers, NULL where nobody listens;
 * the second may be opened by a password. */
struct scene {
	struct arena		*arena;
	struct peer		 providers[2], mail;
	const char		*answers[2];
	struct upstream		 upstreams[2];
	struct config		 config;
	struct mail_server	 servers[2];
	struct account		 accounts[2];
	struct request		 request;
	struct upstream_renewal	 renewal;
};

static void
give(struct line *line, const void *state)
{
	char	 text[LINE];

	if (!peer_tls(line, PEER_GOOD, 0))
		return;
	peer_expect(line, "POST /token HTTP/1.1");
	while (peer_read_line(line, text, sizeof(text)) && text[0] != '\0')
		continue;
	/* As much as this, since no line ends in it. */
	peer_read_line(line, text,
	    sizeof("grant_type=refresh_token&refresh_token=old"));
	if (strcmp(text, "grant_type=refresh_token&refresh_token=old") != 0)
		_exit(7);
	peer_say(line, state);
}

static void
greet(struct line *line, const void *state)
{
	(void)state;
	peer_say(line, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
	peer_drain(line);
}

static void
set_provider(struct scene *scene, size_t i, const char *answer)
{
	struct upstream	*upstream = &scene->upstreams[i];
	int		 port = CLOSED_PORT;

	scene->answers[i] = answer;
	if (answer != NULL) {
		peer_start(&scene->providers[i], give, answer);
		port = scene->providers[i].port;
	}
	*upstream = (struct upstream){ .name = i == 0 ? "one" : "two",
	    .label = i == 0 ? "One" : "Two", .client_id = "me",
	    .ca_file = peer_ca_file(), .authorization = "https://localhost",
	    .issuer = text_format(scene->arena, "https://localhost:%d", port),
	    .token = text_format(scene->arena, "https://localhost:%d/token",
	    port) };
}

static void
start(struct scene *scene, const char *first, const char *second)
{
	struct account	*account;
	size_t		 i;

	*scene = (struct scene){ .arena = arena_open() };
	test_request(scene->arena, test_authority(scene->arena, TEST_KEY),
	    &scene->request);
	set_provider(scene, 0, first);
	set_provider(scene, 1, second);
	scene->config = *scene->request.config;
	scene->config.upstreams = scene->upstreams;
	scene->config.upstreams_len = 2;
	scene->request.config = &scene->config;
	scene->request.deadline = clock_ms() + PATIENCE_MS;
	peer_start(&scene->mail, greet, NULL);
	for (i = 0; i < 2; i++) {
		account = &scene->accounts[i];
		scene->servers[i] = (struct mail_server){
			.host = "127.0.0.1", .port = scene->mail.port,
			.tls = TLS_NONE, .named = true
		};
		*account = (struct account){ .address = "demo@postern.test",
		    .username = "demo", .upstream = scene->upstreams[i].name,
		    .renewal = "old", .imap = { &scene->servers[i] },
		    .card = { &card } };
	}
}

static const struct account *
renew(struct scene *scene)
{
	const struct objects	 accounts = { scene->accounts, 2 };

	upstream_renew(&scene->request, accounts, &scene->renewal);
	assert_int_equal(scene->renewal.accounts.len, 2);
	return scene->renewal.accounts.at;
}

/* Whether both providers were asked, as far as they listened. */
static bool
end(struct scene *scene)
{
	bool	 asked = true;
	size_t	 i;

	kill(scene->mail.pid, SIGTERM);
	(void)peer_stop(&scene->mail);
	for (i = 0; i < 2; i++)
		if (scene->answers[i] != NULL)
			asked = peer_stop(&scene->providers[i]) && asked;
	arena_close(scene->arena);
	return asked;
}

/* The same where nobody is to be asked: they would wait for it. */
static bool
end_unasked(struct scene *scene)
{
	bool	 asked = false;
	size_t	 i;

	for (i = 0; i < 2; i++) {
		kill(scene->providers[i].pid, SIGTERM);
		asked = peer_stop(&scene->providers[i]) || asked;
		scene->answers[i] = NULL;
	}
	(void)end(scene);
	return !asked;
}

static void
both_are_renewed(void **state)
{
	const struct account	*got;
	struct scene		 scene;

	(void)state;
	start(&scene, FRESH ",\"refresh_token\":\"new\"}", FRESH "}");
	got = renew(&scene);
	assert_null(scene.renewal.ended);
	assert_null(scene.renewal.unasked);
	assert_true(scene.renewal.replaced);
	assert_string_equal(got[0].bearer, "fresh");
	assert_string_equal(got[0].renewal, "new");
	assert_string_equal(got[1].bearer, "fresh");
	assert_string_equal(got[1].renewal, "old");
	assert_in_range(upstream_end(scene.renewal.accounts),
	    clock_now() + 50, clock_now() + 60);
	assert_string_equal(scene.accounts[0].renewal, "old");
	assert_true(end(&scene));
}

static void
the_same_is_not_another(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, FRESH ",\"refresh_token\":\"old\"}",
	    FRESH ",\"refresh_token\":\"\"}");
	assert_string_equal(renew(&scene)[1].renewal, "old");
	assert_false(scene.renewal.replaced);
	assert_true(end(&scene));
}

/* One provider cannot be asked: what the other gave is not lost. */
static void
one_is_away(void **state)
{
	const struct account	*got;
	struct imap		*imap;
	const struct fault	*bad;
	struct scene		 scene;

	(void)state;
	start(&scene, FRESH ",\"refresh_token\":\"new\"}", NULL);
	got = renew(&scene);
	assert_null(scene.renewal.ended);
	assert_int_equal(scene.renewal.unasked->kind, FAULT_UNAVAILABLE);
	assert_true(scene.renewal.replaced);
	assert_string_equal(got[0].renewal, "new");
	assert_string_equal(got[1].renewal, "old");
	assert_false(account_is_waiting(&got[0]));
	assert_true(account_is_waiting(&got[1]));
	bad = imap_open(scene.arena, &got[1], &scene.config,
	    scene.request.deadline, &imap);
	assert_int_equal(bad->kind, FAULT_UNAVAILABLE);
	assert_non_null(strstr(bad->detail, "try again"));
	assert_true(end(&scene));
}

static void
one_has_ended(void **state)
{
	const struct account	*got;
	struct scene		 scene;

	(void)state;
	start(&scene, "HTTP/1.1 400 No\r\nConnection: close\r\n\r\n"
	    "{\"error\":\"invalid_grant\"}", FRESH "}");
	got = renew(&scene);
	assert_int_equal(scene.renewal.ended->kind, FAULT_GRANT);
	assert_null(scene.renewal.unasked);
	assert_null(got[0].renewal);
	assert_null(got[0].bearer);
	assert_string_equal(got[1].bearer, "fresh");
	assert_true(end(&scene));
}

/* A provider that is no longer configured has ended it, too. */
static void
one_is_unknown(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, FRESH "}", NULL);
	scene.config.upstreams_len = 1;
	assert_null(renew(&scene)[1].renewal);
	assert_non_null(strstr(scene.renewal.ended->detail,
	    "no longer signs in with two"));
	assert_true(end(&scene));
}

/* Nothing is asked in vain: the mail server that keeps the records comes
 * first, whoever opens its mailbox. */
static void
no_mail_server(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, FRESH "}", FRESH "}");
	scene.servers[0].port = CLOSED_PORT;
	assert_null(renew(&scene)[0].bearer);
	assert_int_equal(scene.renewal.unasked->kind, FAULT_UNAVAILABLE);
	assert_false(scene.renewal.replaced);
	scene.accounts[0].renewal = scene.accounts[0].upstream = NULL;
	scene.accounts[0].password = "secret";
	assert_null(renew(&scene)[1].bearer);
	assert_non_null(scene.renewal.unasked);
	assert_true(end_unasked(&scene));
}

/* One that keeps nothing is not asked, nor one that no upstream opens. */
static void
mail_server_unneeded(void **state)
{
	struct scene	 scene;

	(void)state;
	start(&scene, FRESH "}", FRESH "}");
	scene.servers[0].port = CLOSED_PORT;
	scene.accounts[0].card.at = NULL;
	assert_string_equal(renew(&scene)[0].bearer, "fresh");
	assert_null(scene.renewal.unasked);
	assert_true(end(&scene));
	start(&scene, NULL, NULL);
	scene.servers[0].port = CLOSED_PORT;
	scene.accounts[0].renewal = scene.accounts[1].renewal = NULL;
	(void)renew(&scene);
	assert_null(scene.renewal.unasked);
	assert_null(scene.renewal.ended);
	assert_true(end(&scene));
}

CHECK_MAIN(cmocka_unit_test(both_are_renewed),
    cmocka_unit_test(the_same_is_not_another),
    cmocka_unit_test(one_is_away), cmocka_unit_test(one_has_ended),
    cmocka_unit_test(one_is_unknown), cmocka_unit_test(no_mail_server),
    cmocka_unit_test(mail_server_unneeded))
