#include "mcp/parked.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "mail/compose_stream.h"
#include "mail/parcel.h"
#include "mcp/call.h"
#include "mcp/upload.h"

enum { ID_BYTES = 16 };

static const struct fault *
read_text(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct bytes	*left = state;

	*len = left->len < size ? left->len : size;
	memcpy(at, left->at, *len);
	*left = bytes_from(left->at + *len, left->len - *len);
	return NULL;
}

const struct fault *
parked_keep(struct call *call, const char *text, const char **id)
{
	struct bytes		 left = bytes_of(text);
	const struct parcel	 parcel = {
		.id = digest_hex(call->arena,
		    digest_random(call->arena, ID_BYTES)),
		.content = { read_text, &left, left.len }
	};
	const struct fault	*bad;

	if (left.len > PARKED_BYTES)
		return fault_make(call->arena, FAULT_LIMIT, "the user is to "
		    "be asked first, and this is too much to wait for it");
	if ((bad = call_imap(call)) != NULL ||
	    (bad = call_prove(call)) != NULL)
		return bad;
	bad = parcel_keep(call->imap, call->arena, &parcel);
	call_extend(call);
	if (bad != NULL)
		return fault_make(call->arena, bad->kind, "the user is to be "
		    "asked first, and the mailbox could not keep this until "
		    "then: %s", bad->detail);
	*id = parcel.id;
	return NULL;
}

static const struct upload *
as_upload(struct call *call, const char *id)
{
	struct upload	*upload;

	upload = arena_take(call->arena, sizeof(*upload));
	upload->account.at = call->account;
	upload->id = id;
	return upload;
}

void
parked_spend(struct call *call, const char *id)
{
	upload_take(call, as_upload(call, id), NULL);
}

const struct fault *
parked_read(struct call *call, const char *id,
    const char *digest_hexadecimal, const char **text)
{
	struct compose_file	 file = { .filename = NULL };
	const struct fault	*bad;
	const struct upload	*upload = as_upload(call, id);

	bad = upload_read(call, upload, PARKED_BYTES, &file);
	if (bad != NULL && bad->kind != FAULT_MESSAGE)
		return bad;
	if (bad != NULL || !text_equal(digest_hex(call->arena, digest(
	    call->arena, DIGEST_SHA256, file.content)), digest_hexadecimal))
		return fault_make(call->arena, FAULT_CHANGED, "what was to be "
		    "confirmed is no longer there");
	*text = bytes_text(call->arena, file.content);
	upload_take(call, upload, NULL);
	return NULL;
}
