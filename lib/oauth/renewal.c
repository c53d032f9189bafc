#include "oauth/renewal.h"

#include "base/arena.h"
#include "base/text.h"
#include "mail/card.h"
#include "mail/imap_session.h"
#include "mail/ledger.h"
#include "mail/private.h"

/* The first record of a grant is that of its code: nothing was renewed yet. */
enum { GENERATION_RENEWED = 2 };

static void
look(struct imap *imap, struct arena *arena, const struct ledger *ledger,
    struct ledger_look *looked)
{
	struct ledger_flight	 flight = { NULL, NULL, NULL };

	imap_forget_folder(imap);
	ledger_queue_look(imap, arena, ledger, &flight);
	if (imap_run(imap) != NULL || ledger_read(imap, arena, ledger,
	    &flight, NULL, looked) != NULL)
		looked->len = 0;
}

static int64_t
find_last(const struct ledger_look *looked, const char *grant)
{
	const struct ledger_record	*record;
	int64_t				 last = 0;
	size_t				 i;

	for (i = 0; i < looked->len; i++) {
		record = &looked->records[i];
		if (record->generation >= GENERATION_RENEWED &&
		    record->time > last && text_equal(record->grant, grant))
			last = record->time;
	}
	return last;
}

const int64_t *
renewal_read(struct imap *imap, struct arena *arena,
    const struct card_owner *owner, const struct card_found *cards,
    size_t len)
{
	struct private_folder	 folder = { .there = false };
	struct ledger_look	 looked = { .len = 0 };
	int64_t			*times;
	size_t			 i;

	times = arena_array(arena, len, sizeof(*times));
	if (len == 0 || private_find(imap, arena, PRIVATE_LEDGER, &folder) !=
	    NULL || !folder.there || folder.messages == 0)
		return times;
	look(imap, arena, &(struct ledger){ .keys = owner->keys,
	    .purpose = LEDGER_GRANTS, .issuer = owner->issuer,
	    .account = owner->account, .wire = folder.wire }, &looked);
	for (i = 0; i < len; i++)
		times[i] = find_last(&looked, cards[i].card.grant);
	return times;
}
