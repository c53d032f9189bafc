#include "mcp/enclosure.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/filename.h"
#include "data/url.h"
#include "mail/account.h"
#include "mail/header_parameter.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_stream.h"
#include "mail/source.h"
#include "mcp/call.h"
#include "mcp/carrier.h"
#include "mcp/download.h"
#include "mcp/progress.h"
#include "mcp/upload.h"
#include "net/fetch.h"
#include "net/s3.h"
#include "oauth/bearer.h"

enum {
	HTTP_OK = 200,
	/* A request's body holds no more, and base64 is a third longer. */
	BASE64_CHARS = 24 * 1024 * 1024
};

const struct field	 enclosure_rows[] = {
	{ FIELD(struct enclosure, filename), .required = true },
	{ FIELD(struct enclosure, content_base64), .required = true,
	  .most = BASE64_CHARS },
	{ FIELD(struct enclosure, content_type) },
	{ FIELD(struct enclosure, content_id) },
	{ FIELD_END }
};

const struct field	 enclosed_message_rows[] = {
	{ FIELD(struct enclosed_message, folder) },
	{ FIELD(struct enclosed_message, uid), .required = true, .least = 1,
	  .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct fault *
add(struct call *call, struct enclosures *files,
    const struct compose_file *file)
{
	uint64_t	 len;

	len = file->source != NULL ? file->source->length :
	    file->content.len;
	if (len > ENCLOSURE_BYTES - files->bytes)
		return fault_make(call->arena, FAULT_LIMIT,
		    "the attachments are over %d bytes together",
		    ENCLOSURE_BYTES);
	files->at[files->len++] = *file;
	files->bytes += (size_t)len;
	return NULL;
}

const char *
enclosure_type(struct arena *arena, const char *type)
{
	struct bytes	 bare;

	if (text_is_empty(type))
		return NULL;
	bare = bytes_of(type);
	bare.len = bytes_find(bare, ';');
	while (bare.len > 0 && bare.at[bare.len - 1] == ' ')
		bare.len--;
	return bytes_text(arena, bare);
}

static const struct fault *
add_given(struct call *call, const struct enclosure *given,
    struct enclosures *files)
{
	struct compose_file	 file = { 0 };

	file.filename = filename_clean(call->arena, given->filename);
	file.content_type = enclosure_type(call->arena, given->content_type);
	file.content_id = given->content_id;
	if (!base64_read_lenient(call->arena,
	    bytes_of(given->content_base64), &file.content))
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "content_base64 of %s is not base64", file.filename);
	return add(call, files, &file);
}

/* The name the link carries for those who save it, else the object's. */
static const char *
stored_name(struct arena *arena, const char *url, const char *key)
{
	struct url	 read;
	struct pairs	 query, parameters;
	const char	*word, *name;
	size_t		 i;

	if (url_read(arena, url, &read) && read.query != NULL &&
	    url_read_form(arena, bytes_of(read.query), &query))
		for (i = 0; i < query.len; i++) {
			if (!text_equal(query.at[i].name,
			    "response-content-disposition"))
				continue;
			parameters = header_parameters(arena,
			    query.at[i].value, &word);
			name = header_parameter(arena, parameters, "filename");
			if (name != NULL)
				return filename_clean(arena, name);
		}
	return filename_clean(arena, key);
}

/* A presigned link is its own permission: it is used as it was given, so that
 * the store judges its signature and its age. */
static const struct fault *
add_stored(struct call *call, const char *url, const char *key,
    struct enclosures *files)
{
	struct compose_file	 file = { 0 };
	const struct fault	*bad;
	struct fetched		 fetched = { 0 };
	const struct fetch	 fetch = {
		.method = "GET",
		.url = url,
		.named = true,
		.most = ENCLOSURE_BYTES - files->bytes,
		.deadline = clock_ms() + ENCLOSURE_FETCH_MS,
		.watch = progress_of(call)
	};

	bad = fetch_run(call->arena, &fetch, &fetched);
	call_extend(call);
	if (bad != NULL && bad->kind == FAULT_TOO_LARGE)
		return fault_make(call->arena, FAULT_LIMIT,
		    "the attachments are over %d bytes together",
		    ENCLOSURE_BYTES);
	if (bad != NULL)
		return bad;
	if (fetched.status != HTTP_OK)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "an attachment URL is no longer valid "
		    "(the store answers %d)", fetched.status),
		    "Ask for the attachment's URL again.");
	file.filename = stored_name(call->arena, url, key);
	file.content_type = enclosure_type(call->arena, fetched.content_type);
	file.content = fetched.body;
	return add(call, files, &file);
}

