#include "oauth/consent_mailbox.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "mail/autoconfig.h"
#include "mail/provider.h"
#include "oauth/admission.h"
#include "oauth/asked.h"
#include "oauth/consent.h"
#include "oauth/consent_switches.h"
#include "oauth/drawing.h"
#include "oauth/finding.h"
#include "oauth/hosts.h"
#include "oauth/kept.h"
#include "oauth/mailbox.h"
#include "oauth/upstream_sign_in.h"
#include "web/page.h"
#include "web/serve.h"

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
	page_set(page, "LOGIN", form->login);
	page_set(page, "LABEL", form->label);
	page_set(page, "ALIASES", form->aliases);
	page_set(page, "FULL_NAME", form->name);
	page_set(page, "SIGNATURE", form->signature);
	page_set(page, "SIGNATURE_HTML", form->signature_html);
	page_set(page, "IMAP_HOST", form->imap_host);
	page_set(page, "IMAP_PORT", form->imap_port);
	page_set(page, "SMTP_HOST", form->smtp_host);
	page_set(page, "SMTP_PORT", form->smtp_port);
	page_set(page, "SMTP_USERNAME", form->smtp_username);
	draw_choice(page, form->imap_tls, "IMAP_IMPLICIT", "IMAP_STARTTLS");
	draw_choice(page, form->smtp_tls, "SMTP_IMPLICIT", "SMTP_STARTTLS");
}

/* What is folded away, and opens where something stands in it or is wrong. */
struct fold {
	const char	*section;
	const char	*fields[7];	/* NULL stands behind the last */
};

static const struct fold	 folds[] = {
	{ "SERVERS_OPEN", { "imap_host", "imap_port", "smtp_host",
	    "smtp_port", NULL } },
	{ "LOGIN_OPEN", { "login", NULL } },
	{ "SENDER_OPEN", { "label", "name", "aliases", "signature",
	    "signature_html", NULL } },
	{ "SMTP_LOGIN_OPEN", { "smtp_username", "smtp_password", NULL } }
};

/* Whether something was typed into one of these; servers stand there without
 * that, too. */
static bool
is_typed(const struct mailbox_form *form, const char *field)
{
	const char	*value = NULL;

	if (text_equal(field, "login"))
		value = form->login;
	else if (text_equal(field, "label"))
		value = form->label;
	else if (text_equal(field, "name"))
		value = form->name;
	else if (text_equal(field, "aliases"))
		value = form->aliases;
	else if (text_equal(field, "signature"))
		value = form->signature;
	else if (text_equal(field, "signature_html"))
		value = form->signature_html;
	else if (text_equal(field, "smtp_username"))
		value = form->smtp_username;
	return !text_is_empty(value);
}

static void
draw_fold(const struct drawing *drawing, const struct fold *fold)
{
	const struct mailbox_form	*form = drawing->consent->form;
	size_t				 i;

	for (i = 0; fold->fields[i] != NULL; i++)
		if (drawing_is_wrong(drawing, fold->fields[i]) ||
		    (form != NULL && is_typed(form, fold->fields[i]))) {
			page_show(drawing->page, fold->section);
			return;
		}
}

/* What the provider wants of a person, which is better said before a password
 * is typed. */
static void
draw_provider(const struct drawing *drawing)
{
	struct servers	 servers = { 0 };
	struct page	*page, *link;

	if (!finding_know(drawing->request, &drawing->consent->asked->client,
	    drawing->consent->form, &servers) || servers.hint == NULL)
		return;
	page = page_show(drawing->page, "PROVIDER");
	if (servers.provider != NULL)
		page_set(page_show(page, "PROVIDER_NAMED"), "PROVIDER_NAME",
		    servers.provider->name);
	page_set(page, "PROVIDER_HINT", servers.hint);
	if (servers.link == NULL)
		return;
	link = page_show(page, "PROVIDER_LINKED");
	page_set(link, "PROVIDER_LINK", servers.link);
}

/* "Sign in with": not where the client_id says which mail server it is. */
static void
draw_upstreams(const struct drawing *drawing)
{
	const struct config	*config = drawing->request->config;
	struct page		*list, *item;
	size_t			 i;

	if (config->upstreams_len == 0 ||
	    drawing->consent->asked->client.imap.at != NULL)
		return;
	list = page_show(drawing->page, "UPSTREAMS");
	for (i = 0; i < config->upstreams_len; i++) {
		item = page_show(list, "UPSTREAM");
		page_set(item, "UPSTREAM_DECISION", text_format(
		    drawing->request->arena, "%s%s", upstream_button,
		    config->upstreams[i].name));
		page_set(item, "UPSTREAM_LABEL", config->upstreams[i].label);
	}
}

void
consent_mailbox_draw(const struct drawing *drawing)
{
	const struct consent	*consent = drawing->consent;
	const struct config	*config = drawing->request->config;
	struct mailbox_form	 proposed = { 0 };
	struct page		*page = drawing->page;
	size_t			 i;

	hosts_propose(drawing->request->arena, config, &proposed);
	if (consent->kept->len == 0)
		proposed.username = admission_address(drawing->request);
	draw_typed(page, consent->form != NULL ? consent->form : &proposed);
	if (drawing->typed)
		page_show(page_show(page, "SERVERS"),
		    config->imap_host != NULL ? "SERVERS_OWN" :
		    "SERVERS_FOUND");
	else
		page_set(page_show(page, "FIXED"), "FIXED_HOST",
		    hosts_given(config, &consent->asked->client));
	draw_provider(drawing);
	if (drawing->may_send)
		page_show(page, "SENDING");
	if (config->grants_folder != NULL)
		page_set(page_show(page, "KEPT"), "FOLDER",
		    config->grants_folder);
	if (config->alias_domains.len > 0)
		page_set(page_show(page, "WHOLE_DOMAINS"), "WHOLE_DOMAIN",
		    config->alias_domains.at[0]);
	if (consent->replaces)
		page_show(page, "REPLACES_ON");
	for (i = 0; i < sizeof(folds) / sizeof(folds[0]); i++)
		draw_fold(drawing, &folds[i]);
	draw_upstreams(drawing);
	page_show(page, consent->kept->len > 0 ? "OTHER" : "FIRST");
}

static void
draw_one(const struct drawing *drawing, struct page *list, size_t place)
{
	struct arena		*arena = drawing->request->arena;
	const struct account	*account;
	struct page		*item;
	const char		*sealed;

	account = &drawing->consent->kept->at[place].account;
	if (kept_seal(drawing->request, drawing->request->process,
	    &drawing->consent->kept->at[place], &sealed) != NULL)
		return;
	item = page_show(list, "BOX");
	page_set(item, "BOX_SEALED", sealed);
	page_set(item, "BOX_PLACE", text_format(arena, "%zu", place));
	page_set(item, "BOX_ADDRESS", account->address);
	page_set(item, "BOX_MAY", consent_switches_tell(arena, account));
	if (account->label != NULL)
		page_set(page_show(item, "BOX_LABELLED"), "BOX_LABEL",
		    account->label);
	if (place == 0)
		page_show(item, "BOX_DEFAULT");
}

void
consent_mailbox_draw_kept(const struct drawing *drawing)
{
	const struct kept_list	*kept = drawing->consent->kept;
	struct page		*list;
	size_t			 i;

	if (kept->len == 0)
		return;
	list = page_show(drawing->page, "BOXES");
	for (i = 0; i < kept->len; i++)
		draw_one(drawing, list, i);
}
