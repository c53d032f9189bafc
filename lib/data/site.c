#include "data/site.h"

#include <stddef.h>

#include "base/text.h"

enum { COUNTRY_BYTES = 2 };

/* What countries set before their own name. */
static const char *const	 branches[] = {
	"ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net",
	"nom", "or", "org"
};

static bool
is_branch(struct bytes label)
{
	size_t	 i;

	for (i = 0; i < sizeof(branches) / sizeof(branches[0]); i++)
		if (bytes_is_case(label, branches[i]))
			return true;
	return false;
}

/* Takes the last label off the rest. */
static struct bytes
take_last(struct bytes *rest)
{
	struct bytes	 label;
	size_t		 start;

	for (start = rest->len; start > 0 && rest->at[start - 1] != '.';
	    start--)
		continue;
	label = bytes_slice(*rest, start, rest->len);
	rest->len = start > 0 ? start - 1 : 0;
	return label;
}

struct bytes
site_of(const char *host)
{
	struct bytes	 all, rest, top, second, last;

	all = bytes_of(host);
	if (all.len > 0 && all.at[all.len - 1] == '.')
		all.len--;
	rest = all;
	top = take_last(&rest);
	last = second = take_last(&rest);
	if (top.len == COUNTRY_BYTES && is_branch(second) && rest.len > 0)
		last = take_last(&rest);
	if (last.len == 0)
		return all;
	return bytes_slice(all, (size_t)(last.at - all.at), all.len);
}

bool
site_is_same(const char *a, const char *b)
{
	return bytes_equal_case(site_of(a), site_of(b));
}
