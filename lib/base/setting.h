#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct fault;

/* One value that an operator can set, and how its text is read. */
enum setting_type {
	SETTING_TEXT,
	SETTING_SECRET,		/* wiped from the environment */
	SETTING_LIST,		/* separated by commas or blanks */
	SETTING_FOLDER,		/* a plain folder's name; empty: none */
	SETTING_NUMBER,
	SETTING_TIME,		/* 30, 30s, 10m, 8h, 7d */
	SETTING_TLS,
	SETTING_LEVEL
};

struct setting {
	const char		*name;
	enum setting_type	 type;
	size_t			 offset;	/* of its member */
	int64_t			 least, most;	/* of numbers and times */
	const char		*otherwise;	/* default, or NULL */
};

/*
 * Reads the text into its member of the struct that begins at into.  A fault
 * names the setting, what was found, and what would be right.
 */
const struct fault	*setting_set(struct arena *arena,
			    const struct setting *setting, const char *text,
			    void *into);

#endif
