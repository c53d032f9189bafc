#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

#include "../check.h"

/* A setting and whether it is refused, with a word of the reason. */
static const struct row {
	const char	*name, *value;
	const char	*refusal;	/* NULL: accepted */
} rows[] = {
	{ "BASE_URL", "https://mail.example", NULL },
	{ "BASE_URL", "https://mail.example/below/", NULL },
	{ "BASE_URL", "http://127.0.0.1:8480", NULL },
	{ "BASE_URL", "http://[::1]:1", NULL },
	{ "BASE_URL", "http://localhost", NULL },
	{ "BASE_URL", "", "BASE_URL is missing" },
	{ "BASE_URL", "http://mail.example", "https://" },
	{ "BASE_URL", "http://localhost.example", "https://" },
	{ "BASE_URL", "https://mail.example?x", "query" },
	{ "IMAP_PORT", "143", NULL },
	{ "IMAP_PORT", "0", "IMAP_PORT" },
	{ "IMAP_PORT", "65536", "1 to 65535" },
	{ "IMAP_PORT", "imap", "number" },
	{ "IMAP_TLS", "STARTTLS", NULL },
	{ "IMAP_TLS", "true", NULL },
	{ "IMAP_TLS", "maybe", "implicit, starttls or none" },
	{ "ACCESS_TOKEN_TTL", "8h", NULL },
	{ "ACCESS_TOKEN_TTL", "8w", "time" },
	{ "ACCESS_TOKEN_TTL", "0", "ACCESS_TOKEN_TTL" },
	{ "GRANTS_FOLDER", "Verbundene Agenten", NULL },
	{ "GRANTS_FOLDER", "", NULL },
	{ "GRANTS_FOLDER", "INBOX.Agents", "a plain folder's name" },
	{ "GRANTS_FOLDER", "a/b", "a plain folder's name" },
	{ "GRANTS_FOLDER", "inbox", "GRANTS_FOLDER" },
	{ "GRANTS_FOLDER", "Agents ", "GRANTS_FOLDER" },
	{ "GRANTS_FOLDER", "R&D", "GRANTS_FOLDER" },
	{ "GRANTS_FOLDER", "Größe", "GRANTS_FOLDER" },
	{ "UPSTREAM_X_ISSUER", "http://id.example", "https://" },
	{ "UPSTREAM_X_ISSUER", "https://id.example", "CLIENT_ID is missing" },
	{ "UPSTREAM_X_CLIENT_ID", "me", "UPSTREAM_X_ISSUER is missing" },
	{ "UPSTREAM_X_IMAP_PORT", "0", "UPSTREAM_X_IMAP_PORT" },
	{ "UPSTREAM_X_SMTP_TLS", "maybe", "UPSTREAM_X_SMTP_TLS" },
	{ "UPSTREAM_X_CLIENT", "me", "no such setting" },
	{ "UPSTREAM_CLIENT_ID", "me", "no such setting" },
	{ "UPSTREAM_lower_ISSUER", "https://id.example", "no such setting" },
	{ "GOOGLE_CLIENT_ID", "me", "CLIENT_SECRET is missing" },
	{ "MICROSOFT_CLIENT_SECRET", "s", "CLIENT_ID is missing" },
	{ "UPSTREAM_X_CLIENT_ID", "", NULL },
	{ "LOG_LEVEL", "WARN", NULL },
	{ "LOG_LEVEL", "loud", "debug, info" },
};

static void
each_setting(void **state)
{
	const struct fault	*bad;
	const struct config	*config;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setenv("BASE_URL", "https://mail.example", 1);
		setenv(rows[i].name, rows[i].value, 1);
		bad = config_load(arena, &config);
		if (rows[i].refusal == NULL) {
			assert_null(bad);
		} else {
			assert_non_null(bad);
			assert_non_null(strstr(bad->detail, rows[i].refusal));
		}
		unsetenv(rows[i].name);
	}
	arena_close(arena);
}

/* What the system shows of a process is the very memory it began with. */
static void
secrets_are_wiped(void **state)
{
	static const char	 secret[] = "canary-of-the-environment";
	static char		 key[] = "ENCRYPTION_KEY="
				    "canary-of-the-environment";
	static char		 upstream[] = "UPSTREAM_TEST_CLIENT_SECRET="
				    "canary-of-the-environment";
	const struct config	*config;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	setenv("BASE_URL", "https://mail.example", 1);
	setenv("UPSTREAM_TEST_CLIENT_ID", "x", 1);
	setenv("UPSTREAM_TEST_ISSUER", "https://id.example", 1);
	setenv("UPSTREAM_TEST_IMAP_HOST", "imap.example", 1);
	assert_int_equal(putenv(key), 0);
	assert_int_equal(putenv(upstream), 0);
	assert_null(config_load(arena, &config));
	assert_string_equal(config->key, secret);
	assert_null(getenv("ENCRYPTION_KEY"));
	assert_null(getenv("UPSTREAM_TEST_CLIENT_SECRET"));
	for (i = 0; i < sizeof(secret) - 1; i++)
		assert_int_equal(key[sizeof(key) - 2 - i] |
		    upstream[sizeof(upstream) - 2 - i], '\0');
	unsetenv("UPSTREAM_TEST_CLIENT_ID");
	unsetenv("UPSTREAM_TEST_ISSUER");
	unsetenv("UPSTREAM_TEST_IMAP_HOST");
	arena_close(arena);
}

