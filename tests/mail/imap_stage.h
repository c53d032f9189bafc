#ifndef IMAP_STAGE_H
#define IMAP_STAGE_H

#include "mail/imap_session.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"

#include "../check.h"
#include "../peer/peer.h"
#include "../spring.h"

/* A session and the scripted server at its other end. */
enum {
	PATIENCE_MS = 5000,
	SHORT_MS = 400
};

/* The server's next line, once the client's has come; either may be NULL.
 * The last has neither: then it reads until the client goes. */
struct step {
	const char	*expect;
	const char	*say;
};

struct stage {
	struct arena		*arena;
	struct peer		 peer;
	struct config		 config;
	struct mail_server	 server;
	struct account		 account;
	struct imap		*imap;
	int			 patience;	/* ms */
};

#define LOGIN_LINE	"LOGIN \"anna@example.org\" \"open sesame\""

/* A greeting and a login by LOGIN, then those abilities. */
#define LOGGED_IN(abilities)						\
	{ NULL, "* OK [CAPABILITY IMAP4rev1] hello\r\n" },		\
	{ "A1 " LOGIN_LINE,						\
	    "A1 OK [CAPABILITY IMAP4rev1 " abilities "] in\r\n" }

static inline void
play(struct line *line, const void *state)
{
	const struct step	*step;

	for (step = state; step->expect != NULL || step->say != NULL;
	    step++) {
		if (step->expect != NULL)
			peer_expect(line, step->expect);
		if (step->say != NULL)
			peer_say(line, step->say);
	}
	peer_drain(line);
}

static inline void
begin(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	stage->arena = arena_open();
	stage->patience = PATIENCE_MS;
	stage->server.host = "localhost";
	stage->server.tls = TLS_NONE;
	stage->server.named = true;
	stage->account.address = "anna@example.org";
	stage->account.username = "anna@example.org";
	stage->account.password = "open sesame";
	stage->account.imap.at = &stage->server;
}

/* Logs in to a server that plays the script. */
static inline const struct fault *
meet(struct stage *stage, peer_script *script, const void *state)
{
	peer_start(&stage->peer, script, state);
	stage->server.port = stage->peer.port;
	return imap_open(stage->arena, &stage->account, &stage->config,
	    clock_ms() + stage->patience, &stage->imap);
}

static inline void
end(struct stage *stage)
{
	imap_close(stage->imap);
	assert_true(peer_stop(&stage->peer));
	arena_close(stage->arena);
}

static inline struct imap_command *
queue(struct stage *stage, const char *command)
{
	struct buf	 text;

	buf_start(&text, stage->arena);
	buf_text(&text, command);
	return imap_queue(stage->imap, stage->arena, &text);
}

static inline void
expect_fault(const struct fault *bad, enum fault_kind kind, const char *word)
{
	assert_non_null(bad);
	if (bad->kind != kind)
		print_message("# %s\n", bad->detail);
	assert_int_equal(bad->kind, kind);
	if (word != NULL && strstr(bad->detail, word) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", bad->detail, word);
}

#endif
