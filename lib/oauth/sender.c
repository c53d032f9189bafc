#include "oauth/sender.h"

#include <string.h>

#include "base/text.h"
#include "mail/account.h"
#include "mail/signature.h"
#include "oauth/mailbox.h"

static void
read_name(struct arena *arena, const struct mailbox_form *form,
    struct account *account, struct problems *problems)
{
	const char	*name;

	if (text_is_empty(form->name))
		return;
	name = text_trim(arena, form->name);
	if (text_has_control(name) || strlen(name) > SENDER_NAME_BYTES)
		mailbox_problem(problems, "name", "The full name is too long, "
		    "or has characters in it that nobody can type.");
	else if (name[0] != '\0')
		account->name = name;
}

void
sender_read(struct arena *arena, const struct mailbox_form *form,
    struct account *account, struct problems *problems)
{
	read_name(arena, form, account, problems);
	if (form->signature != NULL &&
	    strlen(text_trim(arena, form->signature)) > SIGNATURE_BYTES)
		mailbox_problem(problems, "signature", "The signature is too "
		    "long: it can have about 1,000 letters.");
}
