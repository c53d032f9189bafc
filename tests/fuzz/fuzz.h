#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls with every input; always returns 0.  A promise that
 * does not hold is an assert. */
int	 LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

#endif
