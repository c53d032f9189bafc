#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "data/field.h"
#include "data/json.h"
#include "mail/account.h"
#include "net/fetch.h"
#include "net/s3.h"
#include "net/wire.h"
#include "oauth/upstream.h"
#include "web/serve.h"
#include "postern.h"

enum {
	DAY_SECONDS = 86400,
	KEY_DAYS_MOST = 365,	/* then a new one is advised */
	ANSWER_BYTES = 64 * 1024,
	ANSWER_MS = 10 * 1000,
	HTTP_OK = 200,
	HTTP_UNAUTHORIZED = 401
};

struct check_arguments {
	bool	 offline;
};

static const struct field	 rows[] = {
	{ FIELD(struct check_arguments, offline),
	  .meaning = "only configuration and key, no servers" },
	{ FIELD_END }
};

/* What is being looked at, and how much of it is wrong. */
struct check {
	struct arena		*arena;
	const struct config	*config;
	unsigned		 wrong;
};

static void
say(struct check *check, const char *what, const struct fault *bad)
{
	if (bad == NULL) {
		printf("ok     %s\n", what);
		return;
	}
	check->wrong++;
	printf("wrong  %s: %s%s%s\n", what, bad->detail,
	    bad->hint == NULL ? "" : "; ", bad->hint == NULL ? "" : bad->hint);
}

/* A key seals so many tokens that it should not last for ever, and whoever
 * copied it once reads them until it is gone. */
static void
check_key(struct check *check)
{
	const struct fault	*bad;
	const struct keys	*keys;
	struct stat		 status;
	int64_t			 days;

	bad = postern_keys(check->arena, check->config, &keys);
	say(check, bad != NULL ? "encryption key" : text_format(check->arena,
	    "encryption key %s", keys_newest(keys)), bad);
	if (bad != NULL || check->config->key_file == NULL ||
	    stat(check->config->key_file, &status) == -1)
		return;
	days = (clock_now() - (int64_t)status.st_mtime) / DAY_SECONDS;
	if (days > KEY_DAYS_MOST)
		printf("note   the key file is %d days old: postern key "
		    "--add puts a new key first; renew provisioned clients "
		    "(postern client --renew) before the old one goes\n",
		    (int)days);
}

/* greeting = "* OK" (RFC 3501 7.1.5) or "220" (RFC 5321 4.2) */
static const struct fault *
read_greeting(struct check *check, const struct wire_target *target,
    struct wire *wire)
{
	const struct fault	*bad;
	struct buf		 line;

	if (wire_greeting_read(wire))
		return NULL;
	buf_start(&line, check->arena);
	if ((bad = wire_read_line(wire, &line)) != NULL)
		return bad;
	if (text_starts(buf_string(&line),
	    target->protocol == WIRE_IMAP ? "* OK" : "220"))
		return NULL;
	return fault_make(check->arena, FAULT_UNAVAILABLE,
	    "it does not greet as a mail server that is ready");
}

static void
check_server(struct check *check, const char *name,
    const struct wire_target *target)
{
	const struct fault	*bad;
	const char		*what;
	struct wire		*wire = NULL;

	what = text_format(check->arena, "%s %s port %d", name,
	    target->guard.host, (int)target->guard.port);
	bad = wire_open(check->arena, target, clock_ms() + WIRE_CONNECT_MS,
	    &wire);
	if (bad == NULL) {
		bad = read_greeting(check, target, wire);
		wire_close(wire);
	}
	say(check, what, bad);
}

static void
check_mail(struct check *check)
{
	const struct account	 anybody = { .address = NULL };
	struct wire_target	 target;

	if (check->config->imap_host == NULL) {
		printf("note   IMAP_HOST is not set: users name their own "
		    "mail server\n");
		return;
	}
	account_imap_target(&anybody, check->config, &target);
	check_server(check, "IMAP", &target);
	if (check->config->smtp_host == NULL) {
		printf("note   SMTP_HOST is not set: nobody can send\n");
		return;
	}
	account_smtp_target(&anybody, check->config, &target);
	check_server(check, "SMTP", &target);
}

/* Asks an address below BASE_URL as a client would; body NULL: GET. */
static const struct fault *
ask(struct check *check, const char *path, const char *authorization,
    const char *body, struct fetched *answer)
{
	struct fetch	 fetch = {
		.method = body == NULL ? "GET" : "POST", .named = true,
		.most = ANSWER_BYTES, .deadline = clock_ms() + ANSWER_MS
	};

	fetch.url = text_format(check->arena, "%s%s", check->config->base_url,
	    path);
	if (body != NULL) {
		fetch.body = bytes_of(body);
		texts_add(check->arena, &fetch.headers,
		    "Content-Type: application/json");
	}
	if (authorization != NULL)
		texts_add(check->arena, &fetch.headers, authorization);
	return fetch_run(check->arena, &fetch, answer);
}

static const struct fault *
unexpected(struct check *check, const struct fetched *answer,
    const char *hint)
{
	return fault_hint(check->arena, fault_make(check->arena,
	    FAULT_PROTOCOL, "the answer is HTTP %d", answer->status), "%s",
	    hint);
}

