#include "mail/identity.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/url_host.h"
#include "mail/account.h"
#include "mail/address.h"

static const char	 any_local[] = "*@";

/* In ASCII as far as its domain can be, without what stands behind a "+". */
static const char *
normalise(struct arena *arena, const char *address, bool without_detail)
{
	const char	*domain, *ascii;
	size_t		 local;

	if ((domain = address_domain(address)) == NULL)
		return address;
	local = (size_t)(domain - address - 1);
	if (!url_host_to_ascii(arena, domain, &ascii))
		ascii = domain;
	/* What begins with it, or is quoted, has no detail. */
	if (without_detail && address[0] != '+' && address[0] != '"' &&
	    bytes_find(bytes_from(address, local), '+') < local)
		local = bytes_find(bytes_from(address, local), '+');
	return text_format(arena, "%.*s@%s", (int)local, address, ascii);
}

static const char *
find(struct arena *arena, const struct account *account, const char *wanted)
{
	size_t	 i;

	if (address_equal(normalise(arena, account->address, false), wanted))
		return account->address;
	for (i = 0; i < account->aliases.len; i++)
		if (!text_starts(account->aliases.at[i], any_local) &&
		    address_equal(normalise(arena, account->aliases.at[i],
		    false), wanted))
			return account->aliases.at[i];
	return NULL;
}

/* Whether an alias lets the account send as whoever is at that domain. */
static bool
has_domain(struct arena *arena, const struct account *account,
    const char *wanted)
{
	const char	*alias, *domain = address_domain(wanted);
	size_t		 i;

	if (domain == NULL || domain - wanted <= 1)
		return false;
	for (i = 0; i < account->aliases.len; i++) {
		alias = normalise(arena, account->aliases.at[i], false);
		if (text_starts(alias, any_local) && text_equal_case(
		    alias + strlen(any_local), domain))
			return true;
	}
	return false;
}

bool
identity_owns(struct arena *arena, const struct account *account,
    const char *address)
{
	const char	*wanted = normalise(arena, address, false);

	return find(arena, account, wanted) != NULL ||
	    has_domain(arena, account, wanted);
}

const char *
identity_find(struct arena *arena, const struct account *account,
    const char *address)
{
	const char	*own;

	own = find(arena, account, normalise(arena, address, false));
	if (own == NULL)
		own = find(arena, account, normalise(arena, address, true));
	return own;
}
