#include "mail/lookup.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "mail/address.h"
#include "net/guard.h"

const struct fault *
lookup_person(struct lookup *lookup, const char *address)
{
	const struct address	*read;
	struct objects		 list = { 0 };

	if (address_read(lookup->arena, address, &list) != NULL ||
	    list.len != 1)
		return fault_make(lookup->arena, FAULT_ARGUMENT,
		    "that is no email address");
	read = list.at;
	lookup->address = read->address;
	lookup->domain = address_domain(read->address);
	lookup->local = arena_copy(lookup->arena, read->address,
	    (size_t)(lookup->domain - read->address) - 1);
	return NULL;
}

/* An address in place of a name: no certificate of a provider is for one. */
static bool
is_literal(const char *host)
{
	const char	*last;

	last = strrchr(host, '.');
	return strchr(host, ':') != NULL ||
	    (last != NULL && text_is_digit((unsigned char)last[1]));
}

bool
lookup_take(const struct lookup *lookup, const char *host, int64_t port,
    enum tls_mode tls, struct mail_server *server)
{
	const struct guard_target	 target = {
		.host = host, .port = port, .mail = true,
		.patterns = lookup->config->mail_hosts
	};
	const char			*checked;

	if (host == NULL || (tls != TLS_IMPLICIT && tls != TLS_STARTTLS) ||
	    guard_host(lookup->arena, &target, &checked) != NULL ||
	    (is_literal(checked) && guard_wants_public(&target, checked)))
		return false;
	*server = (struct mail_server){
		.host = checked, .port = port, .tls = tls
	};
	return true;
}
