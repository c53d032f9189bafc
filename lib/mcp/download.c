#include "mcp/download.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/filename.h"
#include "mail/account.h"
#include "mail/card_guard.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_stream.h"
#include "oauth/bearer.h"

enum { PIECE_BYTES = 64 * 1024 };	/* written at a time */

static const char	 place[] = "/attachment/";

/* The query of a token that is too long for a path. */
static const char	 query_name[] = "t", query_start[] = "?t=";

const struct field	 download_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct download, grant, "g") },
	{ FIELD_AS(struct download, account, "a"), .required = true,
	  .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_AS(struct download, folder, "f"), .required = true },
	{ FIELD_AS(struct download, uidvalidity, "v"), .required = true,
	  .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct download, uid, "u"), .required = true,
	  .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct download, part, "p"), .required = true },
	{ FIELD_AS(struct download, filename, "n") },
	{ FIELD_AS(struct download, content_type, "t") },
	{ FIELD_END }
};

static const struct token_sort	 download_sort = {
	TOKEN_DOWNLOAD, download_rows
};

const struct fault *
download_seal(struct arena *arena, const struct authority *authority,
    struct download *claims, const char **url)
{
	const struct fault	*bad;
	const char		*token;
	const int64_t		 end = clock_now() + DOWNLOAD_SECONDS;

	if (claims->base.expires == 0 || claims->base.expires > end)
		claims->base.expires = end;
	bad = token_seal(arena, authority, &download_sort, claims, &token);
	if (bad != NULL)
		return bad;
	*url = download_place(arena, authority->config, token);
	return NULL;
}

const char *
download_place(struct arena *arena, const struct config *config,
    const char *token)
{
	return text_format(arena, "%s%s%s%s", config->base_url, place,
	    strlen(token) > DOWNLOAD_PATH_CHARS ? query_start : "", token);
}

const char *
download_token(const struct request *request)
{
	size_t	 i;

	for (i = 0; *request->rest == '\0' && i < request->query.len; i++)
		if (text_equal(request->query.at[i].name, query_name))
			return request->query.at[i].value;
	return request->rest;
}

bool
download_is_ours(struct arena *arena, const struct config *config,
    const char *url, const char **token)
{
	const char	*start;

	start = text_format(arena, "%s%s", config->base_url, place);
	if (!text_starts(url, start))
		return false;
	url += strlen(start);
	*token = url + (text_starts(url, query_start) ?
	    strlen(query_start) : 0);
	return true;
}

const struct fault *
download_open(struct arena *arena, const struct authority *authority,
    const char *token, struct download *claims)
{
	return token_open(arena, authority, &download_sort, token, claims);
}

const struct fault *
download_find(struct imap *imap, struct arena *arena,
    const struct download *claims, const struct part **part)
{
	const struct imap_command	*opened, *fetched;
	const struct imap_message	*message;
	const struct imap_box		*box;
	const struct fault		*bad;
	struct buf			 text;

	opened = imap_queue_open(imap, arena, claims->folder, false);
	buf_start(&text, arena);
	buf_format(&text, "UID FETCH %u (UID BODYSTRUCTURE)",
	    (unsigned)claims->uid);
	fetched = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (opened != NULL && (bad = imap_command_fault(arena, opened,
	    "open the folder")) != NULL)
		return bad;
	box = imap_box(imap);
	if (box == NULL || box->uidvalidity != claims->uidvalidity)
		return fault_make(arena, FAULT_CHANGED,
		    "the folder has changed since the link was made");
	if ((bad = imap_command_fault(arena, fetched, "read the message"))
	    != NULL)
		return bad;
	message = imap_find_message(&fetched->replies, (uint32_t)claims->uid);
	*part = message == NULL || message->body == NULL ? NULL :
	    part_find(message->body, claims->part);
	if (*part == NULL)
		return fault_make(arena, FAULT_MESSAGE,
		    "the message or its attachment is no longer there");
	return NULL;
}

