#include "net/wire.h"

#include <assert.h>
#include <poll.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/ahead.h"
#include "net/handle.h"
#include "net/watch.h"
#include "net/wire_flow.h"

enum { WRITE_BYTES = 16 * 1024 };

/* What libcurl calls the ways to connect. It is told "http" where all that
 * is wanted is a socket, with or without TLS. */
struct way {
	const char	*scheme;
	const char	*path;
};

static const struct way	 ways[][WIRE_SMTP + 1] = {
	[TLS_IMPLICIT] = { { "https", "/" }, { "https", "/" } },
	[TLS_NONE] = { { "http", "/" }, { "http", "/" } },
	/* The path is what libcurl says behind EHLO. */
	[TLS_STARTTLS] = { { "imap", "/" }, { "smtp", "/%5B127.0.0.1%5D" } }
};

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* libcurl asks once a second or so. */
static int
may_go_on(void *state, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return !wire_flow_may_stay(state);
}

static void
limit_wait(struct wire *wire)
{
	CURL	*curl = wire->handle->curl;

	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, may_go_on);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, wire);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	handle_set_deadline(wire->handle,
	    clock_ms() + wire_flow_time_left(wire));
}

static const struct fault *
dial(struct wire *wire, const struct wire_target *target)
{
	struct guard_target	 guard = target->guard;
	const struct way	*way;
	const struct fault	*bad;
	CURLcode		 code;
	CURL			*curl;

	guard.deadline = clock_ms() + wire_flow_time_left(wire);
	bad = handle_open(wire->arena, &guard, target->ca_file,
	    target->pin_sha256, &wire->handle);
	/* It outlives this connection, and whatever that holds. */
	if (bad != NULL)
		return fault_make(wire->faults, bad->kind, "%s", bad->detail);
	curl = wire->handle->curl;
	way = &ways[target->tls][target->protocol];
	curl_easy_setopt(curl, CURLOPT_URL, text_format(wire->arena,
	    "%s://%s%s", way->scheme, wire->handle->authority, way->path));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, way->scheme);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(target->tls ==
	    TLS_STARTTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	limit_wait(wire);
	code = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return wire_flow_crowded(wire);
	if (code == CURLE_OK)
		code = curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET,
		    &wire->fd);
	return handle_fault(wire->arena, wire->handle, code);
}

static struct wire *
make(struct arena *arena, const struct wire_target *target, int64_t deadline,
    const char *host)
{
	struct arena	*own;
	struct wire	*wire;

	own = arena_open();
	wire = arena_take(own, sizeof(*wire));
	wire->arena = own;
	wire->faults = arena;
	wire->host = arena_text(own, host);
	wire->protocol = target->protocol;
	wire->opened = wire->begun = clock_ms();
	wire->deadline = earlier(deadline, wire->opened + WIRE_CONNECT_MS);
	wire->typed = guard_wants_public(&target->guard, host);
	ahead_open(&wire->ahead, own);
	return wire;
}

const struct fault *
wire_open(struct arena *arena, const struct wire_target *target,
    int64_t deadline, struct wire **result)
{
	const struct fault	*bad;
	const char		*host;
	struct wire		*wire;

	assert(target->tls != TLS_DEFAULT);
	if ((bad = guard_host(arena, &target->guard, &host)) != NULL)
		return bad;
	if (target->tls == TLS_NONE &&
	    guard_wants_public(&target->guard, host))
		return fault_make(arena, FAULT_TLS,
		    "%s is not spoken to without TLS", host);
	wire = make(arena, target, deadline, host);
	if (!crowd_join(&wire->crowd, &target->crowd, host,
	    target->guard.port, wire->typed)) {
		bad = wire_flow_crowded(wire);
		wire_close(wire);
		return bad;
	}
	if ((bad = dial(wire, target)) != NULL) {
		if (bad->kind != FAULT_UNAVAILABLE)
			bad = wire_flow_show(wire, bad);
		wire_close(wire);
		return bad;
	}
	wire->greeting_read = target->tls == TLS_STARTTLS;
	if (wire->greeting_read)
		wire_flow_greet(wire);
	wire->deadline = deadline;
	*result = wire;
	return NULL;
}

void
wire_close(struct wire *wire)
{
	if (wire == NULL)
		return;
	crowd_leave(&wire->crowd);
	arena_close(wire->arena);
}

void
wire_thank(struct wire *wire)
{
	crowd_thank(&wire->crowd);
}

bool
wire_greeting_read(const struct wire *wire)
{
	return wire->greeting_read;
}

void
wire_set_deadline(struct wire *wire, int64_t deadline)
{
	wire->deadline = deadline;
	wire->begun = clock_ms();
	wire->passed = wire->received + wire->sent;
}

void
wire_set_watch(struct wire *wire, struct watch *watch)
{
	wire->watch = watch;
}

void
wire_set_arena(struct wire *wire, struct arena *arena)
{
	wire->faults = arena;
}

uint64_t
wire_received(const struct wire *wire)
{
	return wire->received;
}

