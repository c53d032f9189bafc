#include "oauth/switches.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "data/url_host.h"
#include "mail/account.h"
#include "oauth/hosts.h"
#include "oauth/mailbox.h"
#include "oauth/person.h"
#include "oauth/scope.h"

enum { DAYS_MOST = 3650, DAY_SECONDS = 24 * 60 * 60 };

static const char	 send_scope[] = "mail:send";
static const char	 separators[] = " ,;\t\r\n";

const struct action	 switches_actions[] = {
	{ "send", "sending a message", "mail:send" },
	{ "delete", "deleting for good", "mail:modify" },
	{ "trash", "moving to the trash", "mail:modify" },
	{ "move", "moving to another folder", "mail:modify" },
	{ "draft", "writing a draft", "mail:modify" },
	{ "invitation", "answering an invitation", "mail:send" },
	{ "unsubscribe", "unsubscribing from a list", "mail:send" },
	{ NULL, NULL, NULL }
};

const struct lifetime	 switches_lifetimes[] = {
	{ "always", "Until I end it" },
	{ "30", "30 days" },
	{ "1", "1 day" },
	{ NULL, NULL }
};

static void
read_scopes(const struct making *making)
{
	const struct mailbox_form	*form = making->form;
	struct texts			*granted = &making->account->scopes;
	bool				 send;
	size_t				 i;

	send = hosts_may_send(making->config, making->client) &&
	    !mailbox_decides(form, mailbox_without_sending) &&
	    !mailbox_decides(form, mailbox_add_without_sending);
	for (i = 0; scopes[i].name != NULL; i++)
		if (texts_have(form->scope, scopes[i].name) &&
		    (send || !text_equal(scopes[i].name, send_scope)))
			texts_add(making->arena, granted, scopes[i].name);
	if (granted->len == 0)
		mailbox_problem(making->problems, "scopes",
		    "Leave at least one thing switched on, or don’t "
		    "connect.");
}

static void
read_asks(const struct making *making)
{
	size_t	 i;

	for (i = 0; switches_actions[i].name != NULL; i++)
		if (texts_have(making->form->ask, switches_actions[i].name))
			texts_add(making->arena, &making->account->ask_first,
			    switches_actions[i].name);
}

static bool
is_too_many(const struct making *making, const char *field,
    struct texts typed)
{
	if (typed.len <= SWITCHES_LIMITS)
		return false;
	mailbox_problem(making->problems, field, text_format(making->arena,
	    "These are too many: %d are the most.", SWITCHES_LIMITS));
	return true;
}

/* Folders may have blanks and commas in their names: one a line. */
static void
read_folders(const struct making *making)
{
	const char	*name;
	struct texts	 typed;
	size_t		 i;

	if (making->form->folders == NULL)
		return;
	typed = text_split(making->arena, making->form->folders, "\r\n");
	if (is_too_many(making, "folders", typed))
		return;
	for (i = 0; i < typed.len; i++) {
		name = mailbox_trim(making->arena, typed.at[i]);
		if (name == NULL)
			continue;
		if (text_has_control(name) ||
		    strlen(name) > SWITCHES_FOLDER_BYTES) {
			mailbox_problem(making->problems, "folders",
			    "Type the names of folders, one a line.");
			return;
		}
		texts_add(making->arena, &making->account->folders, name);
	}
}

/* A domain, with or without its @. */
static bool
is_domain(struct arena *arena, const char *text)
{
	const char	*ascii;

	if (text[0] == '@')
		text++;
	return strchr(text, '@') == NULL && strchr(text, '.') != NULL &&
	    url_host_to_ascii(arena, text, &ascii);
}

static void
read_recipients(const struct making *making)
{
	const char	*address;
	struct texts	 typed;
	size_t		 i;

	if (making->form->recipients == NULL)
		return;
	typed = text_split(making->arena, making->form->recipients,
	    separators);
	if (is_too_many(making, "recipients", typed))
		return;
	for (i = 0; i < typed.len; i++) {
		address = is_domain(making->arena, typed.at[i]) ?
		    typed.at[i] : person_address(making->arena, typed.at[i]);
		if (address == NULL) {
			mailbox_problem(making->problems, "recipients",
			    text_format(making->arena, "“%.60s” is neither an "
			    "email address nor a domain.", typed.at[i]));
			return;
		}
		texts_add(making->arena, &making->account->recipients,
		    address);
	}
}

void
switches_read(const struct making *making)
{
	read_scopes(making);
	read_asks(making);
	read_folders(making);
	read_recipients(making);
}

int64_t
switches_read_end(const struct mailbox_form *form, struct problems *problems)
{
	uint64_t	 days;

	if (form->lasts == NULL ||
	    text_equal(form->lasts, switches_lifetimes[0].days))
		return 0;
	if (text_number(bytes_of(form->lasts), DAYS_MOST, &days) && days > 0)
		return clock_now() + (int64_t)days * DAY_SECONDS;
	mailbox_problem(problems, "lasts", "Choose how long it may last.");
	return 0;
}