bool
download_is_type(const char *type)
{
	const char	*at;
	size_t		 slashes;

	if (type == NULL)
		return false;
	for (at = type, slashes = 0; *at != '\0'; at++) {
		if (*at == '/')
			slashes++;
		else if (!text_is_alnum((unsigned char)*at) &&
		    strchr("!#$&-^_.+", *at) == NULL)
			return false;
	}
	return slashes == 1 && type[0] != '/' && at[-1] != '/';
}

/* The file is somebody else's: a browser must run nothing in it, and nobody
 * keeps it (that it must not guess at the type goes with every answer). */
static void
write_head(struct arena *arena, struct reply *reply,
    const struct download *claims, int64_t length)
{
	reply->content_type = download_is_type(claims->content_type) ?
	    claims->content_type : "application/octet-stream";
	reply_header(arena, reply, "Content-Length",
	    text_format(arena, "%lld", (long long)length));
	reply_header(arena, reply, "Content-Disposition",
	    filename_disposition(arena, claims->filename));
	reply_header(arena, reply, "Accept-Ranges", "none");
	reply_header(arena, reply, "Content-Security-Policy",
	    "sandbox; default-src 'none'");
	reply_header(arena, reply, "Cache-Control", "private, no-store");
	reply_header(arena, reply, "Referrer-Policy", "no-referrer");
}

static const struct fault *
pass_on(struct request *request, struct reply *reply,
    struct part_stream *stream)
{
	const struct fault	*bad;
	unsigned char		*piece;
	size_t			 len;

	piece = arena_take(request->arena, PIECE_BYTES);
	bad = reply_stream(request, reply);
	if (bad != NULL || text_equal(request->method, "HEAD"))
		return bad;
	for (;;) {
		bad = part_stream_read(stream, piece, PIECE_BYTES, &len);
		if (bad != NULL || len == 0)
			return bad;
		bad = reply_write(request, bytes_from(piece, len));
		if (bad != NULL)
			return bad;
	}
}

static const struct fault *
serve_part(struct request *request, struct reply *reply,
    const struct download *claims, struct imap *imap)
{
	struct part_stream	*stream;
	const struct part	*part;
	const struct fault	*bad;
	int64_t			 length;

	bad = download_find(imap, request->arena, claims, &part);
	if (bad != NULL)
		return bad;
	part_stream_open(imap, request->arena, (uint32_t)claims->uid, part,
	    &stream);
	if ((bad = part_stream_length(stream, &length)) == NULL) {
		write_head(request->arena, reply, claims, length);
		bad = pass_on(request, reply, stream);
	}
	part_stream_close(stream);
	return bad;
}

void
download_guard(struct request *request, struct imap *imap,
    const struct account *account)
{
	const struct authority	*authority = request->process;
	const struct card_owner	 owner = {
		.keys = authority->keys, .issuer = request->config->base_url,
		.account = account
	};

	(void)card_guard(imap, request->arena, &owner, FAULT_TOKEN);
}

const struct fault *
download_answer(struct request *request, struct reply *reply)
{
	struct download		 claims = { 0 };
	const struct fault	*bad;
	struct imap		*imap;

	bad = download_open(request->arena, request->process,
	    download_token(request), &claims);
	if (bad != NULL)
		return bad;
	bad = imap_open(request->arena, claims.account.at, request->config,
	    request->deadline, &imap);
	if (bad != NULL)
		return bad;
	imap_begin(imap, request->arena, request->deadline);
	download_guard(request, imap, claims.account.at);
	bad = serve_part(request, reply, &claims, imap);
	imap_close(imap);
	return bad;
}

void
download_explain(struct request *request, struct reply *reply,
    const struct fault *fault)
{
	const struct fault_voice	*voice;

	(void)request;
	voice = fault_voice(fault->kind);
	reply->status = voice->status;
	reply->content_type = "text/plain; charset=utf-8";
	if (fault->kind == FAULT_TOKEN)
		buf_text(&reply->body, "This link is not valid, or no longer. "
		    "Ask for a new one.\n");
	else
		buf_format(&reply->body, "%s\n", fault->detail);
}
