#include "mail/refused.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/shelf.h"
#include "base/tally.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "mail/sasl.h"

enum { MINUTE_SECONDS = 60 };

static const char	 counts_name[] = "refused-logins";

static void
find_counters(struct arena *arena, const struct sasl_credentials *credentials,
    unsigned counters[REFUSED_COUNTERS])
{
	struct bytes	 hash;
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	buf_counted(&buf, credentials->host);
	buf_format(&buf, "%d ", credentials->port);
	buf_counted(&buf, credentials->username);
	buf_counted(&buf, credentials->password);
	buf_counted(&buf, credentials->bearer);
	hash = digest(arena, DIGEST_SHA256, buf_view(&buf));
	for (i = 0; i < REFUSED_COUNTERS; i++)
		counters[i] = (unsigned)(hash.at[2 * i] << 8 |
		    hash.at[2 * i + 1]) % SHELF_COUNTERS;
}

/* Counts in all of them: where the least of them then stands.  *left: seconds
 * until that one begins anew. */
static int64_t
count_all(struct arena *arena, const struct refused *refused, int64_t more,
    int64_t *left)
{
	struct counting	 counting = {
		.seconds = REFUSED_SECONDS, .more = more
	};
	int64_t		 least = INT64_MAX, stands;
	size_t		 i;

	for (i = 0; i < REFUSED_COUNTERS; i++) {
		stands = shelf_count(arena, refused->folder, counts_name,
		    refused->counters[i], &counting);
		if (stands < least) {
			least = stands;
			*left = counting.left;
		}
	}
	return least;
}

const struct fault *
refused_find(struct arena *arena, const struct config *config,
    const struct sasl_credentials *credentials, struct refused *refused)
{
	int64_t	 left = 0;

	*refused = (struct refused){ .folder = config->run_dir };
	find_counters(arena, credentials, refused->counters);
	if (text_is_empty(config->run_dir))
		return NULL;
	refused->count = count_all(arena, refused, 0, &left);
	if (refused->count < REFUSED_MOST)
		return NULL;
	return fault_make(arena, FAULT_LOGIN, "the mail server refused this "
	    "user name and password %d times; so that it bans nobody they "
	    "are not tried again for %lld minutes", REFUSED_MOST,
	    (long long)left / MINUTE_SECONDS + 1);
}

void
refused_note(struct arena *arena, const struct refused *refused,
    const struct fault *bad)
{
	int64_t	 more = 0, left;

	if (bad == NULL && refused->count > 0)
		more = -refused->count;
	else if (bad != NULL && bad->kind == FAULT_LOGIN)
		more = 1;
	if (more != 0)
		(void)count_all(arena, refused, more, &left);
}
