#include "oauth/sender.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "mail/account.h"
#include "mail/signature.h"
#include "oauth/mailbox.h"

#include "../check.h"

enum { LONG = SIGNATURE_BYTES + 20 };

static char	 long_text[LONG + 1];

/* What is typed, the name or the aliases it makes, and the field that is
 * wrong. */
static const struct row {
	const char	*name, *signature, *aliases;
	const char	*made;
	const char	*wrong;
} rows[] = {
	{ NULL, NULL, NULL, NULL, NULL },
	{ "", "", "", NULL, NULL },
	{ "  ", "\r\n", " ,\r\n", NULL, NULL },
	{ " Anna Müller ", "Anna\r\n+41", NULL, "Anna Müller", NULL },
	{ "An\r\nBcc: x", NULL, NULL, NULL, "name" },
	{ long_text, NULL, NULL, NULL, "name" },
	{ "Anna", long_text, NULL, "Anna", "signature" },
	{ NULL, NULL, "b@b.example, c@c.example\r\nb@b.example a@b.example",
	  "b@b.example c@c.example", NULL },
	{ NULL, NULL, "anna", NULL, "aliases" },
	{ NULL, NULL, "*@any.example, *@ANY.example b@b.example",
	  "*@any.example b@b.example", NULL },
	{ NULL, NULL, "*@GRÜN.example", "*@xn--grn-ioa.example", NULL },
	{ NULL, NULL, "*@b.example", NULL, "aliases" },
	{ NULL, NULL, "*@sub.any.example", NULL, "aliases" },
	{ NULL, NULL, "*@", NULL, "aliases" },
	{ NULL, NULL, "*", NULL, "aliases" },
	{ NULL, NULL, "a*@any.example", "a*@any.example", NULL },
	{ NULL, NULL, "*@*", NULL, "aliases" },
	{ NULL, NULL, "a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,"
	  "a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,"
	  "a@b.c", NULL, "aliases" },
};

static void
check(struct arena *arena, const struct row *row,
    const struct account *account, const struct problems *problems)
{
	const char	*aliases;

	assert_int_equal(problems->len > 0, row->wrong != NULL);
	if (row->wrong != NULL)
		assert_string_equal(problems->at[problems->len - 1].field,
		    row->wrong);
	aliases = texts_join(arena, account->aliases, " ");
	if (row->made == NULL) {
		assert_null(account->name);
		assert_string_equal(aliases, "");
	} else if (row->aliases != NULL)
		assert_string_equal(aliases, row->made);
	else
		assert_string_equal(account->name, row->made);
}

static void
each_row(void **state)
{
	struct arena		*arena = arena_open();
	struct mailbox_form	 form = { 0 };
	struct config		 config = { .alias_domains = text_split(arena,
				    "any.example grün.example", " ") };
	struct problems		 problems;
	struct account		 account;
	size_t			 i;

	(void)state;
	memset(long_text, 'x', LONG);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct making	 making = { .arena = arena,
			.config = &config,
			.form = &form, .account = &account,
			.problems = &problems };

		account = (struct account){ .address = "a@b.example" };
		problems = (struct problems){ 0 };
		form.name = rows[i].name;
		form.signature = rows[i].signature;
		form.aliases = rows[i].aliases;
		sender_read(&making);
		check(arena, &rows[i], &account, &problems);
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_row)
)
