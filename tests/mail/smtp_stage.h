#ifndef SMTP_STAGE_H
#define SMTP_STAGE_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/smtp.h"

#include "../check.h"
#include "../peer/peer.h"
#include "../spring.h"

enum { PATIENCE_MS = 5000 };

/*
 * A server that plays lines: "C " is what it expects, "S " what it says,
 * "cut" ends the connection, "wait" says nothing
 * until the other end goes, "end" is where nothing but QUIT may come yet.
 */
static inline void
play(struct line *line, const void *state)
{
	const char *const	*at;
	char			 text[1024];

	for (at = state; *at != NULL; at++) {
		if (strncmp(*at, "C ", 2) == 0) {
			peer_expect(line, *at + 2);
		} else if (strncmp(*at, "S ", 2) == 0) {
			snprintf(text, sizeof(text), "%s\r\n", *at + 2);
			peer_say(line, text);
		} else if (strcmp(*at, "cut") == 0)
			return;
		else if (strcmp(*at, "wait") == 0)
			(void)peer_drain(line);
		else if (strcmp(*at, "end") == 0 &&
		    peer_drain(line) > strlen("QUIT\r\n"))
			_exit(8);
	}
}

struct stage {
	struct arena		*arena;
	struct peer		 peer;
	struct mail_server	 server;
	struct account		 account;
	struct config		 config;
	struct smtp		*smtp;
};

static inline void
begin(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	stage->arena = arena_open();
	stage->server = (struct mail_server){
		.host = "localhost", .named = true, .tls = TLS_NONE
	};
	stage->account = (struct account){
		.address = "tim@example.org", .username = "tim",
		.password = "secret"
	};
}

static inline const struct fault *
meet(struct stage *stage, peer_script *script, const void *state)
{
	peer_start(&stage->peer, script, state);
	stage->server.port = stage->peer.port;
	stage->account.smtp.at = &stage->server;
	return smtp_open(stage->arena, &stage->account, &stage->config,
	    clock_ms() + PATIENCE_MS, &stage->smtp);
}

static inline void
end(struct stage *stage)
{
	smtp_close(stage->smtp);
	if (!peer_stop(&stage->peer))
		fail_msg("the peer saw what it did not expect");
	arena_close(stage->arena);
}

static inline struct texts
addresses(struct arena *arena, const char *list)
{
	return text_split(arena, list, " ");
}

static inline struct smtp_message
message(struct arena *arena, const char *recipients, const char *content)
{
	return (struct smtp_message){
		.sender = "tim@example.org",
		.recipients = addresses(arena, recipients),
		.source = spring_open(arena, bytes_of(content), 32 * 1024)
	};
}

#endif
