#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "data/field.h"
#include "mail/account.h"
#include "net/wire.h"
#include "postern.h"

enum {
	DAY_SECONDS = 86400,
	KEY_DAYS_MOST = 365	/* then a new one is advised */
};

struct check_arguments {
	bool	 offline;
};

static const struct field	 rows[] = {
	{ FIELD(struct check_arguments, offline),
	  .meaning = "only configuration and key, no servers" },
	{ FIELD_END }
};

/* What is being looked at, and how much of it is wrong. */
struct check {
	struct arena		*arena;
	const struct config	*config;
	unsigned		 wrong;
};

static void
say(struct check *check, const char *what, const struct fault *bad)
{
	if (bad == NULL) {
		printf("ok     %s\n", what);
		return;
	}
	check->wrong++;
	printf("wrong  %s: %s%s%s\n", what, bad->detail,
	    bad->hint == NULL ? "" : "; ", bad->hint == NULL ? "" : bad->hint);
}

/* A key seals so many tokens that it should not last for ever, and whoever
 * copied it once reads them until it is gone. */
static void
check_key(struct check *check)
{
	const struct fault	*bad;
	const struct keys	*keys;
	struct stat		 status;
	int64_t			 days;

	bad = postern_keys(check->arena, check->config, &keys);
	say(check, bad != NULL ? "encryption key" : text_format(check->arena,
	    "encryption key %s", keys_newest(keys)), bad);
	if (bad != NULL || check->config->key_file == NULL ||
	    stat(check->config->key_file, &status) == -1)
		return;
	days = (clock_now() - (int64_t)status.st_mtime) / DAY_SECONDS;
	if (days > KEY_DAYS_MOST)
		printf("note   the key file is %d days old: postern key "
		    "--add puts a new key first; renew provisioned clients "
		    "(postern client --renew) before the old one goes\n",
		    (int)days);
}

/* greeting = "* OK" (RFC 3501 7.1.5) or "220" (RFC 5321 4.2) */
static const struct fault *
read_greeting(struct check *check, const struct wire_target *target,
    struct wire *wire)
{
	const struct fault	*bad;
	struct buf		 line;

	if (wire_greeting_read(wire))
		return NULL;
	buf_start(&line, check->arena);
	if ((bad = wire_read_line(wire, &line)) != NULL)
		return bad;
	if (text_starts(buf_string(&line),
	    target->protocol == WIRE_IMAP ? "* OK" : "220"))
		return NULL;
	return fault_make(check->arena, FAULT_UNAVAILABLE,
	    "it does not greet as a mail server that is ready");
}

static void
check_server(struct check *check, const char *name,
    const struct wire_target *target)
{
	const struct fault	*bad;
	const char		*what;
	struct wire		*wire = NULL;

	what = text_format(check->arena, "%s %s port %d", name,
	    target->guard.host, (int)target->guard.port);
	bad = wire_open(check->arena, target, clock_ms() + WIRE_CONNECT_MS,
	    &wire);
	if (bad == NULL) {
		bad = read_greeting(check, target, wire);
		wire_close(wire);
	}
	say(check, what, bad);
}

static void
check_mail(struct check *check)
{
	const struct account	 anybody = { .address = NULL };
	struct wire_target	 target;

	if (check->config->imap_host == NULL) {
		printf("note   IMAP_HOST is not set: users name their own "
		    "mail server\n");
		return;
	}
	account_imap_target(&anybody, check->config, &target);
	check_server(check, "IMAP", &target);
	if (check->config->smtp_host == NULL) {
		printf("note   SMTP_HOST is not set: nobody can send\n");
		return;
	}
	account_smtp_target(&anybody, check->config, &target);
	check_server(check, "SMTP", &target);
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct check_arguments	*arguments = given;
	const struct fault		*bad;
	struct check			 check = { .arena = arena };

	if ((bad = config_load(arena, &check.config)) != NULL)
		return bad;
	say(&check, text_format(arena, "configuration of %s",
	    check.config->base_url), NULL);
	check_key(&check);
	if (!arguments->offline)
		check_mail(&check);
	if (check.wrong == 0)
		return NULL;
	return fault_make(arena, FAULT_INTERNAL, "%u wrong", check.wrong);
}

const struct command	 command_check = {
	"check", "tells whether all is set up", rows,
	sizeof(struct check_arguments), run
};