/* What a sealed link names, read from its own mailbox in a session of its
 * own, since the link may be another account's. */
static const struct fault *
read_sealed(struct call *call, const struct download *claims, size_t most,
    struct bytes *content)
{
	const struct account	*account;
	struct part_stream	*stream;
	const struct part	*part;
	const struct fault	*bad;
	struct imap		*imap;

	account = bearer_account(call->arena, call->access,
	    claims->account.at);
	bad = imap_open(call->arena, account, call->config,
	    clock_ms() + IMAP_FLIGHT_MS, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, call->arena, clock_ms() + IMAP_FLIGHT_MS);
	call_guard(call, imap, account);
	bad = download_find(imap, call->arena, claims, &part);
	if (bad == NULL) {
		part_stream_open(imap, call->arena, (uint32_t)claims->uid,
		    part, &stream);
		bad = part_stream_whole(stream, call->arena, most, content);
		part_stream_close(stream);
	}
	imap_close(imap);
	call_extend(call);
	return bad;
}

static const struct fault *
add_sealed(struct call *call, const char *token, struct enclosures *files)
{
	struct compose_file	 file = { 0 };
	struct download		 claims = { 0 };
	const struct fault	*bad;

	bad = download_open(call->arena, call->authority, token, &claims);
	if (bad != NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "an attachment URL is no longer valid"),
		    "Ask for the attachment's URL again.");
	bad = read_sealed(call, &claims, ENCLOSURE_BYTES - files->bytes,
	    &file.content);
	if (bad != NULL && bad->kind == FAULT_LOGIN)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "the mailbox of an attachment URL no longer opens");
	if (bad != NULL)
		return bad;
	file.filename = claims.filename;
	file.content_type = claims.content_type;
	return add(call, files, &file);
}

/* An upload of our own: it is this file once, and then gone. */
static const struct fault *
add_uploaded(struct call *call, const struct upload *upload,
    struct enclosures *files)
{
	struct compose_file	 file = { 0 };
	const struct fault	*bad;

	bad = upload_read(call, upload, ENCLOSURE_BYTES - files->bytes, &file);
	if (bad != NULL)
		return bad;
	upload_take(call, upload, NULL);
	return add(call, files, &file);
}

/* An upload to the store: its own URL is for putting it there only. */
static const struct fault *
add_put(struct call *call, const char *key, struct compose_file *file,
    struct enclosures *files)
{
	const struct s3_object	 object = { .key = key };
	const struct fault	*bad;
	size_t			 n = files->len;

	bad = add_stored(call, s3_url(call->arena, call->config, "GET",
	    &object, UPLOAD_PUT_SECONDS), key, files);
	if (bad != NULL && bad->kind == FAULT_ARGUMENT)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_MESSAGE, "no file has been put to an attachment "
		    "URL, or it was used already"), "PUT the file to that "
		    "URL first, or ask get_upload_url for another.");
	if (bad != NULL)
		return bad;
	files->at[n].filename = file->filename;
	if (file->content_type != NULL)
		files->at[n].content_type = file->content_type;
	upload_take(call, NULL, key);
	return NULL;
}

static const struct fault *
add_url(struct call *call, const char *url, struct enclosures *files)
{
	struct compose_file	 file = { 0 };
	struct upload		*upload;
	const char		*token, *key;

	if (download_is_ours(call->arena, call->config, url, &token)) {
		upload = arena_take(call->arena, sizeof(*upload));
		if (upload_open(call->arena, call->authority, token,
		    upload) == NULL)
			return add_uploaded(call, upload, files);
		return add_sealed(call, token, files);
	}
	if (s3_is_configured(call->config) &&
	    s3_is_ours(call->arena, call->config, url, &key)) {
		if (upload_is_stored(call, key, &file))
			return add_put(call, key, &file, files);
		return add_stored(call, url, key, files);
	}
	return fault_hint(call->arena, fault_make(call->arena, FAULT_ARGUMENT,
	    "attachment_urls takes only URLs that get_mail_attachment or "
	    "get_upload_url gave"),
	    "PUT other files to a URL of get_upload_url.");
}

