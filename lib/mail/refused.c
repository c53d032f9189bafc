#include "mail/refused.h"

#include <string.h>

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

/* A text and its length, so that no two lists of texts look the same. */
static void
add(struct buf *buf, const char *text)
{
	if (text == NULL)
		text = "";
	buf_format(buf, "%zu:", strlen(text));
	buf_text(buf, text);
}

static unsigned
find_counter(struct arena *arena, const struct sasl_credentials *credentials)
{
	struct bytes	 hash;
	struct buf	 buf;

	buf_start(&buf, arena);
	add(&buf, credentials->host);
	buf_format(&buf, "%d ", credentials->port);
	add(&buf, credentials->username);
	add(&buf, credentials->password);
	add(&buf, credentials->bearer);
	hash = digest(arena, DIGEST_SHA256, buf_view(&buf));
	return (unsigned)(hash.at[0] << 8 | hash.at[1]) % SHELF_COUNTERS;
}

const struct fault *
refused_find(struct arena *arena, const struct config *config,
    const struct sasl_credentials *credentials, struct refused *refused)
{
	struct counting	 counting = { .seconds = REFUSED_SECONDS };

	*refused = (struct refused){ .folder = config->run_dir };
	if (text_is_empty(config->run_dir))
		return NULL;
	refused->counter = find_counter(arena, credentials);
	refused->count = shelf_count(arena, config->run_dir, counts_name,
	    refused->counter, &counting);
	if (refused->count < REFUSED_MOST)
		return NULL;
	return fault_make(arena, FAULT_LOGIN, "the mail server refused this "
	    "user name and password %d times; so that it bans nobody they "
	    "are not tried again for %lld minutes", REFUSED_MOST,
	    (long long)(counting.left / MINUTE_SECONDS + 1));
}

void
refused_note(struct arena *arena, const struct refused *refused,
    const struct fault *bad)
{
	struct counting	 counting = { .seconds = REFUSED_SECONDS };

	if (bad == NULL && refused->count > 0)
		counting.more = -refused->count;
	else if (bad != NULL && bad->kind == FAULT_LOGIN)
		counting.more = 1;
	if (counting.more != 0)
		(void)shelf_count(arena, refused->folder, counts_name,
		    refused->counter, &counting);
}
