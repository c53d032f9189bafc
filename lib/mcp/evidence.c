#include "mcp/evidence.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_keys.h"
#include "mail/imap_quote.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mail/stem.h"
#include "mcp/call.h"
#include "mcp/listing.h"
#include "mcp/progress.h"

enum {
	KINDS_KEYS = 3,
	VALUE_BYTES_MOST = 200	/* of what is searched for */
};

/* An earlier message on its way into the evidence. */
struct hit {
	size_t		 kind;
	size_t		 id;		/* kin's number, or KIN_NONE */
	bool		 is_marked;	/* \Deleted */
	struct trace	 trace;
};

struct inquiry {
	struct call		*call;
	struct evidence		*evidence;
	const char		*home;		/* the new ones' folder */
	struct uids		 asked;		/* there, left out */
	struct kin		*ids;
	size_t			*owner;		/* place of each id, plus 1 */
	struct hit		*hits;
	size_t			 hits_len, looked;
	struct imap_command	**searches;	/* kinds of each place */
	struct imap_command	*fetches[EVIDENCE_FLIGHT_PLACES];
};

static const char *const	 roles[] = {
	"\\Inbox", "\\Trash", "\\Junk", "\\Archive", "\\All", NULL
};

static const char *const	 apart[] = {
	"\\Sent", "\\Drafts", "\\Flagged", NULL
};

/* The kind of a new message, which others may share. */
static size_t
find_kind(struct evidence *evidence, const struct traits *traits)
{
	size_t	 i;

	for (i = 0; i < evidence->len; i++)
		if (traits_match(&evidence->kinds[i].traits, traits))
			return i;
	evidence->kinds[evidence->len].traits = *traits;
	return evidence->len++;
}

static void
add_key(struct imap_key *keys, size_t *len, const char *name,
    const char *value)
{
	if (value != NULL && *value != '\0' && text_is_ascii(value) &&
	    !text_has_control(value) && strlen(value) <= VALUE_BYTES_MOST)
		keys[(*len)++] = (struct imap_key){ name, value };
}

/* A search for what may be like the kind, in the newest of a place. */
static struct imap_command *
queue_search(struct inquiry *inquiry, const struct place *place,
    const struct traits *traits)
{
	struct call		*call = inquiry->call;
	struct imap_criteria	 criteria = { .utf8 = false };
	struct imap_key		 keys[KINDS_KEYS];
	size_t			 len = 0;

	add_key(keys, &len, "FROM", traits->from);
	add_key(keys, &len, "HEADER List-Id", traits->list);
	add_key(keys, &len, "SUBJECT", traits->stem == NULL ? NULL :
	    stem_needle(call->arena, traits->stem));
	if (len == 0)
		return NULL;
	buf_start(&criteria.keys, call->arena);
	if (place->messages > inquiry->evidence->window) {
		inquiry->evidence->is_windowed = true;
		buf_format(&criteria.keys, "%lld:* ", (long long)
		    (place->messages - inquiry->evidence->window + 1));
	}
	imap_keys_any(&criteria.keys, keys, len);
	return imap_search_queue(call->imap, call->arena, &criteria, false);
}

static bool
has_uid(struct uids uids, uint32_t uid)
{
	size_t	 i;

	for (i = 0; i < uids.len; i++)
		if (uids.at[i] == uid)
			return true;
	return false;
}

static bool
is_home(const struct inquiry *inquiry, size_t place)
{
	return text_equal(inquiry->evidence->places.at[place].wire,
	    inquiry->home);
}

/* The newest of what one search found, behind those of the others. */
static void
add_newest(struct inquiry *inquiry, size_t place,
    const struct imap_command *search, struct uids *uids)
{
	const struct paging	 window = { .page = 1,
				    .per_page = EVIDENCE_NEWEST };
	const struct cursor	 first = { .page = 1 };
	struct uids		 newest;
	size_t			 i;
	bool			 more;

	if (search == NULL || search->outcome != IMAP_OK)
		return;
	newest = listing_choose(inquiry->call, search->replies.found, &first,
	    &window, &more);
	for (i = 0; i < newest.len; i++) {
		if (uids->len == EVIDENCE_FETCH_MOST) {
			inquiry->evidence->is_cut = true;
			return;
		}
		if (!has_uid(*uids, newest.at[i]) &&
		    !(is_home(inquiry, place) &&
		    has_uid(inquiry->asked, newest.at[i])))
			uids->at[uids->len++] = newest.at[i];
	}
}

