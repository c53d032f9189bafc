#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/imap_reply.h"
#include "mail/kin.h"
#include "mail/relation.h"

/* What a message says, and what is made of it. */
static const struct {
	const char	*id, *in_reply_to, *references;
	const char	*own, *parents, *root;
} messages[] = {
	{ NULL, NULL, NULL, NULL, "", NULL },
	{ "<a@b>", NULL, NULL, "<a@b>", "", "<a@b>" },
	{ "a@b", NULL, NULL, "<a@b>", "", "<a@b>" },
	{ "no id", "none", "References", NULL, "", NULL },
	{ "<c@d>", "<a@b>", NULL, "<c@d>", "<a@b>", "<a@b>" },
	{ "<c@d>", "<a@b>", "<z@z> <a@b>", "<c@d>", "<z@z> <a@b>",
	  "<z@z>" },
	{ "<c@d>", "<x@y>", "<z@z>\r\n <a@b>", "<c@d>",
	  "<z@z> <a@b> <x@y>", "<z@z>" },
	{ "<c@d>", "Mail of Ann (<a@b>)", NULL, "<c@d>", "<a@b>",
	  "<a@b>" },
	{ "<c@d>", NULL, "<z@z> <cut@no", "<c@d>", "<z@z>", "<z@z>" },
	{ "<c@d>", NULL, "<c@d> <c@d>", "<c@d>", "<c@d> <c@d>", "<c@d>" }
};

static struct imap_message *
make(struct arena *arena, size_t i)
{
	struct imap_message	*message;
	struct imap_section	*section;
	const char		*field;

	message = arena_take(arena, sizeof(*message));
	message->envelope = arena_take(arena, sizeof(*message->envelope));
	message->envelope->message_id = messages[i].id;
	message->envelope->in_reply_to = messages[i].in_reply_to;
	if (messages[i].references == NULL)
		return message;
	section = arena_take(arena, sizeof(*section));
	field = text_format(arena, "References: %s\r\n\r\n",
	    messages[i].references);
	section->section = "HEADER.FIELDS (REFERENCES)";
	section->content = bytes_of(field);
	message->sections = section;
	return message;
}

static void
reads_messages(void **state)
{
	struct arena	*arena = arena_open();
	struct relation	 relation;
	const char	*root;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		relation_read(arena, make(arena, i), &relation);
		root = relation_root(arena, make(arena, i));
		assert_true((relation.id == NULL) ==
		    (messages[i].own == NULL));
		if (relation.id != NULL)
			assert_string_equal(relation.id, messages[i].own);
		assert_string_equal(texts_join(arena, relation.parents, " "),
		    messages[i].parents);
		assert_true((root == NULL) == (messages[i].root == NULL));
		if (root != NULL)
			assert_string_equal(root, messages[i].root);
	}
	arena_close(arena);
}

static const struct {
	const char	*id;
	bool		 plain;
} ids[] = {
	{ "<a@b>", true }, { "<\"quo\\ted\"@b>", true },
	{ "<a{10}@b>", true }, { "<>", false }, { "", false },
	{ "<a b@c>", false }, { "<a@b>\r\nA1 LOGOUT", false },
	{ "<a\x01@b>", false }, { "<a@\xc3\xa4>", false },
	{ "<a@\xff>", false }, { "<a\x7f@b>", false }
};

static void
looks_for_plain_ids_only(void **state)
{
	struct arena	*arena = arena_open();
	char		*far_too_long;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(relation_is_plain(ids[i].id), ids[i].plain);
	far_too_long = arena_take(arena, 1001);
	memset(far_too_long, 'a', 1000);
	assert_false(relation_is_plain(far_too_long));
	arena_close(arena);
}

static size_t
tell(struct arena *arena, struct kin *kin, const char *id, const char *ids_)
{
	const struct relation	 relation = {
		.id = id, .parents = text_split(arena, ids_, " ")
	};

	return kin_read(kin, &relation);
}

static void
ties_what_is_named_together(void **state)
{
	struct arena	*arena = arena_open();
	struct kin	*kin = kin_open(arena, 20);
	size_t		 a, b, c, alone, nobody;

	(void)state;
	a = tell(arena, kin, "<a>", "");
	alone = tell(arena, kin, "<alone>", "<other>");
	c = tell(arena, kin, "<c>", "<b>");
	assert_false(kin_is_same(kin, a, c));
	b = tell(arena, kin, "<b>", "<a>");
	assert_true(kin_is_same(kin, a, c));
	assert_true(kin_is_same(kin, a, b));
	assert_int_equal(kin_set(kin, a), kin_set(kin, c));
	assert_false(kin_is_same(kin, a, alone));
	nobody = tell(arena, kin, NULL, "");
	assert_true(nobody == KIN_NONE);
	assert_false(kin_is_same(kin, nobody, nobody));
	assert_int_equal(tell(arena, kin, NULL, "<c>"), c);
	assert_string_equal(kin_id(kin, c), "<c>");
	assert_true(kin_find(kin, "<x>") == KIN_NONE);
	assert_int_equal(kin_find(kin, "<b>"), b);
	arena_close(arena);
}

static void
survives_loops(void **state)
{
	struct arena	*arena = arena_open();
	struct kin	*kin = kin_open(arena, 10);
	size_t		 a, b;

	(void)state;
	a = tell(arena, kin, "<a>", "<b> <c> <a>");
	b = tell(arena, kin, "<b>", "<a>");
	tell(arena, kin, "<c>", "<b> <a> <c>");
	assert_true(kin_is_same(kin, a, b));
	assert_int_equal(kin_count(kin), 3);
	arena_close(arena);
}

static void
has_an_end(void **state)
{
	struct arena	*arena = arena_open();
	struct kin	*kin = kin_open(arena, 100);
	size_t		 i, first;

	(void)state;
	first = kin_add(kin, "<0>");
	for (i = 1; i < 100; i++)
		kin_tie(kin, kin_add(kin, text_format(arena, "<%zu>", i)),
		    kin_add(kin, text_format(arena, "<%zu>", i - 1)));
	assert_false(kin_is_full(kin));
	assert_true(kin_is_same(kin, first, 99));
	assert_true(kin_add(kin, "<more>") == KIN_NONE);
	assert_true(kin_is_full(kin));
	assert_int_equal(kin_add(kin, "<5>"), 5);
	kin_tie(kin, first, KIN_NONE);
	assert_int_equal(kin_count(kin), 100);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(reads_messages),
    cmocka_unit_test(looks_for_plain_ids_only),
    cmocka_unit_test(ties_what_is_named_together),
    cmocka_unit_test(survives_loops), cmocka_unit_test(has_an_end))
