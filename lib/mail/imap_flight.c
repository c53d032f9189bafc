#include "mail/imap_flight.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_ability.h"
#include "mail/imap_login.h"
#include "mail/imap_route.h"
#include "mail/imap_send.h"

enum { WAITING_MOST = 200 };	/* commands written and not answered */

/* Whether a command speaks of the messages of the open folder. */
static bool
needs_folder(struct bytes text)
{
	static const char *const	 verbs[] = { "UID", "FETCH", "STORE",
	    "SEARCH", "SORT", "THREAD", "COPY", "MOVE", "EXPUNGE" };
	size_t				 i;

	text.len = bytes_find(text, ' ');
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (bytes_is_case(text, verbs[i]))
			return true;
	return false;
}

/* The server now works on the oldest command that waits. */
static void
turn_to_waiting(struct imap *imap)
{
	struct queued	*at = imap->waiting;

	if (at == NULL)
		return;
	if (imap->failed != NULL && needs_folder(at->text))
		at->spoiled = imap->failed;
	if (at->opens == NULL)
		return;
	memset(&imap->box, 0, sizeof(imap->box));
	imap->kept_name = NULL;
	imap->box.name = at->opens;
	imap->box.writable = at->writable;
	imap->has_box = false;
}

/* How the folder was then, for when another is open. */
static void
keep_box(const struct imap *imap, struct queued *at)
{
	struct imap_box	*box;

	box = arena_take(at->arena, sizeof(*box));
	*box = imap->box;
	at->command.box = box;
}

/* A folder is open, or none is, after a command has ended. */
static void
settle_folder(struct imap *imap, struct queued *at)
{
	struct bytes	 verb = at->text;

	verb.len = bytes_find(verb, ' ');
	if (bytes_is_case(verb, "UNSELECT") &&
	    at->command.outcome == IMAP_OK) {
		imap->has_box = false;
		imap->kept_name = NULL;
	}
	if (at->opens == NULL)
		return;
	imap->has_box = at->command.outcome == IMAP_OK;
	imap->box.opened_exists = imap->box.exists;
	imap->box.opened_modseq = imap->box.highestmodseq;
	imap->opened = clock_ms();
	if (imap->has_box)
		keep_box(imap, at);
	imap->failed = imap->has_box ? NULL : at;
}

/* What stands in the place of the answer to a command whose folder did not
 * open: some servers keep the folder before it open, and would answer. */
static void
spoil(struct queued *at)
{
	memset(&at->command.replies, 0, sizeof(at->command.replies));
	at->command.replies.count = -1;
	at->command.outcome = IMAP_NO;
	at->command.code = at->spoiled->command.code;
	at->command.text = at->spoiled->command.text;
}

/* NO to SELECT, EXAMINE and STATUS means that there is no such folder (RFC
 * 9051 6.3.2); Dovecot says so without a code. */
static const char *
find_code(const struct queued *at, const struct imap_response *response)
{
	if (response->code == NULL && at->command.outcome == IMAP_NO &&
	    (at->opens != NULL || bytes_is(bytes_slice(at->text, 0, 7),
	    "STATUS ")))
		return "NONEXISTENT";
	return response->code;
}

/* What comes for the last of a command's neighbours may come before its own
 * end: the oldest that waits is looked for anew. */
static void
advance(struct imap *imap)
{
	while (imap->waiting != NULL &&
	    imap->waiting->command.outcome != IMAP_WAITING) {
		imap->waiting = imap->waiting->next;
		turn_to_waiting(imap);
	}
}

static void
finish(struct imap *imap, struct queued *at,
    const struct imap_response *response)
{
	at->command.outcome = text_equal(response->word, "OK") ? IMAP_OK :
	    text_equal(response->word, "NO") ? IMAP_NO : IMAP_BAD;
	at->command.code = find_code(at, response);
	at->command.text = imap_channel_words(at->arena, response);
	if (at->command.replies.has_capabilities)
		imap->abilities = imap_ability_read(
		    at->command.replies.capabilities);
	if (at->spoiled == NULL && imap->failed != NULL &&
	    needs_folder(at->text))
		at->spoiled = imap->failed;
	if (at->spoiled != NULL)
		spoil(at);
	settle_folder(imap, at);
	imap->in_flight--;
	advance(imap);
}

