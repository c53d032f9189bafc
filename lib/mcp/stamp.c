#include "mcp/stamp.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "crypt/digest.h"
#include "crypt/keys.h"
#include "mail/account.h"
#include "mail/address.h"
#include "mcp/call.h"

enum { MESSAGE_ID_CHARS = 32 };

struct texts
stamp_all(struct call *call, const char *purpose, const char *something)
{
	const struct keys	*keys = call->authority->keys;
	struct texts		 stamps = { NULL, 0 };
	struct bytes		 key;
	struct buf		 text;
	const char		*kid;
	size_t			 i;

	buf_start(&text, call->arena);
	buf_text(&text, account_identity(call->arena, call->account));
	buf_byte(&text, '\0');
	buf_text(&text, something);
	for (i = 0; (kid = keys_kid(keys, i)) != NULL; i++) {
		key = keys_derive(call->arena, keys, kid, purpose);
		/* Without it anybody could make one: postern keys. */
		assert(key.at != NULL || i > 0);
		if (key.at != NULL)
			texts_add(call->arena, &stamps, digest_hex(
			    call->arena, digest_hmac(call->arena,
			    DIGEST_SHA256, key, buf_view(&text))));
	}
	return stamps;
}

const char *
stamp_make(struct call *call, const char *purpose, const char *something)
{
	return stamp_all(call, purpose, something).at[0];
}

struct texts
stamp_message_ids(struct call *call, const char *purpose,
    const char *something, const char *address)
{
	struct texts	 stamps, ids = { NULL, 0 };
	size_t		 i;

	stamps = stamp_all(call, purpose, something);
	for (i = 0; i < stamps.len; i++)
		texts_add(call->arena, &ids, text_format(call->arena,
		    "<%.*s@%s>", MESSAGE_ID_CHARS, stamps.at[i],
		    address_domain(address)));
	return ids;
}
