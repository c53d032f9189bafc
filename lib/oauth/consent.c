#include "oauth/consent.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "data/url.h"
#include "oauth/asked.h"
#include "oauth/mailbox.h"
#include "oauth/scope.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/route.h"
#include "web/serve.h"

static const char	 html[] = "text/html; charset=utf-8";
static const char	 send_scope[] = "mail:send";

enum { UNPROCESSABLE = 422 };

/* What a part of the page is drawn from. */
struct drawing {
	struct request		*request;
	struct page		*page;
	const struct consent	*consent;
	bool			 typed;		/* servers are */
	bool			 may_send;
};

/* A field's id and the section of the template that says it is wrong. */
struct mark {
	const char	*field;
	const char	*section;
	bool		 of_server;	/* is there only where they are typed */
	bool		 of_sending;
};

static const struct mark	 marks[] = {
	{ "username", "USERNAME_BAD", false, false },
	{ "password", "PASSWORD_BAD", false, false },
	{ "address", "ADDRESS_BAD", false, false },
	{ "imap_host", "IMAP_HOST_BAD", true, false },
	{ "imap_port", "IMAP_PORT_BAD", true, false },
	{ "smtp_host", "SMTP_HOST_BAD", true, false },
	{ "smtp_port", "SMTP_PORT_BAD", true, false },
	{ "name", "NAME_BAD", false, true },
	{ "signature", "SIGNATURE_BAD", false, true },
	{ "smtp_username", "SMTP_USERNAME_BAD", false, true },
	{ "smtp_password", "SMTP_PASSWORD_BAD", false, true },
	{ "scopes", "SCOPES_BAD", false, false }
};

/* The mark of a field that is on the page, or NULL. */
static const struct mark *
find_mark(const struct drawing *drawing, const char *field)
{
	size_t	 i;

	for (i = 0; field != NULL && i < sizeof(marks) / sizeof(marks[0]);
	    i++)
		if (text_equal(marks[i].field, field))
			return (marks[i].of_server && !drawing->typed) ||
			    (marks[i].of_sending && !drawing->may_send) ?
			    NULL : &marks[i];
	return NULL;
}

static void
draw_problem(const struct drawing *drawing, struct page *list,
    const struct problem *problem)
{
	const struct mark	*mark;
	struct page		*item;

	item = page_show(list, "PROBLEM");
	page_set(item, "TEXT", problem->text);
	if (problem->said != NULL)
		page_set(page_show(item, "SAID"), "SAID_TEXT", problem->said);
	if (problem->advice != NULL)
		page_set(page_show(item, "ADVICE"), "ADVICE_TEXT",
		    problem->advice);
	mark = find_mark(drawing, problem->field);
	if (mark == NULL) {
		page_show(item, "PLAIN");
		return;
	}
	page_set(page_show(item, "FIELD"), "ID", mark->field);
	page_set(page_show(drawing->page, mark->section), "WRONG",
	    problem->text);
}

static void
draw_problems(const struct drawing *drawing)
{
	const struct problems	*problems = drawing->consent->problems;
	struct page		*list;
	size_t			 i;

	if (problems == NULL || problems->len == 0) {
		page_show(drawing->page, "FRESH");
		return;
	}
	list = page_show(drawing->page, "PROBLEMS");
	for (i = 0; i < problems->len; i++)
		draw_problem(drawing, list, &problems->at[i]);
	if (problems->sending)
		page_show(drawing->page, "WITHOUT_SENDING");
}

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

static void
draw_choice(struct page *page, const char *tls, const char *implicit,
    const char *starttls)
{
	if (tls != NULL)
		page_show(page, text_equal(tls, "implicit") ? implicit :
		    starttls);
}

static void
draw_typed(struct page *page, const struct mailbox_form *form)
{
	page_set(page, "USERNAME", form->username);
	page_set(page, "ADDRESS", form->address);
	page_set(page, "FULL_NAME", form->name);
	page_set(page, "SIGNATURE", form->signature);
	page_set(page, "IMAP_HOST", form->imap_host);
	page_set(page, "IMAP_PORT", form->imap_port);
	page_set(page, "SMTP_HOST", form->smtp_host);
	page_set(page, "SMTP_PORT", form->smtp_port);
	page_set(page, "SMTP_USERNAME", form->smtp_username);
	draw_choice(page, form->imap_tls, "IMAP_IMPLICIT", "IMAP_STARTTLS");
	draw_choice(page, form->smtp_tls, "SMTP_IMPLICIT", "SMTP_STARTTLS");
}

