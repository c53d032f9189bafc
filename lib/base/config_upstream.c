#include "base/config_upstream.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/setting.h"

enum {
	NAME_CHARS = 20,
	PORT_MOST = 65535,
	IMAP_PORT = 993,
	SMTP_PORT = 587
};

static const char	 prefix[] = "UPSTREAM_";
static const char	 secret[] = "_CLIENT_SECRET";

#define AT(member)	offsetof(struct upstream, member)

/* What stands behind the name; a longer one before one that it ends with. */
static const struct setting	 settings[] = {
	{ "_CLIENT_ID", SETTING_TEXT, AT(client_id), 0, 0, NULL },
	{ secret, SETTING_SECRET, AT(client_secret), 0, 0, NULL },
	{ "_ISSUER", SETTING_TEXT, AT(issuer), 0, 0, NULL },
	{ "_SCOPE", SETTING_TEXT, AT(scope), 0, 0, NULL },
	{ "_LABEL", SETTING_TEXT, AT(label), 0, 0, NULL },
	{ "_CA_FILE", SETTING_TEXT, AT(ca_file), 0, 0, NULL },
	{ "_IMAP_HOST", SETTING_TEXT, AT(imap_host), 0, 0, NULL },
	{ "_IMAP_PORT", SETTING_NUMBER, AT(imap_port), 1, PORT_MOST, NULL },
	{ "_IMAP_TLS", SETTING_TLS, AT(imap_tls), 0, 0, NULL },
	{ "_SMTP_HOST", SETTING_TEXT, AT(smtp_host), 0, 0, NULL },
	{ "_SMTP_PORT", SETTING_NUMBER, AT(smtp_port), 1, PORT_MOST, NULL },
	{ "_SMTP_TLS", SETTING_TLS, AT(smtp_tls), 0, 0, NULL }
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* What is known of the great ones.  Google gives a refresh token only to who
 * asks for "offline", and again only with its consent page. */
static const struct upstream	 known[] = {
	{ .name = "google", .label = "Google",
	  .issuer = "https://accounts.google.com",
	  .scope = "openid email https://mail.google.com/",
	  .more = "access_type=offline&prompt=consent",
	  .authorization = "https://accounts.google.com/o/oauth2/v2/auth",
	  .token = "https://oauth2.googleapis.com/token",
	  .imap_host = "imap.gmail.com", .smtp_host = "smtp.gmail.com" },
	{ .name = "microsoft", .label = "Microsoft",
	  .issuer = "https://login.microsoftonline.com/{tenantid}/v2.0",
	  .scope = "openid email profile offline_access "
	  "https://outlook.office.com/IMAP.AccessAsUser.All "
	  "https://outlook.office.com/SMTP.Send",
	  .more = "prompt=select_account",
	  .authorization = "https://login.microsoftonline.com/common/oauth2/"
	  "v2.0/authorize",
	  .token = "https://login.microsoftonline.com/common/oauth2/v2.0/"
	  "token",
	  .imap_host = "outlook.office365.com",
	  .smtp_host = "smtp.office365.com" }
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

/* OpenID Connect Core 11: offline_access takes a consent page. */
static const struct upstream	 any = {
	.scope = "openid email offline_access", .more = "prompt=consent"
};

/* The short names that are taken for two of the long ones. */
static const char *const	 short_names[] = {
	"GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_ID",
	"MICROSOFT_CLIENT_SECRET", NULL
};

bool
config_upstream_names(const char *name)
{
	return text_starts(name, prefix) ||
	    text_is_among(name, short_names);
}

bool
config_upstream_is_secret(const char *name)
{
	return text_ends_case(name, secret);
}

void
config_upstream_say(struct arena *arena, struct config_said *said,
    const char *name, const char *value)
{
	texts_add(arena, &said->names, name);
	texts_add(arena, &said->values, value);
}

/* The row that a setting's name ends with, and what stands before that. */
static const struct setting *
find_setting(const char *name, struct bytes *who)
{
	size_t	 i, len;

	if (text_starts(name, prefix))
		name += strlen(prefix);
	for (i = 0; i < SETTINGS; i++) {
		len = strlen(settings[i].name);
		if (strlen(name) <= len || !text_equal(settings[i].name,
		    name + strlen(name) - len))
			continue;
		*who = bytes_from(name, strlen(name) - len);
		return &settings[i];
	}
	return NULL;
}

static bool
is_name(struct bytes name)
{
	size_t	 i;

	for (i = 0; i < name.len; i++)
		if (name.at[i] != '_' && !text_is_digit(name.at[i]) &&
		    (name.at[i] < 'A' || name.at[i] > 'Z'))
			return false;
	return name.len > 0 && name.len <= NAME_CHARS;
}

static struct upstream
start(const char *name)
{
	struct upstream	 upstream = any;
	size_t		 i;

	for (i = 0; i < KNOWN; i++)
		if (text_equal(known[i].name, name))
			upstream = known[i];
	upstream.name = name;
	upstream.imap_port = IMAP_PORT;
	upstream.smtp_port = SMTP_PORT;
	return upstream;
}

/* The upstream of that name, put in its place among the others where it is
 * new; NULL: one too many. */
static struct upstream *
place(struct upstream *list, size_t *len, const char *name)
{
	size_t	 i;

	for (i = 0; i < *len && strcmp(list[i].name, name) < 0; i++)
		continue;
	if (i < *len && text_equal(list[i].name, name))
		return &list[i];
	if (*len == CONFIG_UPSTREAMS_MOST)
		return NULL;
	memmove(&list[i + 1], &list[i], (*len - i) * sizeof(*list));
	list[i] = start(name);
	++*len;
	return &list[i];
}

static const struct fault *
take(struct arena *arena, struct config *config, struct upstream *list,
    const char *name, const char *value)
{
	const struct setting	*row;
	struct setting		 setting;
	struct upstream		*upstream;
	struct bytes		 who = { NULL, 0 };

	row = find_setting(name, &who);
	if (row == NULL || !is_name(who))
		return fault_make(arena, FAULT_INTERNAL, "%.60s: no such "
		    "setting; it is UPSTREAM_<NAME>_ and one of ISSUER, "
		    "CLIENT_ID, CLIENT_SECRET, SCOPE, LABEL, CA_FILE, and "
		    "IMAP_ or SMTP_ with HOST, PORT, TLS", name);
	upstream = place(list, &config->upstreams_len, text_lower_copy(arena,
	    arena_copy(arena, who.at, who.len)));
	if (upstream == NULL)
		return fault_make(arena, FAULT_INTERNAL, "%s: %d upstreams "
		    "are the most", name, CONFIG_UPSTREAMS_MOST);
	setting = *row;
	setting.name = name;
	return setting_set(arena, &setting, value, upstream);
}

static const struct fault *
wants(struct arena *arena, const struct upstream *upstream, const char *what)
{
	char	*name;
	size_t	 i;

	name = arena_text(arena, upstream->name);
	for (i = 0; name[i] != '\0'; i++)
		name[i] = (char)text_upper((unsigned char)name[i]);
	return fault_make(arena, FAULT_INTERNAL, "UPSTREAM_%s_%s", name, what);
}

/* Whether it is an address below which a document can be. */
static bool
is_https(const char *url)
{
	static const char	 https[] = "https://";

	return text_starts(url, https) && !text_has_control(url) &&
	    strpbrk(url, "?#\"<> @\\") == NULL &&
	    strchr("/:", url[strlen(https)]) == NULL;
}

/* What is known of one holds for its own issuer only. */
static const struct fault *
complete(struct arena *arena, const struct config *config,
    struct upstream *upstream)
{
	struct upstream	 preset = start(upstream->name);

	if (upstream->label == NULL)
		upstream->label = upstream->name;
	if (upstream->issuer == NULL)
		return wants(arena, upstream, "ISSUER is missing: the address "
		    "that its OpenID document is below");
	if (!is_https(upstream->issuer))
		return wants(arena, upstream, "ISSUER must be https:// "
		    "and a host, with no query and no user");
	if (preset.issuer == NULL ||
	    !text_equal(preset.issuer, upstream->issuer))
		upstream->authorization = upstream->token = NULL;
	if (upstream->client_id == NULL)
		return wants(arena, upstream, "CLIENT_ID is missing");
	if (upstream->token != NULL && upstream->client_secret == NULL)
		return wants(arena, upstream, "CLIENT_SECRET is missing");
	if (upstream->imap_host == NULL) {
		upstream->imap_host = config->imap_host;
		upstream->imap_port = config->imap_port;
		upstream->imap_tls = config->imap_tls;
		if (upstream->smtp_host == NULL) {
			upstream->smtp_host = config->smtp_host;
			upstream->smtp_port = config->smtp_port;
			upstream->smtp_tls = config->smtp_tls;
		}
	}
	return upstream->imap_host != NULL ? NULL : wants(arena, upstream,
	    "IMAP_HOST is missing: the mail server that takes its tokens");
}

/* What the file says is wiped by an empty variable of the environment. */
static bool
counts(const struct config_said *said, size_t at)
{
	size_t	 i;

	for (i = at + 1; i < said->names.len; i++)
		if (text_equal(said->names.at[i], said->names.at[at]))
			return false;
	return !text_is_empty(said->values.at[at]);
}

const struct fault *
config_upstream_set(struct arena *arena, const struct config_said *said,
    struct config *config)
{
	const struct fault	*bad;
	struct upstream		*list;
	size_t			 i;

	list = arena_array(arena, CONFIG_UPSTREAMS_MOST, sizeof(*list));
	config->upstreams = list;
	for (i = 0; i < said->names.len; i++)
		if (counts(said, i) &&
		    (bad = take(arena, config, list, said->names.at[i],
		    said->values.at[i])) != NULL)
			return bad;
	for (i = 0; i < config->upstreams_len; i++)
		if ((bad = complete(arena, config, &list[i])) != NULL)
			return bad;
	return NULL;
}

const struct upstream *
config_upstream(const struct config *config, const char *name)
{
	size_t	 i;

	for (i = 0; i < config->upstreams_len; i++)
		if (text_equal(config->upstreams[i].name, name))
			return &config->upstreams[i];
	return NULL;
}
