#include "mcp/completion.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/json.h"
#include "data/lower.h"
#include "mail/folder.h"
#include "mcp/call.h"
#include "mcp/listing.h"
#include "mcp/message.h"
#include "mcp/naming.h"
#include "mcp/prompt.h"
#include "mcp/resource.h"
#include "mcp/summary.h"
#include "mcp/tool.h"

enum {
	DAY_SECONDS = 24 * 60 * 60,
	RECENT_MOST = 50	/* messages to choose from */
};

/* What is asked for, and what was found. */
struct completion {
	const char	*value;		/* typed so far, in lower case */
	const char	*account;	/* chosen before, or NULL */
	const char	*folder;	/* likewise */
	struct texts	 found;		/* that begin with it */
	struct texts	 others;	/* that contain it */
};

typedef const struct fault	*completer(struct call *call,
				    struct completion *completion);

static void
offer(struct call *call, struct completion *completion, const char *text)
{
	const char	*lower;

	lower = lower_text(call->arena, text);
	if (text_starts(lower, completion->value))
		texts_add(call->arena, &completion->found, text);
	else if (strstr(lower, completion->value) != NULL)
		texts_add(call->arena, &completion->others, text);
}

/* For words that may come again: folders' names, which are many, do not. */
static void
offer_once(struct call *call, struct completion *completion, const char *text)
{
	if (!texts_have(completion->found, text) &&
	    !texts_have(completion->others, text))
		offer(call, completion, text);
}

static const struct fault *
complete_account(struct call *call, struct completion *completion)
{
	const struct account	*accounts = call->access->accounts.at;
	size_t			 i;

	for (i = 0; i < call->access->accounts.len; i++) {
		offer_once(call, completion, accounts[i].address);
		if (accounts[i].label != NULL)
			offer_once(call, completion, accounts[i].label);
	}
	return NULL;
}

/* The names of what can be opened, and then the roles. */
static const struct fault *
offer_folders(struct call *call, struct completion *completion)
{
	const struct fault	*bad;
	struct folders		 folders;
	size_t			 i;

	if ((bad = call_imap(call)) != NULL ||
	    (bad = folder_list(call->imap, call->arena, NULL, false,
	    &folders)) != NULL ||
	    (bad = call_keep_allowed(call, &folders)) != NULL)
		return bad;
	for (i = 0; i < folders.len; i++)
		if (folders.at[i].selectable)
			offer(call, completion, naming_shown(call->arena,
			    folders.at[i].name));
	for (i = 0; i < folders.len; i++)
		if (folders.at[i].selectable && folders.at[i].role != NULL)
			offer_once(call, completion, folders.at[i].role);
	return NULL;
}

/* Who may not list the folders gets to know none but those of the grant. */
static const struct fault *
complete_folder(struct call *call, struct completion *completion)
{
	const struct fault	*bad;
	struct texts		 limits;
	size_t			 i;

	if ((bad = call_choose(call, completion->account)) != NULL)
		return bad;
	if (texts_have(call->account->scopes, "mail:folders")) {
		bad = call_verdict(call, offer_folders(call, completion));
		call_end(call);
		return bad;
	}
	limits = call->account->folders;
	if (limits.len == 0)
		offer(call, completion, "INBOX");
	for (i = 0; i < limits.len; i++)
		offer(call, completion, limits.at[i]);
	return NULL;
}

/* Today and days that people go back to. */
static const struct fault *
complete_since(struct call *call, struct completion *completion)
{
	static const int	 back[] = { 0, 1, 7, 30, 90, 365 };
	size_t			 i;
	int			 year, month, day;

	for (i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		clock_date(clock_now() - (int64_t)back[i] * DAY_SECONDS,
		    &year, &month, &day);
		offer(call, completion, text_format(call->arena,
		    "%04d-%02d-%02d", year, month, day));
	}
	return NULL;
}

