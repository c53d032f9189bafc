#include "oauth/apology.h"

#include "base/arena.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

static const struct apology *
find_row(const struct apology *rows, enum fault_kind kind)
{
	for (; rows->kind != FAULT_KINDS; rows++)
		if (rows->kind == kind)
			break;
	return rows;
}

void
apology_write(struct request *request, struct reply *reply,
    const struct apology *rows, const struct fault *fault)
{
	const struct apology	*row;
	struct page		*page;

	row = find_row(rows, fault->kind);
	if (row->status != 0)
		reply->status = row->status;
	page = page_open(request->arena, "error");
	page_set(page, "BASE", route_base(request->config));
	page_set(page, "TITLE", row->title);
	page_set(page, "ADVICE", row->advice);
	if (fault->kind != FAULT_INTERNAL)
		page_set(page_show(page, "DETAIL"), "DETAIL_TEXT",
		    fault->detail);
	policy_apply(request, reply, NULL);
	reply->content_type = "text/html; charset=utf-8";
	if (page_write(page, &reply->body) == NULL)
		return;
	buf_cut(&reply->body, 0);
	reply->content_type = "text/plain; charset=utf-8";
	buf_format(&reply->body, "%s.\n%s\n", row->title, row->advice);
}
