#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/place.h"
#include "base/text.h"
#include "crypt/keys.h"
#include "web/serve.h"
#include "setup.h"

enum { OTHERS_WRITE = S_IWGRP | S_IWOTH };

static void
look_at_user(struct setup *setup)
{
	static const char	 title[] = "The program runs";
	struct stat		 status;

	if (stat(setup->folder, &status) == 0 && status.st_uid == geteuid())
		setup_row(setup, SETUP_GOOD, title,
		    "It runs as you, whom its files belong to.", NULL);
	else
		setup_row(setup, SETUP_NOTE, title,
		    "It runs as another user than the one its files belong "
		    "to. If that is the web server's, programs of all "
		    "customers of this host can read what it reads: ask the "
		    "host for suexec.", NULL);
}

/* suexec starts no program that others could have changed. */
static void
look_at_rights(struct setup *setup)
{
	static const char *const	 names[] = {
		"", "/cgi-bin", "/cgi-bin/postern.cgi", "/templates", "/run"
	};
	struct stat	 status;
	size_t		 i;
	unsigned	 before = setup->wrong;
	const char	*path;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = text_format(setup->request->arena, "%s%s",
		    setup->folder, names[i]);
		if (stat(path, &status) == 0 &&
		    (status.st_mode & OTHERS_WRITE) != 0)
			setup_row(setup, SETUP_WRONG, "Rights of a file",
			    text_format(setup->request->arena,
			    "Others may write to %s: set its rights to 755.",
			    path), NULL);
	}
	if (setup->wrong == before)
		setup_row(setup, SETUP_GOOD, "Rights of the files",
		    "Nobody else can change the program.", NULL);
}

static const char *
line_of_address(const struct setup *setup)
{
	return setup->address == NULL ? NULL : text_format(
	    setup->request->arena, "BASE_URL=%s", setup->address);
}

static void
look_at_visit(struct setup *setup)
{
	if (setup->private_line)
		return;
	setup_row(setup, SETUP_WRONG, "https",
	    "This page came by http, which everybody on the way can "
	    "read. Switch on TLS for this host (in its panel, often "
	    "as Let's Encrypt), and open this page by https.", NULL);
	setup->by_visit++;
}

static void
look_at_address(struct setup *setup)
{
	static const char	 title[] = "The address, BASE_URL";

	if (setup->refused != NULL)
		setup_row(setup, SETUP_WRONG, title, text_format(
		    setup->request->arena, "%s. From what your browser "
		    "shows, the line in the file postern.conf is:",
		    setup->refused),
		    line_of_address(setup));
	else if (setup->config != NULL && setup->address != NULL &&
	    !text_equal(setup->config->base_url, setup->address)) {
		setup_row(setup, SETUP_WRONG, title, text_format(
		    setup->request->arena, "postern.conf says %s, but your "
		    "browser came to another address. If it is the right "
		    "one, the line is:", setup->config->base_url),
		    line_of_address(setup));
		setup->by_visit++;
	} else if (setup->config != NULL)
		setup_row(setup, SETUP_GOOD, title, setup->config->base_url,
		    NULL);
}

/* A key that nobody has seen: but for whoever reads the line. */
static void
offer_key(struct setup *setup, const char *title, const char *why)
{
	struct arena	*arena = setup->request->arena;
	const char	*key;

	if (!setup->private_line) {
		setup_row(setup, SETUP_WRONG, title, text_format(arena, "%s "
		    "Open this page by https: it then makes a new one.", why),
		    NULL);
		return;
	}
	key = text_trim(arena, keys_make(arena));
	setup_row(setup, SETUP_WRONG, title, text_format(arena, "%s Here is a "
	    "new one, made just now and stored nowhere. Put this line into "
	    "postern.conf, and a copy of it where you keep passwords:", why),
	    text_format(arena, "ENCRYPTION_KEY=%s", key));
}

static void
look_at_key(struct setup *setup)
{
	static const char	 title[] = "The key, ENCRYPTION_KEY";
	const struct fault	*bad;
	const struct keys	*keys;
	const struct config	*config = setup->config;

	if (config == NULL)
		return;
	if (config->key == NULL && config->key_file == NULL) {
		offer_key(setup, title, "None is set.");
		return;
	}
	bad = keys_load(setup->request->arena, config, setup->root, &keys);
	if (bad == NULL)
		setup_row(setup, SETUP_GOOD, title, "It is set.", NULL);
	else if (config->key_file != NULL)
		setup_row(setup, SETUP_WRONG, title, bad->detail, NULL);
	else
		offer_key(setup, title, "What stands there is not 32 random "
		    "bytes, as base64 or 64 hex digits.");
}

static void
look_at_shared(struct setup *setup)
{
	if (place_shared(setup->request->arena) != NULL)
		return;
	setup_row(setup, SETUP_NOTE, "The folder run",
	    "It is missing, or the program may not write to it: wrong "
	    "passwords are then not counted. Make it, with the rights 700.",
	    NULL);
}

/* Of settings where only the address is wrong, the key is looked at too. */
static void
look_at_settings(struct setup *setup)
{
	static const char	 title[] = "The settings, postern.conf";
	struct arena		*arena = setup->request->arena;
	const struct fault	*bad;

	bad = place_find(arena, setup->root, &setup->file);
	if (bad == NULL && setup->file == NULL) {
		setup_row(setup, SETUP_WRONG, title, "The file is missing: "
		    "upload it again.", NULL);
		return;
	}
	if (bad == NULL)
		bad = config_load(arena, &setup->config);
	if (bad != NULL && text_starts(bad->detail, "BASE_URL")) {
		setup->refused = bad->detail;
		return;
	}
	if (bad != NULL)
		setup->config = NULL;
	setup_row(setup, bad == NULL ? SETUP_GOOD : SETUP_WRONG, title,
	    bad == NULL ? setup->file : bad->detail, NULL);
}

void
setup_look(struct setup *setup)
{
	look_at_user(setup);
	look_at_rights(setup);
	look_at_settings(setup);
	look_at_visit(setup);
	look_at_address(setup);
	look_at_key(setup);
	look_at_shared(setup);
}
