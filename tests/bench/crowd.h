#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <sys/mman.h>
#include <sys/wait.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/*
 * A crowd: so many processes do the same thing so many times together, all
 * from the same moment on.  Prints one line: median and 99th percentile in
 * milliseconds, and how many a second were done.
 */
enum { CROWD_MOST = 64, CROWD_TIMES_MOST = 1000000 };

/* Whoever is ready says so, and waits. */
struct crowd {
	int	 ready[2], go[2];
};

static inline int64_t
crowd_now(void)
{
	struct timespec	 now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int
crowd_compare(const void *a, const void *b)
{
	const int64_t	*x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static inline void
crowd_fail(const char *what)
{
	fprintf(stderr, "bench: %.500s\n", what);
	exit(1);
}

static inline int
crowd_number(const char *text)
{
	char	*end;
	long	 number = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || number < 0 ||
	    number > CROWD_TIMES_MOST)
		crowd_fail("a number was expected");
	return (int)number;
}

/* One of them: warm first, then timed. */
static inline void
crowd_member(const struct crowd *crowd, void (*open)(void),
    void (*once)(void), int64_t *times, int count)
{
	int64_t	 start;
	char	 byte = 0;
	int	 i;

	close(crowd->go[1]);
	open();
	once();
	if (write(crowd->ready[1], &byte, 1) != 1 ||
	    read(crowd->go[0], &byte, 1) != 0)
		crowd_fail("the others are gone");
	for (i = 0; i < count; i++) {
		start = crowd_now();
		once();
		times[i] = crowd_now() - start;
	}
	exit(0);
}

static inline void
crowd_tell(int64_t *times, int total, int64_t elapsed)
{
	qsort(times, (size_t)total, sizeof(times[0]), crowd_compare);
	printf("%.4f %.4f %.2f\n", (double)times[total / 2] / 1e6,
	    (double)times[total - 1 - total / 100] / 1e6,
	    total / ((double)elapsed / 1e9));
}

/* open is done once by each, once so often by all together. */
static inline void
crowd_run(int people, int total, void (*open)(void), void (*once)(void))
{
	struct crowd	 crowd;
	int64_t		*times, start;
	int		 i, each, status;
	char		 byte;

	if (people < 1 || people > CROWD_MOST || total < people ||
	    total > CROWD_TIMES_MOST)
		crowd_fail("as many can't be");
	each = total / people;
	times = mmap(NULL, (size_t)total * sizeof(times[0]), PROT_READ |
	    PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (times == MAP_FAILED || pipe(crowd.ready) == -1 ||
	    pipe(crowd.go) == -1)
		crowd_fail("no memory or pipes");
	for (i = 0; i < people; i++)
		if (fork() == 0)
			crowd_member(&crowd, open, once, times + i * each,
			    each);
	close(crowd.ready[1]);
	for (i = 0; i < people; i++)
		if (read(crowd.ready[0], &byte, 1) != 1)
			crowd_fail("not all came");
	start = crowd_now();
	close(crowd.go[1]);
	for (i = 0; i < people; i++)
		if (wait(&status) == -1 || status != 0)
			crowd_fail("one has failed");
	crowd_tell(times, each * people, crowd_now() - start);
}

#endif
