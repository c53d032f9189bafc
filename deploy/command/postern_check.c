#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "check.h"
#include "data/field.h"
#include "data/url.h"
#include "oauth/probe.h"
#include "oauth/token.h"
#include "postern.h"

enum {
	TOKEN_FILE_BYTES = 4096,
	UNABLE = 2,
	SITE_MS = 150 * 1000		/* all that is asked of the site */
};

struct check_arguments {
	const char	*url;
	bool		 json;
	bool		 offline;
	const char	*only;
	const char	*server;
	const char	*ca_file;
	const char	*token_file;
	const char	*http;
	const char	*log;
	const char	*document_root;
};

static const char *const	 servers[] = {
	"lighttpd", "nginx", "apache", "caddy", NULL
};

static const struct field	 rows[] = {
	{ FIELD(struct check_arguments, url),
	  .meaning = "the site's address; else BASE_URL of the settings" },
	{ FIELD(struct check_arguments, json),
	  .meaning = "prints one JSON object instead of lines" },
	{ FIELD(struct check_arguments, offline),
	  .meaning = "looks at settings and key only; asks no server" },
	{ FIELD(struct check_arguments, only),
	  .meaning = "some of site,mail,store,sign-in,key" },
	{ FIELD(struct check_arguments, server), .words = servers,
	  .meaning = "which web server it is, if it hides that: nginx ..." },
	{ FIELD_AS(struct check_arguments, ca_file, "ca-file"),
	  .meaning = "CA certificates, if the web server's CA is your own" },
	{ FIELD_AS(struct check_arguments, token_file, "token-file"),
	  .meaning = "a file with what postern health-token printed on the "
	  "server; - is standard input" },
	{ FIELD(struct check_arguments, http),
	  .meaning = "the site's address by http, if not port 80" },
	{ FIELD(struct check_arguments, log),
	  .meaning = "the web server's log, to look for queries in it" },
	{ FIELD_AS(struct check_arguments, document_root, "document-root"),
	  .meaning = "the folder it gives out, in which no key may lie" },
	{ FIELD_END }
};

static void
check_site(struct check *check)
{
	static bool	(*const steps[])(struct check *check) = {
		check_transport, check_programs, check_documents,
		check_passage, check_probe
	};
	size_t		 i;

	check->until = clock_ms() + SITE_MS;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (!steps[i](check))
			break;
	if (check->answered && clock_ms() < check->until)
		check_exposure(check);
	if (clock_ms() >= check->until)
		check_report_note(&check->report, "the site took over %d "
		    "seconds: not all of it was looked at", SITE_MS / 1000);
}

