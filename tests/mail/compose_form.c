#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "mail/compose_form.h"

/* A message, and how it can be put into another one. */
static const struct row {
	const char		*message;
	enum compose_form	 form;
} rows[] = {
	{ "A: b\r\n\r\ntext\r\n", COMPOSE_MESSAGE },
	{ "A: b\r\n\r\nno end of line", COMPOSE_MESSAGE },
	{ "", COMPOSE_MESSAGE },
	{ "A: b\r\n\r\nGr\xc3\xbc\xc3\x9f""e\r\n", COMPOSE_MESSAGE_8BIT },
	{ "\r\n\r\n", COMPOSE_MESSAGE },
	{ "A: b\n\ntext\n", COMPOSE_CODED },
	{ "\nA: b", COMPOSE_CODED },
	{ "A: b\r\n\r\nte\rxt\r\n", COMPOSE_CODED },
	{ "A: b\r\n\r\ntext\r", COMPOSE_CODED },
	{ "A: b\r\r\n", COMPOSE_CODED },
	{ "A: \xff\n", COMPOSE_CODED }
};

static enum compose_form
read_in_steps(struct bytes message, size_t step)
{
	struct compose_form_reader	 reader = { 0 };
	size_t				 at;

	for (at = 0; at < message.len; at += step)
		compose_form_add(&reader, bytes_slice(message, at, step));
	return compose_form_end(&reader);
}

static void
forms(void **state)
{
	static const unsigned char	 nul[] = { 'a', 0, '\r', '\n' };
	struct bytes			 message;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		message = bytes_of(rows[i].message);
		assert_int_equal(read_in_steps(message, message.len + 1),
		    rows[i].form);
		assert_int_equal(read_in_steps(message, 1), rows[i].form);
	}
	assert_int_equal(read_in_steps(bytes_from(nul, sizeof(nul)), 1),
	    COMPOSE_CODED);
}

static void
long_lines(void **state)
{
	struct arena	*arena = arena_open();
	unsigned char	*line;
	size_t		 len;

	(void)state;
	for (len = 990; len < 1010; len++) {
		line = arena_take(arena, len + 2);
		memset(line, 'x', len);
		memcpy(line + len, "\r\n", 2);
		assert_int_equal(read_in_steps(bytes_from(line, len + 2), 7),
		    len <= 998 ? COMPOSE_MESSAGE : COMPOSE_CODED);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(forms), cmocka_unit_test(long_lines))
