#ifndef CORPORA_H
#define CORPORA_H

#include <sys/stat.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/text.h"

/*
 * Collections of others' test vectors, which are not part of this repository:
 * $POSTERN_CORPORA, or ../shared/corpora.  Where they are absent the tests
 * that need them say "# SKIP no corpora".
 */
enum {
	CORPORA_FILE_BYTES = 8 * 1024 * 1024,
	CORPORA_FILES_MOST = 2000,
	CORPORA_DEPTH = 5
};

/* Paths below the corpora. */
struct corpora_list {
	const char	*at[CORPORA_FILES_MOST];
	size_t		 len;
};

/* The path of a file or folder of theirs. */
static inline const char *
corpora_path(struct arena *arena, const char *name)
{
	const char	*folder;

	folder = getenv("POSTERN_CORPORA");
	return text_format(arena, "%s/%s",
	    folder != NULL ? folder : "../shared/corpora", name);
}

/* A whole file; at is NULL when it is not there. */
static inline struct bytes
corpora_read(struct arena *arena, const char *name)
{
	struct stat	 about;
	FILE		*file;
	char		*at;
	size_t		 len;

	file = fopen(corpora_path(arena, name), "rb");
	if (file == NULL) {
		printf("# SKIP no corpora\n");
		return bytes_from(NULL, 0);
	}
	len = fstat(fileno(file), &about) == -1 || about.st_size < 0 ||
	    about.st_size > CORPORA_FILE_BYTES ? 0 : (size_t)about.st_size;
	/* Read as text too, it ends in a NUL. */
	at = arena_take(arena, len + 1);
	len = fread(at, 1, len, file);
	fclose(file);
	return bytes_from(at, len);
}

static inline void
corpora_add(struct arena *arena, const char *path, bool folders, size_t depth,
    struct corpora_list *list)
{
	const struct dirent	*entry;
	const char		*one;
	bool			 is_folder;
	DIR			*folder;

	folder = opendir(corpora_path(arena, path));
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		/* What begins so tells of the set. */
		if (entry->d_name[0] == '.' || entry->d_name[0] == '_')
			continue;
		one = text_format(arena, "%s/%s", path, entry->d_name);
		is_folder = entry->d_type == DT_DIR;
		if (is_folder && !folders && depth < CORPORA_DEPTH)
			corpora_add(arena, one, false, depth + 1, list);
		if (is_folder == folders && list->len < CORPORA_FILES_MOST)
			list->at[list->len++] = one;
	}
	if (folder != NULL)
		closedir(folder);
}

/* All files below a folder, or all folders in it. */
static inline struct corpora_list
corpora_list(struct arena *arena, const char *path, bool folders)
{
	struct corpora_list	 list = { .len = 0 };

	corpora_add(arena, path, folders, 0, &list);
	return list;
}

/* Ends a case where there are none. */
#define corpora_needed()						\
	do {								\
		if (!corpora_are_there()) {				\
			print_message("# SKIP no corpora\n");		\
			skip();						\
		}							\
	} while (0)

static inline bool
corpora_are_there(void)
{
	struct arena	*arena = arena_open();
	struct stat	 about;
	bool		 there;

	there = stat(corpora_path(arena, "mime"), &about) == 0;
	arena_close(arena);
	return there;
}

/* The next object of an array of objects that stands as "{", members, "}" on
 * lines of their own; false behind the last.  One that our strict reader
 * refuses does not hide the others so. */
static inline bool
corpora_next(struct bytes *rest, struct bytes *object)
{
	size_t	 start, end;

	for (start = 0; start + 1 < rest->len && (rest->at[start] != '\n' ||
	    rest->at[start + 1] != '{'); start++)
		continue;
	for (end = start; end + 1 < rest->len && (rest->at[end] != '\n' ||
	    rest->at[end + 1] != '}'); end++)
		continue;
	if (end + 1 >= rest->len)
		return false;
	*object = bytes_slice(*rest, start + 1, end + 1 - start);
	*rest = bytes_slice(*rest, end + 2, rest->len);
	return true;
}

#endif