static const struct fault *
out_of_order(const struct imap *imap, const char *what)
{
	return fault_make(imap->arena, FAULT_PROTOCOL,
	    "the mail server sent %s that was not due", what);
}

/* CLOSED (RFC 7162 3.2.11): what came before was of the folder before. */
static void
take_closed(struct imap *imap)
{
	struct queued	*at = imap->waiting;

	if (at->opens == NULL)
		return;
	memset(&at->command.replies, 0, sizeof(at->command.replies));
	at->command.replies.count = -1;
	turn_to_waiting(imap);
}

static const struct fault *
take_response(struct imap *imap, const struct imap_response *response)
{
	struct queued	*at;

	if (response->line == IMAP_LINE_CONTINUE) {
		if (imap->literal == NULL)
			return out_of_order(imap, "a go-ahead");
		imap->literal = NULL;
		return NULL;
	}
	if (response->line == IMAP_LINE_UNTAGGED) {
		if (text_equal(response->word, "BYE"))
			return imap_login_bye(imap->arena, response);
		if (response->code != NULL &&
		    text_equal(response->code, "CLOSED"))
			take_closed(imap);
		return NULL;
	}
	if ((at = imap_route_tag(imap, response->tag)) == NULL)
		return out_of_order(imap, "a reply");
	/* RFC 9051 5.5: what stands before it was of another folder. */
	if (at->opens != NULL && at != imap->waiting)
		return out_of_order(imap, "a folder");
	finish(imap, at, response);
	return NULL;
}

/* A message's number counts for no command any more once others are gone. */
static void
note_moves(struct imap *imap, const struct queued *told)
{
	struct queued	*at;

	if (!told->command.replies.has_moved)
		return;
	for (at = imap->waiting; at != NULL && at->sent; at = at->next)
		at->command.replies.has_moved = true;
}

/* Whether it tells no more than flags, which nobody asked for alone. */
static bool
is_news(const struct imap_message *message)
{
	return message->has_flags && message->sections == NULL &&
	    message->envelope == NULL;
}

/* A FETCH is read first, since what it tells says whose it is. */
static const struct fault *
read_fetch(struct imap *imap, struct bytes whole, struct imap_box *box,
    struct imap_response *response)
{
	struct imap_replies	 replies = { .count = -1 };
	const struct fault	*bad;
	struct queued		*at;

	bad = imap_reply_read(imap->waiting->arena, whole, &replies, box,
	    response);
	if (bad != NULL || replies.messages == NULL)
		return bad;
	imap->has_stirred = imap->has_stirred || (imap->has_box &&
	    is_news(replies.messages));
	at = imap_route_fetch(imap, replies.messages);
	imap_reply_add(&at->command.replies, replies.messages);
	return NULL;
}

/* All else is of the command that it answers, or news of the folder. */
static const struct fault *
read_line(struct imap *imap, struct bytes whole, struct imap_box *box,
    struct imap_response *response)
{
	const struct fault	*bad;
	struct queued		*at = imap_route_line(imap, whole);
	uint32_t		 exists = imap->box.exists;
	bool			 had_moved = at->command.replies.has_moved;

	bad = imap_reply_read(at->arena, whole, &at->command.replies, box,
	    response);
	if (imap->has_box && (imap->box.exists != exists ||
	    at->command.replies.has_moved != had_moved))
		imap->has_stirred = true;
	note_moves(imap, at);
	return bad;
}

/* The answer to a login that went ahead comes before all others. */
static const struct fault *
read_login(struct imap *imap)
{
	struct imap_login	*login = imap->login;
	struct texts		 capabilities = { NULL, 0 };
	const struct fault	*bad;

	imap->login = NULL;
	bad = imap_login_end(login, &capabilities);
	refused_note(imap->arena, &imap->refused, bad);
	imap->abilities = imap_ability_read(capabilities);
	imap->is_unknown = capabilities.len == 0;
	return bad;
}

