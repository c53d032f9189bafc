#define _GNU_SOURCE
#include "base/confine_files.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/confine_calls.h"
#include "base/log.h"
#include "base/place.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(POSTERN_SANITIZED)

/* The kernel's own numbers; headers may be older than the kernel. */
#define BIT(n)		(UINT64_C(1) << (n))
#define FILE_RIGHTS(n)	(BIT(n) - 1)
#define MOVE		BIT(13)
#define TRUNCATE	BIT(14)
#define DEVICE		BIT(15)
#define TCP_BIND	BIT(0)
#define TCP_CONNECT	BIT(1)
#define SCOPE_SOCKETS	BIT(0)
#define SCOPE_SIGNALS	BIT(1)

#define READ	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define CHANGE	(READ | LANDLOCK_ACCESS_FS_WRITE_FILE | \
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE | TRUNCATE)
/* Those that a single file can have. */
#define OF_FILE	(LANDLOCK_ACCESS_FS_READ_FILE | \
    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)

/* struct landlock_ruleset_attr as of ABI 6. */
struct ruleset {
	uint64_t	 files, ports, scopes;
};

/* What each ABI can refuse, and how much of struct ruleset it knows. */
static const struct {
	size_t		 size;
	struct ruleset	 all;
} versions[] = {
	{ 8, { FILE_RIGHTS(13), 0, 0 } },
	{ 8, { FILE_RIGHTS(14), 0, 0 } },
	{ 8, { FILE_RIGHTS(15), 0, 0 } },
	{ 16, { FILE_RIGHTS(15), TCP_BIND | TCP_CONNECT, 0 } },
	{ 16, { FILE_RIGHTS(16), TCP_BIND | TCP_CONNECT, 0 } },
	{ 24, { FILE_RIGHTS(16), TCP_BIND | TCP_CONNECT,
	    SCOPE_SOCKETS | SCOPE_SIGNALS } }
};

enum { VERSIONS = sizeof(versions) / sizeof(versions[0]) };

/* The system's: how names are looked up (where /etc/resolv.conf may lead to,
 * too: the folders in which it is replaced, and whatever file it is now),
 * certificates, time zones, charsets, libraries. */
static const char *const	 system_places[] = {
	"/etc", "/etc/resolv.conf", "/usr", "/lib", "/lib64", "/lib32",
	"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	"/var/lib/ca-certificates", "/nix/store", "/gnu/store", "/dev/null",
	"/dev/urandom", "/sys/devices/system/cpu"
};

/* Of what is looked for beside the program and in the folders above it: each
 * stands for the folder that it lies in. */
static const char *const	 own_places[] = {
	"templates/error.html", "lib/libcurl.so.4"
};

/* As net/trust has it, without what else lies there. */
static const char	 own_authorities[] = "ca-certificates.crt";

/* The rules as they are made. */
struct maker {
	int		 fd;
	uint64_t	 all;		/* rights that are refused */
};

static void
allow(const struct maker *maker, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr	 rule = { .allowed_access = 0 };

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.parent_fd == -1) {
		rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
		rights &= OF_FILE;
	}
	if (rule.parent_fd == -1)
		return;
	rule.allowed_access = rights & maker->all;
	if (syscall(SYS_landlock_add_rule, maker->fd,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == -1)
		log_line(LOG_WARN, "cannot allow access to a folder");
	close(rule.parent_fd);
}

static void
allow_all(const struct maker *maker, struct arena *arena,
    const struct confine_files *files)
{
	const char	*path;
	size_t		 i;

	for (i = 0; i < sizeof(system_places) / sizeof(system_places[0]); i++)
		allow(maker, system_places[i], READ);
	for (i = 0; i < sizeof(own_places) / sizeof(own_places[0]); i++)
		if ((path = place_beside(arena, own_places[i])) != NULL)
			allow(maker, text_format(arena, "%.*s",
			    (int)(strrchr(path, '/') - path), path), READ);
	if ((path = place_beside(arena, own_authorities)) != NULL)
		allow(maker, path, READ);
	for (i = 0; i < files->reads.len; i++)
		allow(maker, files->reads.at[i], READ);
	if (files->shared != NULL)
		allow(maker, files->shared, CHANGE);
}

void
confine_files(struct arena *arena, const struct confine_files *files)
{
	struct ruleset	 refused;
	struct maker	 maker;
	long		 version;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return;
	version = (version < VERSIONS ? version : VERSIONS) - 1;
	refused = versions[version].all;
	if ((files->needs & CONFINE_NETWORK) != 0)
		refused.ports &= ~TCP_CONNECT;
	maker.all = refused.files;
	maker.fd = (int)syscall(SYS_landlock_create_ruleset, &refused,
	    versions[version].size, 0);
	if (maker.fd == -1) {
		log_line(LOG_WARN, "cannot give up files");
		return;
	}
	if ((files->needs & CONFINE_FILES) != 0)
		allow_all(&maker, arena, files);
	if (syscall(SYS_landlock_restrict_self, maker.fd, 0) == -1)
		log_line(LOG_WARN, "cannot give up files");
	close(maker.fd);
}

#else

void
confine_files(struct arena *arena, const struct confine_files *files)
{
	(void)arena;
	(void)files;
}

#endif
