#include "mcp/tool_read.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_quote.h"
#include "mail/imap_rest.h"
#include "mail/imap_session.h"
#include "mail/part_kind.h"
#include "mail/quoted.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/excerpt.h"
#include "mcp/guess.h"
#include "mcp/invited.h"
#include "mcp/raw.h"
#include "mcp/reading.h"
#include "mcp/reopen.h"
#include "mcp/rescue.h"
#include "mcp/suspect.h"
#include "mcp/tool.h"

enum {
	READ_UIDS_MOST = 10,
	READ_CHARS = 20000,
	READ_CHARS_MOST = 80000,
	READ_ANSWER_CHARS = 90000,	/* of all messages together */
	READ_OFFSET_MOST = 100 * 1024 * 1024,
	READ_LEAST_CHARS = 2000		/* of a text, whatever is beside it */
};

/* What mark_seen needs. */
static const char	 mark_scope[] = "mail:modify";

struct read_args {
	const char	*folder;
	int64_t		 uid;
	struct numbers	 uids;
	int64_t		 uidvalidity;
	const char	*format;
	int64_t		 max_chars;
	int64_t		 offset;
	bool		 quoted;
	bool		 with_urls;
	bool		 mark_seen;
};

struct read_answer {
	const char	*account;
	const char	*folder;
	int64_t		 uidvalidity;
	struct object	 message;	/* struct reading */
	struct objects	 messages;	/* likewise */
	struct numbers	 missing;
};

static const char *const	 formats[] = {
	"text", "markdown", "html", "headers", "source", NULL
};

static const struct field	 read_rows[] = {
	{ FIELD(struct read_args, folder), .preset = "INBOX", .bare = true },
	{ FIELD(struct read_args, uid), .most = UINT32_MAX },
	{ FIELD(struct read_args, uids), .most = READ_UIDS_MOST },
	{ FIELD(struct read_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD(struct read_args, format), .preset = "text",
	  .words = formats },
	{ FIELD(struct read_args, max_chars), .least = 1,
	  .most = READ_CHARS_MOST, .otherwise = READ_CHARS,
	  .bare = true },
	{ FIELD(struct read_args, offset), .most = READ_OFFSET_MOST,
	  .meaning = "next_offset" },
	{ FIELD(struct read_args, quoted),
	  .meaning = "Also quoted history" },
	{ FIELD(struct read_args, with_urls) },
	{ FIELD(struct read_args, mark_seen) },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct read_answer, account) },
	{ FIELD(struct read_answer, folder) },
	{ FIELD(struct read_answer, uidvalidity) },
	{ FIELD(struct read_answer, message), .bare = true,
	  .rows = reading_rows, .size = sizeof(struct reading) },
	{ FIELD(struct read_answer, messages), .bare = true,
	  .rows = reading_rows, .size = sizeof(struct reading) },
	{ FIELD(struct read_answer, missing) },
	{ FIELD_END }
};

/* The first flight: what describes the messages, and what can be asked for
 * before that is known. */
struct look {
	struct uids		  uids;
	struct imap_command	 *fetch;
	struct imap_command	 *guess;	/* texts, or NULL */
	struct imap_command	**raw;		/* of each, headers or source,
						 * or NULL */
	bool			  is_up;	/* of a folder that stayed
						 * open since a request before
						 * this one */
};

/* One message on its way: what was asked for, and what came. */
struct job {
	struct reading			*reading;
	const struct imap_message	*message;
	struct body_fetch		 body;
	const struct imap_command	*raw;	/* headers or source */
	struct imap_command		*invited; /* invitation, or NULL */
	const struct part		*calendar; /* its part */
	size_t				 most;	/* characters */
	size_t				 budget; /* of the whole message */
};

static bool
is_format(const struct read_args *args, const char *word)
{
	return text_equal(args->format, word);
}

/* Whether the texts are wanted, and not what they are made of. */
static bool
wants_text(const struct read_args *args)
{
	return !is_format(args, "headers") && !is_format(args, "source");
}

/* What each of so many messages may take of the answer. */
static size_t
find_budget(size_t messages)
{
	return READ_ANSWER_CHARS / messages;
}

static void
queue_text(struct call *call, const struct read_args *args, struct job *job)
{
	job->body.uid = job->message->uid;
	job->body.form = is_format(args, "html") ? BODY_HTML :
	    is_format(args, "markdown") ? BODY_MARKDOWN : BODY_TEXT;
	job->body.most = BODY_PART_BYTES;
	body_queue(call, job->message->body, &job->body);
	job->invited = invited_queue(call, job->message, &job->calendar);
}

