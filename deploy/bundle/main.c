/*
 * postern.cgi: all of Postern's programs in one file, for a host where files
 * are brought by FTP and one of them has to be marked as a program.  What
 * stands behind it in the address names the program: postern.cgi/mcp.  The
 * web server's rules (.htaccess) put it there; REQUEST_URI, that the programs
 * go by, is what was asked for.  On a command line it is postern itself.
 */
#include "main.h"

#include <stddef.h>
#include <sysexits.h>

#include "base/text.h"
#include "web/gate.h"

static const struct {
	const char	*name;
	int		(*run)(void);
} programs[] = {
	{ "/attachment", attachment_main },
	{ "/authorize", authorize_main },
	{ "/connections", connections_main },
	{ "/mcp", mcp_main },
	{ "/register", register_main },
	{ "/revoke", revoke_main },
	{ "/setup", setup_main },
	{ "/token", token_main },
	{ "/well-known", well_known_main }
};

int
main(int argc, char *argv[])
{
	const char	*name;
	size_t		 i;

	name = gate_environment("PATH_INFO");
	if (name == NULL && gate_environment("REQUEST_METHOD") == NULL)
		return postern_main(argc, argv);
	for (i = 0; name != NULL &&
	    i < sizeof(programs) / sizeof(programs[0]); i++)
		if (text_equal(name, programs[i].name))
			return programs[i].run();
	/* Asked for by its own address: as well-known, which has no such. */
	return well_known_main();
}
