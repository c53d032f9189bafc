#include "mcp/tool_flags.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/flags.h"
#include "mail/folder.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/confirm.h"
#include "mcp/question.h"
#include "mcp/tool.h"
#include "mcp/undo.h"

struct flags_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
	struct texts	 add;
	struct texts	 remove;
};

struct flags_of_message {
	int64_t		 uid;
	struct texts	 flags;
};

struct flags_answer {
	const char	*folder;
	int64_t		 uidvalidity;
	struct numbers	 uids;
	struct numbers	 missing;
	struct texts	 flags;
	struct objects	 messages;	/* struct flags_of_message: those that
					 * have more than all have */
	const char	*undo;
};

static const struct field	 flags_rows[] = {
	CHOICE_ROWS(struct flags_args),
	{ FIELD(struct flags_args, add),
	  .meaning = "\\Seen \\Flagged \\Answered or keywords" },
	{ FIELD(struct flags_args, remove) },
	{ FIELD_END }
};

static const struct field	 message_flags_rows[] = {
	{ FIELD(struct flags_of_message, uid) },
	{ FIELD(struct flags_of_message, flags) },
	{ FIELD_END }
};

static const struct field	 flags_answer_rows[] = {
	{ FIELD(struct flags_answer, folder) },
	{ FIELD(struct flags_answer, uidvalidity) },
	{ FIELD(struct flags_answer, uids) },
	{ FIELD(struct flags_answer, missing) },
	{ FIELD(struct flags_answer, flags),
	  .meaning = "Those that all the messages have now" },
	{ FIELD(struct flags_answer, messages), .bare = true,
	  .rows = message_flags_rows,
	  .size = sizeof(struct flags_of_message) },
	{ FIELD(struct flags_answer, undo) },
	{ FIELD_END }
};

static void
answer_flags(struct call *call, struct uids set,
    const struct flags_list *list, struct flags_answer *answer)
{
	struct flags_of_message	*messages;
	struct uids		 changed, missing;
	size_t			 i, at, n = 0;

	answer->flags = flags_shared(call->arena, list);
	messages = arena_array(call->arena, list->len, sizeof(*messages));
	changed.at = arena_array(call->arena, set.len, sizeof(*changed.at));
	missing.at = arena_array(call->arena, set.len, sizeof(*missing.at));
	changed.len = missing.len = 0;
	for (i = 0, at = 0; i < set.len; i++) {
		if (at == list->len || list->at[at].uid != set.at[i]) {
			missing.at[missing.len++] = set.at[i];
			continue;
		}
		if (list->at[at].now.len > answer->flags.len)
			messages[n++] = (struct flags_of_message){
				set.at[i], list->at[at].now };
		if (list->at[at++].changed)
			changed.at[changed.len++] = set.at[i];
	}
	answer->uids = choice_numbers(call->arena, changed);
	answer->missing = choice_numbers(call->arena, missing);
	answer->messages = (struct objects){ messages, n };
}

/* Too much for one token is told by there being none. */
static const char *
seal_undo(struct call *call, const struct flags_edit *edit,
    const struct flags_list *list)
{
	struct flags_record	 record;
	struct undo		 undo = { .uids = NULL };

	record.at = arena_array(call->arena, FLAGS_PAST_MOST,
	    sizeof(*record.at));
	if (!flags_recall(call->arena, edit, list, &record))
		return NULL;
	undo_flagged(call, &record, &undo);
	return undo_seal(call, &undo, NULL);
}

/* Many programs and servers delete what is marked so, by themselves. */
static const struct fault *
ask(struct call *call, const struct flags_edit *edit, struct uids set)
{
	struct question	*question;
	size_t		 i;

	for (i = 0; i < edit->add.len; i++)
		if (text_equal_case(edit->add.at[i], "\\Deleted"))
			break;
	if (i == edit->add.len)
		return NULL;
	question = arena_take(call->arena, sizeof(*question));
	question->kinds = "delete trash";
	question->sentence = "Mark messages as deleted";
	question->reopen = true;
	question_messages(call, question, set);
	return confirm_ask(call, question);
}

static const struct fault *
update_flags(struct call *call, const void *arguments, void *result)
{
	const struct flags_args	*args = arguments;
	struct flags_answer	*answer = result;
	const struct flags_edit	 named = { args->add, args->remove };
	const struct flags_edit	 edit = flags_mean(call->arena, &named);
	const struct imap_box	*box;
	const struct fault	*bad;
	struct flags_list	 list;
	struct uids		 set;

	if ((bad = choice_open(call, CHOICE(args), &set, &box)) != NULL ||
	    (bad = flags_check(call->arena, box, &edit)) != NULL ||
	    (bad = ask(call, &edit, set)) != NULL ||
	    (bad = flags_change(call->imap, call->arena, set, &edit, &list))
	    != NULL)
		return bad;
	if (list.len == 0)
		return choice_absent(call, set);
	answer->folder = folder_decode(call->arena, box->name);
	answer->uidvalidity = box->uidvalidity;
	answer_flags(call, set, &list, answer);
	answer->undo = seal_undo(call, &edit, &list);
	return NULL;
}

const struct tool	 tool_update_flags = {
	.name = "update_mail_message_flags", .title = "Flag mail",
	.description = "Marks messages read, flagged, or with keywords.",
	.scope = "mail:modify", .idempotent = true, .input = flags_rows,
	.input_size = sizeof(struct flags_args),
	.output = flags_answer_rows,
	.output_size = sizeof(struct flags_answer), .handler = update_flags
};
