#include "web.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "drive/curl.h"

enum {
	STATUS_AT = 9,		/* behind "HTTP/1.1 " */
	GIVE_BYTES = 4096
};

static struct {
	struct arena	*arena;
	struct bytes	 left;
	size_t		 piece;
} web;

struct bytes
web_next(void)
{
	struct bytes	 answer = bytes_slice(web.left, 0,
			    bytes_find(web.left, WEB_END));

	web.left = bytes_slice(web.left, answer.len + 1, web.left.len);
	return answer;
}

/* Both callbacks say of less than all that the transfer is to end. */
static bool
hand_on(curl_write_callback *take, void *state, struct bytes piece)
{
	char	*copy;

	/* As long as it is, so that a sanitizer sees the byte behind. */
	copy = malloc(piece.len == 0 ? 1 : piece.len);
	if (piece.len > 0)
		memcpy(copy, piece.at, piece.len);
	piece.len -= (*take)(copy, 1, piece.len, state);
	free(copy);
	return piece.len == 0;
}

/* All of the body that was announced, and no more. */
static bool
receive(struct curl_transfer *transfer)
{
	static char	 given[GIVE_BYTES];
	curl_off_t	 all = 0;
	size_t		 len;

	while (all < transfer->to_give) {
		len = transfer->give(given, 1, sizeof(given),
		    transfer->give_state);
		if (len == CURL_READFUNC_ABORT)
			return false;
		assert(len > 0 && len <= sizeof(given));
		all += (curl_off_t)len;
	}
	assert(all == transfer->to_give);
	return true;
}

static bool
is_field(struct bytes line, const char *name, const char **value)
{
	size_t	 colon = bytes_find(line, ':');

	if (!bytes_is_case(bytes_slice(line, 0, colon), name))
		return false;
	*value = bytes_text(web.arena, bytes_trim(bytes_slice(line, colon + 1,
	    line.len)));
	return true;
}

/* What libcurl itself reads in a head. */
static void
read_line(struct curl_transfer *transfer, struct bytes line)
{
	const char	*value;
	uint64_t	 number;

	if (is_field(line, "content-type", &value))
		transfer->type = arena_text(web.arena, value);
	else if (is_field(line, "content-length", &value) &&
	    text_number(bytes_of(value), INT64_MAX, &number))
		transfer->length = (curl_off_t)number;
	else if (is_field(line, "last-modified", &value))
		transfer->modified = strtoll(value, NULL, 10);
}

/* Up to an empty line, which it is handed, too. */
static bool
send_head(struct curl_transfer *transfer, struct bytes *answer)
{
	struct bytes	 line;
	size_t		 len;

	do {
		line = bytes_slice(*answer, 0, bytes_find(*answer, '\n') + 1);
		*answer = bytes_slice(*answer, line.len, answer->len);
		if (!hand_on(&transfer->head, transfer->head_state, line))
			return false;
		len = bytes_trim(line).len;
		read_line(transfer, line);
	} while (len > 0 && answer->len > 0);
	return true;
}

static CURLcode
send_body(struct curl_transfer *transfer, struct bytes body)
{
	struct bytes	 piece;
	bool		 cut = false;

	if (transfer->no_body)
		return CURLE_OK;
	if (transfer->length >= 0) {
		cut = (uint64_t)transfer->length > body.len;
		body = bytes_slice(body, 0, cut ? body.len :
		    (size_t)transfer->length);
	}
	for (; body.len > 0; body = bytes_slice(body, piece.len, body.len)) {
		piece = bytes_slice(body, 0, web.piece);
		if (!hand_on(&transfer->body, transfer->body_state, piece))
			return CURLE_WRITE_ERROR;
	}
	return cut ? CURLE_PARTIAL_FILE : CURLE_OK;
}

static CURLcode
fail(struct curl_transfer *transfer, struct bytes answer)
{
	struct bytes	 text = bytes_slice(answer, 1, CURL_ERROR_SIZE - 1);

	if (answer.len == 0)
		return CURLE_GOT_NOTHING;
	if (text.len > 0)
		memcpy(transfer->error, text.at, text.len);
	return (CURLcode)(1 + answer.at[0] % (CURL_LAST - 1));
}

static CURLcode
run(struct curl_transfer *transfer)
{
	struct bytes	 answer;
	uint64_t	 status;

	/* Whoever takes no head wants the connection for something else. */
	if (transfer->head == NULL)
		return CURLE_COULDNT_RESOLVE_HOST;
	answer = web_next();
	transfer->length = transfer->modified = -1;
	if (!bytes_is(bytes_slice(answer, 0, 5), "HTTP/") ||
	    !text_number(bytes_slice(answer, STATUS_AT, 3), 999,
	    &status))
		return fail(transfer, answer);
	transfer->status = (long)status;
	if (!receive(transfer))
		return CURLE_ABORTED_BY_CALLBACK;
	if (!send_head(transfer, &answer))
		return CURLE_WRITE_ERROR;
	return send_body(transfer, answer);
}

void
web_open(struct arena *arena, struct bytes answers, size_t piece)
{
	web.arena = arena;
	web.left = answers;
	web.piece = piece;
	curl_transfers(run);
}
