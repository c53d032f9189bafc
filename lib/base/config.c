#include "base/config.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config_upstream.h"
#include "base/fault.h"
#include "base/place.h"
#include "base/setting.h"

extern char	**environ;

enum {
	FILE_BYTES = 64 * 1024,
	PIECE_BYTES = 2 * 1024,
	HOUR_SECONDS = 3600,
	DAY_SECONDS = 86400
};

#define AT(member)	offsetof(struct config, member)

static const struct setting	 settings[] = {
	{ "BASE_URL", SETTING_TEXT, AT(base_url), 0, 0, NULL },
	{ "ENCRYPTION_KEY_FILE", SETTING_TEXT, AT(key_file), 0, 0, NULL },
	{ "ENCRYPTION_KEY", SETTING_SECRET, AT(key), 0, 0, NULL },
	{ "ENCRYPTION_KEYS_OLD", SETTING_SECRET, AT(keys_old), 0, 0, NULL },
	{ "IMAP_HOST", SETTING_TEXT, AT(imap_host), 0, 0, NULL },
	{ "IMAP_PORT", SETTING_NUMBER, AT(imap_port), 1, 65535, "993" },
	{ "IMAP_TLS", SETTING_TLS, AT(imap_tls), 0, 0, NULL },
	{ "SMTP_HOST", SETTING_TEXT, AT(smtp_host), 0, 0, NULL },
	{ "SMTP_PORT", SETTING_NUMBER, AT(smtp_port), 1, 65535, "587" },
	{ "SMTP_TLS", SETTING_TLS, AT(smtp_tls), 0, 0, NULL },
	{ "SMTP_TIMEOUT", SETTING_TIME, AT(smtp_timeout), 1, HOUR_SECONDS,
	    "5m" },
	{ "ALIAS_DOMAINS", SETTING_LIST, AT(alias_domains), 0, 0, NULL },
	{ "ALLOWED_MAIL_HOSTS", SETTING_LIST, AT(mail_hosts), 0, 0, NULL },
	{ "MAIL_CA_FILE", SETTING_TEXT, AT(mail_ca_file), 0, 0, NULL },
	{ "SMTP_CA_FILE", SETTING_TEXT, AT(smtp_ca_file), 0, 0, NULL },
	{ "ALLOWED_CLIENT_HOSTS", SETTING_LIST, AT(client_hosts), 0, 0,
	    NULL },
	{ "CLIENT_CA_FILE", SETTING_TEXT, AT(client_ca_file), 0, 0, NULL },
	{ "KEEP_SESSIONS", SETTING_NUMBER, AT(keep_sessions), 0, 64, "8" },
	{ "KEEP_SESSION_IDLE", SETTING_TIME, AT(keep_idle), 1,
	    HOUR_SECONDS, "30s" },
	{ "MAX_SESSIONS_PER_ACCOUNT", SETTING_NUMBER, AT(sessions), 2, 1000,
	    "6" },
	{ "MAX_REQUESTS", SETTING_NUMBER, AT(max_requests), 1, 100000000,
	    "10000" },
	{ "MAX_LIFETIME", SETTING_TIME, AT(max_lifetime), 1,
	    30 * DAY_SECONDS, "1h" },
	{ "RUN_DIR", SETTING_TEXT, AT(run_dir), 0, 0, NULL },
	{ "RATE_CALLS", SETTING_NUMBER, AT(rate_calls), 0, 1000000, "120" },
	{ "RATE_SENDS", SETTING_NUMBER, AT(rate_sends), 0, 1000000, "60" },
	{ "WAITING_WORKERS", SETTING_NUMBER, AT(waiting_workers), 0, 1000,
	    "1" },
	{ "AWS_ACCESS_KEY_ID", SETTING_TEXT, AT(s3_access_key), 0, 0, NULL },
	{ "AWS_SECRET_ACCESS_KEY", SETTING_SECRET, AT(s3_secret_key), 0, 0,
	    NULL },
	{ "AWS_REGION", SETTING_TEXT, AT(s3_region), 0, 0, "us-east-1" },
	{ "AWS_S3_BUCKET", SETTING_TEXT, AT(s3_bucket), 0, 0, NULL },
	{ "AWS_ENDPOINT_URL_S3", SETTING_TEXT, AT(s3_endpoint), 0, 0, NULL },
	{ "ACCESS_TOKEN_TTL", SETTING_TIME, AT(access_ttl), 1,
	    DAY_SECONDS, NULL },
	{ "REFRESH_TOKEN_TTL", SETTING_TIME, AT(refresh_ttl), 1,
	    400 * DAY_SECONDS, "30d" },
	{ "GRANT_MAX_AGE", SETTING_TIME, AT(grant_max_age), 1,
	    3650LL * DAY_SECONDS, "180d" },
	{ "GRANT_GRACE", SETTING_TIME, AT(grant_grace), 0, 5 * 60, "60s" },
	{ "GRANTS_FOLDER", SETTING_FOLDER, AT(grants_folder), 0, 0,
	    "Connected Agents" },
	{ "REMOTE_USER_REQUIRED", SETTING_NUMBER, AT(remote_user), 0, 1,
	    "0" },
	{ "REMOTE_USER_ALLOW", SETTING_LIST, AT(remote_users), 0, 0, NULL },
	{ "ALLOW_HEADER_CREDENTIALS", SETTING_NUMBER, AT(header_credentials),
	    0, 1, "0" },
	{ "TELL_CLIENT_ADDRESS", SETTING_NUMBER, AT(tell_client), 0, 1, "0" },
	{ "LENIENT_VERSION_HEADER", SETTING_NUMBER, AT(lenient_version), 0, 1,
	    "0" },
	{ "ALLOWED_ORIGINS", SETTING_LIST, AT(origins), 0, 0, NULL },
	{ "ALLOWED_REDIRECT_SCHEMES", SETTING_LIST, AT(schemes), 0, 0,
	    "cursor" },
	{ "LOG_LEVEL", SETTING_LEVEL, AT(log_level), 0, 0, "info" },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* NULL, with errno, for one that could not be read to its end, too, or holds a
 * NUL: what stands behind it may be all that forbids something. */
static const char *
read_file(struct arena *arena, const char *path)
{
	const char	*text;
	struct buf	 buf;
	FILE		*file;
	size_t		 got;
	int		 bad;

	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	buf_start(&buf, arena);
	do {
		got = fread(buf_room(&buf, PIECE_BYTES), 1, PIECE_BYTES, file);
		buf_cut(&buf, buf.len - PIECE_BYTES + got);
	} while (got > 0 && buf.len < FILE_BYTES);
	bad = ferror(file) ? errno : got > 0 ? EFBIG : 0;
	fclose(file);
	text = buf_string(&buf);
	if (bad == 0 && strlen(text) < buf.len)
		bad = EILSEQ;
	errno = bad;
	return bad == 0 ? text : NULL;
}

/* What stands before "=" in the line. */
static const char *
name_of(struct arena *arena, const char *line)
{
	return text_trim(arena, arena_copy(arena, line, strcspn(line, "=")));
}

/* The row of that name, or NULL. */
static const struct setting *
find_setting(const char *name)
{
	size_t	 i;

	for (i = 0; i < SETTINGS; i++)
		if (text_equal(name, settings[i].name))
			return &settings[i];
	return NULL;
}

static const char *
value_of(struct arena *arena, const char *line)
{
	const char	*value;

	value = line + strcspn(line, "=");
	value += *value == '=' ? 1 : 0;
	return text_trim(arena, value);
}

/* What is no name may be a value that came to stand in a line of its own, and
 * secret. */
static bool
is_name(const char *line)
{
	size_t	 len;

	len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	len += strspn(line + len, " \t");
	return len > 0 && line[len] == '=';
}

static const struct fault *
refuse_line(struct arena *arena, const char *path, const char *line,
    const char *before)
{
	if (is_name(line))
		return fault_make(arena, FAULT_INTERNAL, "POSTERN_CONF:"
		    " unknown name in %s: %.40s", path, name_of(arena, line));
	return fault_make(arena, FAULT_INTERNAL, "POSTERN_CONF: in %s, a line "
	    "after %s is not NAME=value", path, before);
}

/* Lines with names this version does not know are refused: a misspelt
 * setting that is silently ignored is found too late. */
static const struct fault *
read_settings(struct arena *arena, const char *path, const char **values,
    struct config_said *said)
{
	const struct setting	*setting;
	struct texts		 lines;
	const char		*text, *line, *name, *before = "its beginning";
	size_t			 i;

	if ((text = read_file(arena, path)) == NULL)
		return fault_make(arena, FAULT_INTERNAL,
		    "POSTERN_CONF: cannot read %s: %s", path, strerror(errno));
	lines = text_split(arena, text, "\r\n");
	for (i = 0; i < lines.len; i++) {
		line = lines.at[i] + strspn(lines.at[i], " \t");
		if (*line == '#' || *line == '\0')
			continue;
		name = name_of(arena, line);
		if (is_name(line) && config_upstream_names(name)) {
			config_upstream_say(arena, said, name,
			    value_of(arena, line));
			continue;
		}
		if ((setting = find_setting(name)) == NULL)
			return refuse_line(arena, path, line, before);
		before = setting->name;
		values[setting - settings] = value_of(arena, line);
	}
	return NULL;
}

bool
config_is_loopback(const struct config *config)
{
	static const char *const	 hosts[] = {
		"//localhost", "//127.0.0.1", "//[::1]"
	};
	const char			*rest;
	size_t				 i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		if ((rest = strchr(config->base_url, '/')) == NULL ||
		    !text_starts(rest, hosts[i]))
			continue;
		rest += strlen(hosts[i]);
		if (*rest == '\0' || *rest == ':' || *rest == '/')
			return true;
	}
	return false;
}

