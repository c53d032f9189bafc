#include "web/confinement.h"

#include <stddef.h>

#include "base/confine.h"
#include "base/confine_calls.h"
#include "base/confine_files.h"
#include "base/config.h"

static void
add(struct arena *arena, struct confine_files *files, const char *path)
{
	if (path != NULL)
		texts_add(arena, &files->reads, path);
}

void
confinement_begin(struct arena *arena, const struct config *config,
    unsigned needs)
{
	struct confine_files	 files = {
		.shared = config->run_dir, .needs = needs
	};
	size_t			 i;

	add(arena, &files, config->mail_ca_file);
	add(arena, &files, config->smtp_ca_file);
	add(arena, &files, config->client_ca_file);
	for (i = 0; i < config->upstreams_len; i++)
		add(arena, &files, config->upstreams[i].ca_file);
	if ((needs & CONFINE_NETWORK) == 0)
		confine_processes();
	confine_files(arena, &files);
	confine_calls(needs);
}
