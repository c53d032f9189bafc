#ifndef STAGE_H
#define STAGE_H

#include "net/wire.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

#include "../check.h"
#include "../peer/peer.h"

/* A line channel and the scripted peer at its other end. */
enum {
	PATIENCE_MS = 5000,
	SHORT_MS = 500
};

struct stage {
	struct arena		*arena;
	struct peer		 peer;
	struct wire_target	 target;
	struct wire		*wire;
	int			 patience;	/* ms, to connect */
};

static inline void
begin(struct stage *stage, enum wire_protocol protocol, enum tls_mode tls)
{
	memset(stage, 0, sizeof(*stage));
	stage->arena = arena_open();
	stage->patience = PATIENCE_MS;
	stage->target.protocol = protocol;
	stage->target.guard.host = "localhost";
	stage->target.guard.named = true;
	stage->target.tls = tls;
	stage->target.ca_file = peer_ca_file();
}

/* A script that says its state, a text, and then listens. */
static inline void
say_it(struct line *line, const void *state)
{
	peer_say(line, state);
	peer_drain(line);
}

/* Connects to a peer that plays the script. */
static inline const struct fault *
meet(struct stage *stage, peer_script *script, const void *state)
{
	peer_start(&stage->peer, script, state);
	stage->target.guard.port = stage->peer.port;
	return wire_open(stage->arena, &stage->target,
	    clock_ms() + stage->patience, &stage->wire);
}

static inline void
end(struct stage *stage, bool to_its_end)
{
	wire_close(stage->wire);
	if (peer_stop(&stage->peer) != to_its_end && to_its_end)
		fail_msg("the peer saw what it did not expect");
	arena_close(stage->arena);
}

static inline void
expect_line(struct stage *stage, const char *text)
{
	const struct fault	*bad;
	struct buf		 buf;

	buf_start(&buf, stage->arena);
	if ((bad = wire_read_line(stage->wire, &buf)) != NULL)
		fail_msg("%s, not %s", bad->detail, text);
	assert_string_equal(buf_string(&buf), text);
}

static inline void
expect_fault(struct stage *stage, enum fault_kind kind)
{
	const struct fault	*bad;
	struct buf		 buf;

	buf_start(&buf, stage->arena);
	bad = wire_read_line(stage->wire, &buf);
	assert_non_null(bad);
	assert_int_equal(bad->kind, kind);
}

#endif
