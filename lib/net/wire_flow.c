#include "net/wire_flow.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/watch.h"

enum { SECOND_MS = 1000 };

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Whether what it does now lasts longer than is usual. */
static bool
is_late(const struct wire *wire)
{
	uint64_t	 bytes = wire->received + wire->sent - wire->passed;

	if (!wire->greeted)
		return clock_ms() >= wire->opened + CROWD_GREETING_MS;
	return clock_ms() >= wire->begun + CROWD_ANSWER_MS +
	    (int64_t)bytes * SECOND_MS / CROWD_BYTES;
}

bool
wire_flow_may_stay(struct wire *wire)
{
	/* A server of the operator's own may search for long; and nobody goes
	 * away from one that may be taking a message. */
	if (wire->greeted && (!wire->typed || wire->protocol == WIRE_SMTP))
		return true;
	return !is_late(wire) || crowd_stay(&wire->crowd);
}

void
wire_flow_greet(struct wire *wire)
{
	wire->greeted = true;
	if (!wire->typed)
		crowd_thank(&wire->crowd);
}

const struct fault *
wire_flow_crowded(struct wire *wire)
{
	const struct fault	*bad;

	bad = fault_make(wire->faults, FAULT_UNAVAILABLE, "%s: others wait "
	    "for an answer from there already", wire->host);
	return fault_hint(wire->faults, bad, "The mail server there does not "
	    "answer in time just now. Try again in %d seconds.",
	    CROWD_SECONDS);
}

/* What went wrong with a host that a user typed takes the same time always,
 * and is waited for like an answer. */
static bool
bide(struct wire *wire)
{
	int64_t	 until = earlier(wire->opened + WIRE_TYPED_MS,
	    wire->deadline);

	clock_sleep_until(earlier(until, wire->opened + CROWD_GREETING_MS));
	if (clock_ms() < until && !wire_flow_may_stay(wire))
		return false;
	clock_sleep_until(until);
	return true;
}

const struct fault *
wire_flow_show(struct wire *wire, const struct fault *bad)
{
	/* A server that has greeted may well serve others: what one asked of
	 * it may take long. */
	if (bad->kind == FAULT_TIMEOUT && !wire->typed && !wire->greeted &&
	    is_late(wire))
		crowd_despair(&wire->crowd);
	if (!wire->typed || wire->greeted)
		return fault_make(wire->faults, bad->kind, "%s", bad->detail);
	if (!bide(wire))
		return wire_flow_crowded(wire);
	/* Whether it was silent or said no is not to be seen by the next. */
	crowd_despair(&wire->crowd);
	return fault_make(wire->faults, FAULT_CONNECT, "no mail server with a "
	    "valid certificate could be reached there: check the server's "
	    "name, port and kind of encryption");
}

const struct fault *
wire_flow_fail(struct wire *wire, enum fault_kind kind, const char *text)
{
	return wire_flow_show(wire, fault_make(wire->faults, kind, "%s: %s",
	    wire->handle->authority, text));
}

int64_t
wire_flow_time_left(const struct wire *wire)
{
	int64_t	 deadline;

	deadline = wire->deadline;
	if (wire->typed && !wire->greeted)
		deadline = earlier(deadline, wire->opened + WIRE_TYPED_MS);
	return deadline - clock_ms();
}

const struct fault *
wire_flow_await(struct wire *wire, short events)
{
	struct pollfd	 polled;
	int64_t		 left;
	int		 on, ready;

	on = 1;
	if (wire->wrote)
		setsockopt(wire->fd, IPPROTO_TCP, TCP_QUICKACK, &on,
		    sizeof(on));
	wire->wrote = false;
	do {
		if ((left = wire_flow_time_left(wire)) <= 0)
			return wire_flow_fail(wire, FAULT_TIMEOUT,
			    "no answer in time");
		polled = (struct pollfd){ .fd = wire->fd, .events = events };
		ready = watch_poll(wire->watch, &polled,
		    earlier(left, SECOND_MS));
		if (watch_ends(wire->watch))
			return fault_make(wire->faults, FAULT_GONE,
			    "the client has gone");
		if (ready == 0 && !wire_flow_may_stay(wire))
			return wire_flow_crowded(wire);
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	if (ready == -1)
		return wire_flow_fail(wire, FAULT_CONNECT,
		    "the connection broke");
	return NULL;
}

/* Takes what waits, at most size bytes; *len is 0 if nothing does. */
static const struct fault *
receive(struct wire *wire, unsigned char *at, size_t size, size_t *len)
{
	CURLcode	 code;

	*len = 0;
	code = curl_easy_recv(wire->handle->curl, at, size, len);
	if (code == CURLE_AGAIN) {
		*len = 0;
		return NULL;
	}
	if (code == CURLE_GOT_NOTHING || (code == CURLE_OK && *len == 0))
		return wire_flow_fail(wire, FAULT_PROTOCOL,
		    "the server closed the connection");
	if (code != CURLE_OK)
		return wire_flow_fail(wire, FAULT_CONNECT,
		    "the connection broke");
	wire->received += *len;
	if (!wire->reads_ahead)
		libcurl_read_ahead(wire->handle->curl);
	wire->reads_ahead = true;
	return NULL;
}

const struct fault *
wire_flow_take(struct wire *wire, size_t most, size_t *len)
{
	const struct fault	*bad;
	unsigned char		*at;
	size_t			 room;

	*len = 0;
	at = ahead_room(&wire->ahead, most, &room);
	if (room == 0)
		return NULL;
	if ((bad = receive(wire, at, room, len)) == NULL)
		ahead_add(&wire->ahead, *len);
	return bad;
}

const struct fault *
wire_flow_receive(struct wire *wire, unsigned char *at, size_t size,
    size_t *len)
{
	const struct fault	*bad;

	do {
		if (wire_flow_time_left(wire) <= 0)
			return wire_flow_fail(wire, FAULT_TIMEOUT,
			    "no answer in time");
		bad = receive(wire, at, size, len);
		if (bad == NULL && *len == 0)
			bad = wire_flow_await(wire, POLLIN);
	} while (bad == NULL && *len == 0);
	return bad;
}

const struct fault *
wire_flow_fill(struct wire *wire)
{
	const struct fault	*bad;
	unsigned char		*at;
	size_t			 room, len;

	at = ahead_room(&wire->ahead, AHEAD_BYTES, &room);
	assert(room > 0);
	if ((bad = wire_flow_receive(wire, at, room, &len)) == NULL)
		ahead_add(&wire->ahead, len);
	return bad;
}
