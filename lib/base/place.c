#include "base/place.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"

enum { LEVELS = 8 };		/* of folders that are looked into */

#define FILE_NAME	"postern.conf"

const char *
place_program(struct arena *arena)
{
	char		*path;
	unsigned long	 started;
	ssize_t		 len;

	path = arena_take(arena, PATH_MAX + 1);
	len = readlink("/proc/self/exe", path, PATH_MAX);
	if (len > 0) {
		path[len] = '\0';
		return path;
	}
	/* The name that it was started by. */
	if ((started = getauxval(AT_EXECFN)) == 0)
		return NULL;
	return realpath((const char *)started, path);
}

/* The folder that path lies in: "" of what lies in /. */
static const char *
folder_of(struct arena *arena, const char *path)
{
	const char	*slash;

	if ((slash = strrchr(path, '/')) == NULL)
		return "";
	return arena_copy(arena, path, (size_t)(slash - path));
}

bool
place_lies_below(struct arena *arena, const char *path, const char *folder)
{
	char	*real, *root;
	size_t	 len;

	if (text_is_empty(folder))
		return false;
	real = arena_take(arena, PATH_MAX);
	root = arena_take(arena, PATH_MAX);
	if (realpath(path, real) == NULL || realpath(folder, root) == NULL)
		return false;
	len = strlen(root);
	return strncmp(real, root, len) == 0 &&
	    (real[len] == '/' || (len > 0 && root[len - 1] == '/'));
}

static const struct fault *
refuse(struct arena *arena, const char *path, const char *why)
{
	return fault_make(arena, FAULT_INTERNAL, "POSTERN_CONF: %s %s", path,
	    why);
}

/* Only we may read it; or we as the group of what is root's. */
static const struct fault *
check_owner(struct arena *arena, const char *path)
{
	struct stat	 status;
	mode_t		 others;

	if (stat(path, &status) == -1)
		return refuse(arena, path, strerror(errno));
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return refuse(arena, path, "belongs to another user than the "
		    "one the programs run as: the web server has to run them "
		    "as you (suexec)");
	others = status.st_uid == 0 ? S_IRWXO | S_IWGRP : S_IRWXG | S_IRWXO;
	if ((status.st_mode & others) != 0)
		return refuse(arena, path, "may be read by others: set its "
		    "rights to 600");
	return NULL;
}

/* Whoever may send us a signal is the same user. */
static bool
is_other_user(pid_t server)
{
	return server > 0 && kill(server, 0) == -1 && errno == EPERM;
}

const struct fault *
place_check(struct arena *arena, const char *path, const char *document_root)
{
	const struct fault	*bad;

	if (!place_lies_below(arena, path, document_root))
		return NULL;
	if ((bad = check_owner(arena, path)) != NULL)
		return bad;
	if (is_other_user(getppid()))
		return NULL;
	return refuse(arena, path, "lies in what the web server gives out, "
	    "and that runs as the same user: move the file up, out of the web "
	    "server's folder, into the one that holds it");
}

const struct fault *
place_find(struct arena *arena, const char *document_root, const char **path)
{
	const struct fault	*bad;
	const char		*folder, *file;
	int			 level;

	*path = NULL;
	if (text_is_empty(document_root) ||
	    (folder = place_program(arena)) == NULL)
		return NULL;
	folder = folder_of(arena, folder);
	for (level = 0; level < LEVELS && *folder != '\0'; level++) {
		folder = folder_of(arena, folder);
		file = text_format(arena, "%s/" FILE_NAME, folder);
		if (access(file, F_OK) == 0) {
			*path = file;
			bad = check_owner(arena, file);
			return bad != NULL ? bad :
			    place_check(arena, file, document_root);
		}
		/* The folder that holds the document root is the last. */
		if (place_lies_below(arena, document_root, folder) &&
		    text_equal(folder, folder_of(arena, document_root)))
			break;
	}
	return NULL;
}

const char *
place_beside(struct arena *arena, const char *name)
{
	const char	*folder, *path;
	int		 level;

	if ((folder = place_program(arena)) == NULL)
		return NULL;
	folder = folder_of(arena, folder);
	for (level = 0; level < LEVELS && *folder != '\0'; level++) {
		folder = folder_of(arena, folder);
		path = text_format(arena, "%s/%s", folder, name);
		if (access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

const char *
place_shared(struct arena *arena)
{
	const char	*program, *folder;

	if ((program = place_program(arena)) == NULL)
		return NULL;
	folder = text_format(arena, "%s/run",
	    folder_of(arena, folder_of(arena, program)));
	return access(folder, R_OK | W_OK | X_OK) == 0 ? folder : NULL;
}
