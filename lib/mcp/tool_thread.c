#include "mcp/tool_thread.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/quoted.h"
#include "mcp/alike.h"
#include "mcp/body.h"
#include "mcp/call.h"
#include "mcp/conversation.h"
#include "mcp/excerpt.h"
#include "mcp/listing.h"
#include "mcp/summary.h"
#include "mcp/tool.h"

enum {
	THREAD_SUMMARY_CHARS = 1200	/* where a text follows */
};

struct thread_args {
	const char	*folder;
	int64_t		 uid;
	int64_t		 uidvalidity;
	bool		 cross_folder;
	bool		 include_body;
	int64_t		 max_chars;
	int64_t		 page;
	int64_t		 per_page;
};

struct thread_answer {
	const char	*account;
	int64_t		 total;
	struct object	 defaults;	/* struct summary */
	struct objects	 messages;	/* struct summary */
	const char	*note;
};

static const struct field	 thread_rows[] = {
	{ FIELD(struct thread_args, folder), .preset = "INBOX", .bare = true },
	{ FIELD(struct thread_args, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct thread_args, uidvalidity), .most = UINT32_MAX },
	{ FIELD(struct thread_args, cross_folder), .otherwise = true },
	{ FIELD(struct thread_args, include_body) },
	{ FIELD(struct thread_args, max_chars), .least = 1,
	  .most = UINT32_MAX },
	{ FIELD(struct thread_args, page), .least = 1, .most = UINT32_MAX },
	{ FIELD(struct thread_args, per_page), .least = 1,
	  .most = LISTING_PER_PAGE_MOST, .otherwise = LISTING_PER_PAGE,
	  .bare = true },
	{ FIELD_END }
};

static const struct field	 answer_rows[] = {
	{ FIELD(struct thread_answer, account) },
	{ FIELD(struct thread_answer, total) },
	{ FIELD(struct thread_answer, defaults), ALIKE },
	{ FIELD(struct thread_answer, messages), .present = true,
	  .bare = true, .rows = summary_rows, .size = sizeof(struct summary) },
	{ FIELD(struct thread_answer, note) },
	{ FIELD_END }
};

/* A page of the conversation on its way. */
struct leaf {
	const struct member		*member;
	struct summary			 summary;
	const struct imap_message	*message;
	struct body_fetch		 body;
	bool				 wants;	/* something is to be fetched */
};

struct leaves {
	struct call			*call;
	const struct thread_args	*args;
	const struct conversation	*found;
	struct leaf			*at;
	size_t				 len;
	int64_t				 max_chars;
};

/* The UIDs of the page that are in a place and want something, for which it is
 * opened. */
static struct uids
open_place(const struct leaves *leaves, size_t place)
{
	struct call	*call = leaves->call;
	struct uids	 uids;
	size_t		 i;

	uids.at = arena_array(call->arena, leaves->len, sizeof(*uids.at));
	for (i = uids.len = 0; i < leaves->len; i++)
		if (leaves->at[i].wants &&
		    leaves->at[i].member->place == place)
			uids.at[uids.len++] = leaves->at[i].member->uid;
	if (uids.len > 0)
		(void)imap_queue_open(call->imap, call->arena,
		    leaves->found->places.at[place].wire, false);
	return uids;
}

static struct imap_command *
queue_summaries(const struct leaves *leaves, size_t place)
{
	struct call	*call = leaves->call;
	struct uids	 uids;

	uids = open_place(leaves, place);
	if (uids.len == 0)
		return NULL;
	return summary_queue(call->imap, call->arena, uids);
}

/* All are of one thread, whatever each of them tells. */
static void
fill_leaf(const struct leaves *leaves, size_t budget, struct leaf *leaf)
{
	const struct place	*place;

	place = &leaves->found->places.at[leaf->member->place];
	summary_fill(leaves->call, leaf->message, budget,
	    &leaf->summary);
	if (leaf->summary.thread_id != NULL)
		leaf->summary.thread_id = leaves->found->thread;
	leaf->summary.folder = place->name;
	leaf->summary.uidvalidity = place->uidvalidity;
}

/* What was not fetched when they were found. */
static const struct fault *
fetch_summaries(struct leaves *leaves)
{
	const size_t		  places = leaves->found->places.len;
	struct imap_command	**fetches;
	const struct fault	 *bad;
	struct leaf		 *leaf;
	size_t			  i;

	for (i = 0; i < leaves->len; i++) {
		leaves->at[i].message = leaves->at[i].member->message;
		leaves->at[i].wants = leaves->at[i].message == NULL;
	}
	fetches = arena_array(leaves->call->arena, places, sizeof(*fetches));
	for (i = 0; i < places; i++)
		fetches[i] = queue_summaries(leaves, i);
	if ((bad = imap_run(leaves->call->imap)) != NULL)
		return bad;
	for (i = 0; i < leaves->len; i++) {
		leaf = &leaves->at[i];
		if (leaf->wants)
			leaf->message = imap_find_message(&fetches[
			    leaf->member->place]->replies, leaf->member->uid);
	}
	return NULL;
}

