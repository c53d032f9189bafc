#include "mcp/tool_suggest.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/evidence.h"
#include "mcp/excerpt.h"
#include "mcp/habit.h"
#include "mcp/tool.h"

enum {
	SUGGEST_FOLDERS_TOLD = 5,
	SUGGEST_NAME_CHARS = 200	/* of a folder */
};

struct suggest_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
};

/* Where earlier ones are. */
struct whereabouts {
	const char	*folder;
	int64_t		 messages;
};

struct similar {
	int64_t		 messages;
	int64_t		 answered, flagged, unread, deleted;
	struct objects	 folders;	/* struct whereabouts */
};

struct suggestion {
	const char	*action;
	const char	*destination;
	int64_t		 support;
	int64_t		 of;
	const char	*because;	/* what they have in common */
};

struct suggested {
	int64_t		 uid;
	int64_t		 uidvalidity;
	struct object	 suggestion;	/* struct suggestion */
	struct object	 similar;	/* struct similar */
};

struct suggest_answer {
	struct objects	 messages;	/* struct suggested */
	const char	*note;
};

static const struct field	 suggest_rows[] = {
	CHOICE_ROWS(struct suggest_args),
	{ FIELD_END }
};

static const struct field	 whereabouts_rows[] = {
	{ FIELD(struct whereabouts, folder) },
	{ FIELD(struct whereabouts, messages) },
	{ FIELD_END }
};

static const struct field	 similar_rows[] = {
	{ FIELD(struct similar, messages), .present = true },
	{ FIELD(struct similar, answered) },
	{ FIELD(struct similar, flagged) },
	{ FIELD(struct similar, unread) },
	{ FIELD(struct similar, deleted) },
	{ FIELD(struct similar, folders), .rows = whereabouts_rows,
	  .size = sizeof(struct whereabouts) },
	{ FIELD_END }
};

static const struct field	 suggestion_rows[] = {
	{ FIELD(struct suggestion, action) },
	{ FIELD(struct suggestion, destination) },
	{ FIELD(struct suggestion, support) },
	{ FIELD(struct suggestion, of) },
	{ FIELD(struct suggestion, because) },
	{ FIELD_END }
};

static const struct field	 suggested_rows[] = {
	{ FIELD(struct suggested, uid) },
	{ FIELD(struct suggested, uidvalidity) },
	{ FIELD(struct suggested, suggestion), .rows = suggestion_rows,
	  .size = sizeof(struct suggestion) },
	{ FIELD(struct suggested, similar), .rows = similar_rows,
	  .size = sizeof(struct similar) },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct suggest_answer, messages), .present = true,
	  .bare = true, .rows = suggested_rows,
	  .size = sizeof(struct suggested) },
	{ FIELD(struct suggest_answer, note) },
	{ FIELD_END }
};

static const char *const	 actions[] = {
	[HABIT_NONE] = "none", [HABIT_ANSWER] = "answer",
	[HABIT_DELETE] = "delete", [HABIT_MOVE] = "move",
	[HABIT_FLAG] = "flag", [HABIT_LEAVE] = "leave"
};

/*
 * Which earlier ones count as similar: of the same sender or list, and only
 * where there is none of those, with the same subject.
 */
static bool
is_similar(const struct kind *kind, const struct trace *trace)
{
	const unsigned	 near = HABIT_SENDER | HABIT_LIST;
	size_t		 i;

	for (i = 0; i < kind->len && (trace->likeness & near) == 0; i++)
		if ((kind->traces[i].likeness & near) != 0)
			return false;
	return true;
}

/* Where the messages are, the fullest folders first. */
static struct objects
count_places(struct call *call, const struct evidence *evidence,
    const struct kind *kind)
{
	struct whereabouts	*list;
	struct objects		 told = { 0 };
	int64_t			*counts, most;
	size_t			 i, best;

	counts = arena_array(call->arena, evidence->places.len,
	    sizeof(*counts));
	for (i = 0; i < kind->len; i++)
		counts[kind->traces[i].place] +=
		    is_similar(kind, &kind->traces[i]);
	list = arena_array(call->arena, SUGGEST_FOLDERS_TOLD, sizeof(*list));
	told.at = list;
	for (; told.len < SUGGEST_FOLDERS_TOLD; told.len++) {
		for (i = best = 0, most = 0; i < evidence->places.len; i++)
			if (counts[i] > most) {
				most = counts[i];
				best = i;
			}
		if (most == 0)
			break;
		list[told.len] = (struct whereabouts){ excerpt_text(
		    call->arena, evidence->places.at[best].name,
		    SUGGEST_NAME_CHARS), most };
		counts[best] = 0;
	}
	return told;
}

static const struct similar *
count_similar(struct call *call, const struct evidence *evidence,
    const struct kind *kind)
{
	struct similar		*similar;
	const struct trace	*trace;
	size_t			 i;

	similar = arena_take(call->arena, sizeof(*similar));
	for (i = 0; i < kind->len; i++) {
		trace = &kind->traces[i];
		if (!is_similar(kind, trace))
			continue;
		similar->messages++;
		similar->answered += trace->answered;
		similar->flagged += trace->flagged;
		similar->unread += !trace->seen;
		similar->deleted += trace->deleted;
	}
	similar->folders = count_places(call, evidence, kind);
	return similar;
}

