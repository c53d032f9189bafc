#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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
	bool		 next;
	const char	*seal;
	const char	*drop;
	bool		 list;
};

/* The lines of a key file, and of each whose key it is. */
struct key_lines {
	struct texts	 lines;
	struct texts	 kids;		/* "" for a comment */
};

static const struct field	 rows[] = {
	{ FIELD(struct key_arguments, file),
	  .meaning = "where to write it, mode 0400; else it is printed" },
	{ FIELD(struct key_arguments, add),
	  .meaning = "the file is there: put a new key before those in it, "
	    "which seals from now on" },
	{ FIELD(struct key_arguments, next),
	  .meaning = "the file is there: put a new key behind those in it, "
	    "which opens only" },
	{ FIELD(struct key_arguments, seal),
	  .meaning = "the file is there: the key of this name seals from now "
	    "on" },
	{ FIELD(struct key_arguments, drop),
	  .meaning = "the file is there: take the key of this name out of "
	    "it" },
	{ FIELD(struct key_arguments, list),
	  .meaning = "the file is there: tell the names of its keys" },
	{ FIELD_END }
};

/* No line is of it. */
static const char	 no_key[] = "-";

static const struct fault *
failed(struct arena *arena, const char *path, const char *what)
{
	return fault_make(arena, FAULT_INTERNAL, "cannot %s %s: %s", what,
	    path, strerror(errno));
}

/* Closes fd in any case. */
static const struct fault *
write_whole(struct arena *arena, const char *path, int fd, struct bytes text)
{
	ssize_t	 written;

	written = write(fd, text.at, text.len);
	if (written != (ssize_t)text.len || fsync(fd) == -1) {
		close(fd);
		return failed(arena, path, "write");
	}
	return close(fd) == 0 ? NULL : failed(arena, path, "close");
}

static int
open_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, KEY_MODE);
}

const struct fault *
postern_write_key(struct arena *arena, const char *path, struct bytes text)
{
	const struct fault	*bad;
	int			 fd;

	if ((fd = open_new(path)) == -1)
		return failed(arena, path, "create");
	if ((bad = write_whole(arena, path, fd, text)) != NULL)
		unlink(path);
	return bad;
}

static const struct fault *
read_old(struct arena *arena, const char *path, struct buf *buf,
    struct stat *status)
{
	ssize_t	 got;
	int	 fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return failed(arena, path, "open");
	got = fstat(fd, status) == -1 ? -1 :
	    read(fd, buf_room(buf, KEY_FILE_BYTES), KEY_FILE_BYTES);
	close(fd);
	if (got == -1)
		return failed(arena, path, "read");
	/* What is not read would not be written either. */
	if (!S_ISREG(status->st_mode) || got == KEY_FILE_BYTES)
		return fault_make(arena, FAULT_INTERNAL, "%s is no file of "
		    "keys: not a file, or over %d bytes", path,
		    KEY_FILE_BYTES - 1);
	buf_cut(buf, buf->len - KEY_FILE_BYTES + (size_t)got);
	return NULL;
}

static void
add_line(struct arena *arena, struct key_lines *lines, const char *line)
{
	const struct keys	*keys;

	texts_add(arena, &lines->lines, line);
	/* All that is no key in a file of keys is a comment. */
	texts_add(arena, &lines->kids, keys_read(arena, bytes_of(line), &keys)
	    == NULL ? keys_newest(keys) : "");
}

/* The lines of that key, or with others those of all but it. */
static void
add_lines(struct arena *arena, struct key_lines *to,
    const struct key_lines *from, const char *kid, bool others)
{
	size_t	 i;

	for (i = 0; i < from->lines.len; i++)
		if (text_equal(from->kids.at[i], kid) != others)
			add_line(arena, to, from->lines.at[i]);
}

static const struct fault *
read_lines(struct arena *arena, const char *path, struct stat *status,
    struct key_lines *lines)
{
	const struct fault	*bad;
	const struct keys	*keys;
	struct texts		 all;
	struct buf		 buf;
	size_t			 i;

	*lines = (struct key_lines){ { NULL, 0 }, { NULL, 0 } };
	buf_start(&buf, arena);
	if ((bad = read_old(arena, path, &buf, status)) != NULL ||
	    (bad = keys_read(arena, buf_view(&buf), &keys)) != NULL)
		return bad;
	all = text_split(arena, buf_string(&buf), "\r\n");
	for (i = 0; i < all.len; i++)
		add_line(arena, lines, all.at[i]);
	return NULL;
}

static const char *
first_kid(const struct key_lines *lines)
{
	size_t	 i;

	for (i = 0; text_is_empty(lines->kids.at[i]); i++)
		continue;
	return lines->kids.at[i];
}

static const struct fault *
choose(struct arena *arena, const struct key_arguments *arguments,
    const struct key_lines *old, struct key_lines *new)
{
	const char	*kid = arguments->seal != NULL ? arguments->seal :
			    arguments->drop;

	if (!texts_have(old->kids, kid) || text_is_empty(kid))
		return fault_make(arena, FAULT_ARGUMENT, "no key %.64s in %s",
		    kid, arguments->file);
	if (arguments->seal != NULL)
		add_lines(arena, new, old, kid, false);
	else if (text_equal(kid, first_kid(old)))
		return fault_make(arena, FAULT_ARGUMENT, "key %s seals: let "
		    "another one seal on every host before, with --seal", kid);
	add_lines(arena, new, old, kid, true);
	return NULL;
}