static const struct part {
	const char	*name;
	void		(*look)(struct check *check);
	bool		 needs_config;
	bool		 asks;		/* somebody by the network */
} parts[] = {
	{ "site", check_site, false, true },
	{ "mail", check_mail, true, true },
	{ "store", check_store, true, true },
	{ "sign-in", check_upstreams, true, true },
	{ "key", check_key, true, false }
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static bool
is_part(const char *name)
{
	size_t	 i;

	for (i = 0; i < PARTS; i++)
		if (text_equal(parts[i].name, name))
			return true;
	return false;
}

static const struct fault *
look_at_parts(struct check *check, const struct check_arguments *arguments)
{
	struct texts	 only;
	size_t		 i;

	only = text_split(check->arena, arguments->only == NULL ? "" :
	    arguments->only, ", ");
	for (i = 0; i < only.len; i++)
		if (!is_part(only.at[i]))
			return fault_make(check->arena, FAULT_ARGUMENT,
			    "--only: there is no part %.40s", only.at[i]);
	for (i = 0; i < PARTS; i++)
		if ((only.len == 0 || texts_have(only, parts[i].name)) &&
		    (check->config != NULL || !parts[i].needs_config) &&
		    !(arguments->offline && parts[i].asks))
			parts[i].look(check);
	return NULL;
}

/* "mail.example.org/" is https://mail.example.org. */
static const struct fault *
read_address(struct arena *arena, const char *given, const char **address)
{
	struct url	 url;
	size_t		 len;

	if (strstr(given, "://") == NULL)
		given = text_format(arena, "https://%s", given);
	for (len = strlen(given); len > 0 && given[len - 1] == '/'; len--)
		continue;
	*address = arena_copy(arena, given, len);
	if (!url_read(arena, *address, &url) || url.host == NULL ||
	    url.has_userinfo || url.has_fragment || url.query != NULL ||
	    !(text_equal(url.scheme, "https") || text_equal(url.scheme,
	    "http")))
		return fault_make(arena, FAULT_ARGUMENT,
		    "not the address of a site: %.200s", given);
	return NULL;
}

static const struct fault *
read_token(struct arena *arena, const char *path, const char **token)
{
	ssize_t		 got;
	struct buf	 buf;
	int		 fd = STDIN_FILENO;

	buf_start(&buf, arena);
	if (!text_equal(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	got = fd == -1 ? -1 : read(fd, buf_room(&buf, TOKEN_FILE_BYTES),
	    TOKEN_FILE_BYTES);
	if (fd > STDIN_FILENO)
		close(fd);
	if (got <= 0)
		return fault_make(arena, FAULT_INTERNAL,
		    "cannot read a token from %s", path);
	buf_cut(&buf, (size_t)got);
	*token = text_trim(arena, buf_string(&buf));
	if (strpbrk(*token, " \r\n") != NULL)
		return fault_make(arena, FAULT_INTERNAL,
		    "what %s holds is no token", path);
	return NULL;
}

/* Without a key there is none; whether that is wrong the key's part tells.
 * The key's owner may not be who reads the web server's log. */
static void
make_token(struct check *check)
{
	struct authority	 authority = { .config = check->config };
	const char		*token;

	if (postern_keys(check->arena, check->config, &authority.keys) ==
	    NULL && probe_seal(check->arena, &authority, PROBE_OWN_SECONDS,
	    &token) == NULL)
		check->token = token;
	if (seteuid(getuid()) == -1)
		check->token = NULL;
}

/* The configuration, where it is at hand, and the site that is meant. */
static const struct fault *
find_site(struct check *check, const struct check_arguments *arguments)
{
	const struct fault	*bad, *wrong;

	bad = config_load(check->arena, &check->config);
	if (bad != NULL)
		check->config = NULL;
	if (arguments->url == NULL) {
		check->base_url = bad == NULL ? check->config->base_url : NULL;
		return bad;
	}
	wrong = read_address(check->arena, arguments->url, &check->base_url);
	if (wrong != NULL)
		return wrong;
	if (bad != NULL)
		check_report_note(&check->report, "from outside alone: the "
		    "settings here can't be used (%s); on the server, name "
		    "their file by POSTERN_CONF", bad->detail);
	return NULL;
}

/* Whether others on the way may read what is sent there. */
static bool
is_overheard(struct arena *arena, const char *address)
{
	struct url	 url;

	return url_read(arena, address, &url) &&
	    !text_equal(url.scheme, "https") && !url_is_loopback(&url);
}

static const struct fault *
find_token(struct check *check, const struct check_arguments *arguments)
{
	if (arguments->token_file != NULL &&
	    is_overheard(check->arena, check->base_url))
		return fault_make(check->arena, FAULT_ARGUMENT, "a token is "
		    "not sent by http, which everybody on the way can read: "
		    "name the site by https");
	if (arguments->token_file != NULL)
		return read_token(check->arena, arguments->token_file,
		    &check->token);
	if (check->config == NULL || arguments->offline)
		return NULL;
	if (text_equal(check->config->base_url, check->base_url))
		make_token(check);
	else
		check_report_note(&check->report, "the configuration at hand "
		    "is that of %s: its key says nothing here",
		    check->config->base_url);
	return NULL;
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct check_arguments	*arguments = given;
	const struct fault		*bad;
	struct check			 check = {
		.arena = arena, .ca_file = arguments->ca_file,
		.http_url = arguments->http, .log = arguments->log,
		.document_root = arguments->document_root
	};

	check_report_start(&check.report, arena, arguments->json);
	if (arguments->server != NULL)
		check.report.server =
		    check_finding_recognise(arguments->server);
	if ((bad = find_site(&check, arguments)) != NULL ||
	    (bad = find_token(&check, arguments)) != NULL ||
	    (bad = look_at_parts(&check, arguments)) != NULL)
		return bad;
	check_report_end(&check.report, check.base_url);
	if (check.report.wrong == 0)
		return NULL;
	return fault_make(arena, FAULT_REFUSED, "%u wrong",
	    check.report.wrong);
}

const struct command	 command_check = {
	.name = "check", .summary = "tells what is wrong with a site, and the "
	"mend", .rows = rows, .size = sizeof(struct check_arguments),
	.run = run, .operand = "url", .unable = UNABLE
};
