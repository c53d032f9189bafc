#include "mail/imap_keys.h"

#include <assert.h>

#include "mail/imap_quote.h"

void
imap_keys_any(struct buf *buf, const struct imap_key *keys, size_t len)
{
	assert(len > 0);
	if (len == 1) {
		buf_text(buf, keys->name);
		buf_byte(buf, ' ');
		imap_string(buf, keys->value);
		return;
	}
	buf_text(buf, "OR ");
	imap_keys_any(buf, keys, len / 2);
	buf_byte(buf, ' ');
	imap_keys_any(buf, keys + len / 2, len - len / 2);
}