static bool
is_wrong(const struct problems *problems, const char *field)
{
	size_t	 i;

	for (i = 0; problems != NULL && i < problems->len; i++)
		if (problems->at[i].field != NULL &&
		    text_equal(problems->at[i].field, field))
			return true;
	return false;
}

/* What is folded away opens where something stands in it or is wrong. */
static void
draw_folds(const struct drawing *drawing)
{
	const struct mailbox_form	*form = drawing->consent->form;
	const struct problems		*problems =
	    drawing->consent->problems;

	if (is_wrong(problems, "smtp_username") ||
	    is_wrong(problems, "smtp_password") ||
	    (form != NULL && form->smtp_username != NULL))
		page_show(drawing->page, "SMTP_LOGIN_OPEN");
	if (is_wrong(problems, "address") ||
	    (form != NULL && form->address != NULL))
		page_show(drawing->page, "ADDRESS_OPEN");
	if (is_wrong(problems, "name") || is_wrong(problems, "signature") ||
	    (form != NULL && (form->name != NULL ||
	    form->signature != NULL)))
		page_show(drawing->page, "SENDER_OPEN");
}

static void
draw_mailbox(const struct drawing *drawing)
{
	const struct consent	*consent = drawing->consent;
	struct mailbox_form	 proposed = { 0 };
	struct page		*page = drawing->page;

	mailbox_propose(drawing->request->arena, drawing->request->config,
	    &proposed);
	draw_typed(page, consent->form != NULL ? consent->form : &proposed);
	if (drawing->typed)
		page_show(page, "SERVERS");
	else
		page_set(page_show(page, "FIXED"), "FIXED_HOST",
		    mailbox_given_host(drawing->request->config,
		    &consent->asked->client));
	if (drawing->may_send)
		page_show(page, "SENDING");
	if (drawing->request->config->grants_folder != NULL)
		page_set(page_show(page, "KEPT"), "FOLDER",
		    drawing->request->config->grants_folder);
	draw_folds(drawing);
}

static void
draw_scopes(const struct drawing *drawing)
{
	const struct consent	*consent = drawing->consent;
	struct page		*item;
	struct texts		 on;
	size_t			 i;

	on = consent->form != NULL ? consent->form->scope :
	    consent->asked->scopes;
	for (i = 0; scopes[i].name != NULL; i++) {
		if (!drawing->may_send &&
		    text_equal(scopes[i].name, send_scope))
			continue;
		item = page_show(drawing->page, "SCOPE");
		page_set(item, "SCOPE_NAME", scopes[i].name);
		page_set(item, "SENTENCE", scopes[i].sentence);
		if (texts_have(on, scopes[i].name))
			page_show(item, "SCOPE_ON");
	}
	if (!drawing->may_send)
		page_show(drawing->page, "NO_SENDING");
}

static const char *
action_of(const struct request *request)
{
	const char	*query;

	query = request_variable(request, "QUERY_STRING");
	return text_format(request->arena, "%s/oauth/authorize?%s",
	    route_base(request->config), query == NULL ? "" : query);
}

const struct fault *
consent_write(struct request *request, struct reply *reply,
    const struct consent *consent)
{
	struct drawing	 drawing = {
		.request = request, .consent = consent,
		.page = page_open(request->arena, "sign-in"),
		.typed = mailbox_is_typed(request->config,
		    &consent->asked->client),
		.may_send = mailbox_may_send(request->config,
		    &consent->asked->client)
	};

	page_set(drawing.page, "BASE", route_base(request->config));
	page_set(drawing.page, "ACTION", action_of(request));
	page_set(drawing.page, "SEALED", consent->sealed);
	draw_client(&drawing);
	draw_problems(&drawing);
	draw_mailbox(&drawing);
	draw_scopes(&drawing);
	if (consent->problems != NULL && consent->problems->len > 0)
		reply->status = UNPROCESSABLE;
	reply->content_type = html;
	policy_apply(request, reply, consent->asked->redirect);
	return page_write(drawing.page, &reply->body);
}