static struct imap_command *
queue_fetch(struct inquiry *inquiry, size_t place,
    struct imap_command *const *searches, struct uids *uids)
{
	struct evidence	*evidence = inquiry->evidence;
	struct call	*call = inquiry->call;
	struct buf	 text;
	size_t		 i;

	uids->at = arena_array(call->arena, EVIDENCE_FETCH_MOST,
	    sizeof(*uids->at));
	uids->len = 0;
	for (i = 0; i < evidence->len; i++)
		add_newest(inquiry, place, searches[i], uids);
	if (inquiry->looked + uids->len > EVIDENCE_MOST) {
		evidence->is_cut = true;
		uids->len = EVIDENCE_MOST - inquiry->looked;
	}
	if (uids->len == 0)
		return NULL;
	inquiry->looked += uids->len;
	(void)imap_queue_open(call->imap, call->arena,
	    evidence->places.at[place].wire, false);
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, *uids);
	buf_byte(&text, ' ');
	buf_text(&text, traits_items);
	return imap_queue(call->imap, call->arena, &text);
}

static void
take_message(struct inquiry *inquiry, size_t place,
    const struct imap_message *message)
{
	struct evidence		*evidence = inquiry->evidence;
	const struct place	*at = &evidence->places.at[place];
	struct traits		 traits;
	struct hit		 hit = { .id = KIN_NONE };
	size_t			 i;

	traits = traits_read(inquiry->call->arena, message);
	if (traits.id != NULL)
		hit.id = kin_add(inquiry->ids, traits.id);
	hit.is_marked = imap_has_flag(message->flags, "\\Deleted");
	hit.trace = (struct trace){
		.place = place, .at_home = is_home(inquiry, place),
		.deleted = hit.is_marked || (at->role != NULL &&
		    text_equal(at->role, "\\Trash")),
		.answered = imap_has_flag(message->flags, "\\Answered"),
		.flagged = imap_has_flag(message->flags, "\\Flagged"),
		.seen = imap_has_flag(message->flags, "\\Seen")
	};
	for (i = 0; i < evidence->len; i++) {
		hit.kind = i;
		hit.trace.likeness = traits_likeness(&traits,
		    &evidence->kinds[i].traits);
		if (hit.trace.likeness == 0)
			continue;
		if (inquiry->hits_len < EVIDENCE_MOST)
			inquiry->hits[inquiry->hits_len++] = hit;
		else
			evidence->is_cut = true;
	}
}

static const struct fault *
visit(struct inquiry *inquiry, size_t first, size_t end)
{
	struct evidence			*evidence = inquiry->evidence;
	struct call			*call = inquiry->call;
	struct uids			 uids[EVIDENCE_FLIGHT_PLACES];
	const struct imap_message	*message;
	const struct fault		*bad;
	size_t				 i, j;

	for (i = first; i < end; i++) {
		(void)imap_queue_open(call->imap, call->arena,
		    evidence->places.at[i].wire, false);
		for (j = 0; j < evidence->len; j++)
			inquiry->searches[(i - first) * evidence->len + j] =
			    queue_search(inquiry, &evidence->places.at[i],
			    &evidence->kinds[j].traits);
	}
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (i = first; i < end; i++)
		inquiry->fetches[i - first] = queue_fetch(inquiry, i,
		    inquiry->searches + (i - first) * evidence->len,
		    &uids[i - first]);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (i = first; i < end; i++)
		for (j = 0; j < uids[i - first].len; j++)
			if ((message = imap_find_message(
			    &inquiry->fetches[i - first]->replies,
			    uids[i - first].at[j])) != NULL)
				take_message(inquiry, i, message);
	return NULL;
}

static void
add_trace(struct inquiry *inquiry, const struct hit *hit)
{
	struct kind	*kind = &inquiry->evidence->kinds[hit->kind];
	struct trace	*grown;

	if (hit->id != KIN_NONE) {
		if (inquiry->owner[hit->id] == 0)
			inquiry->owner[hit->id] = hit->trace.place + 1;
		if (inquiry->owner[hit->id] != hit->trace.place + 1)
			return;
	}
	if (kind->len == kind->size) {
		kind->size = kind->size * 2 + 32;
		grown = arena_array(inquiry->call->arena, kind->size,
		    sizeof(*grown));
		if (kind->len > 0)
			memcpy(grown, kind->traces,
			    kind->len * sizeof(*grown));
		kind->traces = grown;
	}
	kind->traces[kind->len++] = hit->trace;
}

