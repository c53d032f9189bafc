#include "oauth/consent.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "data/url.h"
#include "oauth/asked.h"
#include "oauth/consent_mailbox.h"
#include "oauth/consent_switches.h"
#include "oauth/drawing.h"
#include "oauth/hosts.h"
#include "oauth/mailbox.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

static const char	 html[] = "text/html; charset=utf-8";

enum { UNPROCESSABLE = 422, TOO_MANY = 429 };

/* Where the answer goes, so that a person can recognise it. */
static const char *
name_target(struct arena *arena, const struct url *url)
{
	if (!text_equal(url->scheme, "https") &&
	    !text_equal(url->scheme, "http"))
		return text_format(arena, "the program for %s: links",
		    url->scheme);
	if (!url->has_port)
		return url->host;
	return text_format(arena, "%s:%" PRId64, url->host, url->port);
}

/* Its host is proven, unlike its name; but a program on this computer may
 * give any address for its own. */
static void
draw_document(const struct drawing *drawing, bool here)
{
	struct url	 url = { 0 };
	struct page	*page;

	url_read(drawing->request->arena, drawing->consent->asked->client.id,
	    &url);
	page_set(page_show(drawing->page, "DESCRIBED"), "ORIGIN", url.host);
	page = page_show(drawing->page, here ? "BORROWED" : "DISTANT");
	page_set(page, "ORIGIN", url.host);
	page_set(page_show(drawing->page, "DOCUMENT"), "FACTS",
	    drawing->consent->document);
}

static void
draw_client(const struct drawing *drawing)
{
	const struct asked	*asked = drawing->consent->asked;
	struct page		*page = drawing->page;
	struct url		 url = { 0 };
	bool			 here;

	url_read(drawing->request->arena, asked->redirect, &url);
	page_set(page, "TARGET", name_target(drawing->request->arena, &url));
	if (asked->client.name != NULL)
		page_set(page_show(page, "NAMED"), "NAME",
		    asked->client.name);
	else
		page_show(page, "NAMELESS");
	here = url_is_loopback(&url) || !text_equal(url.scheme, "https");
	page_show(page, here ? "LOOPBACK" : "ELSEWHERE");
	if (asked->client.kind == CLIENT_PROVISIONED)
		page_show(page, "PROVISIONED");
	else
		page_show(page, "UNVERIFIED");
	if (asked->client.kind == CLIENT_DOCUMENT)
		draw_document(drawing, here);
	else if (asked->client.kind != CLIENT_PROVISIONED && !here)
		page_show(page, "STRANGER");
}

static const char *
action_of(const struct request *request)
{
	return text_format(request->arena, "%s/oauth/authorize?%s",
	    route_base(request->config), request->query_text);
}

const struct fault *
consent_write(struct request *request, struct reply *reply,
    const struct consent *consent)
{
	struct drawing	 drawing = {
		.request = request, .consent = consent,
		.page = page_open(request->arena, "sign-in"),
		.typed = hosts_are_typed(request->config,
		    &consent->asked->client),
		.may_send = hosts_may_send(request->config,
		    &consent->asked->client)
	};

	page_set(drawing.page, "BASE", route_base(request->config));
	page_set(drawing.page, "ACTION", action_of(request));
	page_set(drawing.page, "SEALED", consent->sealed);
	draw_client(&drawing);
	drawing_problems(&drawing);
	consent_mailbox_draw_kept(&drawing);
	consent_mailbox_draw(&drawing);
	consent_switches_draw(&drawing);
	if (consent->problems != NULL && consent->problems->len > 0)
		reply->status = consent->problems->often ? TOO_MANY :
		    UNPROCESSABLE;
	reply->content_type = html;
	policy_apply(request, reply, consent->asked->redirect);
	return page_write(drawing.page, &reply->body);
}
