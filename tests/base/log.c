#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"

#include "../check.h"

/* What is written to standard error while writer runs. */
static size_t
capture(void (*writer)(void), char *at, size_t size)
{
	ssize_t	 len;
	int	 ends[2], kept;

	assert_int_equal(pipe(ends), 0);
	kept = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	writer();
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(ends[1]);
	len = read(ends[0], at, size - 1);
	close(ends[0]);
	at[len > 0 ? len : 0] = '\0';
	return len > 0 ? (size_t)len : 0;
}

static void
write_hostile(void)
{
	static char	 path[4000];

	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, "/a\r\nlevel=info \x1b[31m\"%", 22);
	log_request(&(struct log_request){ .program = "mcp", .method = "GET",
	    .path = path, .status = 404, .ms = 3 });
}

static void
write_line_break(void)
{
	log_line(LOG_WARN, "%s", "one\ntwo\x1b");
}

static void
write_quiet(void)
{
	log_line(LOG_DEBUG, "not to be seen");
}

static void
one_line_whatever_comes(void **state)
{
	char	 text[8192];
	size_t	 len;

	(void)state;
	len = capture(write_hostile, text, sizeof(text));
	assert_true(len > 0 && len < 1100);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "path=/a%0D%0Alevel=info%20"));
	assert_non_null(strstr(text, " status=404 ms=3"));
	len = capture(write_line_break, text, sizeof(text));
	assert_string_equal(text,
	    "level=warn message=\"one?two?\"\n");
	assert_int_equal(capture(write_quiet, text, sizeof(text)), 0);
}

static void
every_fault_has_a_voice(void **state)
{
	enum fault_kind	 kind;

	(void)state;
	for (kind = 0; kind < FAULT_KINDS; kind++) {
		assert_non_null(fault_voice(kind)->code);
		assert_non_null(fault_voice(kind)->oauth);
		assert_in_range(fault_voice(kind)->status, 400, 599);
		assert_true(fault_voice(kind)->rpc < 0);
	}
}

CHECK_MAIN(
	cmocka_unit_test(one_line_whatever_comes),
	cmocka_unit_test(every_fault_has_a_voice)
)
