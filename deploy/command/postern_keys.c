#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/keys.h"
#include "data/base64.h"
#include "data/field.h"
#include "postern.h"

enum { KINDS_MOST = 20, KEYS_BYTES = 32 * 1024 };

/*
 * What each program seals and opens with: sorts of tokens, and the purposes of
 * MACs.  A program whose key file holds these alone can read nothing that only
 * the others are to read.
 */
static const struct {
	const char	*program;
	const char	*kinds[KINDS_MOST];	/* ends with NULL */
} programs[] = {
	{ "well-known", { NULL } },
	{ "register", { "mcp-client+jwe", "mcp-client-secret", "pace" } },
	{ "authorize", { "mcp-client+jwe", "mcp-state+jwe", "mcp-box+jwe",
	  "mcp-cookie+jwe", "mcp-code+jwe", "card", "ledger", "signature",
	  "pace" } },
	{ "token", { "mcp-client+jwe", "mcp-client-secret", "mcp-state+jwe",
	  "mcp-code+jwe", "mcp-rt+jwe", "mcp-at+jwe", "mcp-route", "card",
	  "ledger" } },
	{ "revoke", { "mcp-client+jwe", "mcp-client-secret", "mcp-state+jwe",
	  "mcp-rt+jwe", "mcp-at+jwe", "card" } },
	{ "mcp", { "mcp-at+jwe", "mcp-dl+jwe", "mcp-up+jwe", "mcp-undo+jwe",
	  "mcp-cursor+jwe", "mcp-state+jwe", "card", "ledger", "operation",
	  "operation-name", "signature", "draft-id", "request-id",
	  "s3-object", "s3-upload", "pace", "mcp-probe+jwe" } },
	{ "connections", { "mcp-state+jwe", "mcp-cookie+jwe", "mcp-at+jwe",
	  "mcp-route", "mcp-undo+jwe", "mcp-dl+jwe", "mcp-up+jwe", "card",
	  "ledger", "operation", "operation-name", "signature", "draft-id",
	  "request-id", "s3-object", "s3-upload", "pace", "mcp-probe+jwe" } },
	{ "attachment", { "mcp-dl+jwe", "mcp-up+jwe", "card", "s3-object",
	  "s3-upload" } }
};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

struct keys_arguments {
	const char	*program;
	const char	*file;
};

static const struct field	 rows[] = {
	{ FIELD_AS(struct keys_arguments, program, "for"), .required = true,
	  .meaning = "the program: mcp, authorize, token ..." },
	{ FIELD(struct keys_arguments, file),
	  .meaning = "where to write them, mode 0400; else they are printed" },
	{ FIELD_END }
};

static const struct fault *
find_kinds(struct arena *arena, const char *program,
    const char *const **kinds)
{
	struct texts	 names = { NULL, 0 };
	size_t		 i;

	for (i = 0; i < PROGRAMS; i++) {
		*kinds = programs[i].kinds;
		if (text_equal(programs[i].program, program) &&
		    (*kinds)[0] != NULL)
			return NULL;
		if ((*kinds)[0] != NULL)
			texts_add(arena, &names, programs[i].program);
		else if (text_equal(programs[i].program, program))
			return fault_make(arena, FAULT_ARGUMENT,
			    "%s needs no key", program);
	}
	return fault_make(arena, FAULT_ARGUMENT, "--for must be one of: %s",
	    texts_join(arena, names, ", "));
}

/* A kind that the key does not make, being derived itself, or NULL. */
static const char *
write_lines(struct arena *arena, const struct keys *keys, const char *kid,
    const char *const *kinds, struct buf *buf)
{
	const char	*wanting = NULL;
	struct bytes	 key;

	for (; *kinds != NULL; kinds++) {
		key = keys_derive(arena, keys, kid, *kinds);
		if (key.at != NULL)
			buf_format(buf, "%s %s %s\n", kid, *kinds,
			    base64_write(arena, key));
		else
			wanting = *kinds;
	}
	return wanting;
}

/* The program can do with less of the old keys, but not of the newest. */
static const struct fault *
write_all(struct arena *arena, const struct keys *keys,
    const struct keys_arguments *arguments, struct buf *buf)
{
	const struct fault	*bad;
	const char *const	*kinds;
	const char		*kid, *wanting;
	size_t			 i;

	if ((bad = find_kinds(arena, arguments->program, &kinds)) != NULL)
		return bad;
	for (i = 0; (kid = keys_kid(keys, i)) != NULL; i++) {
		wanting = write_lines(arena, keys, kid, kinds, buf);
		if (i == 0 && wanting != NULL)
			return fault_make(arena, FAULT_INTERNAL, "the keys "
			    "there are make no %s for %s: it takes the master "
			    "key", wanting, arguments->program);
	}
	return buf->len <= KEYS_BYTES ? NULL : fault_make(arena,
	    FAULT_INTERNAL, "the keys there are make too many for %s",
	    arguments->program);
}

/* The file is for whoever owns the master key: root, who may have become that
 * user to read it, makes it in a folder that is root's. Elsewhere, as under
 * systemd, one may be forbidden to become anybody, even who one is. */
static const struct fault *
write_file(struct arena *arena, const char *path, struct bytes text)
{
	const struct fault	*bad;
	uid_t			 owner = geteuid();

	if (owner != getuid() && seteuid(getuid()) == -1)
		return fault_make(arena, FAULT_INTERNAL,
		    "cannot become root again");
	bad = postern_write_key(arena, path, text);
	if (bad == NULL && geteuid() != owner &&
	    chown(path, owner, (gid_t)-1) == -1)
		return fault_make(arena, FAULT_INTERNAL, "cannot give %s to "
		    "user %u: %s", path, (unsigned)owner, strerror(errno));
	return bad;
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct keys_arguments	*arguments = given;
	const struct fault		*bad;
	const struct config		*config;
	const struct keys		*keys;
	struct buf			 buf;

	buf_start(&buf, arena);
	if ((bad = config_load(arena, &config)) != NULL ||
	    (bad = postern_keys(arena, config, &keys)) != NULL ||
	    (bad = write_all(arena, keys, arguments, &buf)) != NULL)
		return bad;
	if (arguments->file == NULL) {
		fputs(buf_string(&buf), stdout);
		return NULL;
	}
	bad = write_file(arena, arguments->file, buf_view(&buf));
	if (bad == NULL)
		printf("keys of %s: ENCRYPTION_KEY_FILE=%s\n",
		    arguments->program, arguments->file);
	return bad;
}

const struct command	 command_keys = {
	.name = "keys",
	.summary = "derives the keys that one program needs",
	.rows = rows,
	.size = sizeof(struct keys_arguments),
	.run = run
};
