/* mcp/alike.h: what is told of all messages together, and what each of them
 * then still tells, so that both together say what the messages said. */
#include "../check.h"

#include "base/arena.h"
#include "base/text.h"
#include "mcp/alike.h"

enum { ROWS_MOST = 5 };

#define ANN	"Ann <ann@example.org>"
#define BO	"Bo <bo@example.org>"

/* What a member is in each message, and then there and together. */
static const struct {
	const char	*before[ROWS_MOST];
	const char	*after[ROWS_MOST];
	const char	*shared;
} senders[] = {
	{ { ANN, ANN, BO }, { NULL, NULL, BO }, ANN },
	{ { ANN, BO, ANN }, { NULL, BO, NULL }, ANN },
	{ { BO, ANN, ANN }, { BO, NULL, NULL }, ANN },
	{ { ANN, ANN, ANN, ANN, ANN }, { NULL }, ANN },
	{ { ANN, ANN }, { NULL }, ANN },
	/* Half is not most. */
	{ { ANN, ANN, BO, BO }, { ANN, ANN, BO, BO }, NULL },
	{ { ANN, BO }, { ANN, BO }, NULL },
	{ { ANN, BO, "c", "d", ANN }, { ANN, BO, "c", "d", ANN }, NULL },
	{ { ANN }, { ANN }, NULL },
	/* One without any would seem to have that of the others. */
	{ { ANN, ANN, ANN, "" }, { ANN, ANN, ANN, NULL }, NULL },
	{ { "", ANN, ANN }, { NULL, ANN, ANN }, NULL }
};

static const char *
none_if_empty(const char *text)
{
	return text_is_empty(text) ? NULL : text;
}

static size_t
count(const char *const *texts)
{
	size_t	 n;

	for (n = 0; n < ROWS_MOST && texts[n] != NULL; n++)
		continue;
	return n;
}

static void
check_same(const char *told, const char *wanted)
{
	if (wanted == NULL)
		assert_null(told);
	else
		assert_string_equal(told, wanted);
}

static void
test_senders(void **state)
{
	struct summary		 list[ROWS_MOST];
	const struct summary	*told, *shared;
	struct objects		 messages;
	struct arena		*arena;
	size_t			 i, j, len;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		len = count(senders[i].before);
		for (j = 0; j < len; j++)
			list[j] = (struct summary){ .uid = (int64_t)j + 1,
			    .from = none_if_empty(senders[i].before[j]) };
		messages = (struct objects){ list, len };
		shared = alike_settle(arena, &messages).at;
		check_same(shared == NULL ? NULL : shared->from,
		    senders[i].shared);
		told = messages.at;
		assert_int_equal(messages.len, len);
		for (j = 0; j < len; j++) {
			assert_int_equal(told[j].uid, j + 1);
			check_same(told[j].from, senders[i].after[j]);
			check_same(list[j].from,
			    none_if_empty(senders[i].before[j]));
		}
	}
	arena_close(arena);
}

/* Recipients: "me" is the account, "" none, and "-" is not told. */
static const struct {
	const char	*before[ROWS_MOST];
	const char	*after[ROWS_MOST];
	const char	*shared;
} recipients[] = {
	{ { "me", "me", BO }, { "-", "-", BO }, NULL },
	{ { "me", BO, ANN }, { "-", BO, ANN }, NULL },
	{ { "me" }, { "-" }, NULL },
	{ { BO }, { BO }, NULL },
	{ { "" }, { "" }, NULL },
	{ { "me", "", "" }, { "-", "", "" }, NULL },
	{ { "me", "me", "" }, { "-", "-", "" }, NULL },
	/* Where others are told together, the account goes no more without
	 * saying. */
	{ { BO, BO, "me" }, { "-", "-", "me" }, BO },
	{ { BO, "", BO, BO, "me" }, { "-", "", "-", "-", "me" }, BO }
};

static struct texts
list_of(struct arena *arena, const char *text)
{
	struct texts	 texts = { 0 };

	texts_add(arena, &texts, text);
	if (text_is_empty(text))
		texts.len = 0;
	return texts;
}

