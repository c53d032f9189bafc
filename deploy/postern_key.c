#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "data/field.h"
#include "postern.h"

enum { KEY_MODE = 0400, KEY_FILE_BYTES = 32 * 1024 };

struct key_arguments {
	const char	*file;
	bool		 add;
};

static const struct field	 rows[] = {
	{ FIELD(struct key_arguments, file),
	  .meaning = "where to write it, mode 0400; else it is printed" },
	{ FIELD(struct key_arguments, add),
	  .meaning = "the file is there: put a new key before those in it" },
	{ FIELD_END }
};

static const struct fault *
failed(struct arena *arena, const char *path, const char *what)
{
	return fault_make(arena, FAULT_INTERNAL, "cannot %s %s: %s", what,
	    path, strerror(errno));
}

const struct fault *
postern_write_key(struct arena *arena, const char *path, struct bytes text)
{
	ssize_t	 written;
	int	 fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, KEY_MODE);
	if (fd == -1)
		return failed(arena, path, "create");
	written = write(fd, text.at, text.len);
	if (written != (ssize_t)text.len || fsync(fd) == -1) {
		close(fd);
		return failed(arena, path, "write");
	}
	return close(fd) == 0 ? NULL : failed(arena, path, "close");
}

static const struct fault *
read_old(struct arena *arena, const char *path, struct buf *buf,
    struct stat *status)
{
	ssize_t	 got;
	int	 fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return failed(arena, path, "open");
	got = fstat(fd, status) == -1 ? -1 :
	    read(fd, buf_room(buf, KEY_FILE_BYTES), KEY_FILE_BYTES);
	close(fd);
	if (got == -1)
		return failed(arena, path, "read");
	buf_cut(buf, buf->len - KEY_FILE_BYTES + (size_t)got);
	return NULL;
}

/* The new file takes the old one's place in one step, and its owner. */
static const struct fault *
add_key(struct arena *arena, const char *path, struct buf *buf)
{
	const struct fault	*bad;
	const struct keys	*keys;
	const char		*beside;
	struct stat		 status;
	size_t			 start;

	start = buf->len;
	if ((bad = read_old(arena, path, buf, &status)) != NULL ||
	    (bad = keys_read(arena, bytes_slice(buf_view(buf), start,
	    buf->len), &keys)) != NULL)
		return bad;
	beside = text_format(arena, "%s.new", path);
	if ((bad = postern_write_key(arena, beside, buf_view(buf))) != NULL)
		return bad;
	if (geteuid() == 0 &&
	    chown(beside, status.st_uid, status.st_gid) == -1)
		return failed(arena, beside, "give away");
	return rename(beside, path) == 0 ? NULL :
	    failed(arena, path, "replace");
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct key_arguments	*arguments = given;
	const struct fault		*bad;
	const struct keys		*keys;
	struct buf			 buf;

	buf_start(&buf, arena);
	buf_text(&buf, keys_make(arena));
	if (arguments->file == NULL) {
		if (arguments->add)
			return fault_make(arena, FAULT_ARGUMENT,
			    "--add needs --file");
		fputs(buf_string(&buf), stdout);
		return NULL;
	}
	if ((bad = keys_read(arena, buf_view(&buf), &keys)) != NULL)
		return bad;
	bad = arguments->add ? add_key(arena, arguments->file, &buf) :
	    postern_write_key(arena, arguments->file, buf_view(&buf));
	if (bad != NULL)
		return bad;
	printf("key %s: ENCRYPTION_KEY_FILE=%s\n", keys_newest(keys),
	    arguments->file);
	return NULL;
}

const struct command	 command_key = {
	.name = "key",
	.summary = "makes an encryption key",
	.rows = rows,
	.size = sizeof(struct key_arguments),
	.run = run
};
