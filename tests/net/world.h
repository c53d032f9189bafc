#ifndef WORLD_H
#define WORLD_H

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A network that a test makes up: the resolver and connect(2) of this program
 * are those below.  Each address that is dialled is noted, and it is our own
 * listener that then hears of it.
 */
enum { ADDRESSES = 4 };

static struct {
	const char	*answers[ADDRESSES];	/* of the next lookup */
	size_t		 count;
	size_t		 lookups, dials;
	bool		 real;			/* only counted */
	char		 dialled[INET6_ADDRSTRLEN];
	int		 port;
	int		 listener;
	struct sockaddr_in here;		/* where it listens */
} world;

/* The C library's own, that ours stand before. */
static inline void *
real_function(const char *name)
{
	return dlsym(dlopen("libc.so.6", RTLD_LAZY), name);
}

/* An IPv6 address stands for itself. */
int
getaddrinfo(const char *restrict name, const char *restrict service,
    const struct addrinfo *restrict hints,
    struct addrinfo **restrict answers)
{
	int		(*real)(const char *, const char *,
			    const struct addrinfo *, struct addrinfo **);
	struct addrinfo	 numeric = { .ai_flags = AI_NUMERICHOST,
			    .ai_socktype = SOCK_STREAM };
	size_t		 i;

	*(void **)&real = real_function("getaddrinfo");
	if (world.count == 0 || strchr(name, ':') != NULL)
		return real(name, service, hints, answers);
	world.lookups++;
	for (i = 0; i < world.count; i++) {
		if (real(world.answers[i], NULL, &numeric, answers) != 0)
			return EAI_NONAME;
		answers = &(*answers)->ai_next;
	}
	return 0;
}

static inline void
note(const struct sockaddr *address)
{
	const struct sockaddr_in	*v4 = (const void *)address;
	const struct sockaddr_in6	*v6 = (const void *)address;

	world.dials++;
	if (address->sa_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, world.dialled,
		    sizeof(world.dialled));
		world.port = ntohs(v4->sin_port);
	} else {
		inet_ntop(AF_INET6, &v6->sin6_addr, world.dialled,
		    sizeof(world.dialled));
		world.port = ntohs(v6->sin6_port);
	}
}

/* Whoever is dialled, it is our listener that hears it. */
int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	int	(*real)(int, const struct sockaddr *, socklen_t);

	*(void **)&real = real_function("connect");
	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return real(fd, address, len);
	note(address);
	if (world.real)
		return real(fd, address, len);
	if (address->sa_family == AF_INET)
		return real(fd, (const void *)&world.here,
		    sizeof(world.here));
	errno = ECONNREFUSED;
	return -1;
}

static inline void
clear(void)
{
	world.count = world.lookups = world.dials = 0;
	world.real = false;
}

static inline void
resolve_to(const char *address)
{
	world.answers[0] = address;
	world.count = 1;
}

static inline void
listen_here(void)
{
	socklen_t	 len = sizeof(world.here);

	world.here = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	world.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(world.listener, (const void *)&world.here,
	    sizeof(world.here)) == -1 || listen(world.listener, 8) == -1 ||
	    getsockname(world.listener, (void *)&world.here, &len) == -1)
		_exit(1);
}

#endif
