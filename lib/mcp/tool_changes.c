#include "mcp/tool_changes.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_changes.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/alike.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/excerpt.h"
#include "mcp/since.h"
#include "mcp/summary.h"
#include "mcp/tool.h"

enum {
	PAGE_MOST = 50,			/* messages of a kind in one answer */
	GONE_MOST = 1000,		/* UIDs named in one answer */
	NEW_CHARS = 50000,		/* of an answer, for all new ones */
	CHANGED_CHARS = 30000		/* and for all flags */
};

struct changes_args {
	const char	*folder;
	const char	*since;
};

static const struct field	 changes_args_rows[] = {
	{ FIELD(struct changes_args, folder), .preset = "INBOX", .bare = true },
	{ FIELD(struct changes_args, since), .most = SINCE_CHARS },
	{ FIELD_END }
};

struct changed {
	int64_t		 uid;
	struct texts	 flags;
};

static const struct field	 changed_rows[] = {
	{ FIELD(struct changed, uid) },
	{ FIELD(struct changed, flags) },
	{ FIELD_END }
};

struct changes {
	const char	*account;
	const char	*folder;
	int64_t		 uidvalidity;
	struct object	 defaults;	/* struct summary, of new */
	struct objects	 new;		/* struct summary */
	struct objects	 changed;	/* struct changed */
	struct numbers	 gone;
	int64_t		 gone_count;	/* where their UIDs are not known */
	const char	*since;
	bool		 incomplete;
	const char	*note;
};

static const struct field	 changes_rows[] = {
	{ FIELD(struct changes, account) },
	{ FIELD(struct changes, folder) },
	{ FIELD(struct changes, uidvalidity) },
	{ FIELD(struct changes, defaults), ALIKE },
	{ FIELD(struct changes, new), .bare = true, .rows = summary_rows,
	  .size = sizeof(struct summary) },
	{ FIELD(struct changes, changed), .bare = true,
	  .rows = changed_rows, .size = sizeof(struct changed) },
	{ FIELD(struct changes, gone) },
	{ FIELD(struct changes, gone_count) },
	{ FIELD(struct changes, since) },
	{ FIELD(struct changes, incomplete) },
	{ FIELD(struct changes, note) },
	{ FIELD_END }
};

/* One comparison of the folder with what it was. */
struct comparison {
	struct call		*call;
	struct since		 since;		/* as given */
	bool			 given;
	const char		*wire;
	struct imap_command	*find_new, *find_changed;
	uint32_t		 end;		/* UIDs of now are below it */
	struct uids		 fresh;		/* to tell now */
	struct uids		 changed;
	struct uids		 gone;
	uint32_t		 told;		/* known UIDs up to it are
						 * told with this answer */
	uint32_t		 next;		/* see struct since */
	uint32_t		 count;		/* known ones that are left */
	bool			 knows_changed;
	bool			 knows_gone;	/* by UID */
};

/* The known messages that are not told yet. */
static struct uid_range
range_to_tell(const struct comparison *at)
{
	return (struct uid_range){ at->since.from, at->since.base - 1 };
}

static bool
is_empty(struct uid_range range)
{
	return range.to < range.from;
}

/* Opens the folder and asks what is new and what changed, at once; what was
 * asked counts only if it is still the folder that it was. */
static const struct fault *
ask(struct comparison *at, const char *folder, const char *since)
{
	struct call			*call = at->call;
	const struct imap_command	*opened;
	const struct fault		*bad;

	if ((bad = call_folder(call, folder, &at->wire)) != NULL)
		return bad;
	at->given = !text_is_empty(since);
	if (at->given && (bad = since_read(call, since, at->wire,
	    &at->since)) != NULL)
		return bad;
	imap_queue_resync(call->imap, call->arena);
	opened = imap_queue_open(call->imap, call->arena, at->wire, false);
	if (at->given)
		at->find_new = imap_changes_new(call->imap, call->arena,
		    at->since.base);
	if (at->since.modseq > 0 && !is_empty(range_to_tell(at)) &&
	    imap_can(call->imap, IMAP_CAN_CONDSTORE))
		at->find_changed = imap_changes_find(call->imap, call->arena,
		    range_to_tell(at), at->since.modseq);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	return call_check_open(call, opened, folder, 0);
}

/* Whether mod-sequences go back to what was told last, and whether UIDs that
 * vanished are told by them too. */
