#include "oauth/own_page.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "oauth/asked.h"
#include "oauth/bearer.h"
#include "oauth/consent.h"
#include "oauth/consent_mailbox.h"
#include "oauth/drawing.h"
#include "oauth/form.h"
#include "oauth/hosts.h"
#include "oauth/kept.h"
#include "oauth/mailbox.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

enum { UNPROCESSABLE = 422, TOO_MANY = 429 };	/* HTTP */

/* The parts of the sign-in page draw what they find in these. */
struct parts {
	struct asked		 asked;
	struct kept_list	 none;
	struct consent		 consent;
	struct drawing		 drawing;
};

static struct parts *
make_parts(struct request *request, const struct own_page *own)
{
	struct parts	*parts;

	parts = arena_take(request->arena, sizeof(*parts));
	parts->consent = (struct consent){
		.asked = own->asked != NULL ? own->asked : &parts->asked,
		.form = own->form, .kept = &parts->none,
		.lasts = own->form == NULL ? NULL : own->form->lasts,
		.problems = own->problems
	};
	parts->drawing = (struct drawing){
		.request = request, .consent = &parts->consent,
		.page = page_open(request->arena, own->name),
		.typed = hosts_are_typed(request->config,
		    &parts->consent.asked->client),
		.may_send = own->account != NULL ?
		    own->account->smtp.at != NULL :
		    hosts_may_send(request->config,
		    &parts->consent.asked->client)
	};
	return parts;
}

static const char *
action_of(const struct request *request, const char *path)
{
	return text_format(request->arena, "%s%s%s%s",
	    route_base(request->config), path,
	    text_is_empty(request->query_text) ? "" : "?",
	    request->query_text);
}

const struct fault *
own_page_open(struct request *request, struct reply *reply,
    const struct own_page *own, struct drawing **drawing)
{
	const struct fault	*bad;
	const char		*sealed;
	struct page		*page;

	bad = form_seal(request, reply, request->process, &sealed);
	if (bad != NULL)
		return bad;
	*drawing = &make_parts(request, own)->drawing;
	page = (*drawing)->page;
	page_set(page, "BASE", route_base(request->config));
	page_set(page, "ACTION", action_of(request, own->path));
	page_set(page, "SEALED", sealed);
	drawing_problems(*drawing);
	if (own->account != NULL)
		return NULL;
	page_show(page, "SIGN_IN");
	consent_mailbox_draw(*drawing);
	return NULL;
}

const struct fault *
own_page_write(struct reply *reply, const struct drawing *drawing)
{
	const struct problems	*problems = drawing->consent->problems;

	if (problems->often)
		reply->status = TOO_MANY;
	else if (problems->len > 0)
		reply->status = UNPROCESSABLE;
	reply->content_type = "text/html; charset=utf-8";
	policy_apply(drawing->request, reply, NULL);
	return page_write(drawing->page, &reply->body);
}
