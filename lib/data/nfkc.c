#include "data/nfkc.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/text.h"

/* The name of libunistring's file changes with its versions; its symbols are
 * found among those of what needs it. */
#define LIBRARY	"libidn2.so.0"

/* u8_normalize of <uninorm.h>: puts what fits into room. */
typedef uint8_t	*normalize(const void *form, const uint8_t *text, size_t len,
		    uint8_t *room, size_t *size);

static bool
find(normalize **function, const void **form)
{
	void	*library, *symbol;

	if ((library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL)) == NULL)
		return false;
	/* C has no cast for a pointer to a function. */
	symbol = dlsym(library, "u8_normalize");
	memcpy(function, &symbol, sizeof(symbol));
	*form = dlsym(library, "uninorm_nfkc");
	return symbol != NULL && *form != NULL;
}

const char *
nfkc_text(struct arena *arena, const char *text)
{
	normalize	*function;
	const void	*form;
	uint8_t		*room;
	size_t		 len;

	if (text_is_ascii(text))
		return text;
	if (!find(&function, &form))
		return NULL;
	len = strlen(text) * NFKC_GROWS;
	room = arena_take(arena, len);
	if (function(form, (const uint8_t *)text, strlen(text), room, &len) !=
	    room)
		return NULL;
	return bytes_text(arena, bytes_from(room, len));
}
