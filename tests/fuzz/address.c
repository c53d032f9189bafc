#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/address.h"

static void
check_lenient(struct arena *arena, const char *text)
{
	const struct address	*address;
	struct objects		 list;
	size_t			 i;

	list = address_read_lenient(arena, text);
	address = list.at;
	for (i = 0; i < list.len; i++) {
		assert(utf8_is_valid(bytes_of(address[i].address)));
		assert(address[i].name == NULL ||
		    utf8_is_valid(bytes_of(address[i].name)));
	}
}

/* What is written is read back to the same. */
static void
check_again(struct arena *arena, const struct address *address)
{
	const struct address	*again;
	struct objects		 list = { 0 };

	assert(address_read(arena, address_write(arena, address), &list) ==
	    NULL && list.len == 1);
	again = list.at;
	assert(text_equal(again->address, address->address));
	assert(strpbrk(address->address, "<>\r\n") == NULL);
	assert((again->name == NULL) == (address->name == NULL));
	assert(again->name == NULL || text_equal(again->name, address->name));
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const struct address	*address;
	struct objects		 list;
	struct arena		*arena;
	const char		*text;
	size_t			 i;

	arena = arena_open();
	text = bytes_text(arena, bytes_from(at, len));
	check_lenient(arena, text);
	if (address_read(arena, text, &list) == NULL) {
		address = list.at;
		for (i = 0; i < list.len; i++)
			check_again(arena, &address[i]);
	}
	arena_close(arena);
	return 0;
}
