#ifndef WALL_H
#define WALL_H

#include <time.h>

/* The wall clock of a test: the C library's is not asked. */
enum { WALL_START = 1790000100 };

static time_t	 wall = WALL_START;

time_t	 time(time_t *at);

time_t
time(time_t *at)
{
	if (at != NULL)
		*at = wall;
	return wall;
}

#endif
