/* What a program sees of a request that shows a token of oauth/probe, and
 * whether its events come one by one. */
#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/url.h"
#include "mcp/probing.h"
#include "net/fetch_head.h"

enum {
	OK = 200,
	UNAUTHORIZED = 401,
	LOOKS = 6,			/* one key among several is found */
	STREAM_MS = (PROBING_EVENTS - 1) * PROBING_PAUSE_MS,
	CHALLENGE_CHARS = 200
};

/* Of the block that is kept for documents: nobody's own. */
#define FORGED		"203.0.113.77"

#define VERSION_HEADER	"MCP-Protocol-Version"

static const struct fault *
look(struct check *check, struct fetched *answer)
{
	static const char	 body[] = "{}";
	const struct question	 question = {
		.method = "POST", .path = "/mcp", .headers = {
			"Content-Type: application/json",
			text_format(check->arena, "Authorization: Bearer %s",
			    check->token),
			VERSION_HEADER ": 2025-11-25",
			"X-Forwarded-For: " FORGED
		}, .body = bytes_of(body)
	};

	return check_ask(check, &question, answer);
}

/* Why a token was refused, in the program's words, or "". */
static const char *
challenge(struct check *check, const struct fetched *answer)
{
	static const char	 mark[] = "error_description=\"";
	const char		*value, *at;
	size_t			 len;

	value = fetch_head_find(check->arena, answer, "WWW-Authenticate");
	at = value == NULL ? NULL : strstr(value, mark);
	if (at == NULL)
		return "";
	at += strlen(mark);
	len = strcspn(at, "\"");
	return arena_copy(check->arena, at, len < CHALLENGE_CHARS ? len :
	    CHALLENGE_CHARS);
}

/* Looks several times; the last view that came, or NULL. */
static const struct json *
look_often(struct check *check, int *good, const char **why)
{
	const struct json	*json, *view = NULL;
	struct fetched		 answer;
	int			 i;

	*why = "";
	for (*good = i = 0; i < LOOKS; i++) {
		if (look(check, &answer) != NULL)
			continue;
		if (answer.status == UNAUTHORIZED)
			*why = challenge(check, &answer);
		if (check_is_early(check, &answer))
			*why = "the token is from the future";
		if (answer.status != OK || json_read(check->arena,
		    answer.body, JSON_KEYS_UNIQUE, &json) != NULL ||
		    json_text(json_member(json, "service")) == NULL)
			continue;
		view = json;
		(*good)++;
	}
	return view;
}

/* A token that has ended says nothing about keys. */
static void
tell_refused(struct check *check, const char *why)
{
	if (strstr(why, "expired") != NULL || strstr(why, "future") != NULL)
		check_report_note(&check->report, "what arrives was not "
		    "looked at: %s; postern health-token makes another", why);
	else
		check_report_wrong(&check->report, "key-other",
		    why[0] == '\0' ? NULL : why);
}

static void
check_headers(struct check *check, const struct json *view)
{
	if (json_text(json_member(json_member(view, "headers"),
	    VERSION_HEADER)) != NULL)
		check_report_ok(&check->report, "version-header-stripped",
		    "headers of MCP arrive");
	else
		check_report_wrong(&check->report, "version-header-stripped",
		    VERSION_HEADER);
}

static bool
is_here(struct check *check)
{
	struct url	 url;

	return url_read(check->arena, check->base_url, &url) &&
	    url_is_loopback(&url);
}

/* Behind a proxy on the same host everybody seems to be this computer, unless
 * the web server is told whom to believe. */
static void
check_address(struct check *check, const struct json *view)
{
	const char	*address;

	address = json_text(json_member(json_member(view, "variables"),
	    "REMOTE_ADDR"));
	if (text_is_empty(address))
		check_report_wrong(&check->report, "address-missing", NULL);
	else if (text_equal(address, FORGED))
		check_report_wrong(&check->report, "address-forged", NULL);
	else
		check_report_ok(&check->report, "address-forged",
		    "nobody can pretend another address");
	if (address != NULL && !is_here(check) && (text_equal(address, "::1") ||
	    text_starts(address, "127.")))
		check_report_note(&check->report, "the programs see this "
		    "request come from %s: where that is a proxy, sign-in is "
		    "not limited by address", address);
}