static const struct fault *
list(struct arena *arena, const char *path)
{
	const struct fault	*bad;
	const struct keys	*keys;
	const char		*kid;
	struct stat		 status;
	struct buf		 buf;
	size_t			 i;

	buf_start(&buf, arena);
	if ((bad = read_old(arena, path, &buf, &status)) != NULL ||
	    (bad = keys_read(arena, buf_view(&buf), &keys)) != NULL)
		return bad;
	for (i = 0; (kid = keys_kid(keys, i)) != NULL; i++)
		printf("key %s: %s\n", kid, i == 0 ? "seals and opens" :
		    "opens");
	return NULL;
}

static const struct fault *
make_new(struct arena *arena, const struct key_arguments *arguments,
    const char *fresh, const struct key_lines *old, struct key_lines *new)
{
	if (arguments->seal != NULL || arguments->drop != NULL)
		return choose(arena, arguments, old, new);
	if (arguments->add)
		add_line(arena, new, fresh);
	add_lines(arena, new, old, no_key, true);
	if (arguments->next)
		add_line(arena, new, fresh);
	return NULL;
}

/* The new file has the old one's owner, and is read by who read that. */
static const struct fault *
fill(struct arena *arena, const char *beside, int fd,
    const struct stat *status, const struct key_lines *lines)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_text(&buf, texts_join(arena, lines->lines, "\n"));
	buf_byte(&buf, '\n');
	if ((geteuid() == 0 &&
	    fchown(fd, status->st_uid, status->st_gid) == -1) ||
	    fchmod(fd, status->st_mode & (KEY_MODE | S_IRGRP)) == -1) {
		close(fd);
		return failed(arena, beside, "give away");
	}
	return write_whole(arena, beside, fd, buf_view(&buf));
}

/* It takes the old one's place in one step. */
static const struct fault *
replace(struct arena *arena, const struct key_arguments *arguments,
    const char *fresh, const char *beside, int fd)
{
	const char		*path = arguments->file;
	const struct fault	*bad;
	struct key_lines	 old, new = { { NULL, 0 }, { NULL, 0 } };
	struct stat		 status;

	if ((bad = read_lines(arena, path, &status, &old)) != NULL ||
	    (bad = make_new(arena, arguments, fresh, &old, &new)) != NULL) {
		close(fd);
		return bad;
	}
	bad = fill(arena, beside, fd, &status, &new);
	if (bad == NULL && rename(beside, path) == -1)
		bad = failed(arena, path, "replace");
	return bad;
}

/* Whoever has made the new file is the only one to change the old one until
 * then: of two at once, neither's key is lost. */
static const struct fault *
change(struct arena *arena, const struct key_arguments *given,
    const char *fresh)
{
	struct key_arguments	 arguments = *given;
	const struct fault	*bad;
	const char		*beside;
	int			 fd;

	/* Of a link, what it leads to. */
	arguments.file = realpath(given->file, arena_take(arena, PATH_MAX));
	if (arguments.file == NULL)
		return failed(arena, given->file, "open");
	beside = text_format(arena, "%s.new", arguments.file);
	if ((fd = open_new(beside)) == -1 && errno == EEXIST)
		return fault_make(arena, FAULT_INTERNAL, "%s is there: "
		    "another postern key changes the keys just now; if none "
		    "does, one was ended in the middle: remove that file",
		    beside);
	if (fd == -1)
		return failed(arena, beside, "create");
	bad = replace(arena, &arguments, fresh, beside, fd);
	if (bad != NULL)
		unlink(beside);
	return bad;
}

static const struct fault *
run(struct arena *arena, const void *given)
{
	const struct key_arguments	*arguments = given;
	const struct fault		*bad;
	const struct keys		*keys;
	const char			*fresh;
	int				 changes;

	fresh = text_split(arena, keys_make(arena), "\n").at[0];
	changes = arguments->add + arguments->next + arguments->list +
	    (arguments->seal != NULL) + (arguments->drop != NULL);
	if (changes > 1 || (changes == 1 && arguments->file == NULL))
		return fault_make(arena, FAULT_ARGUMENT, "--add, --next, "
		    "--seal, --drop and --list go one at a time, and need "
		    "--file");
	if (arguments->file == NULL) {
		printf("%s\n", fresh);
		return NULL;
	}
	if (arguments->list)
		return list(arena, arguments->file);
	if ((bad = keys_read(arena, bytes_of(fresh), &keys)) != NULL)
		return bad;
	bad = changes > 0 ? change(arena, arguments, fresh) :
	    postern_write_key(arena, arguments->file, bytes_of(text_format(
	    arena, "%s\n", fresh)));
	if (bad != NULL)
		return bad;
	printf("key %s: ENCRYPTION_KEY_FILE=%s\n", arguments->seal != NULL ?
	    arguments->seal : arguments->drop != NULL ? arguments->drop :
	    keys_newest(keys), arguments->file);
	return NULL;
}

const struct command	 command_key = {
	.name = "key",
	.summary = "makes an encryption key",
	.rows = rows,
	.size = sizeof(struct key_arguments),
	.run = run
};
