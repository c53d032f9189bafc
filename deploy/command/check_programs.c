/* Whether each program answers behind the web server. */
#include "check.h"

#include "base/arena.h"
#include "base/fault.h"

enum { STATUSES = 5, ERROR = 500, UNAVAILABLE = 503, GATEWAY_TIME = 504 };

/* Asked for nothing in particular, a program answers so.  Sign-in may be
 * behind the web server's own, which asks or leads elsewhere first. */
static const struct program {
	const char	*name;
	const char	*method;
	const char	*path;
	int		 statuses[STATUSES];	/* ends with 0 */
	bool		 guarded;	/* not only by us */
} programs[] = {
	{ "well-known", "GET", "/health", { 200 }, false },
	{ "register", "GET", "/oauth/register", { 405 }, false },
	{ "authorize", "GET", "/oauth/authorize", { 400, 401, 403, 302 },
	  true },
	{ "token", "GET", "/oauth/token", { 405 }, false },
	{ "revoke", "GET", "/oauth/revoke", { 405 }, false },
	{ "connections", "GET", "/connections", { 200, 401, 403, 302 },
	  true },
	{ "mcp", "POST", "/mcp", { 401 }, false },
	{ "attachment", "GET", "/attachment/postern-check", { 401 }, false }
};

static bool
is_expected(const struct program *program, int status)
{
	int	 i;

	for (i = 0; i < STATUSES && program->statuses[i] != 0; i++)
		if (program->statuses[i] == status)
			return true;
	return false;
}

/* 500 to 504, but 501: from the web server, in a program's place; or from a
 * program that is wrongly set up. */
static bool
is_down(const struct fault *bad, const struct fetched *answer)
{
	return bad != NULL || answer->status == ERROR ||
	    (answer->status > ERROR + 1 && answer->status <= GATEWAY_TIME);
}

static bool
check_program(struct check *check, const struct program *program)
{
	static const char	 body[] = "{}";
	const struct question	 question = {
		.method = program->method, .path = program->path,
		.headers = { "Content-Type: application/json" },
		.body = text_equal(program->method, "POST") ?
		    bytes_of(body) : bytes_of("")
	};
	const struct fault	*bad;
	struct fetched		 answer;
	const char		*detail;

	bad = check_ask(check, &question, &answer);
	if (bad == NULL && is_expected(program, answer.status) &&
	    (program->guarded || check_is_ours(check, &answer)))
		return true;
	detail = text_format(check->arena, "%s at %s: %s%s", program->name,
	    program->path, check_outcome(check, bad, &answer), bad == NULL &&
	    answer.status == UNAVAILABLE && check_is_ours(check, &answer) ?
	    "; its log says what is wrong with its configuration or key" : "");
	check_report_wrong(&check->report, is_down(bad, &answer) ?
	    "program-down" : "program-missing", detail);
	return false;
}

bool
check_programs(struct check *check)
{
	bool	 all = true;
	size_t	 i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (check_program(check, &programs[i]))
			check->answered = true;
		else
			all = false;
	if (all)
		check_report_ok(&check->report, "program-down",
		    "every program answers");
	return all;
}