static void
find_knowledge(struct comparison *at)
{
	const struct call	*call = at->call;
	uint64_t		 now = imap_box(call->imap)->opened_modseq;

	at->knows_changed = imap_can(call->imap, IMAP_CAN_CONDSTORE) &&
	    at->since.modseq > 0 && now >= at->since.modseq &&
	    (at->find_changed == NULL ||
	    at->find_changed->outcome == IMAP_OK);
	at->knows_gone = at->knows_changed &&
	    imap_can(call->imap, IMAP_CAN_QRESYNC);
}

/* What was found, cut to what this answer tells. */
static void
choose(struct comparison *at)
{
	struct arena	*arena = at->call->arena;
	uint32_t	 exists = imap_box(at->call->imap)->opened_exists;

	at->fresh = imap_changes_pick(arena, at->find_new->replies.found,
	    (struct uid_range){ at->since.base, at->end - 1 });
	at->count = exists > at->fresh.len ?
	    exists - (uint32_t)at->fresh.len : 0;
	at->fresh = imap_changes_pick(arena, at->find_new->replies.found,
	    (struct uid_range){ at->since.next, at->end - 1 });
	at->next = at->end > at->since.next ? at->end : at->since.next;
	if (at->fresh.len > PAGE_MOST) {
		at->next = at->fresh.at[PAGE_MOST];
		at->fresh.len = PAGE_MOST;
	}
	at->told = at->since.base - 1;
	if (!at->knows_changed || at->find_changed == NULL)
		return;
	at->changed = imap_changes_pick(arena,
	    at->find_changed->replies.found, range_to_tell(at));
	if (at->changed.len > PAGE_MOST) {
		at->told = at->changed.at[PAGE_MOST - 1];
		at->changed.len = PAGE_MOST;
	}
}

/* Asks for the flags of what changed and, unless plainly, for what vanished.
 * NULL: nothing can have. */
static struct imap_command *
queue_flags(struct comparison *at, bool plainly)
{
	struct call		*call = at->call;
	struct uid_range	 range = { at->since.from, at->told };
	struct buf		 text;

	if (!plainly && at->knows_gone && !is_empty(range) &&
	    imap_box(call->imap)->opened_modseq != at->since.modseq)
		return imap_changes_fetch(call->imap, call->arena, range,
		    at->since.modseq);
	if (at->changed.len == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, at->changed);
	buf_text(&text, " (UID FLAGS)");
	return imap_queue(call->imap, call->arena, &text);
}

static struct imap_command *
queue_summaries(struct comparison *at)
{
	struct call	*call = at->call;

	if (at->fresh.len == 0)
		return NULL;
	return summary_queue(call->imap, call->arena, at->fresh);
}

static void
fill_new(struct comparison *at, const struct imap_command *fetch,
    struct changes *changes)
{
	const struct imap_message	*message;
	struct arena			*arena = at->call->arena;
	struct summary			*list;
	size_t				 i;

	list = arena_array(arena, at->fresh.len, sizeof(*list));
	for (i = 0; i < at->fresh.len; i++)
		if ((message = imap_find_message(&fetch->replies,
		    at->fresh.at[i])) != NULL)
			summary_fill(at->call, message, NEW_CHARS /
			    at->fresh.len, &list[changes->new.len++]);
	changes->new.at = list;
	changes->defaults = alike_settle(arena, &changes->new);
}

/* Flags that there is no room for are left out. */
static void
fill_flags(struct arena *arena, const struct imap_message *message,
    size_t budget, struct changed *changed)
{
	size_t	 i, cost = 0;

	changed->uid = message->uid;
	changed->flags = summary_flags(arena, message->flags);
	for (i = 0; i < changed->flags.len; i++)
		if ((cost += excerpt_cost(changed->flags.at[i])) > budget)
			break;
	changed->flags.len = i;
}

static void
fill_changed(struct comparison *at, const struct imap_command *fetch,
    struct changes *changes)
{
	const struct imap_message	*message;
	struct arena			*arena = at->call->arena;
	struct changed			*list;
	size_t				 i;

	list = arena_array(arena, at->changed.len, sizeof(*list));
	for (i = 0; i < at->changed.len && at->changed.at[i] <= at->told; i++)
		if ((message = imap_find_message(&fetch->replies,
		    at->changed.at[i])) != NULL && message->has_flags)
			fill_flags(arena, message, CHANGED_CHARS /
			    at->changed.len,
			    &list[changes->changed.len++]);
	changes->changed.at = list;
}

