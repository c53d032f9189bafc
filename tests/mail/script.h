#ifndef SCRIPT_H
#define SCRIPT_H

#include "mail/imap_session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"

#include "../check.h"
#include "../peer/peer.h"
#include "../spring.h"

/*
 * An IMAP session with a server that plays rows: the command it expects,
 * without its tag ("*" at the end: its start), and what it answers, where "@"
 * at the start of a line stands for the tag.  A command that starts with "|"
 * is a line without a tag, such as one of a literal.  The last row has NULL.
 */
struct turn {
	const char	*command;
	const char	*answer;
};

enum { SCRIPT_MS = 5000, SCRIPT_LINE = 4096, SCRIPT_PIECE = 16384 };

struct script {
	struct arena		*arena;
	struct peer		 peer;
	struct mail_server	 server;
	struct account		 account;
	struct config		 config;
	struct imap		*imap;
	const char		*capabilities;
	const struct turn	*turns;
};

/* In one piece, unless it is long: who has heard enough hangs up, and then
 * there is nobody for the rest. */
static inline void
script_answer(struct line *line, const char *tag, const char *answer)
{
	const char	*at, *end;
	char		 whole[SCRIPT_PIECE];
	size_t		 len, tag_len;

	len = 0;
	for (at = answer; *at != '\0'; at = end + 1) {
		end = strchr(at, '\n');
		tag_len = *at == '@' ? strlen(tag) : 0;
		at += *at == '@';
		if (len + tag_len + (size_t)(end - at) + 2 > sizeof(whole)) {
			peer_say_bytes(line, whole, len);
			peer_say_bytes(line, tag, tag_len);
			peer_say_bytes(line, at, (size_t)(end - at));
			len = tag_len = 0;
			at = end;
		}
		memcpy(whole + len, tag, tag_len);
		memcpy(whole + len + tag_len, at, (size_t)(end - at));
		len += tag_len + (size_t)(end - at);
		memcpy(whole + len, "\r\n", 2);
		len += 2;
	}
	peer_say_bytes(line, whole, len);
}

static inline void
script_check(const char *expected, const char *got)
{
	size_t	 len;

	len = strlen(expected);
	if (expected[len - 1] == '*' ? strncmp(expected, got, len - 1) != 0 :
	    strcmp(expected, got) != 0) {
		fprintf(stderr, "expected: %s\ngot: %s\n", expected, got);
		_exit(1);
	}
}

static inline void
script_play(struct line *line, const void *state)
{
	const struct script	*script = state;
	const struct turn	*turn;
	char			 text[SCRIPT_LINE], *rest;

	peer_say(line, "* OK [CAPABILITY IMAP4rev1 ");
	peer_say(line, script->capabilities);
	peer_say(line, "] hello\r\n");
	if (!peer_read_line(line, text, sizeof(text)))
		_exit(1);
	rest = strchr(text, ' ');
	*rest++ = '\0';
	script_check("LOGIN*", rest);
	peer_say(line, text);
	peer_say(line, " OK [CAPABILITY IMAP4rev1 ");
	peer_say(line, script->capabilities);
	peer_say(line, "] in\r\n");
	for (turn = script->turns; turn->command != NULL; turn++) {
		if (!peer_read_line(line, text, sizeof(text)))
			_exit(1);
		if (turn->command[0] == '|') {
			script_check(turn->command + 1, text);
			script_answer(line, "", turn->answer);
			continue;
		}
		rest = strchr(text, ' ');
		*rest++ = '\0';
		script_check(turn->command, rest);
		script_answer(line, text, turn->answer);
	}
}

/* Logs in to a server with those capabilities that plays the turns; the
 * program has a folder of that name, or NULL for none. */
static inline void
script_open(struct script *script, const char *capabilities,
    const struct turn *turns, const char *private_name)
{
	memset(script, 0, sizeof(*script));
	script->arena = arena_open();
	script->capabilities = capabilities;
	script->turns = turns;
	script->config.grants_folder = private_name;
	peer_start(&script->peer, script_play, script);
	script->server.host = "127.0.0.1";
	script->server.port = script->peer.port;
	script->server.tls = TLS_NONE;
	script->server.named = true;
	script->account.username = "demo";
	script->account.password = "secret";
	script->account.imap.at = &script->server;
	assert_null(imap_open(script->arena, &script->account,
	    &script->config, clock_ms() + SCRIPT_MS, &script->imap));
	imap_begin(script->imap, script->arena, clock_ms() + SCRIPT_MS);
}

static inline void
script_begin(struct script *script, const char *capabilities,
    const struct turn *turns)
{
	script_open(script, capabilities, turns, NULL);
}

static inline void
script_begin_private(struct script *script, const char *capabilities,
    const struct turn *turns)
{
	script_open(script, capabilities, turns, "Connected Agents");
}

/* Whether the server saw all it expected. */
static inline void
script_end(struct script *script)
{
	bool	 whole;

	imap_close(script->imap);
	whole = peer_stop(&script->peer);
	arena_close(script->arena);
	assert_true(whole);
}

#endif
