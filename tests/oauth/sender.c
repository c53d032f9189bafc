#include "oauth/sender.h"

#include <string.h>

#include "base/arena.h"
#include "mail/account.h"
#include "mail/signature.h"
#include "oauth/mailbox.h"

#include "../check.h"

enum { LONG = SIGNATURE_BYTES + 20 };

static char	 long_text[LONG + 1];

/* What is typed, the name it makes, and the field that is wrong. */
static const struct row {
	const char	*name, *signature;
	const char	*made;
	const char	*wrong;
} rows[] = {
	{ NULL, NULL, NULL, NULL },
	{ "", "", NULL, NULL },
	{ "  ", "\r\n", NULL, NULL },
	{ " Anna Müller ", "Anna\r\n+41", "Anna Müller", NULL },
	{ "An\r\nBcc: x", NULL, NULL, "name" },
	{ long_text, NULL, NULL, "name" },
	{ "Anna", long_text, "Anna", "signature" },
};

static void
each_row(void **state)
{
	struct arena		*arena = arena_open();
	struct mailbox_form	 form = { 0 };
	struct problems		 problems;
	struct account		 account;
	size_t			 i;

	(void)state;
	memset(long_text, 'x', LONG);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		account = (struct account){ 0 };
		problems = (struct problems){ 0 };
		form.name = rows[i].name;
		form.signature = rows[i].signature;
		sender_read(arena, &form, &account, &problems);
		assert_int_equal(problems.len, rows[i].wrong != NULL);
		if (rows[i].wrong != NULL)
			assert_string_equal(problems.at[0].field,
			    rows[i].wrong);
		if (rows[i].made == NULL)
			assert_null(account.name);
		else
			assert_string_equal(account.name, rows[i].made);
	}
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(each_row)
)
