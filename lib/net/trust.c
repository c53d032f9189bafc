#include "net/trust.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"

#define CA_FOLDER	"/etc/ssl/certs"

/* By the file that shows whose system it is. */
static const struct {
	const char	*sign;
	struct trust	 trust;
} places[] = {
	/* Debian, Ubuntu, Arch: certificates by hash beside it. */
	{ "/etc/ssl/certs/ca-certificates.crt",
	  { NULL, CA_FOLDER } },
	/* Red Hat and its kin, as CloudLinux. */
	{ "/etc/pki/tls/certs/ca-bundle.crt",
	  { "/etc/pki/tls/certs/ca-bundle.crt", NULL } },
	{ "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	  { "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", NULL } },
	/* SUSE, Alpine. */
	{ "/etc/ssl/ca-bundle.pem", { "/etc/ssl/ca-bundle.pem", NULL } },
	{ "/etc/ssl/cert.pem", { "/etc/ssl/cert.pem", NULL } }
};

/* The bundle's own: two folders up from the program. */
static const char *
own_file(struct arena *arena)
{
	const char	*program, *file;
	size_t		 len;
	int		 level;

	if ((program = place_program(arena)) == NULL)
		return NULL;
	len = strlen(program);
	for (level = 0; level < 2; level++) {
		while (len > 0 && program[len - 1] != '/')
			len--;
		len -= len > 0 ? 1 : 0;
	}
	file = text_format(arena, "%.*s/ca-certificates.crt", (int)len,
	    program);
	return access(file, R_OK) == 0 ? file : NULL;
}

struct trust
trust_find(struct arena *arena)
{
	struct trust	 own;
	size_t		 i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i].sign, R_OK) == 0)
			return places[i].trust;
	own = (struct trust){ own_file(arena), CA_FOLDER };
	return own;
}