static const struct fault *
take_text(struct call *call, const struct read_args *args, struct job *job)
{
	struct reading		*reading = job->reading;
	const struct fault	*bad;
	struct excerpt		 excerpt;
	struct body		 body;
	size_t			 spent, dropped = 0;

	if ((bad = body_read(call, &job->body, &body)) != NULL)
		return bad;
	if (!args->quoted && !body.is_html)
		body.text = quoted_fold(call->arena, body.text, &dropped);
	reading->invitation.at = invited_read(call, job->message,
	    job->invited, job->calendar);
	if (body.differs)
		suspect_plain(reading->found);
	reading_suspect(call, body.links, reading);
	if (body.is_cut)
		reading_note(call, reading, "The text is longer than is read "
		    "of one message; the source format has all of it.");
	if (body.images > 0)
		reading_note(call, reading, text_format(call->arena,
		    "Images of other servers (%lld) are left out.",
		    (long long)body.images));
	if (body.files > 0)
		reading_note(call, reading, "Files in the text (uuencode) are "
		    "named only; the source format has them.");
	reading_kinds(call, part_text_kinds(body.links), reading);
	reading->hidden_text_removed = body.hidden;
	reading->trackers = body.trackers;
	reading->quoted_text_removed = (int64_t)dropped;
	spent = reading_cost(call, reading);
	excerpt = excerpt_take(call->arena, body.text, (size_t)args->offset,
	    job->most, spent + READ_LEAST_CHARS < job->budget ?
	    job->budget - spent : READ_LEAST_CHARS);
	*(body.is_html ? &reading->html : &reading->text) = excerpt.text;
	reading->next_offset = (int64_t)excerpt.next;
	if (excerpt.next != 0 || args->offset != 0)
		reading->total_chars = (int64_t)excerpt.total;
	else if (!body.is_cut && reading->attachments.len == 0)
		reading->size = 0;
	return NULL;
}

/* What is still wanted of the texts, and the marks, in one flight. */
static const struct fault *
run_jobs(struct call *call, const struct read_args *args, struct job *jobs,
    struct uids there)
{
	struct imap_command	*mark = NULL;
	const struct fault	*bad;
	struct buf		 text;
	size_t			 i;

	for (i = 0; i < there.len && wants_text(args); i++)
		queue_text(call, args, &jobs[i]);
	if (args->mark_seen) {
		buf_start(&text, call->arena);
		buf_text(&text, "UID STORE ");
		imap_uid_set(&text, there);
		buf_text(&text, " +FLAGS.SILENT (\\Seen)");
		mark = imap_queue(call->imap, call->arena, &text);
	}
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (i = 0; mark != NULL && i < there.len; i++)
		if (mark->outcome != IMAP_OK)
			reading_note(call, jobs[i].reading, "The mail server "
			    "did not let it be marked as read.");
		else if (!imap_has_flag(jobs[i].reading->flags, "\\Seen"))
			texts_add(call->arena, &jobs[i].reading->flags,
			    "\\Seen");
	return NULL;
}

static const struct fault *
take_job(struct call *call, const struct read_args *args, struct job *job)
{
	reading_shorten(call, job->budget / 2, job->reading);
	reading_link(call, job->reading);
	if (is_format(args, "headers"))
		return raw_read_headers(call, job->raw, job->budget,
		    job->reading);
	if (is_format(args, "source"))
		return raw_read_source(call, job->raw, args->offset,
		    job->reading);
	return take_text(call, args, job);
}

/* Puts into the list which of the messages asked for are there: a job for each
 * of them. */
static const struct fault *
fill_jobs(struct call *call, const struct read_args *args,
    const struct look *look, struct job *jobs, struct uids *there)
{
	const struct uids	 asked = look->uids;
	const struct fault	*bad;
	size_t			 i, n;

	there->at = arena_array(call->arena, asked.len, sizeof(*there->at));
	for (i = n = 0; i < asked.len; i++) {
		jobs[n].message = imap_find_message(&look->fetch->replies,
		    asked.at[i]);
		if (jobs[n].message == NULL)
			continue;
		there->at[n] = asked.at[i];
		jobs[n].most = (size_t)args->max_chars;
		jobs[n].budget = find_budget(asked.len);
		jobs[n].raw = look->raw[i];
		jobs[n].body.guessed = guess_find(call, look->guess,
		    asked.at[i]);
		if ((bad = reading_fill(call, jobs[n].message,
		    args->with_urls, jobs[n].reading)) != NULL)
			return bad;
		n++;
	}
	there->len = n;
	return NULL;
}

static void
queue_look(struct call *call, const struct read_args *args, struct look *look)
{
	struct buf	 text;
	size_t		 i;

	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, look->uids);
	buf_byte(&text, ' ');
	reading_items(call->imap, &text);
	look->fetch = imap_queue(call->imap, call->arena, &text);
	look->raw = arena_array(call->arena, look->uids.len,
	    sizeof(*look->raw));
	if (wants_text(args))
		look->guess = guess_queue(call, look->uids, true);
	for (i = 0; i < look->uids.len; i++)
		if (is_format(args, "headers"))
			look->raw[i] = raw_queue_headers(call,
			    look->uids.at[i]);
		else if (is_format(args, "source"))
			look->raw[i] = raw_queue_source(call,
			    look->uids.at[i], args->offset,
			    (size_t)args->max_chars,
			    find_budget(look->uids.len));
}

/* Whether what a folder brought that stayed open holds: nothing has happened
 * there, no message is missing, and it is the one that is meant. */