const struct fault *
wire_write(struct wire *wire, struct bytes data)
{
	const struct fault	*bad;
	CURLcode		 code;
	size_t			 done, len, taken;

	bad = NULL;
	for (done = 0; bad == NULL && done < data.len; done += len) {
		if (wire_flow_time_left(wire) <= 0)
			return wire_flow_fail(wire, FAULT_TIMEOUT,
			    "no answer in time");
		/* A write that TLS could not finish is repeated with the very
		 * same bytes, as OpenSSL wants it. */
		len = data.len - done < WRITE_BYTES ? data.len - done :
		    WRITE_BYTES;
		code = curl_easy_send(wire->handle->curl, data.at + done, len,
		    &len);
		wire->wrote = true;
		wire->sent += code == CURLE_OK ? len : 0;
		if (code == CURLE_OK)
			continue;
		if (code != CURLE_AGAIN)
			return wire_flow_fail(wire, FAULT_CONNECT,
			    "the connection broke");
		len = 0;
		bad = wire_flow_take(wire, WIRE_AHEAD_BYTES, &taken);
		if (bad == NULL && taken == 0)
			bad = wire_flow_await(wire,
			    ahead_view(&wire->ahead).len < WIRE_AHEAD_BYTES ?
			    POLLIN | POLLOUT : POLLOUT);
	}
	return bad;
}

/* greeting = "* OK" / "* BYE" / 3DIGIT, each followed by SP, "-" or its end */
static bool
is_greeting(enum wire_protocol protocol, struct bytes line)
{
	struct bytes	 word;
	unsigned char	 next;

	if (protocol == WIRE_SMTP) {
		next = line.len > 3 ? line.at[3] : ' ';
		return line.len >= 3 && text_is_digit(line.at[0]) &&
		    text_is_digit(line.at[1]) && text_is_digit(line.at[2]) &&
		    (next == ' ' || next == '-');
	}
	if (line.len < 2 || line.at[0] != '*' || line.at[1] != ' ')
		return false;
	word = bytes_slice(line, 2, line.len);
	word.len = bytes_find(word, ' ');
	return bytes_is_case(word, "OK") || bytes_is_case(word, "BYE");
}

static const struct fault *
check_greeting(struct wire *wire, struct bytes line)
{
	if (wire->greeted)
		return NULL;
	if (!is_greeting(wire->protocol, line))
		return wire_flow_fail(wire, FAULT_PROTOCOL,
		    "what answers there is no mail server of this kind");
	wire_flow_greet(wire);
	return NULL;
}

const struct fault *
wire_read_line(struct wire *wire, struct buf *buf)
{
	const struct fault	*bad;
	struct bytes		 held;
	size_t			 before, end;

	before = buf->len;
	for (;;) {
		held = ahead_view(&wire->ahead);
		end = bytes_find(held, '\n');
		if (buf->len - before + end > (wire->protocol == WIRE_IMAP ?
		    WIRE_IMAP_LINE_BYTES : WIRE_LINE_BYTES) + 1U)
			return wire_flow_fail(wire, FAULT_PROTOCOL,
			    "a line too long");
		buf_bytes(buf, bytes_slice(held, 0, end));
		ahead_skip(&wire->ahead, end);
		if (end < held.len)
			break;
		if ((bad = wire_flow_fill(wire)) != NULL)
			return bad;
	}
	ahead_skip(&wire->ahead, 1);
	if (buf->len > before && buf->at[buf->len - 1] == '\r')
		buf_cut(buf, buf->len - 1);
	return check_greeting(wire, bytes_slice(buf_view(buf), before,
	    buf->len));
}

/* Moves what the buffer holds, at most len bytes. */
static size_t
take_held(struct wire *wire, unsigned char *at, size_t len)
{
	struct bytes	 held;

	held = bytes_slice(ahead_view(&wire->ahead), 0, len);
	if (held.len > 0)
		memcpy(at, held.at, held.len);
	ahead_skip(&wire->ahead, held.len);
	return held.len;
}

const struct fault *
wire_read(struct wire *wire, struct buf *buf, size_t len)
{
	const struct fault	*bad;
	unsigned char		*at;
	size_t			 n;

	at = buf_room(buf, len);
	for (; len > 0; at += n, len -= n) {
		if ((n = take_held(wire, at, len)) > 0)
			continue;
		/* The bulk of a long literal is not copied twice. */
		if (len >= AHEAD_BYTES)
			bad = wire_flow_receive(wire, at, len, &n);
		else
			bad = wire_flow_fill(wire);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

const struct fault *
wire_read_some(struct wire *wire, unsigned char *at, size_t size, size_t *len)
{
	if ((*len = take_held(wire, at, size)) > 0)
		return NULL;
	return wire_flow_receive(wire, at, size, len);
}

void
wire_forget(struct wire *wire)
{
	ahead_forget(&wire->ahead);
}

bool
wire_has_input(struct wire *wire)
{
	CURLcode	 code;
	unsigned char	*at;
	size_t		 room, len;

	if (ahead_view(&wire->ahead).len > 0)
		return true;
	/* No fault is made: on an idle wire there is no arena for it. The end
	 * of the stream counts, as nothing can be asked any more. */
	at = ahead_room(&wire->ahead, AHEAD_BYTES, &room);
	len = 0;
	code = curl_easy_recv(wire->handle->curl, at, room, &len);
	if (code == CURLE_OK) {
		ahead_add(&wire->ahead, len);
		wire->received += len;
	}
	return code != CURLE_AGAIN;
}

static bool
is_left(const struct wire *wire)
{
	return wire->watch != NULL && wire->watch->gone;
}

enum wire_event
wire_await(struct wire *wire, int64_t until)
{
	struct pollfd	 polled = { .fd = wire->fd, .events = POLLIN };
	int64_t		 left;

	for (;;) {
		left = earlier(until, wire->deadline) - clock_ms();
		/* It may have been seen by the wait before this one. */
		if (left > 0 && !wire_has_input(wire) && !is_left(wire))
			(void)watch_poll(wire->watch, &polled, left);
		if (is_left(wire))
			return WIRE_GONE;
		if (left <= 0)
			return WIRE_TIME;
		if (wire_has_input(wire))
			return WIRE_INPUT;
	}
}
