/* What passes through the web server: Authorization, however long; bodies;
 * methods. */
#include "check.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "net/fetch_head.h"

enum {
	OK = 200,
	NO_CONTENT = 204,
	UNAUTHORIZED = 401,
	TOKEN_CHARS = 7168,		/* of the longest access token */
	BODY_BYTES = 2 * 1024 * 1024,	/* over every web server's default */
	CROSS_ORIGIN_HEADERS = 2
};

#define ORIGIN		"Origin: https://client.example"

static const char	 ping[] =
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

static const struct fault *
ask_mcp(struct check *check, const char *authorization, struct bytes body,
    struct fetched *answer)
{
	const struct question	 question = {
		.method = "POST", .path = "/mcp", .headers = {
			"Content-Type: application/json", authorization
		}, .body = body
	};

	return check_ask(check, &question, answer);
}

/*
 * The same call without a token and with one that is none: both are refused,
 * and in other words if the header arrived.  Some web servers keep it from
 * CGI programs.
 */
static bool
check_authorization(struct check *check)
{
	struct fetched	 without, with;

	if (ask_mcp(check, NULL, bytes_of(ping), &without) == NULL &&
	    ask_mcp(check, "Authorization: Bearer none", bytes_of(ping),
	    &with) == NULL && with.status == UNAUTHORIZED &&
	    check_is_ours(check, &with) &&
	    !bytes_equal(without.body, with.body)) {
		check_report_ok(&check->report, "authorization-stripped",
		    "Authorization arrives");
		return true;
	}
	check_report_wrong(&check->report, "authorization-stripped", NULL);
	return false;
}

static bool
check_header_limit(struct check *check)
{
	const struct fault	*bad;
	struct fetched		 answer;
	char			*token;

	token = arena_take(check->arena, TOKEN_CHARS + 1);
	memset(token, 'a', TOKEN_CHARS);
	bad = ask_mcp(check, text_format(check->arena,
	    "Authorization: Bearer %s", token), bytes_of(ping), &answer);
	if (bad == NULL && answer.status == UNAUTHORIZED) {
		check_report_ok(&check->report, "header-limit",
		    "the longest token passes");
		return true;
	}
	check_report_wrong(&check->report, "header-limit",
	    check_outcome(check, bad, &answer));
	return false;
}

/* A web server that refuses may also hang up before all is sent, or pass on a
 * part: only to who shows a token the program says so. */
static void
check_body_limit(struct check *check)
{
	const struct fault	*bad;
	struct fetched		 answer;
	unsigned char		*body;

	body = arena_take(check->arena, BODY_BYTES);
	memset(body, ' ', BODY_BYTES);
	bad = ask_mcp(check, check->token == NULL ? NULL : text_format(
	    check->arena, "Authorization: Bearer %s", check->token),
	    bytes_from(body, BODY_BYTES), &answer);
	if (bad == NULL && (answer.status == UNAUTHORIZED ||
	    (check->token != NULL && (answer.status == OK ||
	    check_is_early(check, &answer)))))
		check_report_ok(&check->report, "body-limit",
		    "large requests pass");
	else
		check_report_wrong(&check->report, "body-limit",
		    check_outcome(check, bad, &answer));
}

/* How often it says who may read it. */
static int
count_allowed(struct check *check, const struct fetched *answer)
{
	const char	*value;
	int		 n = 0;
	size_t		 i;

	for (i = 0; i < answer->head.len; i++)
		n += fetch_head_is(check->arena, bytes_of(answer->head.at[i]),
		    "Access-Control-Allow-Origin", &value);
	return n;
}

static void
check_options(struct check *check)
{
	const char			*paths[] = {
		"/oauth/token", "/oauth/register", check->document
	};
	struct question			 question = {
		.method = "OPTIONS", .headers = {
			ORIGIN, "Access-Control-Request-Method: POST",
			"Access-Control-Request-Headers: mcp-protocol-version"
		}
	};
	const struct fault		*bad;
	struct fetched			 answer;
	size_t				 i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]) &&
	    paths[i] != NULL; i++) {
		question.path = paths[i];
		bad = check_ask(check, &question, &answer);
		if (bad == NULL && answer.status == NO_CONTENT &&
		    check_is_ours(check, &answer) &&
		    count_allowed(check, &answer) > 0)
			continue;
		check_report_wrong(&check->report, "options-swallowed",
		    text_format(check->arena, "%s: %s", paths[i],
		    check_outcome(check, bad, &answer)));
		return;
	}
	check_report_ok(&check->report, "options-swallowed",
	    "OPTIONS is answered by the programs");
}

static void
check_origin(struct check *check)
{
	const struct question	 question = {
		.method = "GET", .path = check->document, .headers = { ORIGIN }
	};
	struct fetched		 answer;

	if (check_ask(check, &question, &answer) == NULL &&
	    count_allowed(check, &answer) >= CROSS_ORIGIN_HEADERS)
		check_report_wrong(&check->report, "cors-doubled",
		    check->document);
}

static void
check_head(struct check *check)
{
	const struct question	 question = {
		.method = "HEAD", .path = check->document
	};
	const struct fault	*bad;
	struct fetched		 answer;

	bad = check_ask(check, &question, &answer);
	if (bad == NULL && answer.status == OK &&
	    check_is_ours(check, &answer) && answer.content_type != NULL &&
	    text_starts_case(answer.content_type, "application/json"))
		return;
	check_report_wrong(&check->report, "head-broken", text_format(
	    check->arena, "HEAD %s: %s", check->document,
	    check_outcome(check, bad, &answer)));
}

/* To who has no token the program refuses it with 401, as it does POST. */
static void
check_delete(struct check *check)
{
	const struct question	 question = {
		.method = "DELETE", .path = "/mcp"
	};
	const struct fault	*bad;
	struct fetched		 answer;

	bad = check_ask(check, &question, &answer);
	if (bad == NULL && answer.status == UNAUTHORIZED &&
	    check_is_ours(check, &answer))
		return;
	check_report_wrong(&check->report, "delete-refused",
	    check_outcome(check, bad, &answer));
}

bool
check_passage(struct check *check)
{
	bool	 arrives;

	arrives = check_authorization(check);
	if (arrives)
		(void)check_header_limit(check);
	check_body_limit(check);
	check_options(check);
	if (check->document != NULL) {
		check_origin(check);
		check_head(check);
	}
	check_delete(check);
	return arrives;
}
