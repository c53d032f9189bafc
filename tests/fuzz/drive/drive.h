#ifndef DRIVE_H
#define DRIVE_H

#include <stddef.h>
#include <stdint.h>

/* A harness of tests/fuzz; the table, which make writes, ends with NULL. */
struct harness {
	const char	*name;
	int		 (*input)(const uint8_t *at, size_t len);
};

extern const struct harness	 harnesses[];

#endif
