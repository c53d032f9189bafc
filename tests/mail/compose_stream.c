#include "../check.h"
#include "../spring.h"
#include "letter.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/compose.h"
#include "mail/compose_stream.h"
#include "mail/part.h"

enum { LARGE_BYTES = 30 * 1024 * 1024 + 1 };

/* A large file costs no memory but its own, is as long as it was said to be,
 * and is the same when it is read again. */
static void
test_large(void **state)
{
	static unsigned char	 content[LARGE_BYTES];
	struct compose_file	 files[2] = { { 0 } };
	struct compose		 compose;
	struct source		 source;
	struct arena		*arena;
	struct bytes		 piece, seen[2];
	uint64_t		 total;
	int			 i;

	(void)state;
	arena = arena_open();
	memset(content, 'x', sizeof(content));
	files[0].content = bytes_from(content, sizeof(content));
	files[1].content = bytes_of("x");
	compose = letter();
	compose.files = files;
	compose.file_count = 2;
	assert_null(compose_open(arena, &compose, &source));
	assert_false(source.eight_bit);
	for (i = 0; i < 2; i++) {
		source_rewind(&source);
		total = 0;
		do {
			assert_null(source_next(arena, &source, &piece));
			assert_true(piece.len <= SOURCE_PIECE_BYTES);
			if (total == 0)
				seen[i] = bytes_from(arena_copy(arena,
				    piece.at, piece.len), piece.len);
			total += piece.len;
		} while (piece.len > 0);
		assert_true(total == source.length);
	}
	assert_true(bytes_equal(seen[0], seen[1]));
	assert_true(arena_size(arena) < 1024 * 1024);
	arena_close(arena);
}

/* Only a message that goes in as it stands can need eight bits. */
static void
test_eight_bit(void **state)
{
	static const struct {
		const char	*type, *content;
		bool		 eight_bit;
	} rows[] = {
		{ "message/rfc822", "A: b\r\n\r\n\xc3\xa4\r\n", true },
		{ "message/rfc822", "A: b\r\n\r\na\r\n", false },
		{ "message/rfc822", "A: b\n\n\xc3\xa4\n", false },
		{ "text/plain", "\xc3\xa4\r\n", false },
		{ NULL, "\xff", false }
	};
	struct compose_file	 file = { 0 };
	struct compose		 compose;
	struct source		 source;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	compose = letter();
	compose.subject = compose.text = "\xc3\xa4";
	compose.files = &file;
	compose.file_count = 1;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		file.content_type = rows[i].type;
		file.content = bytes_of(rows[i].content);
		assert_null(compose_open(arena, &compose, &source));
		assert_int_equal(source.eight_bit, rows[i].eight_bit);
	}
	arena_close(arena);
}

/* Files of every length around the ends of lines and blocks. */
static void
test_lengths(void **state)
{
	struct compose_file	 file = { 0 };
	struct compose		 compose;
	struct arena		*arena;
	unsigned char		*bytes;
	const char		*at;
	struct bytes		 back;
	struct buf		 buf;
	size_t			 i, len;

	(void)state;
	arena = arena_open();
	bytes = arena_take(arena, 20000);
	for (i = 0; i < 20000; i++)
		bytes[i] = (unsigned char)(i * 7 + 1);
	compose = letter();
	compose.files = &file;
	compose.file_count = 1;
	for (len = 0; len < 15000; len += len < 180 ? 1 : 1459) {
		file.content = bytes_from(bytes, len);
		buf_start(&buf, arena);
		assert_null(spring_compose(arena, &compose, &buf));
		at = strstr(buf_string(&buf), "Disposition:");
		at = strstr(at, "\r\n\r\n") + 4;
		back = part_decode(arena, "base64", bytes_from(at,
		    (size_t)(strstr(at, "--=_") - at)));
		assert_true(bytes_equal(back, file.content));
	}
	arena_close(arena);
}

/* Gives bytes by a few at a time, and breaks off where it is told to. */
struct giver {
	struct bytes	 rest;
	size_t		 step;
	size_t		 broken;	/* left when it breaks off; 0: never */
	struct arena	*arena;
};

static const struct fault *
give(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct giver	*giver = state;

	*len = giver->step < size ? giver->step : size;
	if (*len > giver->rest.len)
		*len = giver->rest.len;
	if (giver->broken != 0 && giver->rest.len <= giver->broken)
		return fault_make(giver->arena, FAULT_REQUEST, "gone");
	if (*len > 0)
		memcpy(at, giver->rest.at, *len);
	giver->rest = bytes_slice(giver->rest, *len, giver->rest.len);
	return NULL;
}

