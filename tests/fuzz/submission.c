#include "fuzz.h"
#include "../spring.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "drive/curl.h"
#include "mail/smtp.h"

enum { SESSION_MS = 10 * 1000 };

static bool
note(struct buf *told, const struct fault *bad)
{
	if (bad == NULL)
		return true;
	fuzz_is_text(bad->detail);
	buf_format(told, "%d %s\n", bad->kind, bad->detail);
	return false;
}

static void
send_one(struct arena *arena, struct smtp *smtp, struct buf *told)
{
	const char			*to[] = { "a@example.org",
					    "b@example.org" };
	const struct smtp_recipient	*recipient;
	struct smtp_message		 message = {
		.sender = "me@example.org", .recipients = { to, 2 }
	};
	struct objects			 results = { 0 };
	size_t				 i, accepted = 0;
	bool				 sent;

	message.source = spring_open(arena, bytes_of("Subject: x\r\n\r\n"
	    ".dot\r\n"), 5);
	sent = note(told, smtp_send(smtp, arena, &message, &results));
	recipient = results.at;
	for (i = 0; i < results.len; i++) {
		fuzz_is_line(recipient[i].reply);
		accepted += recipient[i].accepted;
		buf_format(told, "%s %d %s\n", recipient[i].address,
		    recipient[i].accepted, recipient[i].reply);
	}
	assert(!sent || accepted > 0);
}

static struct bytes
submit(struct arena *arena, struct bytes said, size_t piece)
{
	const struct config		 config = { .smtp_timeout = 10 };
	static const struct mail_server	 server = {
		.host = "127.0.0.1", .port = 587, .tls = TLS_NONE,
		.named = true
	};
	static const struct account	 account = {
		.address = "me@example.org", .username = "me",
		.password = "geheim", .imap = { &server },
		.smtp = { &server }
	};
	struct smtp			*smtp;
	struct buf			 told;

	buf_start(&told, arena);
	curl_input(said.at, said.len, piece);
	if (note(&told, smtp_open(arena, &account, &config,
	    clock_ms() + SESSION_MS, &smtp))) {
		send_one(arena, smtp, &told);
		smtp_close(smtp);
	}
	return buf_view(&told);
}

/* All that a server for sending says.  Whether it comes at once or byte by
 * byte, what is made of it is the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	struct bytes	 said = bytes_from(at, len);

	arena = arena_open();
	assert(bytes_equal(submit(arena, said, SIZE_MAX),
	    submit(arena, said, 1)));
	arena_close(arena);
	return 0;
}