/* The newest messages of the folder chosen before. */
static const struct fault *
list_recent(struct call *call, const struct completion *completion,
    const struct listing **listing)
{
	const struct fault	*bad;
	const struct json	*arguments;
	struct json_writer	 writer;
	struct buf		 buf;
	void			*output;

	buf_start(&buf, call->arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	json_put_text(&writer, "account", completion->account);
	json_put_text(&writer, "folder", completion->folder);
	json_put_number(&writer, "per_page", RECENT_MOST);
	json_close_object(&writer);
	if ((bad = json_read(call->arena, buf_view(&buf), JSON_KEYS_UNIQUE,
	    &arguments)) != NULL ||
	    (bad = tool_answer(call, tool_find("list_mail_messages"),
	    arguments, &output)) != NULL)
		return bad;
	*listing = output;
	return NULL;
}

/* A UID, with what tells people which message it is; of that the prompt takes
 * only the UID. */
static const struct fault *
complete_message(struct call *call, struct completion *completion)
{
	const struct listing	*listing;
	const struct summary	*summaries;
	const struct fault	*bad;
	size_t			 i;

	if ((bad = list_recent(call, completion, &listing)) != NULL)
		return bad;
	summaries = listing->messages.at;
	for (i = 0; i < listing->messages.len; i++) {
		offer(call, completion, text_format(call->arena,
		    "%lld %s (%s)", (long long)summaries[i].uid,
		    summaries[i].subject == NULL ? "" : summaries[i].subject,
		    summaries[i].sender == NULL ? "" :
		    summaries[i].sender));
	}
	return NULL;
}

static const struct fault *
complete_uid(struct call *call, struct completion *completion)
{
	const struct listing	*listing;
	const struct summary	*summaries;
	const struct fault	*bad;
	size_t			 i;

	if ((bad = list_recent(call, completion, &listing)) != NULL)
		return bad;
	summaries = listing->messages.at;
	for (i = 0; i < listing->messages.len; i++)
		offer(call, completion, text_format(call->arena, "%lld",
		    (long long)summaries[i].uid));
	return NULL;
}

static const struct fault *
complete_uidvalidity(struct call *call, struct completion *completion)
{
	const struct listing	*listing;
	const struct fault	*bad;

	if ((bad = list_recent(call, completion, &listing)) != NULL)
		return bad;
	offer(call, completion, text_format(call->arena, "%lld",
	    (long long)listing->uidvalidity));
	return NULL;
}

static const struct {
	const char	*argument;
	completer	*complete;
} completers[] = {
	{ "account", complete_account },
	{ "folder", complete_folder },
	{ "since", complete_since },
	{ "message", complete_message },
	{ "uid", complete_uid },
	{ "uidvalidity", complete_uidvalidity }
};

static void
put_completion(struct call *call, struct json_writer *writer,
    const struct completion *completion)
{
	struct texts	 all = completion->found;
	size_t		 i;

	for (i = 0; i < completion->others.len; i++)
		texts_add(call->arena, &all, completion->others.at[i]);
	json_open_object(writer, "completion");
	json_open_array(writer, "values");
	for (i = 0; i < all.len && i < COMPLETION_VALUES_MOST; i++)
		json_put_text(writer, NULL, all.at[i]);
	json_close_array(writer);
	json_put_number(writer, "total", (int64_t)all.len);
	json_put_bool(writer, "hasMore", all.len > i);
	json_close_object(writer);
}

/* Whether the argument belongs to what ref names. */
static bool
is_known(const struct call *call, const struct json *ref, const char *name)
{
	const char	*type;

	type = json_text(json_member(ref, "type"));
	if (type != NULL && text_equal(type, "ref/prompt"))
		return prompt_takes(call, json_text(json_member(ref,
		    "name")), name);
	return type != NULL && text_equal(type, "ref/resource") &&
	    resource_takes(call, json_text(json_member(ref, "uri")), name);
}

static const struct fault *
complete(struct call *call, const char *name, struct completion *completion)
{
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; i < sizeof(completers) / sizeof(completers[0]); i++) {
		if (!text_equal(completers[i].argument, name))
			continue;
		bad = completers[i].complete(call, completion);
		/* An account or folder that is not there has no values. */
		return bad == NULL || bad->kind == FAULT_ARGUMENT ||
		    bad->kind == FAULT_FOLDER ||
		    bad->kind == FAULT_PERMISSION ? NULL : bad;
	}
	return NULL;
}

const struct fault *
completion_complete(struct call *call, const struct message *message,
    struct json_writer *writer)
{
	const struct json	*ref, *argument, *chosen;
	const struct fault	*bad;
	const char		*name, *value;
	struct completion	 completion = { 0 };

	ref = json_member(message->params, "ref");
	argument = json_member(message->params, "argument");
	name = json_text(json_member(argument, "name"));
	value = json_text(json_member(argument, "value"));
	if (json_text(json_member(ref, "type")) == NULL || name == NULL ||
	    value == NULL)
		return fault_make(call->arena, FAULT_PARAMS,
		    "ref must be {type, name or uri}, and argument {name, "
		    "value}");
	chosen = json_member(json_member(message->params, "context"),
	    "arguments");
	completion.value = lower_text(call->arena, value);
	completion.account = json_text(json_member(chosen, "account"));
	completion.folder = json_text(json_member(chosen, "folder"));
	if (is_known(call, ref, name) &&
	    (bad = complete(call, name, &completion)) != NULL)
		return bad;
	put_completion(call, writer, &completion);
	return NULL;
}
