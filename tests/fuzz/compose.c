#include "fuzz.h"
#include "../spring.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/header.h"

enum { WITH_HTML = 1, WITH_FILE = 2, WITH_MESSAGE = 4, LINE_BYTES = 998 };

static void
check_lines(struct bytes message)
{
	size_t	 i, column;

	for (i = column = 0; i < message.len; i++) {
		assert((message.at[i] == '\r') == (i + 1 < message.len &&
		    message.at[i + 1] == '\n'));
		assert(message.at[i] != '\0');
		column = message.at[i] == '\n' ? 0 : column + 1;
		assert(column <= LINE_BYTES + 1);
	}
}

/* Nobody's text becomes a field. */
static void
check_fields(struct arena *arena, struct bytes message)
{
	static const char *const	 ours[] = {
		"Date", "From", "To", "Subject", "Message-ID", "In-Reply-To",
		"References", "MIME-Version", "Content-Type",
		"Content-Transfer-Encoding", NULL
	};
	struct pairs			 fields;
	size_t				 i, n;

	fields = header_fields(arena, message);
	for (i = 0; i < fields.len; i++) {
		for (n = 0; ours[n] != NULL; n++)
			if (text_equal(ours[n], fields.at[i].name))
				break;
		assert(ours[n] != NULL);
	}
}

/* The first byte chooses the form; the rest is every text in it. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct compose_file	 file = { 0 };
	struct compose		 compose = { 0 };
	struct arena		*arena;
	const char		*text;
	struct buf		 out;

	if (len == 0)
		return 0;
	arena = arena_open();
	text = bytes_text(arena, bytes_from(at + 1, len - 1));
	compose.from = (struct address){ text, "a@example.org" };
	compose.to = (struct objects){ &compose.from, 1 };
	compose.subject = compose.text = compose.in_reply_to = text;
	compose.references = (struct texts){ &text, 1 };
	compose.message_id = "<a@example.org>";
	compose.html = (at[0] & WITH_HTML) != 0 ? text : NULL;
	compose.files = &file;
	compose.file_count = (at[0] & WITH_FILE) != 0;
	file.filename = text;
	file.content = bytes_from(at + 1, len - 1);
	file.content_type = (at[0] & WITH_MESSAGE) != 0 ? "message/rfc822" :
	    NULL;
	buf_start(&out, arena);
	assert(spring_compose(arena, &compose, &out) == NULL);
	check_lines(buf_view(&out));
	check_fields(arena, buf_view(&out));
	arena_close(arena);
	return 0;
}
