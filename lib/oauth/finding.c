#include "oauth/finding.h"

#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "mail/autoconfig.h"
#include "mail/provider.h"
#include "oauth/discover.h"
#include "oauth/hosts.h"
#include "oauth/mailbox.h"
#include "web/serve.h"

bool
finding_know(struct request *request, const struct client *client,
    const struct mailbox_form *form, struct servers *servers)
{
	return form != NULL && !text_is_empty(form->username) &&
	    hosts_are_typed(request->config, client) &&
	    autoconfig_know(request->arena, request->config, form->username,
	    servers);
}

/* No password opens it: that is said before one is tried. */
static void
refuse_closed(struct request *request, const struct servers *servers,
    struct problems *problems)
{
	struct problem	*problem;

	problem = mailbox_problem(problems, "username",
	    text_format(request->arena, "%s lets no program in by a password.",
	    servers->provider != NULL ? servers->provider->name :
	    "This provider"));
	problem->advice = servers->hint;
	problem->link = servers->link;
}

static void
fill(struct request *request, const struct servers *servers,
    struct mailbox_form *form)
{
	discover_fill(request, servers, form);
	if (text_is_empty(form->login) && servers->username != NULL &&
	    !text_equal(servers->username, form->username))
		form->login = servers->username;
}

void
finding_fill(struct request *request, const struct client *client,
    struct mailbox_form *form, struct problems *problems)
{
	struct servers	 servers = { 0 };

	if (!hosts_are_typed(request->config, client) ||
	    request->config->imap_host != NULL ||
	    text_is_empty(form->username) ||
	    mailbox_trim(request->arena, form->imap_host) != NULL)
		return;
	discover_find(request, text_trim(request->arena, form->username),
	    &servers);
	if (servers.closed) {
		refuse_closed(request, &servers, problems);
		return;
	}
	if (servers.source == SERVERS_NONE || servers.imap.host == NULL)
		return;
	fill(request, &servers, form);
	if (!servers.sure)
		mailbox_problem(problems, "imap_host",
		    text_format(request->arena, "For this address %s was "
		    "found. Look whether that is your mail server, and then "
		    "type the password once more.", servers.imap.host));
}

void
finding_advise(struct request *request, const struct client *client,
    const struct mailbox_form *form, struct problems *problems)
{
	struct servers	 servers = { 0 };
	size_t		 i;

	if (problems->len == 0 ||
	    !finding_know(request, client, form, &servers) ||
	    servers.hint == NULL)
		return;
	for (i = 0; i < problems->len; i++)
		if (problems->at[i].field != NULL &&
		    text_equal(problems->at[i].field, "password")) {
			problems->at[i].advice = servers.hint;
			problems->at[i].link = servers.link;
		}
}
