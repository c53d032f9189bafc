#include "mcp/attachment.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/filename.h"
#include "mail/account.h"
#include "mail/part_kind.h"
#include "mail/part_stream.h"
#include "mcp/call.h"
#include "mcp/download.h"
#include "mcp/progress.h"
#include "mcp/stamp.h"
#include "net/s3.h"
#include "oauth/bearer.h"

enum {
	/* An older object is put again, so that it outlives its new URL:
	 * the bucket forgets after 15 days. */
	OBJECT_FRESH_SECONDS = 24 * 3600
};

const struct field	 attachment_rows[] = {
	ATTACHMENT_ROWS,
	{ FIELD_END }
};

void
attachment_describe(struct arena *arena, const struct part *part,
    struct attachment *attachment)
{
	attachment->part = part->number;
	attachment->filename = part_filename(arena, part);
	attachment->content_type = part_is_tnef(arena, part) ?
	    "application/ms-tnef" : text_format(arena, "%s/%s", part->type,
	    part->subtype);
	attachment->size = part_decoded_size(part);
	attachment->is_inline = part_is_inline(part);
	attachment->content_id = part->id;
}

/* An object's key can't be guessed; the same attachment has the same one. */
static const char *
object_key(struct call *call, uint32_t uid, const struct part *part,
    const char *filename)
{
	const struct imap_box	*box;

	box = imap_box(call->imap);
	return text_format(call->arena, "attachments/%s/%s",
	    stamp_make(call, "s3-object", text_format(call->arena,
	    "%lu %lu %s %s", (unsigned long)box->uidvalidity,
	    (unsigned long)uid, part->number, box->name)),
	    filename_ascii(call->arena, filename));
}

/* A part on its way to S3. */
struct transfer {
	struct call		*call;
	struct part_stream	*stream;
	int64_t			 done;
	int64_t			 length;
};

static const struct fault *
read_transfer(void *state, unsigned char *at, size_t size, size_t *len)
{
	struct transfer		*transfer = state;
	const struct fault	*bad;

	progress_tell(transfer->call, transfer->done, transfer->length,
	    "Uploading the attachment");
	bad = part_stream_read(transfer->stream, at, size, len);
	if (bad == NULL)
		transfer->done += (int64_t)*len;
	return bad;
}

/* From the mail server to S3, piece by piece. */
static const struct fault *
upload(struct call *call, uint32_t uid, const struct part *part,
    const struct s3_object *object)
{
	struct transfer		 transfer = { .call = call };
	const struct fault	*bad;
	struct fetch		 body = { 0 };

	progress_tell(call, 0, 0, "Reading the attachment");
	part_stream_open(call->imap, call->arena, uid, part,
	    &transfer.stream);
	bad = part_stream_length(transfer.stream, &transfer.length);
	if (bad == NULL) {
		body.source = read_transfer;
		body.state = &transfer;
		body.length = transfer.length;
		body.deadline = clock_ms() + PART_STREAM_MS;
		body.watch = progress_of(call);
		bad = s3_put(call->arena, call->config, object, &body);
	}
	part_stream_close(transfer.stream);
	call_extend(call);
	return bad;
}

static const struct fault *
stored_url(struct call *call, uint32_t uid, const struct part *part,
    struct attachment *attachment)
{
	const struct fault	*bad;
	struct s3_object	 object = { 0 };
	int64_t			 age;
	bool			 there;

	object.key = object_key(call, uid, part, attachment->filename);
	object.filename = filename_clean(call->arena, attachment->filename);
	object.content_type = attachment->content_type;
	bad = s3_age(call->arena, call->config, object.key, &there, &age);
	if (bad != NULL)
		return bad;
	if ((!there || age > OBJECT_FRESH_SECONDS) &&
	    (bad = upload(call, uid, part, &object)) != NULL)
		return bad;
	attachment->url = s3_url(call->arena, call->config, "GET", &object,
	    S3_EXPIRES_MOST);
	attachment->expires_at = clock_rfc3339(call->arena,
	    (struct moment){ clock_now() + S3_EXPIRES_MOST, 0 });
	return NULL;
}

/* A link carries no more of the account than reading one part needs. */
static const struct fault *
sealed_url(struct call *call, uint32_t uid, const struct part *part,
    struct attachment *attachment)
{
	const struct imap_box	*box;
	struct download		 claims = { 0 };
	const struct fault	*bad;

	box = imap_box(call->imap);
	claims.grant = call->access->grant;
	claims.account.at = account_for_reading(call->arena, call->account);
	/* A bearer token lives as long as the access token that holds it. */
	if (call->account->bearer != NULL)
		claims.base.expires = call->access->base.expires;
	claims.folder = box->name;
	claims.uidvalidity = box->uidvalidity;
	claims.uid = uid;
	claims.part = part->number;
	claims.filename = filename_clean(call->arena, attachment->filename);
	claims.content_type = attachment->content_type;
	bad = download_seal(call->arena, call->authority, &claims,
	    &attachment->url);
	if (bad != NULL)
		return bad;
	attachment->expires_at = clock_rfc3339(call->arena,
	    (struct moment){ claims.base.expires, 0 });
	return NULL;
}

const struct fault *
attachment_url(struct call *call, uint32_t uid, const struct part *part,
    struct attachment *attachment)
{
	if (s3_is_configured(call->config))
		return stored_url(call, uid, part, attachment);
	return sealed_url(call, uid, part, attachment);
}

const struct fault *
attachment_read(struct call *call, uint32_t uid, const struct part *part,
    size_t most, struct bytes *content)
{
	struct part_stream	*stream;
	const struct fault	*bad;

	progress_tell(call, 0, 0, "Reading the attachment");
	part_stream_open(call->imap, call->arena, uid, part, &stream);
	bad = part_stream_whole(stream, call->arena, most, content);
	part_stream_close(stream);
	call_extend(call);
	return bad;
}
