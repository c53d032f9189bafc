#include "fuzz.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "net/guard.h"

enum { RECORD = 17, ANSWERS_MOST = 20 };

static const struct guard_target	 typed = {
	.host = "mail.example.org", .port = 993, .mail = true
};

/* An IPv4 address that stands in another one is what it stands for. */
static void
check_wrapped(const struct sockaddr_in *v4)
{
	struct sockaddr_in6	 v6 = { .sin6_family = AF_INET6 };
	bool			 is_public;

	is_public = guard_is_public((const struct sockaddr *)v4);
	v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(v6.sin6_addr.s6_addr + 12, &v4->sin_addr, 4);
	assert(is_public || !guard_is_public((struct sockaddr *)&v6));
	memset(v6.sin6_addr.s6_addr, 0, 16);
	memcpy(v6.sin6_addr.s6_addr, "\0\x64\xff\x9b", 4);
	memcpy(v6.sin6_addr.s6_addr + 12, &v4->sin_addr, 4);
	assert(is_public || !guard_is_public((struct sockaddr *)&v6));
}

/* One answer of a resolver: the first byte says of which family. */
static struct addrinfo *
make_answer(struct arena *arena, const uint8_t *at)
{
	struct sockaddr_in6	*v6;
	struct sockaddr_in	*v4;
	struct addrinfo		*answer;

	answer = arena_take(arena, sizeof(*answer));
	v4 = arena_take(arena, sizeof(*v4));
	v6 = arena_take(arena, sizeof(*v6));
	v4->sin_family = AF_INET;
	memcpy(&v4->sin_addr, at + 1, 4);
	v6->sin6_family = AF_INET6;
	memcpy(&v6->sin6_addr, at + 1, 16);
	check_wrapped(v4);
	answer->ai_family = (at[0] & 1) != 0 ? AF_INET6 : AF_INET;
	answer->ai_addr = (at[0] & 1) != 0 ? (struct sockaddr *)v6 :
	    (struct sockaddr *)v4;
	answer->ai_addrlen = (at[0] & 1) != 0 ? sizeof(*v6) : sizeof(*v4);
	return answer;
}

/* Where a name leads, as anybody's nameserver says: with but one address that
 * is not public a typed host is refused. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct addrinfo	*list = NULL, *answer;
	struct arena	*arena;
	const char	*resolve;
	bool		 all_public = true;
	size_t		 n;

	arena = arena_open();
	for (n = 0; n < ANSWERS_MOST && len >= RECORD; n++) {
		answer = make_answer(arena, at);
		all_public = all_public && guard_is_public(answer->ai_addr);
		answer->ai_next = list;
		list = answer;
		at += RECORD;
		len -= RECORD;
	}
	if (guard_filter(arena, &typed, list, &resolve) == NULL) {
		assert(all_public && n > 0);
		fuzz_is_line(resolve);
		assert(text_starts(resolve, "mail.example.org:993:"));
	}
	arena_close(arena);
	return 0;
}