static void
check_list(struct texts told, const char *wanted)
{
	if (text_equal(wanted, "-")) {
		assert_null(told.at);
		assert_int_equal(told.len, 0);
		return;
	}
	assert_non_null(told.at);
	assert_int_equal(told.len, !text_is_empty(wanted));
	if (told.len > 0)
		assert_string_equal(told.at[0], wanted);
}

static void
test_recipients(void **state)
{
	struct summary		 list[ROWS_MOST];
	const struct summary	*told, *shared;
	struct objects		 messages;
	struct arena		*arena;
	const char		*text;
	size_t			 i, j, len;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(recipients) / sizeof(recipients[0]); i++) {
		len = count(recipients[i].before);
		for (j = 0; j < len; j++) {
			text = recipients[i].before[j];
			list[j] = (struct summary){
				.to = list_of(arena, text),
				.is_own = text_equal(text, "me")
			};
		}
		messages = (struct objects){ list, len };
		shared = alike_settle(arena, &messages).at;
		if (recipients[i].shared == NULL)
			assert_null(shared);
		else
			check_list(shared->to, recipients[i].shared);
		told = messages.at;
		for (j = 0; j < len; j++)
			check_list(told[j].to, recipients[i].after[j]);
	}
	arena_close(arena);
}

/* Of which conversation, whether it is the first, and what is then told. */
static void
test_conversations(void **state)
{
	struct summary		 list[] = {
		{ .thread_id = "a", .is_first = true },
		{ .thread_id = "b", .is_first = true },
		{ .thread_id = "c" }, { .thread_id = "b" },
		{ .is_first = true }
	};
	struct objects		 messages = { list, 5 };
	const struct summary	*told;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_null(alike_settle(arena, &messages).at);
	told = messages.at;
	assert_null(told[0].thread_id);
	assert_string_equal(told[1].thread_id, "b");
	assert_string_equal(told[2].thread_id, "c");
	assert_string_equal(told[3].thread_id, "b");
	assert_null(told[4].thread_id);
	arena_close(arena);
}

/* A folder is told together only where it is that of each of them. */
static void
test_folders(void **state)
{
	struct summary		 list[] = {
		{ .folder = "A", .uidvalidity = 1 },
		{ .folder = "A", .uidvalidity = 1 },
		{ .folder = "A", .uidvalidity = 1 }
	};
	struct objects		 messages = { list, 3 };
	const struct summary	*told, *shared;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	shared = alike_settle(arena, &messages).at;
	assert_string_equal(shared->folder, "A");
	assert_int_equal(shared->uidvalidity, 1);
	told = messages.at;
	assert_null(told[2].folder);
	assert_int_equal(told[2].uidvalidity, 0);
	list[2].uidvalidity = 2;
	messages = (struct objects){ list, 3 };
	assert_null(alike_settle(arena, &messages).at);
	told = messages.at;
	assert_string_equal(told[0].folder, "A");
	assert_int_equal(told[2].uidvalidity, 2);
	messages = (struct objects){ list, 1 };
	assert_null(alike_settle(arena, &messages).at);
	messages = (struct objects){ NULL, 0 };
	assert_null(alike_settle(arena, &messages).at);
	arena_close(arena);
}

/* However long the rest is, a line stays about as long. */
static void
test_previews(void **state)
{
	static const char	 words[] = "one two three four five six seven "
				    "eight nine ten eleven twelve thirteen "
				    "fourteen fifteen sixteen seventeen end";
	static const struct {
		const char	*subject;
		const char	*preview;
	} rows[] = {
		{ NULL, words },
		{ "Sixty characters of subject, of which each leaves one less",
		  "one two three four five six seven eight nine ten eleven "
		  "twelve thirteen fourteen…" },
		{ "More than a hundred characters of subject, so that there is "
		  "left what there is left at least, whatever it is",
		  "one two three four five six seven eight…" }
	};
	struct summary		 one;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		one = (struct summary){ .subject = rows[i].subject,
		    .preview = words };
		summary_fit_preview(arena, &one);
		assert_string_equal(one.preview, rows[i].preview);
	}
	one = (struct summary){ .subject = "x" };
	summary_fit_preview(arena, &one);
	assert_null(one.preview);
	arena_close(arena);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_conversations),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_previews)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
