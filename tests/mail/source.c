#include "mail/source.h"

#include <string.h>

#include "../check.h"
#include "../spring.h"

static const char	 text[] = "From: a@example.org\r\n\r\nText\r\n";

/* In pieces of every size, and again from the start, also from its middle. */
static void
pieces(void **state)
{
	struct source	*source;
	struct arena	*arena;
	struct bytes	 piece;
	struct buf	 out;
	size_t		 size, again;

	(void)state;
	arena = arena_open();
	for (size = 1; size <= sizeof(text); size++) {
		source = spring_open(arena, bytes_of(text), size);
		for (again = 0; again < 2; again++) {
			buf_start(&out, arena);
			assert_null(spring_gather(arena, source, &out));
			assert_string_equal(buf_string(&out), text);
			source_rewind(source);
			assert_null(source_next(arena, source, &piece));
			assert_true(bytes_equal(piece,
			    bytes_slice(bytes_of(text), 0, size)));
		}
	}
	arena_close(arena);
}

/* What was announced is what is given: not a byte more, none less. */
static void
other_length(void **state)
{
	static const size_t	 sizes[] = { 1, 7, sizeof(text) };
	const struct fault	*bad;
	struct source		*source;
	struct arena		*arena;
	struct buf		 out;
	size_t			 i, length;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (length = 0; length < 2 * strlen(text); length++) {
			source = spring_open(arena, bytes_of(text), sizes[i]);
			source->length = length;
			buf_start(&out, arena);
			bad = spring_gather(arena, source, &out);
			assert_int_equal(bad == NULL, length == strlen(text));
			assert_true(out.len <= length);
			if (bad != NULL)
				assert_int_equal(bad->kind, FAULT_PROTOCOL);
		}
	arena_close(arena);
}

static const struct fault *
refuse(void *state, struct bytes *piece)
{
	struct spring	*spring = state;

	(void)piece;
	return fault_make(spring->arena, FAULT_STORAGE, "gone");
}

static void
broken(void **state)
{
	struct source	*source;
	struct arena	*arena;
	struct bytes	 piece;

	(void)state;
	arena = arena_open();
	source = spring_open(arena, bytes_of(text), 7);
	source_rewind(source);
	assert_null(source_next(arena, source, &piece));
	source->next = refuse;
	assert_int_equal(source_next(arena, source, &piece)->kind,
	    FAULT_STORAGE);
	assert_int_equal(piece.len, 0);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(pieces), cmocka_unit_test(other_length),
    cmocka_unit_test(broken))
