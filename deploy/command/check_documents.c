/* The documents that agents start from, the address they tell, and the
 * addresses at the root that old agents know. */
#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/url.h"

enum { OK = 200, NOT_FOUND = 404 };

#define WELL_KNOWN	"/.well-known/"

static const struct {
	const char	*id;
	const char	*path;
	const char	*member;	/* the address in it */
	const char	*rest;		/* behind BASE_URL there */
} documents[] = {
	{ "well-known-resource", WELL_KNOWN "oauth-protected-resource",
	  "resource", "/mcp" },
	{ "well-known-resource-mcp", WELL_KNOWN "oauth-protected-resource/mcp",
	  "resource", "/mcp" },
	{ "well-known-server", WELL_KNOWN "oauth-authorization-server",
	  "issuer", "" },
	{ "well-known-server-mcp", WELL_KNOWN "oauth-authorization-server/mcp",
	  "issuer", "" }
};

/* Fetches one; *address is what it tells in that member, or NULL where it is
 * no document of ours. */
static const char *
fetch_document(struct check *check, const char *path, const char *member,
    const char **address)
{
	const struct question	 question = {
		.method = "GET", .path = path
	};
	const struct fault	*bad;
	const struct json	*json;
	struct fetched		 answer;

	*address = NULL;
	bad = check_ask(check, &question, &answer);
	if (bad == NULL && answer.status == OK && json_read(check->arena,
	    answer.body, JSON_KEYS_UNIQUE, &json) == NULL)
		*address = json_text(json_member(json, member));
	return check_outcome(check, bad, &answer);
}

static const char *
without_scheme(const char *address)
{
	const char	*at = strstr(address, "://");

	return at == NULL ? address : at + strlen("://");
}

/* Of all documents the first that tells another address is told. */
static bool
check_address(struct check *check, const char *address, const char *rest)
{
	const char	*wanted;

	wanted = text_format(check->arena, "%s%s", check->base_url, rest);
	if (text_equal(address, wanted))
		return true;
	check_report_wrong(&check->report, text_equal(without_scheme(address),
	    without_scheme(wanted)) ? "wrong-scheme" : "other-base-url",
	    text_format(check->arena, "%s there, %s here", address, wanted));
	return false;
}

static bool
check_all(struct check *check)
{
	const char	*address, *outcome;
	bool		 all = true;
	size_t		 i;

	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		outcome = fetch_document(check, documents[i].path,
		    documents[i].member, &address);
		if (address == NULL) {
			check_report_wrong(&check->report, documents[i].id,
			    outcome);
			all = false;
			continue;
		}
		check->document = documents[i].path;
		if (!check_address(check, address, documents[i].rest))
			return false;
	}
	if (all)
		check_report_ok(&check->report, "well-known-server",
		    "the documents under /.well-known/ come, and tell this "
		    "address");
	return true;
}

/* Below a path it is the document; at a root there is none. */
static void
check_openid(struct check *check, bool has_path)
{
	const struct question	 question = {
		.method = "GET", .path = WELL_KNOWN "openid-configuration"
	};
	const struct fault	*bad;
	struct fetched		 answer;

	bad = check_ask(check, &question, &answer);
	if (bad == NULL && answer.status == (has_path ? OK : NOT_FOUND) &&
	    answer.content_type != NULL && text_starts_case(
	    answer.content_type, "application/json"))
		return;
	check_report_wrong(&check->report, "well-known-openid",
	    check_outcome(check, bad, &answer));
}

/* RFC 8414 3.1, RFC 9728 3.1: the well-known part before the path.  Whoever
 * has rights to a path alone can do nothing about it. */
static void
check_root(struct check *check, const struct url *url)
{
	static const char *const	 names[][2] = {
		{ "oauth-authorization-server", "issuer" },
		{ "oauth-protected-resource", "resource" }
	};
	const char			*address, *origin, *path;
	size_t				 i;

	origin = arena_copy(check->arena, check->base_url,
	    strlen(check->base_url) - strlen(url->path));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = text_format(check->arena, "%s" WELL_KNOWN "%s%s%s",
		    origin, names[i][0], url->path, i == 0 ? "" : "/mcp");
		(void)fetch_document(check, path, names[i][1], &address);
		if (address == NULL)
			check_report_note(&check->report, "%s does not come: "
			    "some agents look for it there alone; ask whoever "
			    "has the root of the host to pass it on", path);
	}
}

/* Programs refuse there as they do below /oauth/. */
static void
check_aliases(struct check *check)
{
	static const struct {
		const char	*path;
		int		 status;
	} aliases[] = {
		{ "/authorize", 400 }, { "/token", 405 },
		{ "/register", 405 }, { "/revoke", 405 }
	};
	const struct fault	*bad;
	struct question		 question = { .method = "GET" };
	struct fetched		 answer;
	size_t			 i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		question.path = aliases[i].path;
		bad = check_ask(check, &question, &answer);
		if (bad == NULL && (answer.status == aliases[i].status ?
		    check_is_ours(check, &answer) : i == 0 &&
		    answer.status != NOT_FOUND && answer.status != OK))
			continue;
		check_report_wrong(&check->report, "alias-missing",
		    text_format(check->arena, "%s: %s", aliases[i].path,
		    check_outcome(check, bad, &answer)));
	}
}

bool
check_documents(struct check *check)
{
	struct url	 url;
	bool		 has_path;

	has_path = url_read(check->arena, check->base_url, &url) &&
	    url.path[0] == '/' && url.path[1] != '\0';
	if (!check_all(check))
		return false;
	check_openid(check, has_path);
	if (has_path)
		check_root(check, &url);
	else
		check_aliases(check);
	return true;
}