static const char *
name_likeness(unsigned likeness)
{
	if (likeness == HABIT_LIST)
		return "same list";
	if (likeness == HABIT_SENDER)
		return "same sender";
	return likeness == HABIT_SUBJECT ? "same subject" :
	    "same sender and subject";
}

static const struct suggestion *
suggest(struct call *call, const struct evidence *evidence,
    const struct kind *kind)
{
	struct suggestion	*suggestion;
	struct habit		 habit;

	habit = habit_judge(kind->traces, kind->len, evidence->places.len);
	suggestion = arena_take(call->arena, sizeof(*suggestion));
	suggestion->action = actions[habit.action];
	if (habit.action == HABIT_NONE)
		return suggestion;
	suggestion->support = habit.support;
	suggestion->of = habit.of;
	suggestion->because = name_likeness(habit.likeness);
	if (habit.has_place && habit.action != HABIT_DELETE &&
	    habit.action != HABIT_LEAVE)
		suggestion->destination = excerpt_text(call->arena,
		    evidence->places.at[habit.place].name,
		    SUGGEST_NAME_CHARS);
	return suggestion;
}

/* The messages of the folder, of those that were asked for. */
static const struct fault *
look(struct call *call, const struct suggest_args *args,
    const struct imap_message ***messages, size_t *len)
{
	const struct imap_command	*opened, *fetch;
	const struct fault		*bad;
	const char			*wire;
	struct uids			 set;
	struct buf			 text;
	size_t				 i;

	if ((bad = choice_uids(call, CHOICE(args), CHOICE_UIDS_MOST, &set)) !=
	    NULL ||
	    (bad = call_folder(call, args->folder, &wire)) != NULL)
		return bad;
	/* What was done since it was opened counts, too. */
	imap_forget_folder(call->imap);
	opened = imap_queue_open(call->imap, call->arena, wire, false);
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, set);
	buf_byte(&text, ' ');
	buf_text(&text, traits_items);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, args->folder,
	    args->uidvalidity)) != NULL ||
	    (bad = imap_command_fault(call->arena, fetch,
	    "look at the messages")) != NULL)
		return bad;
	*messages = arena_array(call->arena, set.len, sizeof(**messages));
	for (i = *len = 0; i < set.len; i++)
		if (((*messages)[*len] = imap_find_message(&fetch->replies,
		    set.at[i])) != NULL)
			++*len;
	return *len == 0 ? choice_absent(call, set) : NULL;
}

static const char *
make_note(struct call *call, const struct evidence *evidence)
{
	struct texts	 notes = { 0 };

	if (evidence->is_late)
		texts_add(call->arena, &notes,
		    "There was not time for all folders.");
	if (evidence->places.hidden)
		texts_add(call->arena, &notes, PLACES_HIDDEN);
	if (evidence->places.more > 0)
		texts_add(call->arena, &notes, text_format(call->arena,
		    "%zu folders were not looked at.",
		    evidence->places.more));
	if (evidence->is_windowed)
		texts_add(call->arena, &notes, text_format(call->arena,
		    "Of large folders the newest %lld messages were "
		    "compared.", (long long)evidence->window));
	if (evidence->is_cut)
		texts_add(call->arena, &notes,
		    "There are more similar messages than were compared.");
	return notes.len == 0 ? NULL : texts_join(call->arena, notes, " ");
}

static const struct fault *
suggest_actions(struct call *call, const void *arguments, void *result)
{
	const struct imap_message	**messages;
	struct suggest_answer		*answer = result;
	const struct fault		*bad;
	struct evidence			 evidence;
	struct suggested		*list;
	const struct kind		*kind;
	int64_t				 uidvalidity;
	size_t				 i, len;

	if ((bad = look(call, arguments, &messages, &len)) != NULL)
		return bad;
	uidvalidity = imap_box(call->imap)->uidvalidity;
	if ((bad = evidence_find(call, messages, len, &evidence)) != NULL)
		return bad;
	list = arena_array(call->arena, len, sizeof(*list));
	for (i = 0; i < len; i++) {
		kind = &evidence.kinds[evidence.kind_of[i]];
		list[i].uid = messages[i]->uid;
		list[i].uidvalidity = uidvalidity;
		list[i].suggestion.at = suggest(call, &evidence, kind);
		list[i].similar.at = count_similar(call, &evidence, kind);
	}
	answer->messages = (struct objects){ list, len };
	answer->note = make_note(call, &evidence);
	return NULL;
}

const struct tool	 tool_suggest_actions = {
	.name = "suggest_mail_actions", .title = "Suggest actions",
	.description = "What was done with mail like this.",
	.scope = "mail:search", .read_only = true, .idempotent = true,
	.open_world = true, .input = suggest_rows,
	.input_size = sizeof(struct suggest_args), .output = answer_rows,
	.output_size = sizeof(struct suggest_answer),
	.handler = suggest_actions
};
