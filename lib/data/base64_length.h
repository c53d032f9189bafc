#ifndef DATA_BASE64_LENGTH_H
#define DATA_BASE64_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * How many bytes a long base64 text (RFC 2045 6.8) decodes to, from its two
 * ends.  Base64 in lines of one length, as every program writes it, has a
 * length that follows from where it ends: head, the text's first bytes, shows
 * the lines; tail, its last bytes, which stand at tail_at, shows that they are
 * still in step, and the padding.  False where the lines are not alike, or
 * something else stands in them: then only reading all of it tells.
 */
bool	 base64_length_predict(struct bytes head, struct bytes tail,
	    uint64_t tail_at, int64_t *length);

#endif
