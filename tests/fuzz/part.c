#include "fuzz.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/part.h"

static const char *const	 encodings[] = {
	"base64", "quoted-printable", "x-uuencode", "7bit"
};

/* The first byte chooses the encoding.  Whole or byte by byte, the outcome is
 * one; as text it is UTF-8. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct pair		 pairs[] = { { "format", "flowed" } };
	struct part		 part = { .type = "text",
				    .subtype = "plain",
				    .parameters = { pairs, 1 } };
	struct part_decoder	 decoder = { 0 };
	struct arena		*arena;
	struct bytes		 raw, whole;
	struct buf		 out;
	size_t			 i;

	if (len == 0)
		return 0;
	arena = arena_open();
	raw = bytes_from(at + 1, len - 1);
	decoder.encoding = encodings[at[0] % 4];
	whole = part_decode(arena, decoder.encoding, raw);
	buf_start(&out, arena);
	for (i = 0; i < raw.len; i++)
		part_decode_piece(&decoder, bytes_slice(raw, i, 1), false,
		    &out);
	part_decode_piece(&decoder, bytes_from("", 0), true, &out);
	assert(bytes_equal(whole, buf_view(&out)));
	assert(utf8_is_valid(bytes_of(part_text(arena, &part, whole))));
	arena_close(arena);
	return 0;
}