enum tls_mode
config_tls(enum tls_mode mode, int64_t port)
{
	if (mode != TLS_DEFAULT)
		return mode;
	return port == 993 || port == 465 ? TLS_IMPLICIT : TLS_STARTTLS;
}

/* What no single row can see. */
static const struct fault *
check_whole(struct arena *arena, struct config *config)
{
	size_t	 len;
	char	*url;

	if (config->base_url == NULL)
		return fault_make(arena, FAULT_INTERNAL, "BASE_URL is missing: "
		    "set it to the public address, as https://mail.example");
	url = arena_text(arena, config->base_url);
	len = strlen(url);
	while (len > 0 && url[len - 1] == '/')
		url[--len] = '\0';
	config->base_url = url;
	if (strpbrk(url, "?#\"<> ") != NULL || (!text_starts(url, "https://") &&
	    !(text_starts(url, "http://") && config_is_loopback(config))))
		return fault_make(arena, FAULT_INTERNAL, "BASE_URL: \"%.100s\" "
		    "must start with https:// (http:// only for this computer) "
		    "and hold no query", url);
	if (config->smtp_ca_file == NULL)
		config->smtp_ca_file = config->mail_ca_file;
	config->imap_tls = config_tls(config->imap_tls, config->imap_port);
	config->smtp_tls = config_tls(config->smtp_tls, config->smtp_port);
	return NULL;
}

