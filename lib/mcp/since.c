#include "mcp/since.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "mail/imap_session.h"
#include "mcp/call.h"

enum { FOLDER_DIGITS = 8, NUMBERS = 7 };

/* Which account's folder it is. */
static const char *
name_digest(struct call *call, const char *wire)
{
	struct buf	 text;
	const char	*hex;

	buf_start(&text, call->arena);
	buf_text(&text, account_identity(call->arena, call->account));
	buf_byte(&text, '\0');
	buf_text(&text, wire);
	hex = digest_hex(call->arena, digest(call->arena, DIGEST_SHA256,
	    buf_view(&text)));
	return arena_copy(call->arena, hex, FOLDER_DIGITS);
}

static const char	 not_given[] =
    "since must be the since of an earlier answer, whole, not a date";

static const struct fault *
wrong(struct call *call, const char *what)
{
	return fault_hint(call->arena, fault_make(call->arena, FAULT_ARGUMENT,
	    "%s", what), "Leave since out to start anew, or copy it again.");
}

const struct fault *
since_read(struct call *call, const char *text, const char *wire,
    struct since *since)
{
	struct texts	 words;
	uint64_t	 numbers[NUMBERS];
	size_t		 i;

	words = text_split(call->arena, text, ".");
	if (words.len != NUMBERS + 1)
		return wrong(call, not_given);
	for (i = 0; i < NUMBERS; i++)
		if (!text_number(bytes_of(words.at[i + 1]), i < NUMBERS - 2 ?
		    UINT32_MAX : INT64_MAX, &numbers[i]))
			return wrong(call, not_given);
	if (!text_equal(words.at[0], name_digest(call, wire)))
		return wrong(call,
		    "this since was answered for another folder");
	*since = (struct since){
		.uidvalidity = (uint32_t)numbers[0],
		.base = (uint32_t)numbers[1], .count = (uint32_t)numbers[2],
		.from = (uint32_t)numbers[3], .next = (uint32_t)numbers[4],
		.modseq = numbers[5], .target = numbers[6]
	};
	if (since->from == 0 || since->base == 0 || since->next < since->base)
		return wrong(call, not_given);
	return NULL;
}

const char *
since_write(struct call *call, const struct since *since, const char *wire)
{
	return text_format(call->arena, "%s.%lu.%lu.%lu.%lu.%lu.%llu.%llu",
	    name_digest(call, wire), (unsigned long)since->uidvalidity,
	    (unsigned long)since->base, (unsigned long)since->count,
	    (unsigned long)since->from, (unsigned long)since->next,
	    (unsigned long long)since->modseq,
	    (unsigned long long)since->target);
}

struct since
since_now(const struct imap_box *box, uint32_t end)
{
	return (struct since){
		.uidvalidity = box->uidvalidity, .base = end,
		.count = box->opened_exists, .from = 1, .next = end,
		.modseq = box->opened_modseq
	};
}

/* There can't be a message between the last one and the one that comes. */
const struct fault *
since_end(struct call *call, uint32_t least, uint32_t *end)
{
	const struct imap_box		*box = imap_box(call->imap);
	const struct imap_command	*fetch;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;

	*end = box->uidnext > 0 ? box->uidnext : least > 0 ? least : 1;
	if (box->uidnext > 0 || box->exists == 0)
		return NULL;
	buf_start(&text, call->arena);
	buf_format(&text, "FETCH %lu (UID)", (unsigned long)box->exists);
	fetch = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	for (message = fetch->replies.messages; message != NULL;
	    message = message->next)
		if (message->uid >= *end && message->uid < UINT32_MAX)
			*end = message->uid + 1;
	return NULL;
}
