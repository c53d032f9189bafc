#include "net/guard.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/url_host.h"
#include "net/resolve.h"

enum {
	HOST_BYTES = 253,		/* RFC 1035 2.3.4, as text */
	LABEL_BYTES = 63,
	PORT_MOST = 65535,
	V4_BYTES = 4,
	V6_BYTES = 16
};

/* A block of addresses: its first bits. */
struct block {
	unsigned char	 at[V6_BYTES];
	unsigned	 bits;
};

/* The special-use blocks of RFC 6890 and the IANA registry that grew from
 * it. */
static const struct block	 special_v4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },		/* carrier-grade NAT */
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },		/* link-local, cloud metadata */
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 31, 196 }, 24 },	/* AS112 */
	{ { 192, 52, 193 }, 24 },	/* AMT */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays */
	{ { 192, 168 }, 16 },
	{ { 192, 175, 48 }, 24 },	/* AS112 */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 }
};
/* Public IPv6 is 2000::/3 without these. */
static const struct block	 public_v6 = { { 0x20 }, 3 };
static const struct block	 special_v6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },	/* protocols: Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 },	/* AS112 */
	{ { 0x3f, 0xff }, 20 }
};

/* Blocks that wrap an IPv4 address, which decides. */
struct wrap {
	struct block	 block;
	size_t		 offset;	/* of the IPv4 address */
};

static const struct wrap	 wraps[] = {
	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, 12 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },	/* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2 }			/* 6to4 */
};

/* Names that are this computer's or its network's, whatever DNS says. */
static const char *const	 private_names[] = {
	"localhost", "localdomain", "local", "internal", "intranet",
	"private", "corp", "home", "lan", "home.arpa", "test", "invalid",
	"onion", NULL
};
static const int64_t		 mail_ports[] = { 143, 993, 465, 587 };
enum { HTTPS_PORT = 443 };

static bool
is_in(const unsigned char *address, const struct block *block)
{
	size_t		 whole;
	unsigned	 rest;

	whole = block->bits / 8;
	rest = block->bits % 8;
	if (memcmp(address, block->at, whole) != 0)
		return false;
	return rest == 0 ||
	    (address[whole] ^ block->at[whole]) >> (8 - rest) == 0;
}

static bool
is_public_v4(const unsigned char *address)
{
	size_t	 i;

	for (i = 0; i < sizeof(special_v4) / sizeof(special_v4[0]); i++)
		if (is_in(address, &special_v4[i]))
			return false;
	return true;
}

static bool
is_public_v6(const unsigned char *address)
{
	size_t	 i;

	for (i = 0; i < sizeof(wraps) / sizeof(wraps[0]); i++)
		if (is_in(address, &wraps[i].block))
			return is_public_v4(address + wraps[i].offset);
	if (!is_in(address, &public_v6))
		return false;
	for (i = 0; i < sizeof(special_v6) / sizeof(special_v6[0]); i++)
		if (is_in(address, &special_v6[i]))
			return false;
	return true;
}

bool
guard_is_public(const struct sockaddr *address)
{
	const void	*whole;

	whole = address;
	if (address->sa_family == AF_INET)
		return is_public_v4((const unsigned char *)
		    &((const struct sockaddr_in *)whole)->sin_addr);
	if (address->sa_family == AF_INET6)
		return is_public_v6(
		    ((const struct sockaddr_in6 *)whole)->sin6_addr.s6_addr);
	return false;
}

/* pattern = host [ ":" ( port / "*" ) ],
 * host = name / "*." name / "*" / "[" v6 "]" */
static bool
matches(const char *pattern, const char *host, int64_t port, bool *has_port)
{
	struct bytes	 name;
	const char	*colon;
	uint64_t	 number;
	size_t		 len;

	name = bytes_of(pattern);
	colon = strrchr(pattern, ':');
	*has_port = colon != NULL && strchr(pattern, ':') == colon;
	if (pattern[0] == '[') {
		len = strcspn(pattern, "]");
		*has_port = pattern[len] == ']' && pattern[len + 1] == ':';
		name = bytes_from(pattern + 1, len - 1);
	} else if (*has_port)
		name.len = (size_t)(colon - pattern);
	if (*has_port && !text_equal(colon + 1, "*") &&
	    (!text_number(bytes_of(colon + 1), PORT_MOST,
	    &number) || (int64_t)number != port))
		return false;
	if (bytes_is(name, "*"))
		return true;
	if (name.len < 2 || name.at[0] != '*' || name.at[1] != '.')
		return bytes_equal_case(name, bytes_of(host));
	len = strlen(host);
	return len > name.len - 1 && bytes_equal_case(bytes_from(host + len -
	    (name.len - 1), name.len - 1), bytes_from(name.at + 1,
	    name.len - 1));
}

bool
guard_matches(struct texts patterns, const char *host, int64_t port)
{
	size_t	 i;
	bool	 has_port;

	for (i = 0; i < patterns.len; i++)
		if (matches(patterns.at[i], host, port, &has_port))
			return true;
	return false;
}

/* Whether some pattern, other than a bare "*", names the host. */
static bool
is_named(const struct guard_target *target, const char *host, bool *port)
{
	size_t	 i;
	bool	 named, has_port;

	*port = named = target->named;
	for (i = 0; i < target->patterns.len; i++) {
		if (!matches(target->patterns.at[i], host, target->port,
		    &has_port))
			continue;
		*port = *port || has_port;
		if (target->patterns.at[i][0] != '*' ||
		    target->patterns.at[i][1] == '.')
			named = true;
	}
	return named;
}

bool
guard_wants_public(const struct guard_target *target, const char *host)
{
	bool	 port;

	return !is_named(target, host, &port);
}