/* A message in several folders counts in the first of them, and last where it
 * only waits to be expunged. */
static void
settle(struct inquiry *inquiry)
{
	size_t	 i;

	for (i = 0; i < inquiry->hits_len; i++)
		if (!inquiry->hits[i].is_marked)
			add_trace(inquiry, &inquiry->hits[i]);
	for (i = 0; i < inquiry->hits_len; i++)
		if (inquiry->hits[i].is_marked)
			add_trace(inquiry, &inquiry->hits[i]);
}

/* The folders, with the one that holds everything behind the others. */
static const struct fault *
find_places(struct inquiry *inquiry)
{
	struct call			*call = inquiry->call;
	struct places			*places = &inquiry->evidence->places;
	const struct places_wish	 wish = {
		.first = inquiry->home,
		.roles = roles, .but = apart, .others = true,
		.most = EVIDENCE_FOLDERS_MOST
	};
	const struct fault		*bad;
	struct place			 all;
	size_t				 i;

	if ((bad = places_find(call, &wish, places)) != NULL)
		return bad;
	for (i = 1; i < places->len; i++)
		if (places->at[i].role != NULL &&
		    text_equal(places->at[i].role, "\\All"))
			break;
	if (i >= places->len)
		return NULL;
	all = places->at[i];
	memmove(&places->at[i], &places->at[i + 1],
	    (places->len - i - 1) * sizeof(all));
	places->at[places->len - 1] = all;
	return NULL;
}

/* The kinds of the new messages, which are no evidence themselves. */
static void
start(struct inquiry *inquiry, const struct imap_message *const *messages,
    size_t len)
{
	struct evidence	*evidence = inquiry->evidence;
	struct arena	*arena = inquiry->call->arena;
	struct traits	 traits;
	size_t		 i, id;

	evidence->kinds = arena_array(arena, len, sizeof(*evidence->kinds));
	evidence->kind_of = arena_array(arena, len, sizeof(size_t));
	inquiry->asked.at = arena_array(arena, len, sizeof(uint32_t));
	inquiry->ids = kin_open(arena, EVIDENCE_MOST + len);
	inquiry->owner = arena_array(arena, EVIDENCE_MOST + len,
	    sizeof(*inquiry->owner));
	inquiry->hits = arena_array(arena, EVIDENCE_MOST,
	    sizeof(*inquiry->hits));
	for (i = 0; i < len; i++) {
		inquiry->asked.at[inquiry->asked.len++] = messages[i]->uid;
		traits = traits_read(arena, messages[i]);
		evidence->kind_of[i] = find_kind(evidence, &traits);
		if (traits.id != NULL && (id = kin_add(inquiry->ids,
		    traits.id)) != KIN_NONE)
			inquiry->owner[id] = (size_t)-1;
	}
	inquiry->searches = arena_array(arena, EVIDENCE_FLIGHT_PLACES *
	    evidence->len, sizeof(struct imap_command *));
	evidence->window = EVIDENCE_FLIGHT_TESTS / EVIDENCE_FLIGHT_PLACES /
	    KINDS_KEYS / (int64_t)evidence->len;
	if (evidence->window > EVIDENCE_WINDOW)
		evidence->window = EVIDENCE_WINDOW;
	if (evidence->window < EVIDENCE_WINDOW_LEAST)
		evidence->window = EVIDENCE_WINDOW_LEAST;
}

const struct fault *
evidence_find(struct call *call, const struct imap_message *const *messages,
    size_t len, struct evidence *evidence)
{
	struct inquiry		 inquiry = {
		.call = call, .evidence = evidence
	};
	const struct fault	*bad;
	size_t			 first, end;

	*evidence = (struct evidence){ 0 };
	inquiry.home = arena_text(call->arena, imap_box(call->imap)->name);
	start(&inquiry, messages, len);
	if ((bad = find_places(&inquiry)) != NULL)
		return bad;
	for (first = 0; first < evidence->places.len; first = end) {
		end = first + EVIDENCE_FLIGHT_PLACES;
		if (end > evidence->places.len)
			end = evidence->places.len;
		if (clock_ms() + EVIDENCE_SPARE_MS > call->deadline) {
			evidence->is_late = true;
			break;
		}
		progress_tell(call, (int64_t)first,
		    (int64_t)evidence->places.len,
		    "Looking up what was done with such mail");
		if ((bad = visit(&inquiry, first, end)) != NULL)
			return bad;
	}
	settle(&inquiry);
	return NULL;
}
