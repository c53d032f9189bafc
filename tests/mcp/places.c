#include "../mail/script.h"

#include "mcp/call.h"
#include "mcp/places.h"

/* Where a look across the mailbox goes, and in how many flights that is known:
 * a line that is not in the script ends the test. */
struct row {
	const char	*title;
	const char	*abilities;
	const char	*limit;		/* the grant's only folder, or NULL */
	const char	*found;		/* "wire messages uidvalidity, …" */
	bool		 hidden;
	struct turn	 turns[8];
};

#define STATUS_OF(name)							\
	"STATUS " name " (MESSAGES UIDVALIDITY)"
#define LISTED								\
	"* LIST () \"/\" Work\n* LIST (\\Sent) \"/\" Out\n"		\
	"* LIST (\\Trash) \"/\" Bin\n* LIST () \"/\" inbox\n"		\
	"* LIST (\\Noselect) \"/\" Up\n* LIST () \"/\" Empty\n"

static const struct row	 rows[] = {
	{ "counts come with the list", "LIST-EXTENDED LIST-STATUS", NULL,
	    "First 0 0, INBOX 3 11, Out 2 12, Work 4 14, ", false, {
		{ "LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES "
		    "UIDVALIDITY))", LISTED "* LIST () \"/\" First\n"
		    "* STATUS Work (MESSAGES 4 UIDVALIDITY 14)\n"
		    "* STATUS inbox (MESSAGES 3 UIDVALIDITY 11)\n"
		    "* STATUS INBOX (MESSAGES 3 UIDVALIDITY 11)\n"
		    "* STATUS Empty (MESSAGES 0 UIDVALIDITY 9)\n"
		    "* STATUS Bin (MESSAGES 9 UIDVALIDITY 9)\n"
		    "* STATUS Elsewhere (MESSAGES 9 UIDVALIDITY 9)\n"
		    "* STATUS Out (MESSAGES 2 UIDVALIDITY 12)\n@ OK\n" },
		{ NULL, NULL } } },
	{ "a server that tells none is asked", "LIST-EXTENDED LIST-STATUS",
	    NULL, "INBOX 3 11, ", false, {
		{ "LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES "
		    "UIDVALIDITY))", "* LIST () \"/\" INBOX\n@ OK\n" },
		{ STATUS_OF("INBOX"),
		    "* STATUS INBOX (MESSAGES 3 UIDVALIDITY 11)\n@ OK\n" },
		{ NULL, NULL } } },
	{ "and one that can't; what it refuses is left out", "X", NULL,
	    "INBOX 3 11, Out 2 12, ", false, {
		{ "LIST \"\" \"*\"", LISTED "@ OK\n" },
		{ STATUS_OF("INBOX"),
		    "* STATUS INBOX (MESSAGES 3 UIDVALIDITY 11)\n@ OK\n" },
		{ STATUS_OF("Out"),
		    "* STATUS Out (MESSAGES 2 UIDVALIDITY 12)\n@ OK\n" },
		{ STATUS_OF("Empty"),
		    "* STATUS Empty (MESSAGES 0 UIDVALIDITY 9)\n@ OK\n" },
		{ STATUS_OF("Work"), "@ NO not now\n" }, { NULL, NULL } } },
	{ "what the grant leaves out is not asked for", "X", "Out",
	    "Out 2 12, ", true, {
		{ "LIST \"\" \"*\"", LISTED "@ OK\n" },
		{ STATUS_OF("Out"),
		    "* STATUS Out (MESSAGES 2 UIDVALIDITY 12)\n@ OK\n" },
		{ NULL, NULL } } }
};

static void
run_row(const struct row *row)
{
	static const char *const	 roles[] = { "\\Inbox", "\\Sent",
	    NULL };
	static const char *const	 apart[] = { "\\Trash", NULL };
	static const struct access	 access = { .grant = "grant" };
	const struct places_wish	 wish = { .first = "First",
	    .roles = roles, .but = apart, .others = true, .most = 10 };
	const char			*limit = row->limit;
	struct account			 account;
	struct script			 script;
	struct places			 places;
	struct call			 call;
	struct buf			 text;
	size_t				 i;

	print_message("# %s\n", row->title);
	script_begin(&script, row->abilities, row->turns);
	account = script.account;
	account.folders = (struct texts){ &limit, limit == NULL ? 0 : 1 };
	call = (struct call){ .arena = script.arena, .access = &access,
	    .config = &script.config, .account = &account,
	    .imap = script.imap };
	assert_null(places_find(&call, &wish, &places));
	buf_start(&text, script.arena);
	for (i = 0; i < places.len; i++)
		buf_format(&text, "%s %lld %lld, ", places.at[i].wire,
		    (long long)places.at[i].messages,
		    (long long)places.at[i].uidvalidity);
	assert_string_equal(buf_string(&text), row->found);
	assert_int_equal(places.hidden, row->hidden);
	script_end(&script);
}

/* What is told of some folders is not asked for of hundreds. */
static void
not_of_too_many(void **state)
{
	static struct turn	 turns[] = {
		{ "LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES "
		    "UIDVALIDITY))", NULL },
		{ "LIST \"\" \"*\" RETURN (SUBSCRIBED)",
		    "* LIST () \"/\" INBOX\n@ OK\n" },
		{ STATUS_OF("INBOX"),
		    "* STATUS INBOX (MESSAGES 3 UIDVALIDITY 11)\n@ OK\n" },
		{ NULL, NULL }
	};
	static const char *const	 none[] = { NULL };
	static const struct access	 access = { .grant = "grant" };
	const struct places_wish	 wish = { .roles = none, .but = none,
	    .others = true, .most = 2 };
	struct arena			*arena = arena_open();
	struct script			 script;
	struct places			 places;
	struct call			 call;
	struct buf			 text;
	int				 i;

	(void)state;
	buf_start(&text, arena);
	for (i = 0; i <= PLACES_COUNTED_MOST; i++)
		buf_format(&text, "* LIST () \"/\" at%d\n"
		    "* STATUS at%d (MESSAGES 1 UIDVALIDITY 1)\n", i, i);
	buf_text(&text, "@ OK\n");
	turns[0].answer = buf_string(&text);
	script_begin(&script, "LIST-EXTENDED LIST-STATUS", turns);
	call = (struct call){ .arena = script.arena, .access = &access,
	    .config = &script.config, .account = &script.account,
	    .imap = script.imap };
	assert_null(places_find(&call, &wish, &places));
	assert_int_equal(places.len, 2);
	assert_int_equal(places.more, PLACES_COUNTED_MOST - 1);
	assert_null(places_find(&call, &wish, &places));
	assert_int_equal(places.len, 1);
	assert_int_equal(places.at[0].messages, 3);
	script_end(&script);
	arena_close(arena);
}

static void
likeliest_first(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

CHECK_MAIN(cmocka_unit_test(likeliest_first),
    cmocka_unit_test(not_of_too_many))
