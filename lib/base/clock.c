#include "base/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/text.h"

enum {
	DAY_SECONDS = 86400,
	ERA_DAYS = 146097,		/* 400 Gregorian years */
	ERA_OFFSET_DAYS = 719468	/* 0000-03-01 to 1970-01-01 */
};

static const char *const	 months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};
static const char *const	 days[] = {
	"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"
};

int64_t
clock_now(void)
{
	return (int64_t)time(NULL);
}

int64_t
clock_ms(void)
{
	struct timespec	 now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
clock_sleep_until(int64_t ms)
{
	struct timespec	 pause;
	int64_t		 left;

	while ((left = ms - clock_ms()) > 0) {
		pause.tv_sec = (time_t)(left / 1000);
		pause.tv_nsec = (long)(left % 1000) * 1000000;
		nanosleep(&pause, NULL);
	}
}

/*
 * Years are counted from March, so that the leap day is the last of its year;
 * an era is 400 years.
 */
int64_t
clock_seconds(int year, int month, int day, int second_of_day)
{
	int64_t	 y, era, year_of_era, day_of_year, day_of_era;

	y = month <= 2 ? year - 1 : year;
	era = (y >= 0 ? y : y - 399) / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 +
	    day - 1;
	day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year;
	return (era * ERA_DAYS + day_of_era - ERA_OFFSET_DAYS) * DAY_SECONDS +
	    second_of_day;
}

static int64_t
whole_days(int64_t seconds)
{
	int64_t	 day;

	day = seconds / DAY_SECONDS;
	return seconds % DAY_SECONDS < 0 ? day - 1 : day;
}

void
clock_date(int64_t seconds, int *year, int *month, int *day)
{
	int64_t	 z, era, day_of_era, year_of_era, day_of_year, shifted;

	z = whole_days(seconds) + ERA_OFFSET_DAYS;
	era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	day_of_era = z - era * ERA_DAYS;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	    day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
	    year_of_era / 100);
	shifted = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

const char *
clock_month(int month)
{
	assert(month >= 1 && month <= 12);
	return months[month - 1];
}

/* Two digits. */
static void
put_two(struct buf *buf, int number)
{
	buf_byte(buf, (unsigned char)('0' + number / 10 % 10));
	buf_byte(buf, (unsigned char)('0' + number % 10));
}

static void
put_part(struct buf *buf, char mark, int number)
{
	buf_byte(buf, (unsigned char)mark);
	put_two(buf, number);
}

static void
put_year(struct buf *buf, int year)
{
	if (year < 0 || year > 9999) {
		buf_format(buf, "%04d", year);
		return;
	}
	put_two(buf, year / 100);
	put_two(buf, year);
}

static void
put_offset(struct buf *buf, int minutes)
{
	if (minutes == 0) {
		buf_byte(buf, 'Z');
		return;
	}
	put_part(buf, minutes < 0 ? '-' : '+', abs(minutes) / 60);
	put_part(buf, ':', abs(minutes) % 60);
}

const char *
clock_rfc3339(struct arena *arena, struct moment moment)
{
	struct buf	 buf;
	int64_t		 local;
	int		 year, month, day, second;

	local = moment.seconds + (int64_t)moment.offset * 60;
	clock_date(local, &year, &month, &day);
	second = (int)(local - whole_days(local) * DAY_SECONDS);
	buf_start(&buf, arena);
	put_year(&buf, year);
	put_part(&buf, '-', month);
	put_part(&buf, '-', day);
	put_part(&buf, 'T', second / 3600);
	put_part(&buf, ':', second / 60 % 60);
	put_part(&buf, ':', second % 60);
	put_offset(&buf, moment.offset);
	return buf_string(&buf);
}

/* So many digits at *text, which moves behind them; most is what they may
 * say. */
static bool
take_digits(const char **text, int count, int most, int *number)
{
	for (*number = 0; count > 0; count--, (*text)++) {
		if (!text_is_digit((unsigned char)**text))
			return false;
		*number = *number * 10 + (**text - '0');
	}
	return *number <= most;
}

static bool
take_mark(const char **text, const char *marks)
{
	if (**text == '\0' || strchr(marks, **text) == NULL)
		return false;
	(*text)++;
	return true;
}

/* time-offset = "Z" / ("+" / "-") time-hour ":" time-minute, and the end */
static bool
take_offset(const char **text, int *minutes)
{
	bool	 west;
	int	 hour, minute;

	*minutes = 0;
	if (take_mark(text, "Zz"))
		return **text == '\0';
	west = **text == '-';
	if (!take_mark(text, "+-") || !take_digits(text, 2, 23, &hour) ||
	    !take_mark(text, ":") || !take_digits(text, 2, 59, &minute))
		return false;
	*minutes = (hour * 60 + minute) * (west ? -1 : 1);
	return **text == '\0';
}

/* date-time = full-date "T" partial-time time-offset */
bool
clock_read_rfc3339(const char *text, int64_t *seconds)
{
	int64_t	 at;
	int	 year, month, day, hour, minute, second, offset, again[3];

	if (!take_digits(&text, 4, 9999, &year) || !take_mark(&text, "-") ||
	    !take_digits(&text, 2, 12, &month) || !take_mark(&text, "-") ||
	    !take_digits(&text, 2, 31, &day) || !take_mark(&text, "Tt ") ||
	    !take_digits(&text, 2, 23, &hour) || !take_mark(&text, ":") ||
	    !take_digits(&text, 2, 59, &minute) || !take_mark(&text, ":") ||
	    !take_digits(&text, 2, 60, &second) || month == 0 || day == 0)
		return false;
	if (take_mark(&text, "."))
		text += strspn(text, "0123456789");
	if (!take_offset(&text, &offset))
		return false;
	at = clock_seconds(year, month, day, hour * 3600 + minute * 60 +
	    second);
	/* The 31st of a month of thirty days is another day. */
	clock_date(clock_seconds(year, month, day, 0), &again[0], &again[1],
	    &again[2]);
	*seconds = at - (int64_t)offset * 60;
	return again[1] == month && again[2] == day;
}

const char *
clock_rfc5322(struct arena *arena, struct moment moment)
{
	int64_t	 local, weekday;
	int	 year, month, day, second;

	local = moment.seconds + (int64_t)moment.offset * 60;
	clock_date(local, &year, &month, &day);
	second = (int)(local - whole_days(local) * DAY_SECONDS);
	/* 1970-01-01 was a Thursday. */
	weekday = ((whole_days(local) + 4) % 7 + 7) % 7;
	return text_format(arena, "%s, %d %s %04d %02d:%02d:%02d %c%02d%02d",
	    days[weekday], day, clock_month(month), year, second / 3600,
	    second / 60 % 60, second % 60, moment.offset < 0 ? '-' : '+',
	    abs(moment.offset) / 60, abs(moment.offset) % 60);
}