const struct fault *
imap_flight_read(struct imap *imap)
{
	struct imap_response	 response;
	const struct fault	*bad;
	struct imap_box		*box = NULL;
	struct queued		*at = imap->waiting;
	struct bytes		 whole;

	if (imap->login != NULL && (bad = read_login(imap)) != NULL)
		return bad;
	if (imap->has_box || at->opens != NULL)
		box = &imap->box;
	bad = imap_channel_next(&imap->channel, at->arena, &whole);
	if (bad != NULL || imap->channel.amid)
		return bad;
	if (imap_route_is_fetch(whole))
		bad = read_fetch(imap, whole, box, &response);
	else
		bad = read_line(imap, whole, box, &response);
	return bad != NULL ? bad : take_response(imap, &response);
}

/* Reads until no more than so many commands wait for their reply. */
static const struct fault *
read_until(struct imap *imap, size_t most)
{
	const struct fault	*bad;

	if (imap->in_flight <= most)
		return NULL;
	if ((bad = imap_send_flush(imap)) != NULL)
		return bad;
	while (imap->in_flight > most)
		if ((bad = imap_flight_read(imap)) != NULL)
			return bad;
	return NULL;
}

void
imap_flight_start(struct imap *imap)
{
	imap_channel_begin(&imap->channel);
	buf_start(&imap->out, imap->arena);
	imap->waiting = imap->first;
	imap->literal = NULL;
	imap->failed = NULL;
	imap->in_flight = 0;
	turn_to_waiting(imap);
}

const struct fault *
imap_flight_run(struct imap *imap)
{
	const struct fault	*bad;
	struct queued		*at;

	imap_flight_start(imap);
	if (imap->login != NULL &&
	    (bad = imap_login_write(imap->login, &imap->out)) != NULL)
		return bad;
	for (at = imap->first; at != NULL; at = at->next)
		if ((bad = imap_send(imap, at)) != NULL ||
		    (bad = read_until(imap, WAITING_MOST)) != NULL)
			return bad;
	return read_until(imap, 0);
}

/* The box's texts came in a command's arena, which goes with its request. */
static void
keep_texts(struct imap *imap)
{
	struct arena	*kept;
	struct texts	 flags = { NULL, 0 };
	size_t		 i;

	if (!imap->has_box ||
	    (imap->kept_flags.at == imap->box.permanent_flags.at &&
	    imap->kept_name == imap->box.name))
		return;
	kept = arena_open();
	imap->box.name = imap->kept_name = arena_text(kept, imap->box.name);
	for (i = 0; i < imap->box.permanent_flags.len; i++)
		texts_add(kept, &flags, arena_text(kept,
		    imap->box.permanent_flags.at[i]));
	imap->box.permanent_flags = imap->kept_flags = flags;
	arena_close(imap->kept);
	imap->kept = kept;
}

/* FNV-1a. */
uint64_t
imap_flight_hash(const char *name)
{
	uint64_t	 hash = 14695981039346656037U;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211U;
	return hash;
}

static void
keep_size(struct imap *imap)
{
	const struct imap_size	 size = {
		imap_flight_hash(imap->box.name), imap->box.exists
	};
	size_t			 i;

	for (i = 0; i < SIZES_MOST; i++)
		if (imap->sizes[i].name == size.name)
			break;
	if (i == SIZES_MOST)
		i = imap->next_size++ % SIZES_MOST;
	imap->sizes[i] = size;
}

void
imap_flight_forget(struct queued *at)
{
	for (; at != NULL; at = at->next) {
		memset(&at->command, 0, sizeof(at->command));
		at->command.outcome = IMAP_WAITING;
		at->command.replies.count = -1;
	}
}

static const struct fault *
break_off(struct imap *imap, const struct fault *bad)
{
	imap->broken = true;
	imap->has_box = false;
	imap_flight_forget(imap->first);
	/* It may have been made in the arena of a command. */
	return fault_make(imap->arena, bad->kind, "%s", bad->detail);
}

const struct fault *
imap_flight_end(struct imap *imap, const struct fault *bad)
{
	if (bad != NULL)
		bad = break_off(imap, bad);
	else
		keep_texts(imap);
	if (imap->has_box)
		keep_size(imap);
	imap->first = imap->last = imap->waiting = NULL;
	imap->answered = clock_ms();
	return bad;
}
