#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

/* Seconds since 1970 by the wall clock: for token times and dates. */
int64_t		 clock_now(void);

/* Milliseconds by a clock that never jumps: for deadlines and durations. */
int64_t		 clock_ms(void);

/* Sleeps until that clock says so much, whatever signals come. */
void		 clock_sleep_until(int64_t ms);

/* A time with the offset of its zone, as mail carries it. */
struct moment {
	int64_t	 seconds;	/* since 1970, UTC */
	int	 offset;	/* minutes east of UTC */
};

/* RFC 3339 with that offset ("2026-07-28T09:30:00+02:00"). */
const char	*clock_rfc3339(struct arena *arena, struct moment moment);

/* Seconds since 1970 of RFC 3339 5.6, with its offset ("Z" or "+02:00");
 * fractions of a second are left out. False for anything else. */
bool		 clock_read_rfc3339(const char *text, int64_t *seconds);

/* RFC 5322 date-time ("Tue, 28 Jul 2026 09:30:00 +0200"). */
const char	*clock_rfc5322(struct arena *arena, struct moment moment);

/* Seconds since 1970 of a proleptic Gregorian date and time of day, UTC;
 * month 1 to 12, day 1 to 31. No range check. */
int64_t		 clock_seconds(int year, int month, int day, int second_of_day);

/* The reverse: year, month (1 to 12), day of the month. */
void		 clock_date(int64_t seconds, int *year, int *month, int *day);

/* The English abbreviation of a month, 1 to 12. */
const char	*clock_month(int month);

#endif