/* host = label *( "." label ), label = 1*63( ALPHA / DIGIT / "-" / "_" ) */
static bool
is_name(const char *host)
{
	size_t	 i, label;

	if (host[0] == '\0' || strlen(host) > HOST_BYTES)
		return false;
	label = 0;
	for (i = 0; host[i] != '\0'; i++) {
		if (host[i] == '.' && label == 0)
			return false;
		label = host[i] == '.' ? 0 : label + 1;
		if (label > LABEL_BYTES || (label > 0 && strchr("-_",
		    host[i]) == NULL && !text_is_alnum((unsigned char)host[i])))
			return false;
		if (label == 1 && host[i] == '-')
			return false;
	}
	return label > 0;
}

static bool
is_address(const char *host)
{
	unsigned char	 address[V6_BYTES];

	return inet_pton(AF_INET, host, address) == 1 ||
	    inet_pton(AF_INET6, host, address) == 1;
}

/*
 * A name others can know: with a dot, and a last label that starts with a
 * letter, so that no resolver takes it for a number (0x7f.1, 2130706433).
 */
static bool
is_public_name(const char *host)
{
	const char	*last;
	size_t		 i;

	if (is_address(host))
		return true;
	if ((last = strrchr(host, '.')) == NULL ||
	    !text_is_alpha((unsigned char)last[1]))
		return false;
	for (i = 0; private_names[i] != NULL; i++)
		if (text_equal(host, private_names[i]) || (text_ends_case(host,
		    private_names[i]) && host[strlen(host) -
		    strlen(private_names[i]) - 1] == '.'))
			return false;
	return true;
}

static const struct fault *
check_port(struct arena *arena, const struct guard_target *target, bool open)
{
	size_t	 i;

	if (target->port < 1 || target->port > PORT_MOST)
		return fault_make(arena, FAULT_HOST,
		    "a port is a number from 1 to 65535");
	if (!open && target->web && target->port != HTTPS_PORT)
		return fault_make(arena, FAULT_HOST, "only port 443 is asked");
	if (open || !target->mail)
		return NULL;
	for (i = 0; i < sizeof(mail_ports) / sizeof(mail_ports[0]); i++)
		if (target->port == mail_ports[i])
			return NULL;
	return fault_make(arena, FAULT_HOST, "port %lld is not a mail port: "
	    "use 993 or 143 for IMAP, 465 or 587 for sending",
	    (long long)target->port);
}

/* Takes brackets off an IPv6 address, and turns other scripts to ASCII. */
static bool
read_host(struct arena *arena, const char *text, const char **host)
{
	size_t	 len;

	len = strlen(text);
	if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
		*host = text_lower_copy(arena,
		    arena_copy(arena, text + 1, len - 2));
		return strchr(*host, ':') != NULL && is_address(*host);
	}
	if (strchr(text, ':') != NULL) {
		*host = text_lower_copy(arena, text);
		return is_address(*host);
	}
	return url_host_to_ascii(arena, text, host) && is_name(*host);
}

const struct fault *
guard_host(struct arena *arena, const struct guard_target *target,
    const char **host)
{
	bool	 named, open;

	if (text_is_empty(target->host) ||
	    !read_host(arena, target->host, host))
		return fault_make(arena, FAULT_HOST, "the server's name must "
		    "be a host name such as imap.example.org, without scheme, "
		    "port, path or blanks");
	named = is_named(target, *host, &open);
	if (target->patterns.len > 0 && !target->named &&
	    !guard_matches(target->patterns, *host, target->port))
		return fault_make(arena, FAULT_HOST, "%s port %lld is not among"
		    " the servers this installation allows", *host,
		    (long long)target->port);
	if (!named && !is_public_name(*host))
		return fault_make(arena, FAULT_HOST,
		    "%s is not a public host name", *host);
	return check_port(arena, target, open);
}

const struct fault *
guard_filter(struct arena *arena, const struct guard_target *target,
    const struct addrinfo *answers, const char **resolve)
{
	const struct fault	*bad;
	const char		*host;
	char			 text[INET6_ADDRSTRLEN];
	struct buf		 buf;
	size_t			 n;
	bool			 public_only;

	if ((bad = guard_host(arena, target, &host)) != NULL)
		return bad;
	public_only = guard_wants_public(target, host);
	buf_start(&buf, arena);
	buf_format(&buf, "%s:%lld:", host, (long long)target->port);
	for (n = 0; answers != NULL; answers = answers->ai_next) {
		if (public_only && !guard_is_public(answers->ai_addr))
			return fault_make(arena, FAULT_HOST, "%s has an address"
			    " that is not public", host);
		if (n == GUARD_ADDRESSES_MOST || getnameinfo(answers->ai_addr,
		    answers->ai_addrlen, text, sizeof(text), NULL, 0,
		    NI_NUMERICHOST) != 0)
			continue;
		buf_text(&buf, n++ > 0 ? "," : "");
		buf_format(&buf, answers->ai_family == AF_INET6 ? "[%s]" :
		    "%s", text);
	}
	if (n == 0)
		return fault_make(arena, FAULT_HOST,
		    "%s has no address", host);
	*resolve = strchr(host, ':') != NULL ? NULL : buf_string(&buf);
	return NULL;
}

const struct fault *
guard_resolve(struct arena *arena, const struct guard_target *target,
    const char **resolve)
{
	const struct fault	*bad;
	const struct addrinfo	*answers;
	const char		*host;

	if ((bad = guard_host(arena, target, &host)) != NULL ||
	    (bad = resolve_host(arena, host, target->deadline != 0 ?
	    target->deadline : INT64_MAX, &answers)) != NULL)
		return bad;
	return guard_filter(arena, target, answers, resolve);
}
