/* Whether the site is there: name, port, certificate, http and https, and its
 * clock. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "data/url.h"
#include "mail/header_date.h"
#include "net/fetch_head.h"

enum { CLOCK_SECONDS = 60, REDIRECT = 300, ERROR = 400, FORBIDDEN = 403 };

static void
tell_fault(struct check *check, const struct fault *bad)
{
	const char	*id = "unreachable";

	if (bad->kind == FAULT_HOST || (bad->kind == FAULT_TIMEOUT &&
	    strstr(bad->detail, "was not told in time") != NULL))
		id = "dns";
	else if (bad->kind == FAULT_TLS)
		id = "certificate";
	check_report_wrong(&check->report, id, bad->detail);
}

static bool
is_redirect(const struct fetched *answer)
{
	return answer->status >= REDIRECT && answer->status < ERROR;
}

/* Whether it answers itself, and does not lead somewhere else. */
static bool
check_redirect(struct check *check, const struct fetched *answer)
{
	const char	*location, *own;

	if (!is_redirect(answer))
		return true;
	own = text_format(check->arena, "%s/health", check->base_url);
	location = fetch_head_find(check->arena, answer, "Location");
	if (location == NULL)
		location = "nowhere";
	check_report_wrong(&check->report, text_equal(location, own) ||
	    text_equal(location, "/health") ? "redirect-loop" : "redirected",
	    text_format(check->arena, "HTTP %d to %s", answer->status,
	    location));
	return false;
}

/* With a BASE_URL on their own computer, programs answer to no other name. */
static bool
check_host(struct check *check, const struct fetched *answer)
{
	if (answer->status != FORBIDDEN || strstr(bytes_text(check->arena,
	    answer->body), "as BASE_URL does") == NULL)
		return true;
	check_report_wrong(&check->report, "other-base-url", text_format(
	    check->arena, "an address of their own computer there, %s here",
	    check->base_url));
	return false;
}

/* In a token's time a minute is forgiven. */
static void
check_clock(struct check *check, const struct fetched *answer)
{
	const char	*date;
	struct moment	 moment;
	int64_t		 apart;

	date = fetch_head_find(check->arena, answer, "Date");
	if (date == NULL || !header_date(date, &moment))
		return;
	apart = moment.seconds - clock_now();
	if (llabs(apart) <= CLOCK_SECONDS)
		check_report_ok(&check->report, "clock",
		    "the clocks of the site and of this computer agree");
	else
		check_report_wrong(&check->report, "clock", text_format(
		    check->arena, "the site's is %lld seconds %s",
		    llabs(apart), apart > 0 ? "ahead" : "behind"));
}

/* The address of the same path by http, at port 80. */
static const char *
http_address(struct check *check)
{
	struct url	 url;

	if (check->http_url != NULL)
		return text_format(check->arena, "%s/health",
		    check->http_url);
	if (!url_read(check->arena, check->base_url, &url) || url.has_port)
		return NULL;
	return text_format(check->arena, strchr(url.host, ':') == NULL ?
	    "http://%s%s/health" : "http://[%s]%s/health", url.host, url.path);
}

static void
check_http(struct check *check)
{
	const struct question	 question = {
		.method = "GET", .path = http_address(check)
	};
	const char		*location;
	struct fetched		 answer;

	if (question.path == NULL)
		return;
	if (check_ask(check, &question, &answer) != NULL) {
		check_report_ok(&check->report, "http-open",
		    "nobody answers by http");
		return;
	}
	location = fetch_head_find(check->arena, &answer, "Location");
	if (is_redirect(&answer) && location != NULL &&
	    text_starts_case(location, "https://"))
		check_report_ok(&check->report, "http-open",
		    "http leads to https");
	else
		check_report_wrong(&check->report, "http-open", text_format(
		    check->arena, "%s: %s", question.path, check_outcome(check,
		    NULL, &answer)));
}

static void
check_hsts(struct check *check, const struct fetched *answer)
{
	if (fetch_head_find(check->arena, answer,
	    "Strict-Transport-Security") != NULL)
		check_report_ok(&check->report, "no-hsts",
		    "Strict-Transport-Security is sent");
	else
		check_report_wrong(&check->report, "no-hsts", NULL);
}

static void
recognise(struct check *check, const struct fetched *answer)
{
	const char	*name;

	name = fetch_head_find(check->arena, answer, "Server");
	if (check->report.server == CHECK_ANY && name != NULL)
		check->report.server = check_finding_recognise(name);
}

bool
check_transport(struct check *check)
{
	const struct question	 question = {
		.method = "GET", .path = "/health"
	};
	const struct fault	*bad;
	struct fetched		 answer;

	if ((bad = check_ask(check, &question, &answer)) != NULL) {
		tell_fault(check, bad);
		return false;
	}
	recognise(check, &answer);
	if (!check_redirect(check, &answer) || !check_host(check, &answer))
		return false;
	check_report_ok(&check->report, "unreachable", text_format(
	    check->arena, "%s answers%s%s", check->base_url,
	    check->report.server == CHECK_ANY ? "" : ", behind ",
	    check_finding_server(check->report.server)));
	check_clock(check, &answer);
	if (text_starts_case(check->base_url, "https://")) {
		check_hsts(check, &answer);
		check_http(check);
	}
	return true;
}
