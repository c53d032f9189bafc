#include "mail/imap_idle.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/imap_flight.h"
#include "net/wire.h"

/* Whether there are more, or were; where some have gone, fewer are known. */
static bool
has_grown(const struct imap *imap, struct imap_idle *idle)
{
	if (imap->box.exists > idle->known)
		idle->grew = true;
	else
		idle->known = imap->box.exists;
	return idle->grew;
}

static struct imap_command *
queue_text(struct imap *imap, struct arena *arena, const char *command)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, command);
	return imap_queue(imap, arena, &text);
}

/* idle = "IDLE" CRLF "DONE": up to its go-ahead. */
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

/* What ended it; TIME too when the server ended the command by itself.  What
 * comes soon behind the first new message is taken along. */
static const struct fault *
wait_idle(struct imap *imap, struct arena *arena, struct imap_idle *idle,
    enum wire_event *event)
{
	const struct fault	*bad;
	int64_t			 until = idle->until;

	*event = WIRE_TIME;
	bad = start_idle(imap, arena);
	while (bad == NULL && imap->waiting != NULL) {
		if (!idle->grew && has_grown(imap, idle) &&
		    until > clock_ms() + IMAP_IDLE_BURST_MS)
			until = clock_ms() + IMAP_IDLE_BURST_MS;
		*event = wire_await(imap->channel.wire, until);
		if (*event != WIRE_INPUT)
			break;
		bad = imap_flight_read(imap);
	}
	if (bad == NULL && imap->waiting != NULL)
		bad = wire_write(imap->channel.wire, bytes_of("DONE\r\n"));
	while (bad == NULL && imap->waiting != NULL)
		bad = imap_flight_read(imap);
	return bad;
}

/* Without IDLE; the last question is asked when the time is over. */
static const struct fault *
ask_often(struct imap *imap, struct arena *arena, struct imap_idle *idle,
    enum wire_event *event)
{
	const struct fault	*bad;
	int64_t			 next;

	for (;;) {
		(void)queue_text(imap, arena, "NOOP");
		*event = WIRE_TIME;
		if ((bad = imap_run(imap)) != NULL ||
		    has_grown(imap, idle) || clock_ms() >= idle->until)
			return bad;
		imap_begin(imap, arena, idle->until + IMAP_IDLE_ANSWER_MS);
		next = clock_ms() + IMAP_IDLE_ASK_MS;
		*event = wire_await(imap->channel.wire, next < idle->until ?
		    next : idle->until);
		if (*event == WIRE_GONE)
			return NULL;
	}
}

int64_t
imap_idle_since(const struct imap *imap)
{
	return clock_ms() - imap->answered;
}

const struct fault *
imap_idle(struct imap *imap, struct arena *arena, struct imap_idle *idle,
    enum imap_idle_end *end)
{
	const struct imap_command	*command = NULL;
	const struct fault		*bad = NULL;
	enum wire_event			 event = WIRE_TIME;

	assert(imap->first == NULL);
	if (!imap->has_box)
		return fault_make(arena, FAULT_FOLDER, "no folder is open");
	if (idle->until > clock_ms() + IMAP_IDLE_MS)
		idle->until = clock_ms() + IMAP_IDLE_MS;
	imap_begin(imap, arena, idle->until + IMAP_IDLE_ANSWER_MS);
	*end = IMAP_IDLE_GREW;
	idle->grew = false;
	if (has_grown(imap, idle))
		return NULL;
	if (imap_can(imap, IMAP_CAN_IDLE)) {
		command = queue_text(imap, arena, "IDLE");
		bad = imap_flight_end(imap, wait_idle(imap, arena, idle,
		    &event));
	}
	if (bad == NULL && (command == NULL || command->outcome != IMAP_OK))
		bad = ask_often(imap, arena, idle, &event);
	/* Much may have happened meanwhile. */
	if (imap->guard != NULL)
		imap->guard->proved = false;
	if (bad == NULL && !has_grown(imap, idle))
		*end = event == WIRE_GONE ? IMAP_IDLE_GONE : IMAP_IDLE_TIME;
	return bad;
}