/* More that vanished than one answer names ends what it tells. */
static void
take_vanished(struct comparison *at, const struct imap_command *fetch)
{
	at->gone = imap_changes_pick(at->call->arena, fetch->replies.vanished,
	    (struct uid_range){ at->since.from, at->told });
	if (at->gone.len > GONE_MOST) {
		at->gone.len = GONE_MOST;
		at->told = at->gone.at[GONE_MOST - 1];
	}
}

/* Asks for the rest, and once more without VANISHED where the server, for all
 * it said, refuses that. */
static const struct fault *
fetch_all(struct comparison *at, struct changes *changes)
{
	struct call		*call = at->call;
	struct imap_command	*flags, *summaries;
	const struct fault	*bad;

	flags = queue_flags(at, false);
	summaries = queue_summaries(at);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	if (flags != NULL && flags->outcome != IMAP_OK && at->knows_gone) {
		at->knows_gone = false;
		flags = queue_flags(at, true);
		if ((bad = imap_run(call->imap)) != NULL)
			return bad;
	}
	if ((flags != NULL && (bad = imap_command_fault(call->arena, flags,
	    "tell what changed")) != NULL) || (summaries != NULL &&
	    (bad = imap_command_fault(call->arena, summaries,
	    "list the new messages")) != NULL))
		return bad;
	if (flags != NULL && at->knows_gone)
		take_vanished(at, flags);
	if (flags != NULL)
		fill_changed(at, flags, changes);
	if (summaries != NULL)
		fill_new(at, summaries, changes);
	return NULL;
}

/* Where the reader stands with this answer. */
static struct since
advance(const struct comparison *at, bool *more)
{
	const struct imap_box	*box = imap_box(at->call->imap);
	struct since		 now = since_now(box, at->end);

	*more = at->told < at->since.base - 1 || at->next < at->end;
	if (at->since.target > 0)
		now.modseq = at->since.target;
	if (!*more)
		return now;
	now.target = now.modseq;
	now.modseq = at->since.modseq;
	now.base = at->since.base;
	now.count = at->count;
	now.from = at->told + 1;
	now.next = at->next;
	return now;
}

static const struct fault *
compare(struct comparison *at, struct changes *changes)
{
	const struct fault	*bad;
	struct since		 now;
	bool			 more;

	find_knowledge(at);
	choose(at);
	if ((bad = fetch_all(at, changes)) != NULL)
		return bad;
	if (!at->knows_gone && at->since.count > at->count)
		changes->gone_count = at->since.count - at->count;
	changes->gone = choice_numbers(at->call->arena, at->gone);
	changes->incomplete = !at->knows_changed || changes->gone_count > 0;
	now = advance(at, &more);
	if (more)
		changes->note = "There is more: call again with this since.";
	changes->since = since_write(at->call, &now, at->wire);
	return NULL;
}

static const struct fault *
list_changes(struct call *call, const void *arguments, void *result)
{
	const struct changes_args	*args = arguments;
	struct comparison		 at = { .call = call };
	struct changes			*changes = result;
	const struct imap_box		*box;
	const struct fault		*bad;
	struct since			 now;

	if ((bad = ask(&at, args->folder, args->since)) != NULL ||
	    (bad = since_end(call, at.since.base, &at.end)) != NULL)
		return bad;
	box = imap_box(call->imap);
	changes->account = call->account->address;
	changes->folder = folder_decode(call->arena, at.wire);
	changes->uidvalidity = box->uidvalidity;
	if (at.given && at.since.uidvalidity == box->uidvalidity)
		return compare(&at, changes);
	changes->note = at.given ? "The folder has new UIDs: those known "
	    "before name nothing any more. List it anew; since starts over." :
	    "Nothing to compare with yet: call again with this since.";
	now = since_now(box, at.end);
	changes->since = since_write(call, &now, at.wire);
	return NULL;
}

const struct tool	 tool_list_changes = {
	.name = "list_mail_changes", .title = "Mail changes",
	.description = "What is new, changed or gone since an earlier answer.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = changes_args_rows,
	.input_size = sizeof(struct changes_args), .output = changes_rows,
	.output_size = sizeof(struct changes), .handler = list_changes
};
