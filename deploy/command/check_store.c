/* Whether the bucket takes objects, and what is wrong where it does not. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/header_date.h"
#include "net/fetch_head.h"
#include "net/s3.h"
#include "net/s3_trial.h"

enum { TRIAL_MS = 10 * 1000, CLOCK_SECONDS = 300 };

/* By the name of the error, or a word of its message: stores disagree about
 * which they use for a region. */
static const struct {
	const char	*word;
	const char	*id;
} causes[] = {
	{ "RequestTimeTooSkewed", "s3-clock" },
	{ "AuthorizationHeaderMalformed", "s3-region" },
	{ "PermanentRedirect", "s3-region" },
	{ "TemporaryRedirect", "s3-region" },
	{ "IllegalLocationConstraintException", "s3-region" },
	{ "region", "s3-region" },
	{ "InvalidAccessKeyId", "s3-key" },
	{ "SignatureDoesNotMatch", "s3-secret" },
	{ "NoSuchBucket", "s3-bucket" }
};

/* A store that finds a signature too old may call it anything. */
static bool
is_clock(struct check *check, const struct fetched *answer)
{
	const char	*date;
	struct moment	 moment;

	date = fetch_head_find(check->arena, answer, "Date");
	return date != NULL && header_date(date, &moment) &&
	    llabs(moment.seconds - clock_now()) > CLOCK_SECONDS;
}

static const char *
find_cause(struct check *check, const struct fetched *answer)
{
	const char	*text;
	size_t		 i;

	if (answer->status == 0)
		return "s3-unreachable";
	if (is_clock(check, answer))
		return "s3-clock";
	text = bytes_text(check->arena, answer->body);
	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (text_find_case(text, causes[i].word) != NULL)
			return causes[i].id;
	return "s3-refused";
}

void
check_store(struct check *check)
{
	const struct fault	*bad;
	struct fetched		 answer;

	if (!s3_is_configured(check->config)) {
		check_report_note(&check->report,
		    "S3 is not set up: attachments are streamed");
		return;
	}
	bad = s3_trial_run(check->arena, check->config,
	    clock_ms() + TRIAL_MS, &answer);
	if (bad == NULL)
		check_report_ok(&check->report, "s3", text_format(
		    check->arena, "bucket %s takes objects",
		    check->config->s3_bucket));
	else
		check_report_wrong(&check->report, find_cause(check, &answer),
		    bad->detail);
}
