#ifndef FUZZ_H
#define FUZZ_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "data/utf8.h"

/* What libFuzzer calls with every input; always returns 0.  A promise that
 * does not hold is an assert. */
int	 LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

/* A text that is there is UTF-8. */
static inline void
fuzz_is_text(const char *text)
{
	assert(text == NULL || utf8_is_valid(bytes_of(text)));
}

/* And in one line, without controls: it may stand in a header. */
static inline void
fuzz_is_line(const char *text)
{
	fuzz_is_text(text);
	assert(text == NULL || !text_has_control(text));
}

#endif
