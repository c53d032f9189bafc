#include "mail/imap_idle.h"

#include <assert.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_flight.h"
#include "net/wire.h"

enum {
	LOOK_MS = 50,		/* between looks for input */
	ANSWER_MS = 10 * 1000	/* for what the server then has to say */
};

/* Whether there is input before that time. */
static bool
await_input(struct wire *wire, int64_t until)
{
	static const struct timespec	 pause = {
		.tv_nsec = LOOK_MS * 1000000L };

	while (!wire_has_input(wire)) {
		if (clock_ms() >= until)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static void
queue_text(struct imap *imap, struct arena *arena, const char *command)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, command);
	imap_queue(imap, arena, &text);
}

/* idle = "IDLE" CRLF "DONE": up to its go-ahead. Servers may refuse. */
static const struct fault *
start_idle(struct imap *imap, struct arena *arena)
{
	const struct fault	*bad;

	imap_flight_start(imap);
	imap->in_flight = 1;
	imap->first->sent = true;
	imap->literal = imap->first;
	bad = wire_write(imap->channel.wire, bytes_of(text_format(arena,
	    "A%u IDLE\r\n", imap->first->tag)));
	while (bad == NULL && imap->literal != NULL && imap->waiting != NULL)
		bad = imap_flight_read(imap);
	return bad;
}

/* *least is the lowest number of messages so far: one may go and another
 * come. */
static const struct fault *
wait_idle(struct imap *imap, struct arena *arena, uint32_t *least,
    int64_t until)
{
	const struct fault	*bad;

	bad = start_idle(imap, arena);
	while (bad == NULL && imap->waiting != NULL &&
	    imap->box.exists <= *least &&
	    await_input(imap->channel.wire, until)) {
		*least = imap->box.exists;
		bad = imap_flight_read(imap);
	}
	if (bad == NULL && imap->waiting != NULL)
		bad = wire_write(imap->channel.wire, bytes_of("DONE\r\n"));
	while (bad == NULL && imap->waiting != NULL)
		bad = imap_flight_read(imap);
	return bad;
}

/* Without IDLE. */
static const struct fault *
ask_often(struct imap *imap, struct arena *arena, uint32_t before,
    int64_t until)
{
	const struct fault	*bad;
	int64_t			 next;

	for (;;) {
		queue_text(imap, arena, "NOOP");
		if ((bad = imap_run(imap)) != NULL ||
		    imap->box.exists > before || clock_ms() >= until)
			return bad;
		next = clock_ms() + IMAP_IDLE_ASK_MS;
		await_input(imap->channel.wire, next < until ? next : until);
	}
}

const struct fault *
imap_idle(struct imap *imap, struct arena *arena, int64_t until, bool *grew)
{
	const struct fault	*bad;
	uint32_t		 least;

	assert(imap->first == NULL);
	*grew = false;
	if (!imap->has_box)
		return fault_make(arena, FAULT_FOLDER, "no folder is open");
	if (until > clock_ms() + IMAP_IDLE_MS)
		until = clock_ms() + IMAP_IDLE_MS;
	imap_begin(imap, arena, until + ANSWER_MS);
	least = imap->box.exists;
	if (imap_can(imap, IMAP_CAN_IDLE)) {
		queue_text(imap, arena, "IDLE");
		bad = imap_flight_end(imap, wait_idle(imap, arena, &least,
		    until));
	} else {
		bad = ask_often(imap, arena, least, until);
	}
	*grew = bad == NULL && imap->box.exists > least;
	return bad;
}