/* Where the program is told what lies in public, the key must not. */
static void
learn_root(struct check *check, const struct json *view)
{
	if (check->document_root == NULL)
		check->document_root = json_text(json_member(json_member(view,
		    "variables"), "DOCUMENT_ROOT"));
}

/* When the first and the last piece of a body came. */
struct arrival {
	int64_t	 first;
	int64_t	 last;
};

static const struct fault *
note_arrival(void *state, struct bytes piece)
{
	struct arrival	*arrival = state;

	(void)piece;
	arrival->last = clock_ms();
	if (arrival->first == 0)
		arrival->first = arrival->last;
	return NULL;
}

static void
check_stream(struct check *check)
{
	static const char	 body[] = "{}";
	struct arrival		 arrival = { 0, 0 };
	const struct question	 question = {
		.method = "POST", .path = "/mcp", .headers = {
			"Content-Type: application/json",
			"Accept: text/event-stream",
			text_format(check->arena, "Authorization: Bearer %s",
			    check->token)
		}, .body = bytes_of(body),
		.encoded = true, .sink = note_arrival, .state = &arrival
	};
	const struct fault	*bad;
	const char		*encoding;
	struct fetched		 answer;

	bad = check_ask(check, &question, &answer);
	encoding = bad != NULL ? NULL : fetch_head_find(check->arena, &answer,
	    "Content-Encoding");
	if (encoding != NULL)
		check_report_wrong(&check->report, "sse-compressed", encoding);
	else if (bad != NULL || answer.status != OK ||
	    arrival.last - arrival.first < STREAM_MS / 2)
		check_report_wrong(&check->report, "sse-buffered",
		    bad != NULL || answer.status != OK ? check_outcome(check,
		    bad, &answer) : NULL);
	else
		check_report_ok(&check->report, "sse-buffered",
		    "events come one by one");
}

/* The names of what fails there, or NULL where it was not told. */
static const char *
read_deep(struct check *check, const struct json *json)
{
	const struct json	*checks = json_member(json, "checks"), *one;
	const char		*detail;
	struct texts		 failing = { NULL, 0 };
	size_t			 i;

	if (checks == NULL)
		return NULL;
	for (i = 0; i < json_count(checks); i++) {
		one = json_element(checks, i);
		detail = json_text(json_member(one, "detail"));
		if (detail != NULL)
			texts_add(check->arena, &failing, text_format(
			    check->arena, "%s: %s", json_text(json_member(one,
			    "name")), detail));
	}
	return texts_join(check->arena, failing, "; ");
}

/* What fails is told by its name where the configuration is at hand. */
static void
check_deep(struct check *check)
{
	const struct question	 question = {
		.method = "GET", .path = "/health?deep=1", .headers = {
			text_format(check->arena, "Authorization: Bearer %s",
			    check->token)
		}
	};
	const struct json	*json;
	const char		*failing = NULL;
	struct fetched		 answer;

	if (check_ask(check, &question, &answer) == NULL && json_read(
	    check->arena, answer.body, JSON_KEYS_UNIQUE, &json) == NULL)
		failing = read_deep(check, json);
	if (failing == NULL)
		check_report_note(&check->report, "/health?deep=1 is not "
		    "passed on to the program connections: in depth, health "
		    "is told by this command alone");
	else if (failing[0] != '\0' && check->config == NULL)
		check_report_wrong(&check->report, "deep-health", failing);
}

bool
check_probe(struct check *check)
{
	const struct json	*view;
	const char		*why;
	int			 good;

	if (check->token == NULL) {
		check_report_note(&check->report, "streaming, MCP's headers "
		    "and keys were not looked at: run this where the "
		    "configuration and the key are, or with --token-file of "
		    "postern health-token");
		return true;
	}
	view = look_often(check, &good, &why);
	if (view == NULL) {
		tell_refused(check, why);
		return true;
	}
	if (good < LOOKS)
		check_report_wrong(&check->report, "keys-differ", text_format(
		    check->arena, "%d of %d requests were refused%s%s", LOOKS -
		    good, LOOKS, why[0] == '\0' ? "" : ": ", why));
	check_headers(check, view);
	check_address(check, view);
	learn_root(check, view);
	if (good == LOOKS) {
		check_stream(check);
		check_deep(check);
	}
	return true;
}
