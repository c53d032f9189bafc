#include "mcp/upload.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "data/filename.h"
#include "mail/account.h"
#include "mail/imap_session.h"
#include "mail/parcel.h"
#include "mail/part_stream.h"
#include "mcp/call.h"
#include "mcp/download.h"
#include "mcp/stamp.h"
#include "net/s3.h"
#include "oauth/bearer.h"

enum {
	ID_BYTES = 16,
	KEY_SEGMENTS = 3,	/* uploads / id-mac / what it is */
	SPEND_MS = 10 * 1000,	/* to remove what was used */
	DRAIN_PIECE = 16 * 1024,
	CREATED = 201
};

static const char	 key_start[] = "uploads/";

static const struct field	 upload_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct upload, account, "a"), .required = true,
	  .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_AS(struct upload, id, "i"), .required = true },
	{ FIELD_AS(struct upload, filename, "n"), .required = true },
	{ FIELD_AS(struct upload, content_type, "t") },
	{ FIELD_AS(struct upload, size, "s"), .required = true,
	  .most = INT64_MAX },
	{ FIELD_END }
};

static const struct token_sort	 upload_sort = { TOKEN_UPLOAD, upload_rows };

static const char *
make_id(struct arena *arena)
{
	return digest_hex(arena, digest_random(arena, ID_BYTES));
}

/* No more of the account than its IMAP server needs. */
static const struct fault *
sealed_url(struct call *call, const struct upload *wanted, const char **url)
{
	struct upload		 upload = *wanted;
	const struct fault	*bad;
	const char		*token;

	if (call->config->grants_folder == NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_UNSUPPORTED, "this server has no place for uploads"),
		    "Send the file in attachments, as base64.");
	upload.account.at = account_for_reading(call->arena, call->account);
	upload.id = make_id(call->arena);
	upload.base.expires = clock_now() + UPLOAD_USE_SECONDS;
	bad = token_seal(call->arena, call->authority, &upload_sort, &upload,
	    &token);
	if (bad == NULL)
		*url = download_place(call->arena, call->config, token);
	return bad;
}

/* An object's key says what it is, and that this account made it: by any of
 * our keys, the newest first. */
static struct texts
make_keys(struct call *call, const char *id, const char *described)
{
	struct texts	 stamps, keys = { NULL, 0 };
	size_t		 i;

	stamps = stamp_all(call, "s3-upload", text_format(call->arena,
	    "%s %s", id, described));
	for (i = 0; i < stamps.len; i++)
		texts_add(call->arena, &keys, text_format(call->arena,
		    "%s%s-%s/%s", key_start, id, stamps.at[i], described));
	return keys;
}

static bool
is_one_of(const char *key, struct texts keys)
{
	size_t	 i;

	for (i = 0; i < keys.len; i++)
		if (bytes_equal_secret(bytes_of(key), bytes_of(keys.at[i])))
			return true;
	return false;
}

static const char *
stored_url(struct call *call, const struct upload *wanted)
{
	struct s3_object	 object = { .length = wanted->size };

	object.key = make_keys(call, make_id(call->arena), base64_write_url(
	    call->arena, bytes_of(text_format(call->arena, "%s\n%s",
	    wanted->content_type == NULL ? "" : wanted->content_type,
	    wanted->filename)))).at[0];
	return s3_url(call->arena, call->config, "PUT", &object,
	    UPLOAD_PUT_SECONDS);
}

const struct fault *
upload_url(struct call *call, const struct upload *wanted, const char **url)
{
	if (!s3_is_configured(call->config))
		return sealed_url(call, wanted, url);
	*url = stored_url(call, wanted);
	return NULL;
}

const struct fault *
upload_open(struct arena *arena, const struct authority *authority,
    const char *token, struct upload *upload)
{
	return token_open(arena, authority, &upload_sort, token, upload);
}

bool
upload_is_stored(struct call *call, const char *key,
    struct compose_file *file)
{
	struct texts	 segments;
	struct bytes	 described;
	const char	*id, *text, *end;

	segments = text_split(call->arena, key, "/");
	if (!text_starts(key, key_start) || segments.len != KEY_SEGMENTS)
		return false;
	id = arena_copy(call->arena, segments.at[1],
	    strcspn(segments.at[1], "-"));
	if (!is_one_of(key, make_keys(call, id, segments.at[2])) ||
	    !base64_read_url(call->arena, bytes_of(segments.at[2]),
	    &described))
		return false;
	text = bytes_text(call->arena, described);
	if ((end = strchr(text, '\n')) == NULL)
		return false;
	file->content_type = end == text ? NULL : arena_copy(call->arena,
	    text, (size_t)(end - text));
	file->filename = end + 1;
	return true;
}

