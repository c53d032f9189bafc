#include "mcp/tool_wait.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/slot.h"
#include "mail/folder.h"
#include "mail/imap_changes.h"
#include "mail/imap_idle.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mcp/alike.h"
#include "mcp/call.h"
#include "mcp/progress.h"
#include "mcp/since.h"
#include "mcp/summary.h"
#include "mcp/tool.h"

enum {
	SECONDS_MOST = 50,	/* clients and web servers give up after 60 */
	SPARE_MS = 2000,	/* of the request, for what follows a wait */
	ROUNDS_MOST = 300,	/* times that mail came which does not match */
	MESSAGE_CHARS = 20000	/* of the answer */
};

struct wait_args {
	const char	*folder;
	int64_t		 timeout_seconds;
	const char	*from;
	const char	*subject;
};

static const struct field	 wait_args_rows[] = {
	{ FIELD(struct wait_args, folder), .preset = "INBOX", .bare = true },
	{ FIELD(struct wait_args, timeout_seconds), .least = 1,
	  .most = SECONDS_MOST, .otherwise = SECONDS_MOST,
	  .bare = true },
	{ FIELD(struct wait_args, from), .most = IMAP_SEARCH_CHARS },
	{ FIELD(struct wait_args, subject), .most = IMAP_SEARCH_CHARS },
	{ FIELD_END }
};

struct waited {
	struct object	 message;	/* struct summary */
	bool		 timed_out;
	const char	*since;		/* when it began, for
					 * list_mail_changes */
	const char	*note;
};

static const struct field	 waited_rows[] = {
	{ FIELD(struct waited, message), .bare = true, .rows = summary_rows,
	  .size = sizeof(struct summary) },
	{ FIELD(struct waited, timed_out) },
	{ FIELD(struct waited, since) },
	{ FIELD(struct waited, note) },
	{ FIELD_END }
};

struct vigil {
	struct call		*call;
	const struct wait_args	*args;
	struct imap_idle	 idle;
	uint32_t		 next;	/* UIDs from here on have arrived */
	uint32_t		 found;	/* or 0 */
};

static bool
is_picky(const struct wait_args *args)
{
	return !text_is_empty(args->from) || !text_is_empty(args->subject);
}

static const struct fault *
write_criteria(struct vigil *at, struct imap_criteria *criteria)
{
	const struct imap_search	 search = {
		.query = text_format(at->call->arena, "UID %lu:*",
		    (unsigned long)at->next),
		.from = at->args->from, .subject = at->args->subject
	};

	return imap_search_write(at->call->arena, &search, criteria);
}

/* Which of those that arrived match; *arrived is all of them. */
static const struct fault *
search(struct vigil *at, struct uids *arrived, struct uids *matches)
{
	struct call		*call = at->call;
	struct imap_command	*all, *matching;
	struct imap_criteria	 criteria;
	const struct fault	*bad;

	if ((bad = write_criteria(at, &criteria)) != NULL)
		return bad;
	all = matching = imap_changes_new(call->imap, call->arena, at->next);
	if (is_picky(at->args))
		matching = imap_search_queue(call->imap, call->arena,
		    &criteria, false);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	if (imap_search_lacks_charset(matching)) {
		matching = imap_search_queue(call->imap, call->arena,
		    &criteria, true);
		if ((bad = imap_run(call->imap)) != NULL)
			return bad;
	}
	if ((bad = imap_command_fault(call->arena, all,
	    "tell what arrived")) != NULL ||
	    (bad = imap_command_fault(call->arena, matching,
	    "search what arrived")) != NULL)
		return bad;
	*arrived = all->replies.found;
	*matches = matching->replies.found;
	return NULL;
}

/* Looks at what arrived: the first that matches is found. */
static const struct fault *
look(struct vigil *at)
{
	struct uid_range	 range = { at->next, UINT32_MAX - 1 };
	struct uids		 arrived, matches;
	const struct fault	*bad;

	if ((bad = search(at, &arrived, &matches)) != NULL)
		return bad;
	arrived = imap_changes_pick(at->call->arena, arrived, range);
	matches = imap_changes_pick(at->call->arena, matches, range);
	if (matches.len > 0)
		at->found = matches.at[0];
	if (arrived.len > 0)
		at->next = arrived.at[arrived.len - 1] + 1;
	return NULL;
}

