/* That a wrong secret is not refused the sooner, the sooner it is wrong.  That
 * every byte is read is seen without a clock.  With TIMING, how many samples
 * are measured (make timing: 200,000), the times of secrets that are wrong in
 * their first and in their last byte are compared as dudect does (Reparaz,
 * Balasch, Verbauwhede, 2016): Welch's t is below 4.5, and above it for a
 * comparison that stops early, which proves that it would be seen.  Else a few
 * are, and only that each is refused counts. */
#include "../check.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "crypt/aead.h"

enum { CLASSES = 2, SECRET_BYTES = 2048, CALLS = 8, LEFT_OF_10 = 9, FEW = 500 };

static const double	 bar = 4.5;

/* Something that compares; of which class: where the difference is. */
struct subject {
	const char	*name;
	bool		(*differs)(struct subject *subject, unsigned class);
	struct arena	*arena;
	struct aead	 messages[CLASSES];
	unsigned char	 right[SECRET_BYTES];
	unsigned char	 wrong[CLASSES][SECRET_BYTES];
};

static bool
compares(struct subject *subject, unsigned class)
{
	unsigned	 i, equal = 0;

	for (i = 0; i < CALLS; i++)
		equal += bytes_equal_secret(bytes_from(subject->right,
		    SECRET_BYTES), bytes_from(subject->wrong[class],
		    SECRET_BYTES));
	return equal == 0;
}

static bool
stops_early(struct subject *subject, unsigned class)
{
	unsigned	 i, equal = 0;

	for (i = 0; i < CALLS; i++)
		equal += bytes_equal(bytes_from(subject->right,
		    SECRET_BYTES), bytes_from(subject->wrong[class],
		    SECRET_BYTES));
	return equal == 0;
}

static bool
opens(struct subject *subject, unsigned class)
{
	struct bytes	 plain;
	bool		 good;

	good = aead_open(subject->arena, &subject->messages[class], &plain);
	arena_wipe(subject->arena);
	return !good;
}

/* The wrong one, in its first byte and in its last. */
static struct bytes
spoil(struct bytes from, unsigned char *to, unsigned class)
{
	memcpy(to, from.at, from.len);
	to[class == 0 ? 0 : from.len - 1] ^= 0x80;
	return bytes_from(to, from.len);
}

static void
prepare(struct subject *subject, struct arena *arena)
{
	static const unsigned char	 key[AEAD_KEY_BYTES] = { 5 };
	struct aead			 message = {
		.key = bytes_from(key, sizeof(key)),
		.iv = bytes_from(key, AEAD_IV_BYTES)
	};
	unsigned			 i;

	memset(subject->right, 'r', SECRET_BYTES);
	aead_seal(arena, &message, bytes_of("{\"sub\":\"u@example.org\"}"));
	for (i = 0; i < CLASSES; i++) {
		spoil(bytes_from(subject->right, SECRET_BYTES),
		    subject->wrong[i], i);
		subject->messages[i] = message;
		subject->messages[i].tag = spoil(message.tag,
		    arena_take(arena, AEAD_TAG_BYTES), i);
	}
	subject->arena = arena_open();
}

