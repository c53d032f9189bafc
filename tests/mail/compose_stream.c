#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/compose.h"
#include "mail/part.h"

static const char	 ids[] = "<a@example.org>";

/* A message to begin with. */
static struct compose
base(void)
{
	static const struct address	 to = { NULL, "bo@example.org" };
	struct compose			 compose = { 0 };

	compose.from.name = "Ann";
	compose.from.address = "ann@example.org";
	compose.to = (struct objects){ &to, 1 };
	compose.subject = "Hello";
	compose.text = "Text\n";
	compose.message_id = ids;
	compose.date = 1785000000;
	return compose;
}

/* A file that is not in memory, read in uneven pieces. */
struct source {
	int64_t	 left;
	size_t	 reads;
};

static const struct fault *
read_source(void *from, unsigned char *at, size_t size, size_t *len)
{
	struct source	*source;

	source = from;
	*len = size < 1 + source->reads % 977 ? size :
	    1 + source->reads % 977;
	if ((int64_t)*len > source->left)
		*len = (size_t)source->left;
	memset(at, 'x', *len);
	source->left -= (int64_t)*len;
	source->reads++;
	return NULL;
}

static const struct fault *
drain(struct compose_stream *stream, int64_t *total)
{
	const struct fault	*bad;
	unsigned char		 block[4096];
	size_t			 len;

	*total = 0;
	do {
		bad = compose_read(stream, block, sizeof(block), &len);
		*total += (int64_t)len;
	} while (bad == NULL && len > 0);
	return bad;
}

static void
test_stream(void **state)
{
	struct source		 source;
	struct compose_file	 file = { .read = read_source,
				    .source = &source };
	struct compose_stream	*stream;
	struct compose		 compose;
	struct arena		*arena;
	int64_t			 total, more;

	(void)state;
	arena = arena_open();
	compose = base();
	compose.files = &file;
	compose.file_count = 1;
	file.size = 30 * 1024 * 1024 + 1;
	for (more = -1; more <= 1; more++) {
		source = (struct source){ file.size + more, 0 };
		assert_null(compose_open(arena, &compose, &stream));
		assert_true((drain(stream, &total) == NULL) == (more == 0));
		if (more == 0)
			assert_true(total == compose_length(stream));
	}
	assert_true(arena_size(arena) < 1024 * 1024);
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
	compose = base();
	compose.files = &file;
	compose.file_count = 1;
	for (len = 0; len < 15000; len += len < 180 ? 1 : 1459) {
		file.content = bytes_from(bytes, len);
		buf_start(&buf, arena);
		assert_null(compose_write(arena, &compose, &buf));
		at = strstr(buf_string(&buf), "Disposition:");
		at = strstr(at, "\r\n\r\n") + 4;
		back = part_decode(arena, "base64", bytes_from(at,
		    (size_t)(strstr(at, "--=_") - at)));
		assert_true(bytes_equal(back, file.content));
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_stream), cmocka_unit_test(test_lengths))
