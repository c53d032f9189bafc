#include "mail/imap_guard.h"

#include "base/text.h"
#include "mail/imap_flight.h"

/* Commands that change nothing; all else does. */
static const char *const	 reading[] = {
	"EXAMINE", "SELECT", "UNSELECT", "FETCH", "SEARCH", "SORT", "THREAD",
	"STATUS", "LIST", "XLIST", "LSUB", "NAMESPACE", "ID", "ENABLE",
	"CAPABILITY", "NOOP", "GETQUOTA", "GETQUOTAROOT", NULL
};

static bool
reads(const struct queued *at)
{
	struct bytes	 verb = at->text;
	size_t		 i;

	if (at->source != NULL)
		return false;
	verb.len = bytes_find(verb, ' ');
	if (bytes_is_case(verb, "UID")) {
		verb = bytes_slice(at->text, verb.len + 1, at->text.len);
		verb.len = bytes_find(verb, ' ');
	}
	for (i = 0; reading[i] != NULL; i++)
		if (bytes_is_case(verb, reading[i]))
			return true;
	return false;
}

static bool
only_reads(const struct queued *first)
{
	for (; first != NULL; first = first->next)
		if (!reads(first))
			return false;
	return true;
}

void
imap_set_guard(struct imap *imap, struct imap_guard *guard)
{
	imap->guard = guard;
}

struct imap_proof *
imap_proof(struct imap *imap)
{
	return &imap->proof;
}

/* What was queued goes behind what the guard has queued. */
static void
join(struct imap *imap, struct queued *first, struct queued *last)
{
	if (first == NULL)
		return;
	if (imap->last == NULL)
		imap->first = first;
	else
		imap->last->next = first;
	imap->last = last;
}

static const struct fault *
refuse(struct imap *imap, struct queued *first, const struct fault *bad)
{
	imap_flight_forget(first);
	imap->first = imap->last = NULL;
	imap->has_box = false;
	return bad;
}

const struct fault *
imap_guard_run(struct imap *imap)
{
	struct imap_guard	*guard = imap->guard;
	struct queued		*first = imap->first, *last = imap->last;
	const struct fault	*bad;
	bool			 together = only_reads(first);

	if (guard->refused != NULL)
		return refuse(imap, first, guard->refused);
	imap->first = imap->last = NULL;
	imap->guard = NULL;
	guard->ask(guard->state, imap);
	if (together)
		join(imap, first, last);
	bad = imap_run(imap);
	if (bad == NULL)
		bad = guard->judge(guard->state, imap);
	guard->proved = bad == NULL;
	imap->guard = guard;
	if (bad != NULL)
		return refuse(imap, first, bad);
	if (together)
		return NULL;
	join(imap, first, last);
	return imap_run(imap);
}

const struct fault *
imap_prove(struct imap *imap)
{
	return imap->guard == NULL || imap->guard->proved ? NULL :
	    imap_guard_run(imap);
}