static bool
stood_still(const struct call *call, const struct read_args *args,
    const struct look *look)
{
	const struct imap_box	*box = imap_box(call->imap);
	size_t			 i;

	if (box == NULL || imap_has_stirred(call->imap) ||
	    look->fetch->outcome != IMAP_OK || (args->uidvalidity != 0 &&
	    args->uidvalidity != box->uidvalidity))
		return false;
	for (i = 0; i < look->uids.len; i++)
		if (imap_find_message(&look->fetch->replies,
		    look->uids.at[i]) == NULL)
			return false;
	return true;
}

/* In a folder that stayed open. */
static const struct fault *
look_again(struct call *call, const struct read_args *args, struct look *look,
    const char **wire)
{
	const struct fault	*bad;

	queue_look(call, args, look);
	imap_queue_stir(call->imap, call->arena);
	bad = imap_run(call->imap);
	look->is_up = bad == NULL && stood_still(call, args, look);
	return look->is_up ? NULL : reopen_folder(call, args->folder, bad,
	    wire);
}

/* Opens the folder, unless it is, and looks, in one flight. */
static const struct fault *
open_look(struct call *call, const struct read_args *args, const char *wire,
    struct look *look)
{
	const struct imap_command	*opened = NULL;
	const struct fault		*bad = NULL;

	if (!look->is_up) {
		opened = imap_queue_open(call->imap, call->arena, wire,
		    args->mark_seen);
		queue_look(call, args, look);
		bad = imap_run(call->imap);
	}
	if (bad != NULL || (bad = call_check_open(call, opened, args->folder,
	    args->uidvalidity)) != NULL)
		return bad;
	bad = imap_command_fault(call->arena, look->fetch,
	    "read the message");
	return bad != NULL ? bad : rescue_structures(call, look->fetch);
}

static const struct fault *
take_look(struct call *call, const struct read_args *args, struct look *look)
{
	const struct fault	*bad;
	const char		*wire;

	if ((bad = call_folder(call, args->folder, &wire)) != NULL)
		return bad;
	if (!args->mark_seen && imap_take_up(call->imap, wire) &&
	    (bad = look_again(call, args, look, &wire)) != NULL)
		return bad;
	return open_look(call, args, wire, look);
}

static const struct fault *
check_args(struct call *call, const struct read_args *args, struct uids *set)
{
	const struct fault	*bad;

	if ((bad = choice_uids(call, CHOICE(args), READ_UIDS_MOST, set)) !=
	    NULL)
		return bad;
	if (args->offset != 0 && set->len != 1)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "offset goes with one uid only");
	return args->mark_seen ? call_requires(call, "mark_seen",
	    mark_scope) : NULL;
}

static const struct fault *
read_look(struct call *call, const struct read_args *args,
    const struct look *look, struct read_answer *answer)
{
	const struct fault	*bad;
	const struct uids	*set = &look->uids;
	struct uids		 there;
	struct reading		*readings;
	struct job		*jobs;
	size_t			 i;

	readings = arena_array(call->arena, set->len, sizeof(*readings));
	jobs = arena_array(call->arena, set->len, sizeof(*jobs));
	for (i = 0; i < set->len; i++)
		jobs[i].reading = &readings[i];
	if ((bad = fill_jobs(call, args, look, jobs, &there)) != NULL)
		return bad;
	if (there.len == 0)
		return choice_absent(call, *set);
	if ((bad = run_jobs(call, args, jobs, there)) != NULL)
		return bad;
	for (i = 0; i < there.len; i++)
		if ((bad = take_job(call, args, &jobs[i])) != NULL)
			return bad;
	answer->account = call->account->address;
	answer->folder = folder_decode(call->arena,
	    imap_box(call->imap)->name);
	answer->uidvalidity = imap_box(call->imap)->uidvalidity;
	answer->missing = choice_missing(call->arena, *set, there);
	if (args->uid != 0)
		answer->message.at = readings;
	else
		answer->messages = (struct objects){ readings, there.len };
	return NULL;
}

/* That a folder which stayed open has another name now, a server may notice
 * only when it is asked for more. */
static const struct fault *
read_messages(struct call *call, const void *arguments, void *result)
{
	const struct read_args	*args = arguments;
	struct look		 look = { .guess = NULL };
	const struct fault	*bad;
	const char		*wire;

	if ((bad = check_args(call, args, &look.uids)) != NULL)
		return bad;
	bad = take_look(call, args, &look);
	if (bad == NULL)
		bad = read_look(call, args, &look, result);
	if (bad == NULL || !look.is_up || (bad = reopen_folder(call,
	    args->folder, bad, &wire)) != NULL)
		return bad;
	look.is_up = false;
	bad = open_look(call, args, wire, &look);
	return bad != NULL ? bad : read_look(call, args, &look, result);
}

const struct tool	 tool_read_message = {
	.name = "get_mail_message", .title = "Read mail",
	.description = "A message (uid), or up to 10 (uids).",
	.scope = "mail:read", .read_only = true, .writes = mark_scope,
	.idempotent = true, .open_world = true, .input = read_rows,
	.input_size = sizeof(struct read_args), .output = answer_rows,
	.output_size = sizeof(struct read_answer), .handler = read_messages
};
