#include "mcp/tool_read.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "mail/folder.h"
#include "mail/header.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/part_kind.h"
#include "mail/quoted.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/excerpt.h"
#include "mcp/invited.h"
#include "mcp/reading.h"
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
	  .most = READ_CHARS_MOST, .otherwise = READ_CHARS },
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

/* One message on its way: what was asked for, and what came. */
struct job {
	struct reading			*reading;
	const struct imap_message	*message;
	struct body_fetch		 body;
	struct imap_command		*raw;	/* headers or source */
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

/* Queues the headers or the source of a message, from the offset on. */
static void
queue_raw(struct call *call, const struct read_args *args, struct job *job)
{
	struct buf	 text;
	size_t		 most;

	/* As JSON a byte of source may take two characters. */
	most = job->most < job->budget / 2 ? job->most : job->budget / 2;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[",
	    (unsigned long)job->message->uid);
	if (is_format(args, "headers"))
		buf_format(&text, "HEADER]<0.%d>)", HEADER_BYTES);
	else
		buf_format(&text, "]<%lld.%zu>)", (long long)args->offset,
		    most);
	job->raw = imap_queue(call->imap, call->arena, &text);
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
find_section(struct call *call, const struct job *job,
    const struct imap_section **section)
{
	const struct imap_message	*message;
	const struct fault		*bad;

	bad = imap_command_fault(call->arena, job->raw, "read the message");
	if (bad != NULL)
		return bad;
	message = imap_find_message(&job->raw->replies, job->message->uid);
	*section = message == NULL ? NULL : message->sections;
	if (*section == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "message %lu is gone", (unsigned long)job->message->uid);
	return NULL;
}

/* All header fields, as many as there is room for. */
static const struct fault *
take_headers(struct call *call, struct job *job)
{
	const struct imap_section	*section;
	const struct fault		*bad;
	struct pairs			 fields;
	size_t				 spent, i;

	if ((bad = find_section(call, job, &section)) != NULL)
		return bad;
	fields = header_fields(call->arena, section->content);
	spent = reading_cost(call, job->reading);
	for (i = 0; i < fields.len; i++) {
		fields.at[i].name = excerpt_text(call->arena,
		    fields.at[i].name, READING_VALUE_CHARS);
		fields.at[i].value = excerpt_line(call->arena,
		    fields.at[i].value, READING_VALUE_CHARS);
		spent += excerpt_cost(fields.at[i].name) +
		    excerpt_cost(fields.at[i].value) + 24;
		if (spent > job->budget)
			break;
	}
	job->reading->headers = (struct objects){ fields.at, i };
	if (i < fields.len || section->content.len >= HEADER_BYTES)
		reading_note(call, job->reading,
		    "There are more header fields.");
	return NULL;
}

static const struct fault *
take_source(struct call *call, const struct read_args *args, struct job *job)
{
	const struct imap_section	*section;
	const struct fault		*bad;
	int64_t				 next;

	if ((bad = find_section(call, job, &section)) != NULL)
		return bad;
	job->reading->source = utf8_visible(call->arena,
	    utf8_clean(call->arena, section->content), NULL);
	job->reading->total_chars = job->reading->size;
	next = args->offset + (int64_t)section->content.len;
	if (next < job->reading->size && section->content.len > 0)
		job->reading->next_offset = next;
	return NULL;
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
	reading->total_chars = (int64_t)excerpt.total;
	reading->next_offset = (int64_t)excerpt.next;
	return NULL;
}

/* What was queued for each message, in one flight, and the marks of it. */
static const struct fault *
run_jobs(struct call *call, const struct read_args *args, struct job *jobs,
    struct uids there)
{
	struct imap_command	*mark = NULL;
	const struct fault	*bad;
	struct buf		 text;
	size_t			 i;

	for (i = 0; i < there.len; i++)
		if (is_format(args, "headers") || is_format(args, "source"))
			queue_raw(call, args, &jobs[i]);
		else
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
	if (reading_cost(call, job->reading) > job->budget / 2)
		reading_shorten(job->reading);
	reading_link(call, job->reading);
	if (is_format(args, "headers"))
		return take_headers(call, job);
	if (is_format(args, "source"))
		return take_source(call, args, job);
	return take_text(call, args, job);
}

/* Leaves in the list which of the messages asked for are there: a job for each
 * of them. */
static const struct fault *
fill_jobs(struct call *call, const struct read_args *args,
    const struct imap_replies *replies, struct job *jobs,
    struct uids *there)
{
	const struct uids	 asked = *there;
	const struct fault	*bad;
	size_t			 i, n;

	there->at = arena_array(call->arena, asked.len, sizeof(*there->at));
	for (i = n = 0; i < asked.len; i++) {
		jobs[n].message = imap_find_message(replies, asked.at[i]);
		if (jobs[n].message == NULL)
			continue;
		there->at[n] = asked.at[i];
		jobs[n].most = (size_t)args->max_chars;
		jobs[n].budget = READ_ANSWER_CHARS / asked.len;
		if ((bad = reading_fill(call, jobs[n].message,
		    args->with_urls, jobs[n].reading)) != NULL)
			return bad;
		n++;
	}
	there->len = n;
	return NULL;
}

static struct numbers
absent(struct call *call, struct uids asked, struct uids there)
{
	struct numbers	 numbers;
	size_t		 i, j;

	numbers.at = arena_array(call->arena, asked.len, sizeof(*numbers.at));
	numbers.len = 0;
	for (i = j = 0; i < asked.len; i++)
		if (j < there.len && there.at[j] == asked.at[i])
			j++;
		else
			numbers.at[numbers.len++] = asked.at[i];
	return numbers;
}

/* Opens the folder and asks for all but the text, in one flight. */
static const struct fault *
look(struct call *call, const struct read_args *args, struct uids set,
    struct imap_command **fetch)
{
	const struct imap_command	*opened;
	const struct fault		*bad;
	const char			*wire;
	struct buf			 text;

	if ((bad = call_folder(call, args->folder, &wire)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, wire,
	    args->mark_seen);
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, set);
	buf_byte(&text, ' ');
	reading_items(call->imap, &text);
	*fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, args->folder,
	    args->uidvalidity)) != NULL)
		return bad;
	bad = imap_command_fault(call->arena, *fetch, "read the message");
	return bad != NULL ? bad : rescue_structures(call, *fetch);
}

