/* The encryption key of this host: there, a key, nobody else's to read. */
#include "check.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "postern.h"

enum { DAY_SECONDS = 86400, KEY_DAYS_MOST = 365 };

/* By what crypt/keys says; the first that fits. */
static const struct {
	const char	*word;
	const char	*id;
} causes[] = {
	{ "there is no encryption key", "key-missing" },
	{ "No such file", "key-missing" },
	{ "not 32 random bytes", "key-short" },
	{ "others may read", "key-readable" },
	{ "the web server gives out", "key-below-root" }
};

static void
tell(struct check *check, const struct fault *bad)
{
	size_t	 i;

	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (strstr(bad->detail, causes[i].word) != NULL) {
			check_report_wrong(&check->report, causes[i].id,
			    bad->detail);
			return;
		}
	check_report_wrong(&check->report, "key", bad->detail);
}

/* A key seals so many tokens that it should not last for ever, and whoever
 * copied it once reads them until it is gone. */
static void
check_age(struct check *check)
{
	struct stat	 status;
	int64_t		 days;

	if (check->config->key_file == NULL ||
	    stat(check->config->key_file, &status) == -1)
		return;
	days = (clock_now() - (int64_t)status.st_mtime) / DAY_SECONDS;
	if (days > KEY_DAYS_MOST)
		check_report_note(&check->report, "the key file is %d days "
		    "old: postern key --add puts a new key first; renew "
		    "provisioned clients (postern client --renew) before the "
		    "old one goes", (int)days);
}

void
check_key(struct check *check)
{
	const struct fault	*bad;
	const struct keys	*keys;

	bad = postern_keys(check->arena, check->config, &keys);
	if (bad == NULL)
		bad = keys_load(check->arena, check->config,
		    check->document_root, &keys);
	if (bad != NULL) {
		tell(check, bad);
		return;
	}
	check_report_ok(&check->report, "key", text_format(check->arena,
	    "encryption key %s", keys_newest(keys)));
	check_age(check);
}
