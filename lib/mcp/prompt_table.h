#ifndef MCP_PROMPT_TABLE_H
#define MCP_PROMPT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

/* What the user gave a prompt. */
struct prompt_args {
	const char	*account;
	const char	*folder;
	const char	*message;	/* a UID, or words to find it by */
	const char	*since;		/* YYYY-MM-DD */
	const char	*wish;
	int64_t		 limit;
	int64_t		 uid;		/* of message, or 0 */
	const char	*words;		/* of message, or NULL */
};

enum {
	PROMPT_TEXT_CHARS = 1000,	/* of an argument */
	PROMPT_LIMIT = 30,		/* messages to look at, if not said */
	PROMPT_LIMIT_MOST = 100
};

/*
 * A piece of a prompt's text, in which {name} stands for the value of that
 * member of struct prompt_args.  A piece that names one that was not given is
 * left out, as is one that is for grants with (or without) a certain tool.
 */
struct prompt_piece {
	const char	*text;
	bool		 step;		/* begins the next numbered step */
	const char	*with;		/* a tool that the grant must have */
	const char	*without;	/* one that it must not have */
	const char	*unless;	/* a value that must be absent */
};

struct prompt {
	const char			*name;
	const char			*title;
	const char			*description;
	const char *const		*tools;	/* all needed; NULL last */
	const struct field		*rows;	/* of struct prompt_args */
	const struct prompt_piece	*pieces; /* one without text is last */
};

/* All prompts, in the order of prompts/list, NULL behind the last. */
extern const struct prompt *const	 prompts[];

/* A row for each member of struct prompt_args. */
extern const struct field	 prompt_value_rows[];

#endif
