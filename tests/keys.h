#ifndef KEYS_H
#define KEYS_H

#include "crypt/keys.h"

#include "base/bytes.h"

#include "check.h"

/* Two master keys, as a key file has them. */
#define TEST_KEY	"202122232425262728292a2b2c2d2e2f" \
			"303132333435363738393a3b3c3d3e3f\n"
#define TEST_OLD_KEY	"000102030405060708090a0b0c0d0e0f" \
			"101112131415161718191a1b1c1d1e1f\n"

static inline const struct keys *
test_keys(struct arena *arena, const char *text)
{
	const struct keys	*keys;

	assert_null(keys_read(arena, bytes_of(text), &keys));
	return keys;
}

#endif
