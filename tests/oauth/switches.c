#include "oauth/switches.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "mail/account.h"
#include "oauth/client.h"
#include "oauth/mailbox.h"

#include "../check.h"

enum { DAY = 86400 };

/* Given a kind of input, what the account gets; or the field that is wrong. */
static const struct row {
	const char	*scope, *ask, *folders, *recipients, *decision;
	const char	*scopes, *asks, *only, *to;
	const char	*wrong;
} rows[] = {
	{ "mail:send mail:read", "trash send", NULL, NULL, NULL,
	  "mail:read mail:send", "send trash", "", "", NULL },
	{ "mail:read mail:x", "x", "", "", NULL, "mail:read", "", "", "",
	  NULL },
	{ "mail:read", NULL, " INBOX \r\n\r\nArchive, old\n", "a@b.example,\r\n"
	  "C.example; @d.example", NULL, "mail:read", "",
	  "INBOX|Archive, old", "a@b.example|C.example|@d.example", NULL },
	{ "mail:read mail:send", NULL, NULL, NULL, "add-without-sending",
	  "mail:read", "", "", "", NULL },
	{ "mail:send", NULL, NULL, NULL, "allow-without-sending", "", "", "",
	  "", "scopes" },
	{ "", "send", NULL, NULL, NULL, "", "send", "", "", "scopes" },
	{ "mail:read", NULL, "a\tb", NULL, NULL, "mail:read", "", "", "",
	  "folders" },
	{ "mail:read", NULL, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n"
	  "15\n16\n17\n18\n19\n20\n21", NULL, NULL, "mail:read", "", "", "",
	  "folders" },
	{ "mail:read", NULL, NULL, "nobody", NULL, "mail:read", "", "", "",
	  "recipients" },
	{ "mail:read", NULL, NULL, "a@b@c.example", NULL, "mail:read", "",
	  "", "", "recipients" },
	{ "mail:read", NULL, NULL, "*", NULL, "mail:read", "", "", "",
	  "recipients" },
};

static void
check_row(struct arena *arena, const struct row *row)
{
	static const struct client	 client;
	static const struct config	 config;
	const struct mailbox_form	 form = {
		.scope = text_split(arena, row->scope, " "),
		.ask = text_split(arena, row->ask == NULL ? "" : row->ask,
		    " "),
		.folders = row->folders, .recipients = row->recipients,
		.decision = row->decision
	};
	struct account			 account = { .address = NULL };
	struct problems			 problems = { .len = 0 };
	const struct making		 making = { arena, &config, &client,
		&form, &account, &problems };

	switches_read(&making);
	assert_int_equal(problems.len, row->wrong != NULL);
	if (row->wrong != NULL)
		assert_string_equal(problems.at[0].field, row->wrong);
	assert_string_equal(texts_join(arena, account.scopes, " "),
	    row->scopes);
	assert_string_equal(texts_join(arena, account.ask_first, " "),
	    row->asks);
	if (row->wrong == NULL) {
		assert_string_equal(texts_join(arena, account.folders, "|"),
		    row->only);
		assert_string_equal(texts_join(arena, account.recipients,
		    "|"), row->to);
	}
}

static void
switching(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(arena, &rows[i]);
	for (i = 0; switches_actions[i].name != NULL; i++)
		assert_string_equal(switches_actions[i].name,
		    account_actions[i]);
	assert_null(account_actions[i]);
	arena_close(arena);
}

static void
ending(void **state)
{
	static const struct {
		const char	*lasts;
		int64_t		 days;	/* -1: refused */
	} ends[] = {
		{ NULL, 0 }, { "always", 0 }, { "1", 1 }, { "30", 30 },
		{ "0", -1 }, { "-1", -1 }, { "1 ", -1 }, { "3651", -1 },
		{ "x", -1 }, { "99999999999999999999", -1 }
	};
	struct problems	 problems;
	int64_t		 end, now;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const struct mailbox_form	 form = {
			.lasts = ends[i].lasts
		};

		problems.len = 0;
		now = clock_now();
		end = switches_read_end(&form, &problems);
		assert_int_equal(problems.len, ends[i].days < 0);
		if (ends[i].days <= 0)
			assert_int_equal(end, 0);
		else
			assert_in_range(end, now + ends[i].days * DAY,
			    now + ends[i].days * DAY + 5);
	}
}

CHECK_MAIN(cmocka_unit_test(switching), cmocka_unit_test(ending))