static const struct fault *
check_metadata(struct check *check)
{
	const struct fault	*bad;
	const struct json	*json;
	struct fetched		 answer;
	const char		*issuer;

	bad = ask(check, "/.well-known/oauth-protected-resource/mcp", NULL,
	    NULL, &answer);
	if (bad != NULL)
		return bad;
	if (answer.status != HTTP_OK)
		return unexpected(check, &answer, "pass /.well-known/ on to "
		    "the program well-known");
	if ((bad = json_read(check->arena, answer.body, JSON_KEYS_UNIQUE,
	    &json)) != NULL)
		return bad;
	issuer = json_text(json_element(json_member(json,
	    "authorization_servers"), 0));
	if (issuer != NULL && text_equal(issuer, check->config->base_url))
		return NULL;
	return fault_make(check->arena, FAULT_PROTOCOL,
	    "the programs there have another BASE_URL than this command");
}

/*
 * The same call without a token and with one that is none: both are refused,
 * and in other words if the header arrived.  Some web servers keep it from
 * CGI programs.
 */
static const struct fault *
check_authorization(struct check *check)
{
	static const char	 hint[] = "let the web server pass the "
	    "Authorization header on (Apache: CGIPassAuth On)";
	static const char	 ping[] =
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
	const struct fault	*bad;
	struct fetched		 without, with;

	if ((bad = ask(check, "/mcp", NULL, ping, &without)) != NULL ||
	    (bad = ask(check, "/mcp", "Authorization: Bearer none", ping,
	    &with)) != NULL)
		return bad;
	if (without.status != HTTP_UNAUTHORIZED)
		return unexpected(check, &without,
		    "pass /mcp on to the program mcp");
	if (with.status != HTTP_UNAUTHORIZED)
		return unexpected(check, &with, hint);
	if (!bytes_equal(without.body, with.body))
		return NULL;
	return fault_hint(check->arena, fault_make(check->arena,
	    FAULT_PROTOCOL, "it does not arrive"), "%s", hint);
}

static void
check_web(struct check *check)
{
	const struct fault	*bad;

	bad = check_metadata(check);
	say(check, text_format(check->arena, "web server at %s",
	    check->config->base_url), bad);
	if (bad == NULL)
		say(check, "Authorization through the web server",
		    check_authorization(check));
}

/* A code that nobody gave is refused for itself where our client_id and secret
 * are right, and for them where they are not. */
static const struct fault *
ask_upstream(struct check *check, const struct config *config,
    const struct upstream *upstream)
{
	const struct fault	*bad;
	struct upstream_place	 place;
	struct upstream_tokens	 tokens;
	struct request		 request = {
		.arena = check->arena, .config = config,
		.deadline = clock_ms() + ANSWER_MS
	};
	struct pair		 pairs[] = {
		{ "grant_type", "authorization_code" },
		{ "code", "postern-check" },
		{ "redirect_uri", text_format(check->arena,
		    "%s/oauth/upstream", config->base_url) },
		{ "code_verifier", "postern-check-postern-check-postern-check" }
	};

	if ((bad = upstream_find(&request, upstream, &place)) != NULL)
		return bad;
	bad = upstream_ask(&request, &place, (struct pairs){ pairs,
	    sizeof(pairs) / sizeof(pairs[0]) }, &tokens);
	return bad != NULL && bad->kind == FAULT_GRANT ? NULL : bad;
}

/* What is kept in RUN_DIR may be of yesterday. */
static void
check_upstreams(struct check *check)
{
	struct config		 config = *check->config;
	const struct upstream	*upstream;
	size_t			 i;

	config.run_dir = NULL;
	for (i = 0; i < config.upstreams_len; i++) {
		upstream = &config.upstreams[i];
		say(check, text_format(check->arena, "sign-in with %s",
		    upstream->label), ask_upstream(check, &config, upstream));
		printf("note   %s has to know the redirect URI "
		    "%s/oauth/upstream\n", upstream->label, config.base_url);
	}
}

static const char	 s3_content[] = "postern check was here\n";

static const struct fault *
give_content(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct bytes	*rest = state;

	*len = rest->len < size ? rest->len : size;
	memcpy(at, rest->at, *len);
	*rest = bytes_slice(*rest, *len, rest->len);
	return NULL;
}

/* Only writing shows that keys and bucket are right: of what is not there a
 * store says 403 to whom it does not trust, and to whom it trusts little. */
static void
check_s3(struct check *check)
{
	const struct s3_object	 object = {
		.key = "postern-check", .content_type = "text/plain"
	};
	struct bytes		 rest = bytes_of(s3_content);
	struct fetch		 body = {
		.source = give_content, .state = &rest,
		.length = (int64_t)rest.len,
		.deadline = clock_ms() + ANSWER_MS
	};

	if (!s3_is_configured(check->config)) {
		printf("note   S3 is not set up: attachments are streamed\n");
		return;
	}
	say(check, text_format(check->arena, "S3 bucket %s takes objects",
	    check->config->s3_bucket), s3_put(check->arena, check->config,
	    &object, &body));
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct check_arguments	*arguments = given;
	const struct fault		*bad;
	struct check			 check = { .arena = arena };

	if ((bad = config_load(arena, &check.config)) != NULL)
		return bad;
	say(&check, text_format(arena, "configuration of %s",
	    check.config->base_url), NULL);
	check_key(&check);
	if (!arguments->offline) {
		check_mail(&check);
		check_upstreams(&check);
		check_s3(&check);
		check_web(&check);
	}
	if (check.wrong == 0)
		return NULL;
	return fault_make(arena, FAULT_INTERNAL, "%u wrong", check.wrong);
}

const struct command	 command_check = {
	"check", "tells whether all is set up", rows,
	sizeof(struct check_arguments), run
};