static const struct fault *
read_parcel(struct imap *imap, struct call *call, const struct upload *upload,
    size_t most, struct bytes *content)
{
	struct download		 claims = { .part = "1" };
	const struct fault	*bad;
	struct part_stream	*stream;
	const struct part	*part;
	struct appended		 place;

	bad = parcel_find(imap, call->arena, upload->id, &place);
	if (bad != NULL)
		return bad;
	claims.folder = place.wire;
	claims.uid = place.uid;
	claims.uidvalidity = place.uidvalidity;
	bad = download_find(imap, call->arena, &claims, &part);
	if (bad != NULL)
		return bad;
	part_stream_open(imap, call->arena, place.uid, part, &stream);
	bad = part_stream_whole(stream, call->arena, most, content);
	part_stream_close(stream);
	return bad;
}

const struct fault *
upload_read(struct call *call, const struct upload *upload, size_t most,
    struct compose_file *file)
{
	const struct account	*account;
	const struct fault	*bad;
	struct imap		*imap;

	account = bearer_account(call->arena, call->access,
	    upload->account.at);
	bad = imap_open(call->arena, account, call->config,
	    clock_ms() + IMAP_FLIGHT_MS, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, call->arena, clock_ms() + IMAP_FLIGHT_MS);
	call_guard(call, imap, account);
	bad = read_parcel(imap, call, upload, most, &file->content);
	imap_close(imap);
	call_extend(call);
	if (bad != NULL && bad->kind == FAULT_MESSAGE)
		return fault_hint(call->arena, bad, "PUT the file to that "
		    "URL first, or ask get_upload_url for another.");
	file->filename = upload->filename;
	file->content_type = upload->content_type;
	return bad;
}

void
upload_take(struct call *call, const struct upload *upload, const char *key)
{
	struct upload_used	*used;

	used = arena_take(call->arena, sizeof(*used));
	used->upload = upload;
	used->key = key;
	used->next = call->uploads;
	call->uploads = used;
}

static void
spend_sealed(struct call *call, const struct upload *upload)
{
	const struct account	*account;
	struct imap		*imap;
	int64_t			 deadline = clock_ms() + SPEND_MS;

	account = bearer_account(call->arena, call->access,
	    upload->account.at);
	if (imap_open(call->arena, account, call->config, deadline, &imap) !=
	    NULL)
		return;
	imap_begin(imap, call->arena, deadline);
	call_guard(call, imap, account);
	(void)parcel_remove(imap, call->arena, upload->id);
	imap_close(imap);
}

void
upload_spend(struct call *call)
{
	const struct upload_used	*used;

	for (used = call->uploads; used != NULL; used = used->next)
		if (used->key != NULL)
			(void)s3_delete(call->arena, call->config, used->key);
		else
			spend_sealed(call, used->upload);
	call->uploads = NULL;
}

static const struct fault *
read_body(void *state, unsigned char *at, size_t size, size_t *len)
{
	return request_read(state, at, size, len);
}

/* What the URL was made for, and no other; a body that breaks off is found
 * out by its length. */
static const struct fault *
check(struct request *request, const struct upload *upload)
{
	const struct fault	*bad;
	uint64_t		 length;

	if (clock_now() > upload->base.issued + UPLOAD_PUT_SECONDS)
		return fault_make(request->arena, FAULT_TOKEN,
		    "the time to put the file there is over");
	if ((bad = request_length(request, &length)) != NULL)
		return bad;
	if (length == (uint64_t)upload->size)
		return NULL;
	return fault_make(request->arena, FAULT_REQUEST, "the file has %llu "
	    "bytes, but this URL is for one of %llu: ask get_upload_url "
	    "again, with the right size", (unsigned long long)length,
	    (unsigned long long)upload->size);
}

/* Web servers that run a CGI tell its answer only to who has sent all. */
static void
drain(struct request *request)
{
	unsigned char	*piece = arena_take(request->arena, DRAIN_PIECE);
	size_t		 len, all = 0;

	do {
		if (request_read(request, piece, DRAIN_PIECE, &len) != NULL)
			return;
		all += len;
	} while (len > 0 && all < BODY_BYTES_MOST);
}

static const struct fault *
keep(struct request *request, struct reply *reply)
{
	struct parcel		 parcel = { 0 };
	struct upload		 upload = { 0 };
	const struct fault	*bad;
	struct imap		*imap;

	bad = upload_open(request->arena, request->process,
	    download_token(request), &upload);
	if (bad != NULL || (bad = check(request, &upload)) != NULL)
		return bad;
	bad = imap_open(request->arena, upload.account.at, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	download_guard(request, imap, upload.account.at);
	parcel.id = upload.id;
	parcel.content.read = read_body;
	parcel.content.state = request;
	parcel.content.length = (uint64_t)upload.size;
	bad = parcel_keep(imap, request->arena, &parcel);
	imap_close(imap);
	if (bad != NULL)
		return bad;
	reply->status = CREATED;
	reply->content_type = "text/plain; charset=utf-8";
	buf_format(&reply->body, "%lld bytes are here. Give this URL to "
	    "attachment_urls.\n", (long long)upload.size);
	return NULL;
}

const struct fault *
upload_answer(struct request *request, struct reply *reply)
{
	const struct fault	*bad;

	if ((bad = keep(request, reply)) != NULL)
		drain(request);
	return bad;
}
