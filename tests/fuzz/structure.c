#include "fuzz.h"

#include "base/arena.h"
#include "mail/imap_lex.h"
#include "mail/imap_structure.h"
#include "mail/part_kind.h"

struct tally {
	struct arena		*arena;
	const struct part	*root;
	size_t			 parts;
};

static void
check_part(struct tally *tally, const struct part *part)
{
	const struct part	*same;

	fuzz_is_line(part_filename(tally->arena, part));
	fuzz_is_text(part_parameter(tally->arena, part, "charset"));
	fuzz_is_text(part_parameter(tally->arena, part, "name"));
	assert(part->type != NULL && part->subtype != NULL);
	assert(part->encoding != NULL && part->number != NULL);
	assert(part_decoded_size(part) <= part->size);
	assert(part->parameters.len <= PART_PARAMETERS_MOST);
	same = part_find(tally->root, part->number);
	assert(same != NULL && text_equal(same->number, part->number));
	part_is_tnef(tally->arena, part);
	part_is_message(part);
}

static void
check_tree(struct tally *tally, const struct part *part, size_t depth)
{
	for (; part != NULL; part = part->next) {
		assert(depth <= PART_DEPTH);
		assert(++tally->parts <= PARTS_MOST);
		check_part(tally, part);
		check_tree(tally, part->children, depth + 1);
	}
}

static void
check_list(const struct part_list *list)
{
	size_t	 i;

	assert(list->len <= PART_LIST_MOST);
	for (i = 0; i < list->len; i++)
		assert(list->at[i] != NULL);
}

/* Of text and files each part is one at most. */
static void
check_lists(const struct part *root)
{
	struct part_list	 text = { .len = 0 }, files = { .len = 0 };
	struct part_list	 all = { .len = 0 };

	part_list_text(root, true, &text);
	check_list(&text);
	text.len = text.more = 0;
	part_list_text(root, false, &text);
	check_list(&text);
	part_list_attachments(root, &files);
	check_list(&files);
	part_list_files(root, &all);
	check_list(&all);
	assert(all.len + all.more >= files.len + files.more);
}

/* BODYSTRUCTURE's value.  Who reads it and who skips it end at one place. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct imap_cursor	 cursor, skipped;
	struct tally		 tally = { 0 };
	struct part		*root;
	bool			 cut = false;

	tally.arena = arena_open();
	imap_lex_start(&cursor, bytes_from(at, len));
	skipped = cursor;
	if (imap_structure_take(&cursor, tally.arena, &root, &cut)) {
		assert(imap_lex_skip(&skipped) && skipped.at == cursor.at);
		tally.root = root;
		check_tree(&tally, root, 1);
		if (root != NULL) {
			check_lists(root);
			part_kinds(tally.arena, root);
		}
	}
	arena_close(tally.arena);
	return 0;
}