static const struct fault *
check_args(struct call *call, const struct read_args *args, struct uids *set)
{
	const struct fault	*bad;

	if ((bad = call_uids(call, args->uid, args->uids, READ_UIDS_MOST,
	    set)) != NULL)
		return bad;
	if (args->offset != 0 && set->len != 1)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "offset goes with one uid only");
	return args->mark_seen ? call_requires(call, "mark_seen",
	    mark_scope) : NULL;
}

static const struct fault *
read_messages(struct call *call, const void *arguments, void *result)
{
	const struct read_args	*args = arguments;
	struct read_answer	*answer = result;
	struct imap_command	*fetch;
	const struct fault	*bad;
	struct uids		 set, there;
	struct reading		*readings;
	struct job		*jobs;
	size_t			 i;

	if ((bad = check_args(call, args, &set)) != NULL ||
	    (bad = look(call, args, set, &fetch)) != NULL)
		return bad;
	readings = arena_array(call->arena, set.len, sizeof(*readings));
	jobs = arena_array(call->arena, set.len, sizeof(*jobs));
	for (i = 0; i < set.len; i++)
		jobs[i].reading = &readings[i];
	there = set;
	if ((bad = fill_jobs(call, args, &fetch->replies, jobs, &there)) !=
	    NULL)
		return bad;
	if (there.len == 0)
		return choice_absent(call, set);
	if ((bad = run_jobs(call, args, jobs, there)) != NULL)
		return bad;
	for (i = 0; i < there.len; i++)
		if ((bad = take_job(call, args, &jobs[i])) != NULL)
			return bad;
	answer->account = call->account->address;
	answer->folder = folder_decode(call->arena,
	    imap_box(call->imap)->name);
	answer->uidvalidity = imap_box(call->imap)->uidvalidity;
	answer->missing = absent(call, set, there);
	if (args->uid != 0)
		answer->message.at = readings;
	else
		answer->messages = (struct objects){ readings, there.len };
	return NULL;
}

const struct tool	 tool_read_message = {
	.name = "get_mail_message", .title = "Read mail",
	.description = "A message (uid), or up to 10 (uids).",
	.scope = "mail:read", .read_only = true, .writes = mark_scope,
	.idempotent = true, .open_world = true, .input = read_rows,
	.input_size = sizeof(struct read_args), .output = answer_rows,
	.output_size = sizeof(struct read_answer), .handler = read_messages
};