static const struct fault *
read_summaries(struct leaves *leaves)
{
	const struct fault	*bad;
	size_t			 i, n, budget;

	if ((bad = fetch_summaries(leaves)) != NULL)
		return bad;
	budget = LISTING_ANSWER_CHARS / (leaves->len > 0 ? leaves->len : 1);
	if (leaves->args->include_body && budget / 2 < THREAD_SUMMARY_CHARS)
		budget /= 2;
	else if (leaves->args->include_body)
		budget = THREAD_SUMMARY_CHARS;
	for (i = n = 0; i < leaves->len; i++) {
		if (leaves->at[i].message == NULL)
			continue;
		leaves->at[n] = leaves->at[i];
		fill_leaf(leaves, budget, &leaves->at[n++]);
	}
	leaves->len = n;
	return NULL;
}

static const struct fault *
fill_text(const struct leaves *leaves, struct leaf *leaf)
{
	const struct fault	*bad;
	struct excerpt		 excerpt;
	struct body		 body;
	size_t			 dropped;

	bad = body_read(leaves->call, &leaf->body, &body);
	if (bad != NULL)
		return bad->kind == FAULT_MESSAGE ? NULL : bad;
	excerpt = excerpt_take(leaves->call->arena,
	    quoted_fold(leaves->call->arena, body.text, &dropped), 0,
	    (size_t)leaves->max_chars, LISTING_ANSWER_CHARS / 2 /
	    leaves->len);
	summary_take_text(&leaf->summary, &body, excerpt);
	return NULL;
}

/* Those of a place that were not guessed. */
static void
queue_texts(struct leaves *leaves, size_t place)
{
	struct leaf	*leaf;
	size_t		 i;

	if (open_place(leaves, place).len == 0)
		return;
	for (i = 0; i < leaves->len; i++) {
		leaf = &leaves->at[i];
		if (leaf->wants && leaf->member->place == place)
			body_queue(leaves->call, leaf->message->body,
			    &leaf->body);
	}
}

static const struct fault *
read_texts(struct leaves *leaves)
{
	const struct fault	*bad;
	struct leaf		*leaf;
	size_t			 i;

	for (i = 0; i < leaves->len; i++) {
		leaf = &leaves->at[i];
		leaf->body = (struct body_fetch){ .uid = leaf->member->uid,
		    .form = BODY_PLAIN, .most = BODY_LIST_BYTES,
		    .guessed = leaf->member->guessed };
		leaf->wants = body_choose(leaf->message->body, &leaf->body);
	}
	for (i = 0; i < leaves->found->places.len; i++)
		queue_texts(leaves, i);
	if ((bad = imap_run(leaves->call->imap)) != NULL)
		return bad;
	for (i = 0; i < leaves->len; i++)
		if ((bad = fill_text(leaves, &leaves->at[i])) != NULL)
			return bad;
	return NULL;
}

static const struct fault *
fill_page(struct leaves *leaves, struct thread_answer *answer)
{
	const struct fault	*bad;
	struct summary		*list;
	size_t			 first, i;

	first = leaves->args->page == 0 ? 0 :
	    (size_t)((leaves->args->page - 1) * leaves->args->per_page);
	for (i = first; i < leaves->found->len &&
	    leaves->len < (size_t)leaves->args->per_page; i++)
		leaves->at[leaves->len++].member = &leaves->found->members[i];
	if ((bad = read_summaries(leaves)) != NULL)
		return bad;
	if (leaves->args->include_body &&
	    (bad = read_texts(leaves)) != NULL)
		return bad;
	list = arena_array(leaves->call->arena, leaves->len, sizeof(*list));
	for (i = 0; i < leaves->len; i++)
		list[i] = leaves->at[i].summary;
	answer->messages = (struct objects){ list, leaves->len };
	answer->defaults = alike_settle(leaves->call->arena,
	    &answer->messages);
	return NULL;
}

static const struct fault *
get_thread(struct call *call, const void *arguments, void *result)
{
	const struct thread_args		*args = arguments;
	struct thread_answer			*answer = result;
	const struct conversation_start		 start = {
		.folder = args->folder, .uid = (uint32_t)args->uid,
		.uidvalidity = args->uidvalidity,
		.cross_folder = args->cross_folder,
		.whole = args->page > 1 ? 0 : (size_t)args->per_page,
		.texts = args->include_body
	};
	const struct fault			*bad;
	struct conversation			 found;
	struct leaves				 leaves = {
		.call = call, .args = args, .found = &found
	};

	if ((bad = conversation_find(call, &start, &found)) != NULL)
		return bad;
	leaves.max_chars = args->max_chars == 0 ? LISTING_BODY_CHARS :
	    args->max_chars > LISTING_BODY_CHARS_MOST ?
	    LISTING_BODY_CHARS_MOST : args->max_chars;
	leaves.at = arena_array(call->arena, (size_t)args->per_page,
	    sizeof(*leaves.at));
	if ((bad = fill_page(&leaves, answer)) != NULL)
		return bad;
	answer->account = call->account->address;
	answer->total = (int64_t)found.len;
	answer->note = found.note;
	return NULL;
}

const struct tool	 tool_get_thread = {
	.name = "get_mail_thread", .title = "Read a thread",
	.description = "A conversation, oldest first.",
	.scope = "mail:read", .read_only = true, .idempotent = true,
	.open_world = true, .input = thread_rows,
	.input_size = sizeof(struct thread_args), .output = answer_rows,
	.output_size = sizeof(struct thread_answer), .handler = get_thread
};
