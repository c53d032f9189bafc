#include "mcp/tool_search.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/imap_search.h"
#include "mail/imap_session.h"
#include "mcp/call.h"
#include "mcp/finder.h"
#include "mcp/finder_all.h"
#include "mcp/listing.h"
#include "mcp/tool.h"

struct search_args {
	const char	*folder;
	const char	*query;
	const char	*from;
	const char	*to;
	const char	*cc;
	const char	*subject;
	const char	*body;
	const char	*text;
	const char	*since;
	const char	*before;
	bool		 unread;
	bool		 flagged;
	bool		 answered;
	bool		 has_attachment;
	int64_t		 larger;
	int64_t		 smaller;
	const char	*header;
	const char	*keyword;
	int64_t		 page;
	int64_t		 per_page;
	const char	*cursor;
	bool		 include_body;
	int64_t		 max_chars;
};

#define TEXT_ROW(m)	FIELD(struct search_args, m),			\
	.most = IMAP_SEARCH_CHARS

static const struct field	 search_rows[] = {
	{ FIELD(struct search_args, folder), .preset = "INBOX",
	  .meaning = "\\All: every folder" },
	{ TEXT_ROW(text), .meaning = "Anywhere" },
	{ TEXT_ROW(from) },
	{ TEXT_ROW(to) },
	{ TEXT_ROW(cc) },
	{ TEXT_ROW(subject) },
	{ TEXT_ROW(body) },
	{ FIELD(struct search_args, since), .most = 40,
	  .meaning = "YYYY-MM-DD" },
	{ FIELD(struct search_args, before), .most = 40 },
	{ FIELD(struct search_args, unread) },
	{ FIELD(struct search_args, flagged) },
	{ FIELD(struct search_args, answered) },
	{ FIELD(struct search_args, has_attachment) },
	{ FIELD(struct search_args, larger), .most = UINT32_MAX },
	{ FIELD(struct search_args, smaller), .most = UINT32_MAX },
	{ TEXT_ROW(header), .meaning = "\"List-Id: dev\"" },
	{ FIELD(struct search_args, keyword), .most = 100 },
	{ TEXT_ROW(query),
	  .meaning = "SEARCH criteria: OR FROM \"a\" NOT SEEN" },
	PAGING_ROWS(struct search_args),
	{ FIELD_END }
};

static const struct fault *
read_criteria(struct call *call, const struct search_args *args,
    struct finder *finder)
{
	const struct imap_search	 search = {
		.query = args->query, .from = args->from, .to = args->to,
		.cc = args->cc, .subject = args->subject,
		.body = args->body, .text = args->text,
		.since = args->since, .before = args->before,
		.header = args->header, .keyword = args->keyword,
		.unread = args->unread, .flagged = args->flagged,
		.answered = args->answered, .larger = args->larger,
		.smaller = args->smaller
	};

	finder->has_attachment = args->has_attachment;
	return imap_search_write(call->arena, &search, &finder->criteria);
}

static const struct fault *
search_folder(struct call *call, const struct finder *finder,
    const char *folder, const struct paging *paging, struct listing *listing)
{
	const struct fault	*bad;
	const char		*wire;
	struct cursor		 cursor;
	struct finding		 finding;
	struct uids		 chosen;

	if ((bad = listing_cursor(call, paging, &cursor)) != NULL ||
	    (bad = call_folder(call, folder, &wire)) != NULL ||
	    (bad = finder_run(call, finder, folder, wire, &finding))
	    != NULL ||
	    (bad = listing_check(call, &cursor, imap_box(call->imap)))
	    != NULL)
		return bad;
	listing_start(call, &cursor, paging,
	    (int64_t)finding.uids.len, listing);
	listing->note = finding.note;
	chosen = listing_choose(call, finding.uids, &cursor, paging,
	    &listing->more);
	return listing_fetch(call, chosen, paging, listing);
}

/* \All is a folder of that role, and where there is none, all of them. */
static const struct fault *
search(struct call *call, const struct search_args *args,
    struct listing *listing)
{
	const struct paging		 paging = PAGING(args);
	struct finder			 finder;
	const struct fault		*bad;
	const char			*wire;

	if ((bad = read_criteria(call, args, &finder)) != NULL)
		return bad;
	if (!text_equal_case(args->folder, "\\All"))
		return search_folder(call, &finder, args->folder, &paging,
		    listing);
	bad = call_folder(call, args->folder, &wire);
	if (bad != NULL && bad->kind != FAULT_FOLDER &&
	    bad->kind != FAULT_PERMISSION)
		return bad;
	if (bad == NULL)
		return search_folder(call, &finder, args->folder, &paging,
		    listing);
	return finder_all_run(call, &finder, &paging, listing);
}

static const struct fault *
search_messages(struct call *call, const void *arguments, void *result)
{
	const struct fault	*bad;

	bad = search(call, arguments, result);
	listing_settle(call, result);
	return bad;
}

const struct tool	 tool_search_messages = {
	.name = "search_mail_messages", .title = "Search mail",
	.description = "Finds messages in which all that is given holds, "
	    "newest first.",
	.scope = "mail:search", .read_only = true, .idempotent = true,
	.open_world = true, .input = search_rows,
	.input_size = sizeof(struct search_args), .output = listing_search_rows,
	.output_size = sizeof(struct listing), .handler = search_messages
};
