/*
 * postern: the operator's command. It makes keys and clients, and checks
 * whether all is set up; the programs never need it once they run.
 */
#include "postern.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/version.h"
#include "crypt/keys.h"
#include "data/field.h"

enum { ARGUMENTS_MOST = 200, OPTION_COLUMNS = 24 };

static const struct command *const	 commands[] = {
	&command_key, &command_keys, &command_client, &command_check,
	&command_health_token
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const char *const	 yes_or_no[] = { "true", "false", NULL };

const struct fault *
postern_keys(struct arena *arena, const struct config *config,
    const struct keys **keys)
{
	struct stat	 status;

	if (geteuid() == 0 && config->key_file != NULL &&
	    stat(config->key_file, &status) == 0 &&
	    seteuid(status.st_uid) == -1)
		return fault_make(arena, FAULT_INTERNAL,
		    "cannot become the owner of the key");
	return keys_load(arena, config, NULL, keys);
}

static const struct command *
find_command(const char *name)
{
	size_t	 i;

	for (i = 0; i < COMMANDS; i++)
		if (text_equal(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* Whether --no-x is said for it: it has the words true and false. */
static bool
is_switch(const struct field *row)
{
	return row->words != NULL && text_equal(row->words[0], yes_or_no[0]);
}

static void
print_row(const struct field *row)
{
	char	 option[OPTION_COLUMNS];

	snprintf(option, sizeof(option), "--%s%s%s",
	    is_switch(row) ? "[no-]" : "", row->name,
	    is_switch(row) || row->type == FIELD_BOOL ? "" : "=...");
	printf("  %-*s%s\n", OPTION_COLUMNS, option, row->meaning);
}

static void
print_help(const struct command *command)
{
	const struct field	*row;
	size_t			 i;

	if (command != NULL) {
		printf("postern %s%s: %s\n", command->name,
		    command->operand == NULL ? "" : " [BASE_URL]",
		    command->summary);
		for (row = command->rows; row->name != NULL; row++)
			print_row(row);
		return;
	}
	printf("usage: postern COMMAND [--option=value ...]\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-*s%s\n", OPTION_COLUMNS, commands[i]->name,
		    commands[i]->summary);
	printf("postern COMMAND --help tells its options, postern --version "
	    "the version.\nThe configuration "
	    "is the environment, or the file POSTERN_CONF names.\n");
}

static const struct fault *
usage(struct arena *arena, const char *format, const char *argument)
{
	return fault_make(arena, FAULT_ARGUMENT, "%s %.60s", format,
	    argument);
}

/* --name, --name=value or --no-name; *value is NULL where it must follow. */
static const struct fault *
read_option(struct arena *arena, const struct command *command,
    const char *argument, struct pair *pair)
{
	const struct field	*rows = command->rows, *row;
	size_t			 len;

	if (!text_starts(argument, "--") && command->operand != NULL) {
		*pair = (struct pair){ command->operand, argument };
		return NULL;
	}
	if (!text_starts(argument, "--"))
		return usage(arena, "not an option:", argument);
	argument += strlen("--");
	len = strcspn(argument, "=");
	pair->name = arena_copy(arena, argument, len);
	pair->value = argument[len] == '=' ? argument + len + 1 : NULL;
	if (text_starts(pair->name, "no-") && pair->value == NULL &&
	    (row = field_find(rows, pair->name + strlen("no-"))) != NULL &&
	    is_switch(row)) {
		*pair = (struct pair){ row->name, yes_or_no[1] };
		return NULL;
	}
	if ((row = field_find(rows, pair->name)) == NULL)
		return usage(arena, "unknown option:", argument - 2);
	if (pair->value == NULL && (is_switch(row) ||
	    row->type == FIELD_BOOL))
		pair->value = yes_or_no[0];
	return NULL;
}

static const struct fault *
read_arguments(struct arena *arena, const struct command *command,
    char *argv[], void *arguments)
{
	const struct fault	*bad;
	struct pairs		 pairs;
	struct pair		*pair;

	pairs = (struct pairs){ arena_array(arena, ARGUMENTS_MOST,
	    sizeof(struct pair)), 0 };
	for (; *argv != NULL; argv++) {
		if (pairs.len == ARGUMENTS_MOST)
			return usage(arena, "too many options:", *argv);
		pair = &pairs.at[pairs.len++];
		if ((bad = read_option(arena, command, *argv, pair)) !=
		    NULL)
			return bad;
		if (pair->value == NULL && *++argv == NULL)
			return usage(arena, "a value is missing after",
			    argv[-1]);
		if (pair->value == NULL)
			pair->value = *argv;
	}
	return field_read_form(arena, command->rows, pairs, arguments);
}

static int
tell(const struct command *command, const struct fault *bad)
{
	const char	*name = command->name;
	bool		 wrong_use;

	wrong_use = bad->kind == FAULT_ARGUMENT || bad->kind == FAULT_REQUEST;
	fprintf(stderr, "postern %s: %s%s%s\n", name, bad->detail,
	    bad->hint == NULL ? "" : "; ", bad->hint == NULL ? "" : bad->hint);
	if (wrong_use)
		fprintf(stderr, "postern help %s tells its options.\n", name);
	if (wrong_use)
		return EX_USAGE;
	return command->unable == 0 || bad->kind == FAULT_REFUSED ? 1 :
	    command->unable;
}

/* Whether it is to tell of itself, and has. */
static bool
tells(int argc, char *argv[])
{
	if (argc == 2 && text_equal(argv[1], "--version")) {
		printf("postern %s\n", version_text);
		return true;
	}
	if (argc < 2 || text_equal(argv[1], "help") ||
	    text_equal(argv[1], "--help")) {
		print_help(argc > 2 ? find_command(argv[2]) : NULL);
		return true;
	}
	if (argc == 3 && text_equal(argv[2], "--help") &&
	    find_command(argv[1]) != NULL) {
		print_help(find_command(argv[1]));
		return true;
	}
	return false;
}

int
main(int argc, char *argv[])
{
	const struct command	*command;
	const struct fault	*bad;
	struct arena		*arena;
	void			*arguments;
	int			 status;

	umask(077);
	if (tells(argc, argv))
		return argc < 2 ? EX_USAGE : 0;
	if ((command = find_command(argv[1])) == NULL) {
		fprintf(stderr, "postern: there is no command %s; postern "
		    "help tells all\n", argv[1]);
		return EX_USAGE;
	}
	arena = arena_open();
	arguments = arena_take(arena, command->size);
	bad = read_arguments(arena, command, argv + 2, arguments);
	if (bad == NULL)
		bad = command->run(arena, arguments);
	status = bad == NULL ? 0 : tell(command, bad);
	arena_close(arena);
	return fflush(stdout) == 0 ? status : EX_IOERR;
}