static double
now(void)
{
	struct timespec	 time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int
compare_times(const void *a, const void *b)
{
	const double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What took longest was interrupted: above that, samples are left out. */
static double
crop_at(const double *times, size_t count)
{
	double	*sorted, at;

	sorted = calloc(count, sizeof(*sorted));
	assert_non_null(sorted);
	memcpy(sorted, times, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_times);
	at = sorted[count * LEFT_OF_10 / 10];
	free(sorted);
	return at;
}

/* Welch's t of the two classes. */
static double
find_t(const double *times, const unsigned char *classes, size_t count)
{
	const double	 most = crop_at(times, count);
	double		 n[CLASSES] = { 0 }, mean[CLASSES] = { 0 };
	double		 square[CLASSES] = { 0 }, delta, spread;
	size_t		 i;
	unsigned	 c;

	for (i = 0; i < count; i++) {
		if (times[i] > most)
			continue;
		c = classes[i];
		n[c]++;
		delta = times[i] - mean[c];
		mean[c] += delta / n[c];
		square[c] += delta * (times[i] - mean[c]);
	}
	spread = square[0] / (n[0] - 1) / n[0] +
	    square[1] / (n[1] - 1) / n[1];
	return (mean[0] - mean[1]) / sqrt(spread);
}

/* In an order that is drawn, so that whatever else runs meets both alike. */
static double
measure(struct subject *subject, size_t count)
{
	unsigned char	*classes;
	double		*times, t, start;
	size_t		 i;

	classes = calloc(count, 1);
	times = calloc(count, sizeof(*times));
	assert_true(classes != NULL && times != NULL);
	srandom((unsigned)getpid());
	for (i = 0; i < count; i++) {
		classes[i] = (unsigned char)(random() >> 7 & 1);
		start = now();
		assert_true(subject->differs(subject, classes[i]));
		times[i] = now() - start;
	}
	t = find_t(times, classes, count);
	printf("# %s: t = %.2f of %zu samples\n", subject->name, t, count);
	free(classes);
	free(times);
	return fabs(t);
}

static void
times_tell_nothing(void **state)
{
	static struct subject	 subjects[] = {
		{ .name = "secrets and MACs", .differs = compares },
		{ .name = "a token's tag", .differs = opens },
		{ .name = "one that stops early", .differs = stops_early }
	};
	const char		*told;
	struct arena		*arena;
	size_t			 i;
	double			 t;

	(void)state;
	told = getenv("TIMING");
	arena = arena_open();
	for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		prepare(&subjects[i], arena);
		t = measure(&subjects[i], told == NULL ? FEW :
		    strtoul(told, NULL, 10));
		arena_close(subjects[i].arena);
		if (told == NULL)
			continue;
		assert_true(t < bar || subjects[i].differs == stops_early);
		assert_true(t > bar || subjects[i].differs != stops_early);
	}
	arena_close(arena);
}

/* A difference in the first byte, and behind it memory that must not be read:
 * whoever reads all of it dies. */
static void
all_is_read(void **state)
{
	size_t		 page;
	unsigned char	*memory;
	int		 status;
	pid_t		 child;

	(void)state;
	page = (size_t)sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	memory[0] = 1;
	fflush(NULL);
	if ((child = fork()) == 0) {
		signal(SIGSEGV, SIG_DFL);
		close(STDERR_FILENO);
		if (mprotect(memory + page, page, PROT_NONE) == -1)
			_exit(0);
		_exit(bytes_equal_secret(bytes_from(memory, 2 * page),
		    bytes_from(calloc(2, page), 2 * page)));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	munmap(memory, 2 * page);
}

/* And every byte counts, wherever it is. */
static void
every_bit_counts(void **state)
{
	unsigned char	 a[64] = { 0 }, b[64] = { 0 };
	size_t		 len, i;

	(void)state;
	for (len = 0; len <= sizeof(a); len++) {
		assert_true(bytes_equal_secret(bytes_from(a, len),
		    bytes_from(b, len)));
		for (i = 0; i < 8 * len; i++) {
			b[i / 8] ^= (unsigned char)(1 << i % 8);
			assert_false(bytes_equal_secret(bytes_from(a, len),
			    bytes_from(b, len)));
			b[i / 8] ^= (unsigned char)(1 << i % 8);
		}
		if (len > 0)
			assert_false(bytes_equal_secret(bytes_from(a, len),
			    bytes_from(b, len - 1)));
	}
}

CHECK_MAIN(
	cmocka_unit_test(all_is_read),
	cmocka_unit_test(every_bit_counts),
	cmocka_unit_test(times_tell_nothing)
)
