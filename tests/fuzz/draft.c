#include "fuzz.h"

#include <assert.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/draft.h"
#include "mail/header.h"

enum { LINE_BYTES = 998 };

/* One header: lines that are not too long, and its end where it ends. */
static void
check_lines(struct bytes header)
{
	size_t	 i, column;

	for (i = column = 0; i < header.len; i++) {
		assert(header.at[i] != '\0');
		assert((header.at[i] == '\r') == (i + 1 < header.len &&
		    header.at[i + 1] == '\n'));
		if (header.at[i] == '\n' && column == 1)
			assert(i + 1 == header.len);
		column = header.at[i] == '\n' ? 0 : column + 1;
		assert(column <= LINE_BYTES + 1);
	}
	assert(column == 0);
}

static void
check_fields(struct arena *arena, struct bytes header, size_t bcc)
{
	struct pairs	 fields;
	size_t		 i, from = 0, hidden = 0, ids = 0, dates = 0;

	fields = header_fields(arena, header);
	for (i = 0; i < fields.len; i++) {
		from += text_equal_case(fields.at[i].name, "From");
		hidden += text_equal_case(fields.at[i].name, "Bcc");
		ids += text_equal_case(fields.at[i].name, "Message-ID");
		dates += text_equal_case(fields.at[i].name, "Date");
	}
	assert(from == 1 && ids == 1 && dates == 1 && hidden == bcc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct draft_start	 start = { .message_id = "<id@example.org>" };
	struct arena		*arena;
	struct draft		 draft;
	const struct fault	*bad;
	struct bytes		 header;

	arena = arena_open();
	bad = draft_read(arena, bytes_from(at, len), &draft);
	if (bad != NULL) {
		fuzz_is_text(bad->detail);
	} else {
		header = draft_write(arena, &draft, &start);
		check_lines(header);
		check_fields(arena, header, 0);
		start.keep_bcc = true;
		header = draft_write(arena, &draft, &start);
		check_lines(header);
		check_fields(arena, header, draft.bcc.len > 0);
	}
	arena_close(arena);
	return 0;
}
