#ifndef TALLY_H
#define TALLY_H

#include <sys/stat.h>

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"
#include "corpora.h"

/*
 * How a set of the corpora fared in one test: how many of its files were read,
 * what the worst of them cost, and how many of its expected results agree.
 * Each that does not stands in tests/differences with its reason, as
 *	TEST SET/FILE WHAT: REASON
 * where a reason that begins with "theirs" says that the other one errs.  One
 * that is missing there fails, and so does one that is not needed.  Rows are
 * left in $TAP_DIR/corpora for tests/corpora.
 */
enum {
	TALLY_BYTES_MOST = 64 * 1024 * 1024,	/* of memory for a file */
	TALLY_NAME_BYTES = 200,
	TALLY_TOLD = 40,		/* differences, of all */
	TALLY_PERCENT = 2		/* differences, at most */
};

struct tally_listed {
	struct tally_listed	*next;
	const char		*key;
	bool			 met;
	bool			 theirs;	/* the other one errs */
};

struct tally {
	const char		*test, *set;
	struct arena		*arena;
	struct tally_listed	*listed;
	size_t			 files, cases, different, excused, wrong;
	double			 started, worst_ms;
	size_t			 before, worst_bytes;
	char			 slowest[TALLY_NAME_BYTES];
};

static inline double
tally_clock(void)
{
	struct timespec	 now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The rows of tests/differences for this test and set. */
static inline void
tally_read_listed(struct tally *tally)
{
	struct tally_listed	*one;
	char			 line[1024], *end;
	const char		*start;
	FILE			*file;

	if ((file = fopen("tests/differences", "r")) == NULL)
		return;
	start = text_format(tally->arena, "%s %s/", tally->test, tally->set);
	while (fgets(line, sizeof(line), file) != NULL) {
		if ((end = strstr(line, ": ")) == NULL ||
		    strncmp(line, start, strlen(start)) != 0)
			continue;
		*end = '\0';
		one = arena_take(tally->arena, sizeof(*one));
		one->key = arena_text(tally->arena, line +
		    strlen(tally->test) + 1);
		one->theirs = strncmp(end + 2, "theirs", 6) == 0;
		one->next = tally->listed;
		tally->listed = one;
	}
	fclose(file);
}

/* test is its path below tests, set a folder of the corpora. */
static inline void
tally_open(struct tally *tally, const char *test, const char *set)
{
	memset(tally, 0, sizeof(*tally));
	tally->test = test;
	tally->set = set;
	tally->arena = arena_open();
	tally_read_listed(tally);
}

/* Before a file is read, and when it was, while its arena is still open. */
static inline void
tally_start(struct tally *tally)
{
	tally->before = mallinfo2().uordblks + mallinfo2().hblkhd;
	tally->started = tally_clock();
}

static inline void
tally_stop(struct tally *tally, const struct arena *arena, const char *name)
{
	double	 ms = tally_clock() - tally->started;
	size_t	 bytes = mallinfo2().uordblks + mallinfo2().hblkhd;

	bytes = bytes > tally->before ? bytes - tally->before : 0;
	if (bytes < arena_size(arena))
		bytes = arena_size(arena);
	tally->files++;
	if (ms > tally->worst_ms) {
		tally->worst_ms = ms;
		if (text_starts_case(name, tally->set))
			name += strlen(tally->set) + 1;
		snprintf(tally->slowest, sizeof(tally->slowest), "%s", name);
	}
	if (bytes > tally->worst_bytes)
		tally->worst_bytes = bytes;
	if (bytes <= TALLY_BYTES_MOST)
		return;
	tally->wrong++;
	printf("# %s: %zu bytes of memory\n", name, bytes);
}

/* One expected result; the key is the file's name and what was compared. */
static inline void
tally_case(struct tally *tally, bool agrees, const char *key)
{
	struct tally_listed	*one;
	const char		*whole;

	tally->cases++;
	if (agrees)
		return;
	tally->different++;
	whole = text_format(tally->arena, "%s/%s", tally->set, key);
	for (one = tally->listed; one != NULL; one = one->next)
		if (text_equal(one->key, whole)) {
			one->met = true;
			tally->excused += one->theirs;
			return;
		}
	if (tally->wrong++ < TALLY_TOLD)
		printf("# differs: %s %s\n", tally->test, whole);
}

static inline void
tally_write(const struct tally *tally, FILE *out)
{
	fprintf(out, "%s\t%s\t%zu\t%zu\t%zu\t%.1f\t%zu\t%s\n", tally->set,
	    tally->test, tally->files, tally->cases - tally->different,
	    tally->cases, tally->worst_ms, tally->worst_bytes / 1024,
	    tally->slowest[0] == '\0' ? "-" : tally->slowest);
}

static inline void
tally_keep(struct tally *tally)
{
	const char	*folder, *path;
	char		*at;
	FILE		*file;

	if ((folder = getenv("TAP_DIR")) == NULL)
		return;
	folder = text_format(tally->arena, "%s/corpora", folder);
	mkdir(folder, 0755);
	at = arena_copy(tally->arena, tally->test, strlen(tally->test));
	path = text_format(tally->arena, "%s %s", at, tally->set);
	at = arena_copy(tally->arena, path, strlen(path));
	for (; *at != '\0'; at++)
		*at = *at == '/' || *at == ' ' ? '-' : *at;
	path = text_format(tally->arena, "%s/%s", folder, at - strlen(path));
	if ((file = fopen(path, "w")) == NULL)
		return;
	tally_write(tally, file);
	fclose(file);
}

/* Whether all was as it should be; false where there are no corpora, too,
 * unless nothing was read. */
static inline bool
tally_close(struct tally *tally)
{
	struct tally_listed	*one;
	bool			 good;

	for (one = tally->listed; tally->files > 0 && one != NULL;
	    one = one->next) {
		tally->wrong += !one->met;
		if (!one->met)
			printf("# listed, but no difference: %s %s\n",
			    tally->test, one->key);
	}
	printf("# ");
	tally_write(tally, stdout);
	if (tally->files > 0)
		tally_keep(tally);
	good = tally->wrong == 0 && (tally->different - tally->excused) *
	    100 <= tally->cases * TALLY_PERCENT;
	arena_close(tally->arena);
	return good;
}

#endif
