#ifndef DEPLOY_COMMAND_POSTERN_H
#define DEPLOY_COMMAND_POSTERN_H

#include <stddef.h>

#include "base/bytes.h"

struct arena;
struct config;
struct fault;
struct field;
struct keys;

/*
 * One command of postern. Its arguments are rows: a row imap-host is
 * --imap-host=VALUE or --imap-host VALUE, a bool row is --json, and --no-x is
 * --x=false for a row with the words true and false.  What it prints on
 * standard output is its result; a fault goes to standard error.
 */
struct command {
	const char		*name;
	const char		*summary;
	const struct field	*rows;
	size_t			 size;	/* of the arguments' struct */
	const struct fault	*(*run)(struct arena *arena,
				    const void *arguments);
	const char		*operand;	/* the row that a word without
						 * -- stands for, or NULL */
	int			 unable;	/* status for any fault but
						 * FAULT_REFUSED; 0: 1 */
};

extern const struct command	 command_key;
extern const struct command	 command_keys;
extern const struct command	 command_client;
extern const struct command	 command_check;
extern const struct command	 command_health_token;

/* The keys that the programs have.  Root reads a key as its owner, which is
 * the programs' user: they trust no other's. */
const struct fault	*postern_keys(struct arena *arena,
			    const struct config *config,
			    const struct keys **keys);

/* Writes a new key file, mode 0400, to the disk before it returns: nothing may
 * be sealed with a key that could be lost.  Refuses to replace any file. */
const struct fault	*postern_write_key(struct arena *arena,
			    const char *path, struct bytes text);

#endif
