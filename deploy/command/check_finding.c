#include "check_finding.h"

#include <assert.h>

#include "base/text.h"

static const char *const	 names[CHECK_SERVERS] = {
	"", "lighttpd", "nginx", "Apache", "Caddy"
};

static const struct check_finding	*const tables[] = {
	check_finding_web, check_finding_path, check_finding_host
};

const struct check_finding *
check_finding_find(const char *id)
{
	const struct check_finding	*row, *found = NULL;
	size_t				 i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (row = tables[i]; row->id != NULL; row++)
			if (text_equal(row->id, id))
				found = row;
	assert(found != NULL);
	return found;
}

const char *
check_finding_mend(const struct check_finding *finding,
    enum check_server server)
{
	if (finding->mend[server] != NULL)
		return finding->mend[server];
	return finding->mend[CHECK_ANY];
}

const char *
check_finding_server(enum check_server server)
{
	return names[server];
}

enum check_server
check_finding_recognise(const char *text)
{
	int	 i;

	for (i = CHECK_ANY + 1; i < CHECK_SERVERS; i++)
		if (text_starts_case(text, names[i]))
			return (enum check_server)i;
	return CHECK_ANY;
}
