/*
 * drive NAME FOLDER MUTANTS: a harness without libFuzzer, by any compiler.
 * Each file of the folder is an input, and behind them so many inputs are
 * made of these, the same each time.  Prints a line of TAP; an input that
 * ends the program is left in FOLDER.crash, with status 1.
 */
#include "drive.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	INPUTS_MOST = 4096, INPUT_BYTES = 64 * 1024, EDITS_MOST = 4,
	PATIENCE_SECONDS = 20, PATH_BYTES = 4096
};

struct input {
	unsigned char	*at;
	size_t		 len;
};

/* What runs now, for the handler. */
static struct input	 current;
static char		 crash[PATH_BYTES];

static void
keep(int number)
{
	int	 fd;

	(void)number;
	fd = open(crash, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (write(fd, current.at, current.len) >= 0)
		close(fd);
	_exit(1);
}

static void
run(const struct harness *harness, const unsigned char *at, size_t len)
{
	/* As long as it is, so that a sanitizer sees the byte behind. */
	current.at = malloc(len == 0 ? 1 : len);
	current.len = len;
	memcpy(current.at, at, len);
	alarm(PATIENCE_SECONDS);
	harness->input(current.at, len);
	free(current.at);
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t
below(uint64_t *state, size_t most)
{
	return most == 0 ? 0 : (size_t)(next_random(state) % most);
}

/* Changes a byte, drops some, doubles some, or takes some of another. */
static size_t
edit(uint64_t *state, unsigned char *at, size_t len, const struct input *other)
{
	static const char	 odd[] = "\0\r\n\"\\<>(){}[]%=;:,&\x80\xff";
	size_t			 from, some;

	from = below(state, len);
	some = 1 + below(state, 16);
	if (some > len - from)
		some = len - from;
	switch (next_random(state) % 5) {
	case 0:
		if (len > 0)
			at[from] = (unsigned char)next_random(state);
		break;
	case 1:
		if (len > 0)
			at[from] = (unsigned char)odd[below(state,
			    sizeof(odd) - 1)];
		break;
	case 2:
		memmove(at + from, at + from + some, len - from - some);
		return len - some;
	case 3:
		if (len + some <= INPUT_BYTES) {
			memmove(at + from + some, at + from, len - from);
			return len + some;
		}
		break;
	default:
		some = below(state, other->len);
		if (from + some <= INPUT_BYTES) {
			memcpy(at + from, other->at + other->len - some, some);
			return from + some;
		}
	}
	return len;
}

static void
run_mutants(const struct harness *harness, const struct input *inputs,
    size_t count, size_t mutants)
{
	static unsigned char	 made[INPUT_BYTES];
	const struct input	*input;
	uint64_t		 state = 0x9e3779b97f4a7c15u;
	size_t			 i, n, len;

	for (i = 0; count > 0 && i < mutants; i++) {
		input = &inputs[below(&state, count)];
		len = input->len;
		memcpy(made, input->at, len);
		for (n = below(&state, EDITS_MOST) + 1; n > 0; n--)
			len = edit(&state, made, len,
			    &inputs[below(&state, count)]);
		run(harness, made, len);
	}
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
read_input(int folder, const char *name, struct input *input)
{
	ssize_t	 len;
	int	 fd;

	if (name[0] == '.' || (fd = openat(folder, name, O_RDONLY)) == -1)
		return false;
	input->at = malloc(INPUT_BYTES);
	len = read(fd, input->at, INPUT_BYTES);
	close(fd);
	input->len = len > 0 ? (size_t)len : 0;
	input->at = realloc(input->at, input->len + 1);
	return len >= 0;
}

static size_t
read_inputs(const char *path, struct input *inputs)
{
	struct dirent	**entries;
	size_t		  count = 0;
	int		  i, n, folder;

	folder = open(path, O_RDONLY | O_DIRECTORY);
	n = scandir(path, &entries, NULL, by_name);
	for (i = 0; i < n; i++) {
		if (count < INPUTS_MOST && read_input(folder,
		    entries[i]->d_name, &inputs[count]))
			count++;
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	close(folder);
	return count;
}

int
main(int argc, char **argv)
{
	static struct input	 inputs[INPUTS_MOST];
	const struct harness	*harness = harnesses;
	size_t			 count, i, mutants;

	if (argc != 4)
		return 2;
	while (harness->name != NULL && strcmp(harness->name, argv[1]) != 0)
		harness++;
	if (harness->name == NULL)
		return 2;
	snprintf(crash, sizeof(crash), "%s.crash", argv[2]);
	signal(SIGABRT, keep);
	signal(SIGSEGV, keep);
	signal(SIGALRM, keep);
	count = read_inputs(argv[2], inputs);
	mutants = (size_t)strtoul(argv[3], NULL, 10);
	run(harness, (const unsigned char *)"", 0);
	for (i = 0; i < count; i++)
		run(harness, inputs[i].at, inputs[i].len);
	run_mutants(harness, inputs, count, mutants);
	for (i = 0; i < count; i++)
		free(inputs[i].at);
	printf("ok 1 - fuzz: %s: %zu inputs and %zu made of them\n", argv[1],
	    count, count > 0 ? mutants : 0);
	return 0;
}
