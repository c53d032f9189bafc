#include "base/config_upstream.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"

#include "../check.h"

#define X	"UPSTREAM_X_"
#define GOOD	{ X "ISSUER", "https://id.example" }, { X "CLIENT_ID", "me" }

enum { SETTINGS_MOST = 20 };

struct said {
	const char	*name, *value;
};

/* Settings beside a mail server of the operator's, and what is wrong. */
static const struct row {
	struct said	 said[4];
	const char	*refusal;	/* NULL: accepted */
} rows[] = {
	{ { GOOD }, NULL },
	{ { GOOD, { X "CLIENT_SECRET", "canary" } }, NULL },
	{ { GOOD, { X "CLIENT_ID", "" } },
	  "UPSTREAM_X_CLIENT_ID is missing" },
	{ { GOOD, { X "ISSUER", "" }, { X "CLIENT_ID", "" } }, NULL },
	{ { GOOD, { X "IMAP_PORT", "x" }, { X "IMAP_PORT", "" } }, NULL },
	{ { { X "ISSUER", "https://id.example/a/b/" },
	    { X "CLIENT_ID", "me" } }, NULL },
	{ { { X "ISSUER", "https://id.example:8443" },
	    { X "CLIENT_ID", "me" } }, NULL },
	{ { { X "ISSUER", "" }, { X "CLIENT_ID", "" } }, NULL },
	{ { { "UPSTREAM_A_B_9_ISSUER", "https://id.example" },
	    { "UPSTREAM_A_B_9_CLIENT_ID", "me" } }, NULL },

	{ { { X "CLIENT_SECRET", "canary" } },
	  "UPSTREAM_X_ISSUER is missing: the address that" },
	{ { { X "ISSUER", "https://id.example" } },
	  "UPSTREAM_X_CLIENT_ID is missing" },
	{ { { X "ISSUER", "http://id.example" } },
	  "UPSTREAM_X_ISSUER must be https://" },
	{ { { X "ISSUER", "id.example" } }, "must be https://" },
	{ { { X "ISSUER", "https://" } }, "must be https://" },
	{ { { X "ISSUER", "https:///a" } }, "must be https://" },
	{ { { X "ISSUER", "https://:443" } }, "must be https://" },
	{ { { X "ISSUER", "https://id.example?x" } }, "no query" },
	{ { { X "ISSUER", "https://id.example#x" } }, "no query" },
	{ { { X "ISSUER", "https://id.example/ x" } }, "must be https://" },
	{ { { X "ISSUER", "https://id.example\n" } }, "must be https://" },
	{ { { X "ISSUER", "https://me@id.example" } }, "no user" },
	{ { { X "ISSUER", "https://id.example\\@evil" } },
	  "must be https://" },

	{ { GOOD, { X "IMAP_PORT", "0" } }, "UPSTREAM_X_IMAP_PORT" },
	{ { GOOD, { X "IMAP_PORT", "65536" } }, "1 to 65535" },
	{ { GOOD, { X "SMTP_PORT", "mail" } }, "UPSTREAM_X_SMTP_PORT" },
	{ { GOOD, { X "IMAP_TLS", "maybe" } },
	  "implicit, starttls or none" },
	{ { GOOD, { X "SMTP_TLS", "1" } }, "UPSTREAM_X_SMTP_TLS" },

	{ { { X "SECRET", "canary" } }, "UPSTREAM_X_SECRET: no such setting" },
	{ { { X "client_id", "me" } }, "no such setting" },
	{ { { "UPSTREAM_CLIENT_ID", "me" } }, "no such setting" },
	{ { { "UPSTREAM__CLIENT_ID", "me" } }, "no such setting" },
	{ { { "UPSTREAM_", "me" } }, "no such setting" },
	{ { { "UPSTREAM_x_CLIENT_ID", "me" } }, "no such setting" },
	{ { { "UPSTREAM_A-B_CLIENT_ID", "me" } }, "no such setting" },
	{ { { "UPSTREAM_ABCDEFGHIJKLMNOPQRSTU_CLIENT_ID", "me" } },
	  "no such setting" },

	{ { { "GOOGLE_CLIENT_ID", "me" } },
	  "UPSTREAM_GOOGLE_CLIENT_SECRET is missing" },
	{ { { "GOOGLE_CLIENT_SECRET", "canary" } },
	  "UPSTREAM_GOOGLE_CLIENT_ID is missing" },
	{ { { "MICROSOFT_CLIENT_ID", "me" } },
	  "UPSTREAM_MICROSOFT_CLIENT_SECRET is missing" },
	{ { { "GOOGLE_CLIENT_ID", "me" },
	    { "UPSTREAM_GOOGLE_CLIENT_SECRET", "canary" } }, NULL },
};

static const struct fault *
set(struct arena *arena, const struct said *settings, struct config *config)
{
	struct config_said	 said = { { NULL, 0 }, { NULL, 0 } };
	size_t			 i;

	for (i = 0; i < SETTINGS_MOST && settings[i].name != NULL; i++) {
		assert_true(config_upstream_names(settings[i].name));
		config_upstream_say(arena, &said, settings[i].name,
		    settings[i].value);
	}
	return config_upstream_set(arena, &said, config);
}