/* Waits until one is found or the time is over. */
static const struct fault *
keep_vigil(struct vigil *at)
{
	struct call		*call = at->call;
	const struct fault	*bad;
	enum imap_idle_end	 end;
	size_t			 round;

	progress_count(call, at->args->timeout_seconds, "Waiting for mail");
	for (round = 0; round < ROUNDS_MOST && at->found == 0 &&
	    clock_ms() < at->idle.until; round++) {
		bad = imap_idle(call->imap, call->arena, &at->idle, &end);
		if (bad != NULL)
			return bad;
		imap_begin(call->imap, call->arena, call->deadline);
		if (end == IMAP_IDLE_GONE)
			return fault_make(call->arena, FAULT_GONE,
			    "the client has gone");
		if (end == IMAP_IDLE_TIME)
			continue;
		/* What comes during the search is waited for again. */
		at->idle.known = imap_box(call->imap)->exists;
		if ((bad = look(at)) != NULL)
			return bad;
	}
	/* One may have come as another went, which is no growth. */
	return at->found == 0 ? look(at) : NULL;
}

static const struct fault *
show(struct vigil *at, struct waited *waited)
{
	struct call			*call = at->call;
	const struct imap_command	*fetch;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct summary			*summary;
	struct objects			 one;
	struct buf			 text;

	waited->timed_out = at->found == 0;
	if (at->found == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu ", (unsigned long)at->found);
	summary_items(call->imap, &text);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "show the message")) != NULL)
		return bad;
	summary = arena_take(call->arena, sizeof(*summary));
	summary->uid = at->found;
	summary->folder = folder_decode(call->arena,
	    imap_box(call->imap)->name);
	summary->uidvalidity = imap_box(call->imap)->uidvalidity;
	message = imap_find_message(&fetch->replies, at->found);
	if (message != NULL)
		summary_fill(call, message, MESSAGE_CHARS, summary);
	else
		waited->note = "It arrived and is gone already.";
	one = (struct objects){ summary, 1 };
	(void)alike_settle(call->arena, &one);
	waited->message.at = one.at;
	return NULL;
}

/* Servers end a session whose folder is removed and do not say why, or say
 * nothing at all; bad is NULL where the wait just ended. */
static const struct fault *
explain_end(struct vigil *at, const struct fault *bad)
{
	struct call		*call = at->call;
	const struct fault	*gone;
	const struct imap_box	*box;

	if (bad != NULL && bad->kind == FAULT_GONE)
		return bad;
	if (imap_is_usable(call->imap))
		imap_forget_folder(call->imap);
	else
		call_end(call);
	gone = call_open(call, at->args->folder, false, 0, &box);
	if (gone == NULL || gone->kind != FAULT_FOLDER)
		return bad;
	return fault_hint(call->arena, fault_make(call->arena, FAULT_FOLDER,
	    "the folder %s was removed or renamed during the wait",
	    at->args->folder), "list_mailboxes names the folders there are.");
}

/* Waits in one of the places that there are for it. */
static const struct fault *
wait_in_place(struct vigil *at, struct waited *waited)
{
	const struct config	*config = at->call->config;
	const struct slot_room	 room = { "wait", 0, config->waiting_workers };
	const struct fault	*bad = NULL;
	struct slot		 slot;

	slot_take(at->call->arena, config->run_dir, &room, &slot);
	if (!slot.taken)
		waited->note = "Too many wait now. Ask list_mail_changes with "
		    "this since in a while.";
	else if ((bad = keep_vigil(at)) != NULL || at->found == 0)
		bad = explain_end(at, bad);
	slot_give(&slot);
	return bad != NULL ? bad : show(at, waited);
}

static int64_t
find_until(const struct call *call, int64_t seconds)
{
	int64_t	 until = clock_ms() + seconds * 1000;
	int64_t	 last = call->deadline - IMAP_IDLE_ANSWER_MS - SPARE_MS;

	return until < last ? until : last;
}

static const struct fault *
wait_for_mail(struct call *call, const void *arguments, void *result)
{
	const struct wait_args	*args = arguments;
	struct waited		*waited = result;
	struct vigil		 at = { .call = call, .args = args,
				    .next = 1 };
	const struct imap_box	*box;
	const struct fault	*bad;
	struct imap_criteria	 unused;
	struct since		 since;

	/* What can't be searched for is said at once. */
	if ((bad = write_criteria(&at, &unused)) != NULL ||
	    (bad = call_open(call, args->folder, false, 0, &box)) != NULL ||
	    (bad = since_end(call, 0, &at.next)) != NULL)
		return bad;
	since = since_now(box, at.next);
	waited->since = since_write(call, &since, box->name);
	at.idle = (struct imap_idle){
		.known = box->opened_exists,
		.until = find_until(call, args->timeout_seconds)
	};
	/* A wait ends well by itself, and leaves a session to be kept. */
	progress_may_stop(call, false);
	return wait_in_place(&at, waited);
}

const struct tool	 tool_wait = {
	.name = "wait_for_mail", .title = "Wait for mail",
	.description = "Waits for mail that is yet to come.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = wait_args_rows,
	.input_size = sizeof(struct wait_args), .output = waited_rows,
	.output_size = sizeof(struct waited), .handler = wait_for_mail
};
