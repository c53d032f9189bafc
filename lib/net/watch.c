#include "net/watch.h"

#include <stddef.h>

#include "base/clock.h"

enum { POLL_MS_MOST = 60 * 1000 };	/* callers ask again */

static int64_t
find_wait(const struct watch *watch, int64_t most)
{
	int64_t	 left;

	if (watch != NULL && watch->due != 0) {
		left = watch->due - clock_ms();
		most = left < most ? left : most;
	}
	if (most > POLL_MS_MOST)
		most = POLL_MS_MOST;
	return most < 0 ? 0 : most;
}

int
watch_poll(struct watch *watch, struct pollfd *polled, int64_t most)
{
	struct pollfd	 both[2] = { *polled, { .fd = -1 } };
	int		 ready;

	/* Once they have gone their end has input for ever. */
	if (watch != NULL && !watch->gone) {
		both[1].fd = watch->fd;
		both[1].events = watch->events;
	}
	both[0].revents = 0;
	ready = poll(both, 2, (int)find_wait(watch, most));
	polled->revents = ready == -1 ? 0 : both[0].revents;
	if (ready == -1 || watch == NULL)
		return ready;
	watch->gone = watch->gone || both[1].revents != 0;
	if (watch->due != 0 && clock_ms() >= watch->due)
		watch->beat(watch);
	return polled->revents != 0;
}

void
watch_hold(struct watch *watch)
{
	if (watch != NULL)
		watch->stops = false;
}

bool
watch_ends(const struct watch *watch)
{
	return watch != NULL && watch->gone && watch->stops;
}

bool
watch_look(struct watch *watch)
{
	struct pollfd	 none = { .fd = -1 };

	if (watch != NULL)
		(void)watch_poll(watch, &none, 0);
	return watch_ends(watch);
}