static void
values_arrive(void **state)
{
	const struct config	*config;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	setenv("BASE_URL", "http://127.0.0.1:8480/", 1);
	setenv("ENCRYPTION_KEY", "a secret", 1);
	setenv("ALLOWED_MAIL_HOSTS", "a.example, b.example:993", 1);
	setenv("IMAP_PORT", "143", 1);
	assert_null(config_load(arena, &config));
	assert_string_equal(config->base_url, "http://127.0.0.1:8480");
	assert_string_equal(config->key, "a secret");
	assert_null(getenv("ENCRYPTION_KEY"));
	assert_int_equal(config->mail_hosts.len, 2);
	assert_int_equal(config->imap_tls, TLS_STARTTLS);
	assert_int_equal(config->smtp_port, 587);
	assert_int_equal(config->refresh_ttl, 30 * 86400);
	assert_string_equal(config->grants_folder, "Connected Agents");
	assert_true(config_is_loopback(config));
	setenv("GRANTS_FOLDER", "", 1);
	assert_null(config_load(arena, &config));
	assert_null(config->grants_folder);
	unsetenv("GRANTS_FOLDER");
	unsetenv("ALLOWED_MAIL_HOSTS");
	unsetenv("IMAP_PORT");
	arena_close(arena);
}

static const struct fault *
load_bytes(struct arena *arena, struct bytes text,
    const struct config **config)
{
	const struct fault	*bad;
	char			 path[] = "/tmp/postern-test-XXXXXX";
	int			 fd;

	assert_int_not_equal(fd = mkstemp(path), -1);
	assert_int_equal(write(fd, text.at, text.len), text.len);
	close(fd);
	setenv("POSTERN_CONF", path, 1);
	unsetenv("BASE_URL");
	bad = config_load(arena, config);
	unlink(path);
	unsetenv("POSTERN_CONF");
	return bad;
}

static const struct fault *
load_file(struct arena *arena, const char *text, const struct config **config)
{
	return load_bytes(arena, bytes_of(text), config);
}

static void
a_file_is_read(void **state)
{
	const struct config	*config;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_null(load_file(arena, "# a comment\n\n"
	    "BASE_URL = https://mail.example \r\nIMAP_HOST=imap.example\n",
	    &config));
	assert_string_equal(config->base_url, "https://mail.example");
	assert_string_equal(config->imap_host, "imap.example");
	assert_non_null(strstr(load_file(arena, "IMAPHOST=x\n",
	    &config)->detail, "IMAPHOST"));
	setenv("POSTERN_CONF", "/nonexistent/postern.conf", 1);
	assert_non_null(strstr(config_load(arena, &config)->detail,
	    "cannot read"));
	unsetenv("POSTERN_CONF");
	arena_close(arena);
}

/* What stands in the part that can't be read may forbid something. */
static void
all_of_a_file_is_read(void **state)
{
	const struct config	*config;
	struct arena		*arena;
	char			 text[70 * 1000] = "BASE_URL=https://m.test\n#";
	size_t			 len = strlen(text);

	(void)state;
	arena = arena_open();
	memset(text + len, 'x', sizeof(text) - 1 - len);
	assert_non_null(strstr(load_file(arena, text, &config)->detail,
	    "too large"));
	text[60 * 1000] = '\0';
	assert_null(load_file(arena, text, &config));
	/* A file may have them in place of what was not written yet. */
	assert_non_null(strstr(load_bytes(arena, bytes_from(text,
	    60 * 1000 + 1), &config)->detail, "cannot read"));
	/* A folder can be opened, but not read. */
	setenv("BASE_URL", "https://mail.example", 1);
	setenv("POSTERN_CONF", "/", 1);
	assert_non_null(strstr(config_load(arena, &config)->detail,
	    "cannot read"));
	unsetenv("POSTERN_CONF");
	unsetenv("BASE_URL");
	arena_close(arena);
}

/* As an editor that breaks lines leaves them. */
static void
no_value_is_taken_for_a_name(void **state)
{
	static const char *const	 lines[] = {
		"ENCRYPTION_KEY=\nc2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=",
		"ENCRYPTION_KEY: c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=",
		"ENCRYPTION_KEY=\nC2VC2VC2VC2VC2VC2VC2V",
		"UPSTREAM_GOOGLE_CLIENT_SECRET: c2VjcmV0",
		"UPSTREAM_c2VjcmV0",
		"ENCRYPTION_KEY c2VjcmV0"
	};
	const struct fault	*bad;
	const struct config	*config;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		bad = load_file(arena, text_format(arena,
		    "IMAP_PORT=993\n%s\n", lines[i]), &config);
		assert_non_null(bad);
		assert_null(strstr(bad->detail, "c2V"));
		assert_null(strstr(bad->detail, "C2V"));
		assert_non_null(strstr(bad->detail, lines[i][14] == '=' ?
		    "after ENCRYPTION_KEY" : "after IMAP_PORT"));
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_setting),
	cmocka_unit_test(secrets_are_wiped),
	cmocka_unit_test(values_arrive),
	cmocka_unit_test(a_file_is_read),
	cmocka_unit_test(all_of_a_file_is_read),
	cmocka_unit_test(no_value_is_taken_for_a_name)
)
