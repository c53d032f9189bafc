#include "oauth/mailbox.h"

#include "oauth/hosts.h"
#include "oauth/person.h"
#include "oauth/sender.h"
#include "oauth/switches.h"

const char	 mailbox_allow[] = "allow";
const char	 mailbox_without_sending[] = "allow-without-sending";
const char	 mailbox_add[] = "add";
const char	 mailbox_add_without_sending[] = "add-without-sending";
const char	 mailbox_deny[] = "deny";

static const char	 send_scope[] = "mail:send";

const struct field	 mailbox_rows[] = {
	{ FIELD(struct mailbox_form, username) },
	{ FIELD(struct mailbox_form, password) },
	{ FIELD(struct mailbox_form, login) },
	{ FIELD(struct mailbox_form, label) },
	{ FIELD(struct mailbox_form, name) },
	{ FIELD(struct mailbox_form, aliases) },
	{ FIELD(struct mailbox_form, signature) },
	{ FIELD(struct mailbox_form, signature_html) },
	{ FIELD(struct mailbox_form, imap_host) },
	{ FIELD(struct mailbox_form, imap_port) },
	{ FIELD(struct mailbox_form, imap_tls) },
	{ FIELD(struct mailbox_form, smtp_host) },
	{ FIELD(struct mailbox_form, smtp_port) },
	{ FIELD(struct mailbox_form, smtp_tls) },
	{ FIELD(struct mailbox_form, smtp_username) },
	{ FIELD(struct mailbox_form, smtp_password) },
	{ FIELD(struct mailbox_form, scope) },
	{ FIELD(struct mailbox_form, ask) },
	{ FIELD(struct mailbox_form, folders) },
	{ FIELD(struct mailbox_form, recipients) },
	{ FIELD(struct mailbox_form, lasts) },
	{ FIELD(struct mailbox_form, replaces) },
	{ FIELD(struct mailbox_form, kept) },
	{ FIELD(struct mailbox_form, remove) },
	{ FIELD(struct mailbox_form, decision) },
	{ FIELD(struct mailbox_form, request) },
	{ FIELD_END }
};

static const char *const	 decisions[] = {
	mailbox_allow, mailbox_without_sending, mailbox_add,
	mailbox_add_without_sending, mailbox_deny, NULL
};

struct problem *
mailbox_problem(struct problems *problems, const char *field,
    const char *text)
{
	struct problem	*problem;

	if (problems->len < PROBLEMS_MOST)
		problems->len++;
	problem = &problems->at[problems->len - 1];
	*problem = (struct problem){ .field = field, .text = text };
	return problem;
}

bool
mailbox_decides(const struct mailbox_form *form, const char *decision)
{
	return form->decision != NULL && text_equal(form->decision, decision);
}

bool
mailbox_decision_is_known(const struct mailbox_form *form)
{
	return form->decision == NULL ||
	    text_is_among(form->decision, decisions);
}

bool
mailbox_adds(const struct mailbox_form *form)
{
	return mailbox_decides(form, mailbox_add) ||
	    mailbox_decides(form, mailbox_add_without_sending);
}

bool
mailbox_is_blank(const struct mailbox_form *form)
{
	return text_is_empty(form->username) && text_is_empty(form->password);
}

const char *
mailbox_trim(struct arena *arena, const char *text)
{
	if (text == NULL)
		return NULL;
	text = text_trim(arena, text);
	return *text == '\0' ? NULL : text;
}

void
mailbox_read(struct arena *arena, const struct config *config,
    const struct client *client, const struct mailbox_form *form,
    struct account *account, struct problems *problems)
{
	const struct making	 making = {
		arena, config, client, form, account, problems
	};

	*account = (struct account){ 0 };
	*problems = (struct problems){ 0 };
	person_read(&making);
	sender_read(&making);
	hosts_read_imap(&making);
	switches_read(&making);
	if (texts_have(account->scopes, send_scope)) {
		hosts_read_smtp(&making);
		person_read_sending(&making);
	}
	problems->sending = problems->sending && problems->len == 1;
}
