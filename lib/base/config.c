#include "base/config.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/log.h"

enum {
	FILE_BYTES = 64 * 1024,
	FOLDER_BYTES = 60,
	HOUR_SECONDS = 3600,
	DAY_SECONDS = 86400
};

enum setting_type {
	SETTING_TEXT,
	SETTING_SECRET,		/* wiped from the environment */
	SETTING_LIST,		/* separated by commas or blanks */
	SETTING_FOLDER,		/* a plain folder's name; empty: none */
	SETTING_NUMBER,
	SETTING_TIME,		/* 30, 30s, 10m, 8h, 7d */
	SETTING_TLS,
	SETTING_LEVEL
};

struct setting {
	const char		*name;
	enum setting_type	 type;
	size_t			 offset;	/* in struct config */
	int64_t			 least, most;	/* of numbers and times */
	const char		*otherwise;	/* default, or NULL */
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
	{ "ALLOWED_MAIL_HOSTS", SETTING_LIST, AT(mail_hosts), 0, 0, NULL },
	{ "MAIL_CA_FILE", SETTING_TEXT, AT(mail_ca_file), 0, 0, NULL },
	{ "SMTP_CA_FILE", SETTING_TEXT, AT(smtp_ca_file), 0, 0, NULL },
	{ "ALLOWED_CLIENT_HOSTS", SETTING_LIST, AT(client_hosts), 0, 0,
	    NULL },
	{ "CLIENT_CA_FILE", SETTING_TEXT, AT(client_ca_file), 0, 0, NULL },
	{ "KEEP_SESSIONS", SETTING_NUMBER, AT(keep_sessions), 0, 64, "8" },
	{ "KEEP_SESSION_IDLE", SETTING_TIME, AT(keep_idle), 1,
	    HOUR_SECONDS, "30s" },
	{ "MAX_REQUESTS", SETTING_NUMBER, AT(max_requests), 1, 100000000,
	    "10000" },
	{ "MAX_LIFETIME", SETTING_TIME, AT(max_lifetime), 1,
	    30 * DAY_SECONDS, "1h" },
	{ "RUN_DIR", SETTING_TEXT, AT(run_dir), 0, 0, NULL },
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
	{ "ALLOWED_ORIGINS", SETTING_LIST, AT(origins), 0, 0, NULL },
	{ "ALLOWED_REDIRECT_SCHEMES", SETTING_LIST, AT(schemes), 0, 0,
	    "cursor" },
	{ "LOG_LEVEL", SETTING_LEVEL, AT(log_level), 0, 0, "info" },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

struct word {
	const char	*word;
	int64_t		 value;
};

static const struct word	 tls_words[] = {
	{ "implicit", TLS_IMPLICIT }, { "starttls", TLS_STARTTLS },
	{ "none", TLS_NONE }, { "off", TLS_NONE },
	{ "true", TLS_DEFAULT }, { "false", TLS_STARTTLS }, { NULL, 0 }
};
static const struct word	 level_words[] = {
	{ "debug", LOG_DEBUG }, { "info", LOG_INFO },
	{ "warn", LOG_WARN }, { "error", LOG_ERROR }, { NULL, 0 }
};
static const struct word	 time_units[] = {
	{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", HOUR_SECONDS },
	{ "d", DAY_SECONDS }, { NULL, 0 }
};

static bool
read_word(const struct word *words, const char *text, int64_t *value)
{
	for (; words->word != NULL; words++)
		if (text_equal_case(words->word, text)) {
			*value = words->value;
			return true;
		}
	return false;
}

/* time = 1*DIGIT [ "s" / "m" / "h" / "d" ] */
static bool
read_time(const char *text, int64_t *value)
{
	uint64_t	 number;
	int64_t		 unit;
	size_t		 digits;

	digits = strspn(text, "0123456789");
	if (!text_number(bytes_from(text, digits), 1000000000, &number) ||
	    !read_word(time_units, text + digits, &unit))
		return false;
	*value = (int64_t)number * unit;
	return true;
}

static const struct fault *
wrong(struct arena *arena, const struct setting *setting, const char *found,
    const char *right)
{
	return fault_make(arena, FAULT_INTERNAL, "%s: \"%.100s\" is not %s",
	    setting->name, found, right);
}

static const struct fault *
set_number(struct arena *arena, const struct setting *setting,
    const char *text, int64_t *number)
{
	uint64_t	 value;
	bool		 good;

	if (setting->type == SETTING_TIME)
		good = read_time(text, number);
	else if ((good = text_number(bytes_of(text), INT64_MAX, &value)))
		*number = (int64_t)value;
	if (good && *number >= setting->least && *number <= setting->most)
		return NULL;
	return wrong(arena, setting, text, text_format(arena, "a %s from "
	    "%lld to %lld", setting->type == SETTING_TIME ?
	    "time (30s, 10m, 8h, 7d), in seconds" : "number",
	    (long long)setting->least, (long long)setting->most));
}

static const struct fault *
set_word(struct arena *arena, const struct setting *setting, const char *text,
    unsigned char *at)
{
	int64_t	 value;

	if (setting->type == SETTING_LEVEL) {
		if (!read_word(level_words, text, &value))
			return wrong(arena, setting, text,
			    "debug, info, warn or error");
		*(int64_t *)(void *)at = value;
		return NULL;
	}
	if (!read_word(tls_words, text, &value))
		return wrong(arena, setting, text,
		    "implicit, starttls or none");
	*(enum tls_mode *)(void *)at = (enum tls_mode)value;
	return NULL;
}

/* What stands for itself in every server's names: in one level, in any case
 * and encoding, so that it can be told from all other names. */
static const struct fault *
set_folder(struct arena *arena, const struct setting *setting,
    const char *text, unsigned char *at)
{
	size_t	 len = strlen(text);

	if (len > FOLDER_BYTES || text_has_control(text) ||
	    !text_is_ascii(text) || strpbrk(text, "/.\\%*&\"#~^") != NULL ||
	    text_equal_case(text, "INBOX") || text[0] == ' ' ||
	    text[len - 1] == ' ' || strstr(text, "  ") != NULL)
		return wrong(arena, setting, text, "a plain folder's name of "
		    "ASCII letters, digits and single blanks");
	*(const char **)(void *)at = arena_text(arena, text);
	return NULL;
}

static const struct fault *
set(struct arena *arena, struct config *config, const struct setting *setting,
    const char *text)
{
	unsigned char	*at;

	at = (unsigned char *)config + setting->offset;
	switch (setting->type) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		*(const char **)(void *)at = arena_text(arena, text);
		return NULL;
	case SETTING_LIST:
		*(struct texts *)(void *)at = text_split(arena, text, ", \t");
		return NULL;
	case SETTING_FOLDER:
		return set_folder(arena, setting, text, at);
	case SETTING_NUMBER:
	case SETTING_TIME:
		return set_number(arena, setting, text,
		    (int64_t *)(void *)at);
	case SETTING_TLS:
	case SETTING_LEVEL:
		break;
	}
	return set_word(arena, setting, text, at);
}

static const char *
read_file(struct arena *arena, const char *path)
{
	FILE	*file;
	char	*text;
	size_t	 len;

	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	text = arena_take(arena, FILE_BYTES + 1);
	len = fread(text, 1, FILE_BYTES, file);
	fclose(file);
	text[len] = '\0';
	return text;
}

/* The row whose name stands before "=" in the line, or NULL. */
static const struct setting *
find_setting(const char *line)
{
	struct bytes	 name;
	size_t		 i;

	name = bytes_trim(bytes_from(line, strcspn(line, "=")));
	for (i = 0; i < SETTINGS; i++)
		if (bytes_is(name, settings[i].name))
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

/* Lines with names this version does not know are refused: a misspelt
 * setting that is silently ignored is found too late. */
static const struct fault *
read_settings(struct arena *arena, const char *path, const char **values)
{
	const struct setting	*setting;
	struct texts		 lines;
	const char		*text, *line;
	size_t			 i;

	if ((text = read_file(arena, path)) == NULL)
		return fault_make(arena, FAULT_INTERNAL,
		    "POSTERN_CONF: cannot read %s: %s", path, strerror(errno));
	lines = text_split(arena, text, "\r\n");
	for (i = 0; i < lines.len; i++) {
		line = lines.at[i] + strspn(lines.at[i], " \t");
		if (*line == '#' || *line == '\0')
			continue;
		if ((setting = find_setting(line)) == NULL)
			return fault_make(arena, FAULT_INTERNAL, "POSTERN_CONF:"
			    " unknown name in %s: %.40s", path,
			    arena_copy(arena, line, strcspn(line, "= ")));
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

const struct fault *
config_load(struct arena *arena, const struct config **result)
{
	const struct fault	*bad;
	const char		*values[SETTINGS] = { NULL }, *path, *value;
	struct config		*config;
	size_t			 i;

	config = arena_take(arena, sizeof(*config));
	if ((path = getenv("POSTERN_CONF")) != NULL && path[0] != '\0' &&
	    (bad = read_settings(arena, path, values)) != NULL)
		return bad;
	for (i = 0; i < SETTINGS; i++) {
		if ((value = getenv(settings[i].name)) == NULL)
			value = values[i];
		if (value == NULL || (value[0] == '\0' &&
		    settings[i].type != SETTING_FOLDER))
			value = settings[i].otherwise;
		if (text_is_empty(value))
			continue;
		bad = set(arena, config, &settings[i], value);
		if (bad != NULL)
			return bad;
		if (settings[i].type == SETTING_SECRET)
			unsetenv(settings[i].name);
	}
	*result = config;
	return check_whole(arena, config);
}
