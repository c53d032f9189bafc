#include "oauth/person.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "data/field.h"
#include "mail/account.h"
#include "mail/address.h"
#include "oauth/mailbox.h"

enum {
	USERNAME_BYTES = 254,
	PASSWORD_BYTES = 256
};

/* Notes what is wrong with a user name or password; what: "user name". */
static void
check_secret(const struct making *making, const char *field,
    const char *what, const char *value)
{
	size_t	 most;

	most = strstr(field, "password") != NULL ? PASSWORD_BYTES :
	    USERNAME_BYTES;
	if (value == NULL)
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "Type your %s.", what));
	else if (text_has_control(value))
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "The %s has characters in it "
		    "that nobody can type.", what));
	else if (strlen(value) > most)
		mailbox_problem(making->problems, field,
		    text_format(making->arena, "The %s is too long.", what));
}

const char *
person_address(struct arena *arena, const char *text)
{
	struct objects		 list = { 0 };
	const struct address	*address;

	if (text == NULL || address_read(arena, text, &list) != NULL ||
	    list.len != 1)
		return NULL;
	address = list.at;
	return address->address;
}

void
person_read(const struct making *making)
{
	const struct mailbox_form	*form = making->form;
	struct account			*account = making->account;
	const char			*typed, *login;

	typed = mailbox_trim(making->arena, form->username);
	login = mailbox_trim(making->arena, form->login);
	check_secret(making, "username", "email address", typed);
	if (login != NULL)
		check_secret(making, "login", "user name", login);
	check_secret(making, "password", "password", form->password);
	account->username = login != NULL ? login : typed;
	account->password = form->password;
	account->address = person_address(making->arena, typed);
	if (account->address != NULL || typed == NULL)
		return;
	mailbox_problem(making->problems, "username", login != NULL ?
	    "That is no email address." :
	    "That is no email address. If it is the user name that your mail "
	    "server knows, type it below, and your address here.");
}

void
person_read_sending(const struct making *making)
{
	const struct mailbox_form	*form = making->form;
	struct account			*account = making->account;

	account->smtp_username = mailbox_trim(making->arena,
	    form->smtp_username);
	account->smtp_password = form->smtp_password;
	if (account->smtp_username != NULL)
		check_secret(making, "smtp_username",
		    "user name for sending", account->smtp_username);
	if (account->smtp_password != NULL)
		check_secret(making, "smtp_password",
		    "password for sending", account->smtp_password);
}
