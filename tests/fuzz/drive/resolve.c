/* In the place of the resolver: every name is that of one public server, and
 * other records are the next of what web servers answer. */
#include "net/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <resolv.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "drive/web.h"

#define ADDRESS	"93.184.215.14"

const struct fault *
resolve_host(struct arena *arena, const char *host, int64_t deadline,
    const struct addrinfo **answers)
{
	struct addrinfo		*answer = arena_take(arena, sizeof(*answer));
	struct sockaddr_in6	*v6 = arena_take(arena, sizeof(*v6));
	struct sockaddr_in	*v4 = arena_take(arena, sizeof(*v4));
	const bool		 is_v6 = inet_pton(AF_INET6, host,
				    &v6->sin6_addr) == 1;

	(void)deadline;
	v6->sin6_family = AF_INET6;
	v4->sin_family = AF_INET;
	if (!is_v6 && inet_pton(AF_INET, host, &v4->sin_addr) != 1)
		inet_pton(AF_INET, ADDRESS, &v4->sin_addr);
	answer->ai_family = is_v6 ? AF_INET6 : AF_INET;
	answer->ai_addr = is_v6 ? (struct sockaddr *)v6 :
	    (struct sockaddr *)v4;
	answer->ai_addrlen = is_v6 ? sizeof(*v6) : sizeof(*v4);
	*answers = answer;
	return NULL;
}

int
res_nquery(res_state state, const char *name, int class, int type,
    unsigned char *answer, int size)
{
	struct bytes	 said = bytes_slice(web_next(), 0, (size_t)size);

	(void)name;
	(void)class;
	(void)type;
	if (said.len == 0) {
		state->res_h_errno = NO_DATA;
		return -1;
	}
	memcpy(answer, said.at, said.len);
	return (int)said.len;
}
