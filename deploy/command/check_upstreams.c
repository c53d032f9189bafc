/* Whether each provider of sign-ins takes what was configured for it. */
#include "check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "oauth/upstream.h"
#include "web/serve.h"

enum { ANSWER_MS = 10 * 1000 };

/* A code that nobody gave is refused for itself where our client_id and secret
 * are right, and for them where they are not. */
static const struct fault *
ask_upstream(struct check *check, const struct config *config,
    const struct upstream *upstream)
{
	const struct fault	*bad;
	struct upstream_place	 place;
	struct upstream_tokens	 tokens;
	struct request		 request = {
		.arena = check->arena, .config = config,
		.deadline = clock_ms() + ANSWER_MS
	};
	struct pair		 pairs[] = {
		{ "grant_type", "authorization_code" },
		{ "code", "postern-check" },
		{ "redirect_uri", text_format(check->arena,
		    "%s/oauth/upstream", config->base_url) },
		{ "code_verifier", "postern-check-postern-check-postern-check" }
	};

	if ((bad = upstream_find(&request, upstream, &place)) != NULL)
		return bad;
	bad = upstream_ask(&request, &place, (struct pairs){ pairs,
	    sizeof(pairs) / sizeof(pairs[0]) }, &tokens);
	return bad != NULL && bad->kind == FAULT_GRANT ? NULL : bad;
}

/* What is kept in RUN_DIR may be of yesterday. */
void
check_upstreams(struct check *check)
{
	struct config		 config = *check->config;
	const struct upstream	*upstream;
	const struct fault	*bad;
	size_t			 i;

	config.run_dir = NULL;
	for (i = 0; i < config.upstreams_len; i++) {
		upstream = &config.upstreams[i];
		bad = ask_upstream(check, &config, upstream);
		if (bad == NULL)
			check_report_ok(&check->report, "sign-in", text_format(
			    check->arena, "%s takes what is configured",
			    upstream->label));
		else
			check_report_wrong(&check->report, "sign-in",
			    text_format(check->arena, "%s: %s",
			    upstream->label, bad->detail));
		check_report_note(&check->report, "%s has to know the "
		    "redirect URI %s/oauth/upstream", upstream->label,
		    config.base_url);
	}
}
