#include "oauth/sender.h"

#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/url_host.h"
#include "mail/account.h"
#include "mail/address.h"
#include "mail/signature.h"
#include "oauth/mailbox.h"
#include "oauth/person.h"

static const char	 any_local[] = "*@";

/* A line that was typed, or NULL. */
static const char *
read_line(const struct making *making, const char *field, const char *typed,
    size_t most)
{
	const char	*line;

	line = mailbox_trim(making->arena, typed);
	if (line == NULL || (!text_has_control(line) && strlen(line) <= most))
		return line;
	mailbox_problem(making->problems, field, text_format(making->arena,
	    "The %s is too long, or has characters in it that nobody can "
	    "type.", text_equal(field, "name") ? "full name" : field));
	return NULL;
}

/* "*@example.org", of a domain that the operator gives away whole. */
static const char *
read_any(const struct making *making, const char *typed)
{
	const struct texts	*domains = &making->config->alias_domains;
	const char		*wanted, *domain;
	size_t			 i;

	if (!url_host_to_ascii(making->arena, typed + strlen(any_local),
	    &wanted))
		return NULL;
	for (i = 0; i < domains->len; i++)
		if (url_host_to_ascii(making->arena, domains->at[i],
		    &domain) && text_equal_case(wanted, domain))
			return text_format(making->arena, "%s%s", any_local,
			    wanted);
	return NULL;
}

static void
add_alias(const struct making *making, const char *address)
{
	struct account	*account = making->account;

	if ((account->address == NULL || !address_equal(address,
	    account->address)) && !texts_have(account->aliases, address))
		texts_add(making->arena, &account->aliases, address);
}

static void
read_aliases(const struct making *making)
{
	const char	*address;
	struct texts	 typed;
	bool		 any;
	size_t		 i;

	if (making->form->aliases == NULL)
		return;
	typed = text_split(making->arena, making->form->aliases, " ,;\t\r\n");
	if (typed.len > SENDER_ALIASES) {
		mailbox_problem(making->problems, "aliases",
		    text_format(making->arena, "These are too many: %d other "
		    "addresses are the most.", SENDER_ALIASES));
		return;
	}
	for (i = 0; i < typed.len; i++) {
		any = text_starts(typed.at[i], any_local);
		address = any ? read_any(making, typed.at[i]) :
		    person_address(making->arena, typed.at[i]);
		if (address == NULL) {
			mailbox_problem(making->problems, "aliases",
			    text_format(making->arena, any ? "“%.60s” is none "
			    "of the domains that may be used whole here." :
			    "“%.60s” is no email address.", typed.at[i]));
			return;
		}
		add_alias(making, address);
	}
}

/* Each of the two by itself, so that it is known which is wrong. */
static void
read_signature(const struct making *making)
{
	const struct signature	 text = {
		mailbox_trim(making->arena, making->form->signature), NULL
	}, html = {
		NULL, mailbox_trim(making->arena,
		    making->form->signature_html)
	};
	const struct fault	*bad;
	struct signature	 made;

	if (signature_make(making->arena, &text, &made) != NULL)
		mailbox_problem(making->problems, "signature", "The signature "
		    "is too long: it can have about 1,000 letters.");
	bad = signature_make(making->arena, &html, &made);
	if (bad != NULL)
		mailbox_problem(making->problems, "signature_html",
		    text_format(making->arena, "This HTML can't be used: %s.",
		    bad->detail));
}

void
sender_read(const struct making *making)
{
	const struct mailbox_form	*form = making->form;

	making->account->label = read_line(making, "label", form->label,
	    SENDER_LABEL_BYTES);
	making->account->name = read_line(making, "name", form->name,
	    SENDER_NAME_BYTES);
	read_aliases(making);
	read_signature(making);
}

struct signature
sender_signature(struct arena *arena, const struct mailbox_form *form)
{
	const struct signature	 typed = {
		mailbox_trim(arena, form->signature),
		mailbox_trim(arena, form->signature_html)
	};
	struct signature	 made;

	return signature_make(arena, &typed, &made) == NULL ? made :
	    (struct signature){ NULL, NULL };
}
