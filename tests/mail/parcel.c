#include "script.h"

#include "mail/parcel.h"

#define UPLOADS	"\"Connected Agents/Uploads\""
#define FLAT	"\"Connected Agents (Uploads)\""
#define ITEMS	" (MESSAGES UIDVALIDITY)"
#define SPACE	"* NAMESPACE ((\"\" \"/\")) NIL NIL\n@ OK\n"
#define THERE	{ "NAMESPACE", SPACE }, STILL
#define STILL	{ "STATUS " UPLOADS ITEMS,				\
	    "* STATUS " UPLOADS " (MESSAGES 3 UIDVALIDITY 4)\n@ OK\n" },\
	{ "STATUS " FLAT ITEMS, "@ NO none\n" }
#define OPENED	"* 3 EXISTS\n* OK [UIDVALIDITY 4]\n@ OK\n"
#define SAME	"UID SEARCH UNDELETED HEADER Message-ID "		\
	"\"<u.abc@postern.invalid>\""

static const struct parcel	 none = { .id = "abc" };

/* Who keeps nothing: what the server said of the first command that failed is
 * what is told. */
static void
not_kept(void **state)
{
	static const struct turn	 turns[] = {
		THERE,
		{ "APPEND " UPLOADS " (\\Seen) {*",
		    "@ NO [OVERQUOTA] full\n" },
		{ NULL, NULL }
	};
	const struct fault		*bad;
	struct script			 script;

	(void)state;
	script_begin_private(&script, "NAMESPACE", turns);
	bad = parcel_keep(script.imap, script.arena, &none);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_LIMIT);
	script_end(&script);
}

/* The newest of an id, in whatever order they are told. */
static void
found(void **state)
{
	static const struct turn	 turns[] = {
		THERE,
		{ "EXAMINE " UPLOADS, OPENED },
		{ SAME, "* SEARCH 7 9 8\n@ OK\n" },
		STILL,
		{ "EXAMINE " UPLOADS, OPENED },
		{ SAME, "* SEARCH\n@ OK\n" },
		{ "STATUS " UPLOADS ITEMS, "@ NO none\n" },
		{ "STATUS " FLAT ITEMS, "@ NO none\n" },
		{ NULL, NULL }
	};
	const struct fault		*bad;
	struct appended			 place;
	struct script			 script;
	int				 i;

	(void)state;
	script_begin_private(&script, "NAMESPACE", turns);
	assert_null(parcel_find(script.imap, script.arena, "abc", &place));
	assert_int_equal(place.uid, 9);
	assert_int_equal(place.uidvalidity, 4);
	assert_string_equal(place.wire, "Connected Agents/Uploads");
	for (i = 0; i < 2; i++) {
		bad = parcel_find(script.imap, script.arena, "abc", &place);
		assert_non_null(bad);
		assert_int_equal(bad->kind, FAULT_MESSAGE);
		assert_int_equal(place.uid, 0);
	}
	script_end(&script);
}

/* All of an id go, and what is too old; where there is no UID EXPUNGE, by the
 * plain one, since all in that folder is ours. */
static void
removed(void **state)
{
	static const struct turn	 modern[] = {
		THERE,
		{ "SELECT " UPLOADS, OPENED },
		{ SAME, "* SEARCH 9 7\n@ OK\n" },
		{ "UID SEARCH BEFORE *", "* SEARCH 2\n@ OK\n" },
		{ "UID FETCH 9,7 (UID FLAGS)", "* 2 FETCH (UID 7 FLAGS ())\n"
		    "* 3 FETCH (UID 9 FLAGS ())\n@ OK\n" },
		{ "UID STORE *", "@ OK\n" },
		{ "UID EXPUNGE *", "* 3 EXPUNGE\n* 2 EXPUNGE\n@ OK\n" },
		{ "UID FETCH *", "@ OK\n" },
		{ "UID FETCH 2 (UID FLAGS)",
		    "* 1 FETCH (UID 2 FLAGS ())\n@ OK\n" },
		{ "UID STORE 2 *", "@ OK\n" },
		{ "UID EXPUNGE 2", "* 1 EXPUNGE\n@ OK\n" },
		{ "UID FETCH 2 *", "@ OK\n" },
		{ NULL, NULL }
	};
	static const struct turn	 old[] = {
		THERE,
		{ "SELECT " UPLOADS, OPENED },
		{ SAME, "* SEARCH 9\n@ OK\n" },
		{ "UID SEARCH BEFORE *", "* SEARCH\n@ OK\n" },
		{ "UID FETCH 9 (UID FLAGS)",
		    "* 3 FETCH (UID 9 FLAGS ())\n@ OK\n" },
		{ "UID STORE 9 *", "@ OK\n" },
		{ "UID FETCH 9 (UID FLAGS)",
		    "* 3 FETCH (UID 9 FLAGS (\\Deleted))\n@ OK\n" },
		{ "EXPUNGE", "* 3 EXPUNGE\n@ OK\n" },
		{ NULL, NULL }
	};
	struct script			 script;

	(void)state;
	script_begin_private(&script, "NAMESPACE UIDPLUS", modern);
	assert_null(parcel_remove(script.imap, script.arena, "abc"));
	script_end(&script);
	script_begin_private(&script, "NAMESPACE", old);
	assert_null(parcel_remove(script.imap, script.arena, "abc"));
	script_end(&script);
}

CHECK_MAIN(
	cmocka_unit_test(not_kept),
	cmocka_unit_test(found),
	cmocka_unit_test(removed)
)
