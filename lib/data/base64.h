#ifndef DATA_BASE64_H
#define DATA_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct arena;

/* The value of a digit (RFC 4648 4), or 64 for what is none. */
enum { BASE64_NO_DIGIT = 64 };
unsigned	 base64_digit(unsigned char c);

/*
 * The groups of four digits that text starts with, three octets each, up to
 * the first four bytes that are none: for long texts with line ends between.
 * octets has room for three quarters of text.  Returns how many bytes of text
 * these were.
 */
size_t		 base64_read_groups(struct bytes text, unsigned char *octets);

/* RFC 4648. */
const char	*base64_write(struct arena *arena, struct bytes data);
/* base64url without padding. */
const char	*base64_write_url(struct arena *arena, struct bytes data);

/* Canonical only: whole quanta with padding, no white space, unused bits 0. */
bool		 base64_read(struct arena *arena, struct bytes text,
		    struct bytes *data);
/* Canonical base64url: no padding, no white space, unused bits 0. */
bool		 base64_read_url(struct arena *arena, struct bytes text,
		    struct bytes *data);
/* As a caller may write it: either alphabet, padding or none, white space
 * skipped; false for any other byte. */
bool		 base64_read_lenient(struct arena *arena, struct bytes text,
		    struct bytes *data);

#endif
