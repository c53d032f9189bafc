#include "fuzz.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "mail/sasl.h"
#include "mail/smtp_ability.h"
#include "mail/smtp_reply.h"

static void
check_sasl(struct arena *arena, struct texts mechanisms, bool encrypted)
{
	const struct sasl_credentials	 credentials = {
		.username = "me@example.org", .password = "geheim",
		.host = "mail.example.org", .port = 587,
		.encrypted = encrypted
	};
	const struct fault		*bad;
	struct sasl			*sasl;

	bad = sasl_start(arena, &credentials, mechanisms, &sasl);
	if (bad != NULL) {
		fuzz_is_line(bad->detail);
		return;
	}
	/* None but one that was offered. */
	for (; mechanisms.len > 0; mechanisms.len--)
		if (text_equal_case(mechanisms.at[mechanisms.len - 1],
		    sasl_mechanism(sasl)))
			return;
	assert(false);
}

static void
check_reply(struct arena *arena, const struct smtp_reply *reply)
{
	struct smtp_ability	 ability;
	const struct fault	*bad;
	size_t			 i;

	assert(reply->code >= 200 && reply->code <= 599);
	assert(reply->lines.len > 0 && reply->lines.len <= SMTP_REPLY_LINES);
	for (i = 0; i < reply->lines.len; i++)
		fuzz_is_line(reply->lines.at[i]);
	fuzz_is_line(reply->words);
	assert(strlen(reply->words) <= SMTP_WORDS_BYTES);
	bad = smtp_reply_fault(arena, reply, "take the message");
	fuzz_is_line(bad->detail);
	smtp_ability_read(arena, reply->lines, &ability);
	for (i = 0; i < ability.mechanisms.len; i++)
		assert(!text_is_empty(ability.mechanisms.at[i]));
	check_sasl(arena, ability.mechanisms, true);
	check_sasl(arena, ability.mechanisms, false);
}

/* What an outgoing mail server says, line by line, reply by reply. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct smtp_reply	 reply = { 0 };
	struct bytes		 rest = bytes_from(at, len), line;
	struct arena		*arena;
	size_t			 end;
	bool			 last;

	arena = arena_open();
	while (rest.len > 0) {
		end = bytes_find(rest, '\n');
		line = bytes_slice(rest, 0, end);
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		rest = bytes_slice(rest, end + 1, SIZE_MAX);
		if (!smtp_reply_take(arena, line, &reply, &last))
			break;
		if (!last)
			continue;
		check_reply(arena, &reply);
		memset(&reply, 0, sizeof(reply));
	}
	arena_close(arena);
	return 0;
}