const struct fault *
enclosure_read(struct call *call, struct objects given, struct texts urls,
    struct enclosures *files)
{
	const struct enclosure	*enclosures = given.at;
	const struct fault	*bad = NULL;
	size_t			 i;

	*files = (struct enclosures){ 0 };
	if (given.len + urls.len > ENCLOSURES_MOST)
		return fault_make(call->arena, FAULT_LIMIT,
		    "a message takes at most %d attachments",
		    ENCLOSURES_MOST);
	files->at = arena_array(call->arena, given.len + urls.len,
	    sizeof(*files->at));
	for (i = 0; i < given.len && bad == NULL; i++)
		bad = add_given(call, &enclosures[i], files);
	/* Nothing is changed by that yet. */
	progress_may_stop(call, true);
	for (i = 0; i < urls.len && bad == NULL; i++) {
		progress_tell(call, (int64_t)i, (int64_t)urls.len,
		    "Fetching the attachments");
		bad = add_url(call, urls.at[i], files);
	}
	progress_may_stop(call, false);
	return bad;
}

/* How large the message is, by which it gets its memory at once. */
static const struct fault *
read_size(struct call *call, uint32_t uid, uint32_t *size)
{
	const struct imap_command	*command;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;

	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID RFC822.SIZE)",
	    (unsigned long)uid);
	command = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, command,
	    "read the message")) != NULL)
		return bad;
	message = imap_find_message(&command->replies, uid);
	if (message == NULL)
		return fault_make(call->arena, FAULT_MESSAGE,
		    "attach_messages: there is no message with UID %lu in %s",
		    (unsigned long)uid, folder_decode(call->arena,
		    imap_box(call->imap)->name));
	*size = message->size;
	return NULL;
}

static const struct fault *
add_message(struct call *call, struct carrier *carrier,
    const struct enclosed_message *given, struct enclosures *files)
{
	struct compose_file	 file = { 0 };
	struct carried		 from = { .uid = (uint32_t)given->uid };
	const struct imap_box	*box;
	const struct fault	*bad;
	uint32_t		 size = 0;

	if ((bad = call_open(call, given->folder, false, 0, &box)) != NULL)
		return bad;
	from.wire = arena_text(call->arena, box->name);
	from.uidvalidity = box->uidvalidity;
	if ((bad = read_size(call, from.uid, &size)) != NULL ||
	    (bad = carrier_message(carrier, &from, size, &file)) != NULL)
		return bad;
	file.filename = text_format(call->arena, "message-%lu.eml",
	    (unsigned long)from.uid);
	return add(call, files, &file);
}

const struct fault *
enclosure_add_messages(struct call *call, struct objects messages,
    struct enclosures *files)
{
	const struct enclosed_message	*given = messages.at;
	const struct fault		*bad = NULL;
	struct compose_file		*grown;
	struct carrier			*carrier;
	size_t				 i;

	if (messages.len == 0)
		return NULL;
	if (files->len + messages.len > ENCLOSURES_MOST)
		return fault_make(call->arena, FAULT_LIMIT,
		    "a message takes at most %d attachments",
		    ENCLOSURES_MOST);
	if ((bad = call_requires(call, "attach_messages", "mail:read")) !=
	    NULL)
		return bad;
	grown = arena_array(call->arena, files->len + messages.len,
	    sizeof(*grown));
	if (files->len > 0)
		memcpy(grown, files->at, files->len * sizeof(*grown));
	files->at = grown;
	carrier = carrier_make(call);
	for (i = 0; i < messages.len && bad == NULL; i++)
		bad = add_message(call, carrier, &given[i], files);
	return bad;
}