/* What came of reading a source whose file is read from a giver. */
static const struct fault *
read_given(struct giver *giver, uint64_t announced, struct buf *buf)
{
	struct compose_reader	 reader = { give, giver, announced };
	struct compose_stream	*stream;
	const struct fault	*bad;
	struct source		 source;
	struct bytes		 piece;

	stream = compose_stream_make(giver->arena);
	compose_stream_add(stream, bytes_of("A: b\r\n\r\n"));
	compose_stream_add_reader(stream, &reader);
	compose_stream_source(stream, &source);
	source_rewind(&source);
	do {
		bad = source_next(giver->arena, &source, &piece);
		if (bad == NULL)
			buf_bytes(buf, piece);
	} while (bad == NULL && piece.len > 0);
	if (bad == NULL) {
		/* It can't be had again. */
		source_rewind(&source);
		assert_null(source_next(giver->arena, &source, &piece));
		assert_non_null(source_next(giver->arena, &source, &piece));
	}
	return bad;
}

static void
test_reader(void **state)
{
	static unsigned char	 content[40000];
	struct arena		*arena = arena_open();
	struct giver		 giver = { .arena = arena };
	struct bytes		 back;
	struct buf		 buf;
	size_t			 len, i;

	(void)state;
	for (i = 0; i < sizeof(content); i++)
		content[i] = (unsigned char)(i * 7 + 1);
	for (len = 0; len <= sizeof(content); len += len < 180 ? 1 : 1991)
		for (giver.step = 1; giver.step < 50000; giver.step *= 77) {
			giver.rest = bytes_from(content, len);
			buf_start(&buf, arena);
			assert_null(read_given(&giver, len, &buf));
			back = part_decode(arena, "base64",
			    bytes_slice(buf_view(&buf), 8, buf.len));
			assert_true(bytes_equal(back,
			    bytes_from(content, len)));
		}
	arena_close(arena);
}

/* Too long, too short, broken off: never a whole message. */
static void
test_reader_fails(void **state)
{
	static unsigned char	 content[40000];
	struct arena		*arena = arena_open();
	struct giver		 giver = { .arena = arena, .step = 5000 };
	struct buf		 buf;
	uint64_t		 len;

	(void)state;
	buf_start(&buf, arena);
	giver.rest = bytes_from(content, sizeof(content));
	assert_int_equal(read_given(&giver, 39990, &buf)->kind,
	    FAULT_PROTOCOL);
	giver.rest = bytes_from(content, sizeof(content));
	assert_int_equal(read_given(&giver, 40010, &buf)->kind,
	    FAULT_PROTOCOL);
	for (len = 39999; len <= 40001; len += 2) {
		giver.rest = bytes_from(content, sizeof(content));
		assert_int_equal(read_given(&giver, len, &buf)->kind,
		    FAULT_PROTOCOL);
	}
	giver.rest = bytes_from(content, sizeof(content));
	giver.broken = 20000;
	assert_int_equal(read_given(&giver, 40000, &buf)->kind,
	    FAULT_REQUEST);
	arena_close(arena);
}

/* Bytes that a source gives in pieces of some length. */
struct dripping {
	struct bytes	 all;
	size_t		 at, step;
};

static const struct fault *
drip(void *state, struct bytes *piece)
{
	struct dripping	*dripping = state;

	*piece = bytes_slice(dripping->all, dripping->at, dripping->step);
	dripping->at += piece->len;
	return NULL;
}

static void
drip_again(void *state)
{
	((struct dripping *)state)->at = 0;
}

/* A file from a source is written as the same file from memory, each time,
 * whatever its pieces are. */
static void
test_sources(void **state)
{
	static const size_t	 steps[] = { 1, 56, 57, 58, 14592, 20000 };
	struct dripping		 dripping = { .at = 5 };
	struct source		 source = { .next = drip,
				    .rewind = drip_again,
				    .state = &dripping, .length = 20000 };
	struct compose_file	 file = { .content_type = "image/png" };
	struct compose		 compose = letter();
	struct arena		*arena = arena_open();
	struct buf		 expected, made;
	size_t			 i, times;

	(void)state;
	dripping.all = bytes_from(arena_take(arena, 20000), 20000);
	compose.files = &file;
	compose.file_count = 1;
	file.content = dripping.all;
	buf_start(&expected, arena);
	assert_null(spring_compose(arena, &compose, &expected));
	file.content = bytes_from(NULL, 0);
	file.source = &source;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (times = 0; times < 2; times++) {
			dripping.step = steps[i];
			buf_start(&made, arena);
			assert_null(spring_compose(arena, &compose, &made));
			assert_true(bytes_equal(buf_view(&made),
			    buf_view(&expected)));
		}
	/* One that breaks its word is a fault, not a message. */
	source.length--;
	assert_non_null(spring_compose(arena, &compose, &made));
	source.length += 2;
	assert_non_null(spring_compose(arena, &compose, &made));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(test_sources),
	cmocka_unit_test(test_reader),
	cmocka_unit_test(test_reader_fails),
	cmocka_unit_test(test_large),
	cmocka_unit_test(test_eight_bit),
	cmocka_unit_test(test_lengths)
)