static void
each_setting(void **state)
{
	struct said		 said[SETTINGS_MOST] = { { NULL, NULL } };
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct config		 config;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config = (struct config){ .imap_host = "mail.example" };
		memcpy(said, rows[i].said, sizeof(rows[i].said));
		bad = set(arena, said, &config);
		if ((bad == NULL) != (rows[i].refusal == NULL))
			fail_msg("%s: %s", said[0].name, bad == NULL ?
			    "taken" : bad->detail);
		if (bad == NULL)
			continue;
		if (strstr(bad->detail, rows[i].refusal) == NULL)
			fail_msg("%s: %s", rows[i].refusal, bad->detail);
		assert_null(strstr(bad->detail, "canary"));
	}
	arena_close(arena);
}

static const struct said	 several[SETTINGS_MOST] = {
	GOOD, { X "CLIENT_ID", "you" }, { X "LABEL", "" },
	{ "UPSTREAM_OWN_ISSUER", "https://own.example" },
	{ "UPSTREAM_OWN_CLIENT_ID", "me" },
	{ "UPSTREAM_OWN_IMAP_HOST", "imap.own.example" },
	{ "UPSTREAM_OWN_LABEL", "Our Own" },
	{ "MICROSOFT_CLIENT_ID", "me" },
	{ "MICROSOFT_CLIENT_SECRET", "s" },
	{ "UPSTREAM_MICROSOFT_ISSUER", "https://ms.example/v2.0" },
	{ "GOOGLE_CLIENT_ID", "me" }, { "GOOGLE_CLIENT_SECRET", "s" }
};

/* What nobody says is as the operator's own, or as is known of the two. */
static void
what_is_filled_in(void **state)
{
	const struct upstream	*one;
	struct arena		*arena = arena_open();
	struct config		 config = { .imap_host = "mail.example",
	    .imap_port = 143, .smtp_host = "out.example", .smtp_port = 25 };

	(void)state;
	assert_null(set(arena, several, &config));
	assert_int_equal(config.upstreams_len, 4);
	assert_string_equal(config.upstreams[0].name, "google");
	assert_string_equal(config.upstreams[3].name, "x");
	one = config_upstream(&config, "x");
	assert_string_equal(one->client_id, "you");
	assert_string_equal(one->label, "x");
	assert_string_equal(one->imap_host, "mail.example");
	assert_int_equal(one->imap_port, 143);
	assert_string_equal(one->smtp_host, "out.example");
	assert_non_null(strstr(one->scope, "offline_access"));
	one = config_upstream(&config, "own");
	assert_string_equal(one->label, "Our Own");
	assert_string_equal(one->imap_host, "imap.own.example");
	assert_int_equal(one->imap_port, 993);
	assert_null(one->smtp_host);
	one = config_upstream(&config, "google");
	assert_string_equal(one->token, "https://oauth2.googleapis.com/token");
	assert_string_equal(one->smtp_host, "smtp.gmail.com");
	/* One organisation's issuer has a document of its own. */
	one = config_upstream(&config, "microsoft");
	assert_null(one->token);
	assert_null(one->authorization);
	assert_string_equal(one->imap_host, "outlook.office365.com");
	assert_null(config_upstream(&config, "X"));
	assert_null(config_upstream(&config, ""));
	arena_close(arena);
}

static void
no_mail_server(void **state)
{
	const struct said	 said[SETTINGS_MOST] = { GOOD };
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct config		 config = { .imap_host = NULL };

	(void)state;
	bad = set(arena, said, &config);
	assert_non_null(strstr(bad->detail,
	    "UPSTREAM_X_IMAP_HOST is missing"));
	arena_close(arena);
}

static void
too_many(void **state)
{
	struct said		 said[SETTINGS_MOST] = { { NULL, NULL } };
	const struct fault	*bad;
	struct arena		*arena = arena_open();
	struct config		 config = { .imap_host = "mail.example" };
	int			 i;

	(void)state;
	for (i = 0; i <= CONFIG_UPSTREAMS_MOST; i++) {
		said[2 * i] = (struct said){ text_format(arena,
		    "UPSTREAM_%d_ISSUER", i), "https://id.example" };
		said[2 * i + 1] = (struct said){ text_format(arena,
		    "UPSTREAM_%d_CLIENT_ID", i), "me" };
	}
	bad = set(arena, said, &config);
	assert_non_null(strstr(bad->detail, "8 upstreams are the most"));
	said[2 * CONFIG_UPSTREAMS_MOST].name = NULL;
	config.upstreams_len = 0;
	assert_null(set(arena, said, &config));
	assert_int_equal(config.upstreams_len, CONFIG_UPSTREAMS_MOST);
	arena_close(arena);
}

/* What is to leave the environment, and what is none of these. */
static void
names(void **state)
{
	(void)state;
	assert_true(config_upstream_is_secret("UPSTREAM_X_CLIENT_SECRET"));
	assert_true(config_upstream_is_secret("GOOGLE_CLIENT_SECRET"));
	assert_false(config_upstream_is_secret("UPSTREAM_X_CLIENT_ID"));
	assert_true(config_upstream_names("MICROSOFT_CLIENT_SECRET"));
	assert_false(config_upstream_names("YAHOO_CLIENT_ID"));
	assert_false(config_upstream_names("IMAP_HOST"));
}

CHECK_MAIN(cmocka_unit_test(each_setting),
    cmocka_unit_test(what_is_filled_in), cmocka_unit_test(no_mail_server),
    cmocka_unit_test(too_many), cmocka_unit_test(names))