/* Out of the environment, and out of the memory that the system shows as such
 * (/proc/PID/environ) whatever is taken out of it. */
static void
forget(const char *name)
{
	char	*value;

	if ((value = getenv(name)) == NULL)
		return;
	explicit_bzero(value, strlen(value));
	unsetenv(name);
}

/* Those of the environment stand behind those of the file, so they win. */
static void
read_upstreams(struct arena *arena, struct config_said *said)
{
	const char	*name;
	char		**at;
	size_t		 i;

	for (at = environ; at != NULL && *at != NULL; at++) {
		name = name_of(arena, *at);
		if (config_upstream_names(name))
			config_upstream_say(arena, said, name,
			    value_of(arena, *at));
	}
	for (i = 0; i < said->names.len; i++)
		if (config_upstream_is_secret(said->names.at[i]))
			forget(said->names.at[i]);
}

/* The file that was named, or else the one that lies where the programs do;
 * *path is NULL for none. */
static const struct fault *
find_file(struct arena *arena, const char **path)
{
	const char	*root;

	root = getenv("DOCUMENT_ROOT");
	*path = getenv("POSTERN_CONF");
	if (text_is_empty(*path)) {
		*path = NULL;
		if (!text_is_empty(getenv("BASE_URL")))
			return NULL;
		return place_find(arena, root, path);
	}
	return place_check(arena, *path, root);
}

const struct fault *
config_load(struct arena *arena, const struct config **result)
{
	const struct fault	*bad;
	const char		*values[SETTINGS] = { NULL }, *path, *value;
	struct config_said	 said = { { NULL, 0 }, { NULL, 0 } };
	struct config		*config;
	size_t			 i;

	config = arena_take(arena, sizeof(*config));
	if ((bad = find_file(arena, &path)) != NULL || (path != NULL &&
	    (bad = read_settings(arena, path, values, &said)) != NULL))
		return bad;
	for (i = 0; i < SETTINGS; i++) {
		if ((value = getenv(settings[i].name)) == NULL)
			value = values[i];
		if (value == NULL || (value[0] == '\0' &&
		    settings[i].type != SETTING_FOLDER))
			value = settings[i].otherwise;
		if (text_is_empty(value))
			continue;
		bad = setting_set(arena, &settings[i], value, config);
		if (bad != NULL)
			return bad;
		if (settings[i].type == SETTING_SECRET)
			forget(settings[i].name);
	}
	read_upstreams(arena, &said);
	if (config->run_dir == NULL && path != NULL &&
	    text_is_empty(getenv("POSTERN_CONF")))
		config->run_dir = place_shared(arena);
	*result = config;
	if ((bad = check_whole(arena, config)) != NULL)
		return bad;
	return config_upstream_set(arena, &said, config);
}
