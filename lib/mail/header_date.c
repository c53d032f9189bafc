#include "mail/header_date.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

enum {
	DATE_BYTES_MOST = 200,
	YEAR_LEAST = 1,
	YEAR_MOST = 9999,
	ZONE_MINUTES_MOST = 24 * 60
};

/* What was found so far; -1 not yet. */
struct date {
	int	 year, month, day;
	int	 second;	/* of the day */
	int	 zone;		/* minutes east */
	bool	 has_zone;
	bool	 afternoon;
};

struct zone {
	const char	*name;
	int		 minutes;
};

/* RFC 5322 4.3 and what else stands in mail without any doubt. */
static const struct zone zones[] = {
	{ "UT", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "Z", 0 },
	{ "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
	{ "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
	{ "WET", 0 }, { "WEST", 60 }, { "BST", 60 }, { "CET", 60 },
	{ "MET", 60 }, { "CEST", 120 }, { "MEST", 120 }, { "MESZ", 120 },
	{ "MEZ", 60 }, { "EET", 120 }, { "EEST", 180 }, { "MSK", 180 },
	{ "JST", 540 }, { "KST", 540 }, { "AEST", 600 }, { "AEDT", 660 }
};

/* A decimal number at the start; moves behind it. -1 if there is none or it
 * has more than digits digits. */
static int
take_number(struct bytes *at, size_t digits)
{
	size_t	 len;
	int	 value;

	value = 0;
	for (len = 0; len < at->len && text_is_digit(at->at[len]); len++)
		if (len < digits)
			value = value * 10 + (at->at[len] - '0');
	if (len == 0 || len > digits)
		return -1;
	*at = bytes_slice(*at, len, at->len);
	return value;
}

static bool
take_byte(struct bytes *at, const char *set)
{
	if (at->len == 0 || at->at[0] == '\0' ||
	    strchr(set, at->at[0]) == NULL)
		return false;
	*at = bytes_slice(*at, 1, at->len);
	return true;
}

/* hour ":" minute [":" second ["." fraction]] [zone] */
static bool
read_time(struct bytes *word, struct date *date)
{
	int	 hour, minute, second;

	second = 0;
	hour = take_number(word, 2);
	if (hour < 0 || hour > 24 || !take_byte(word, ":."))
		return false;
	minute = take_number(word, 2);
	if (minute < 0 || minute > 59)
		return false;
	if (take_byte(word, ":.") && ((second = take_number(word, 2)) < 0 ||
	    second > 60))
		return false;
	if (take_byte(word, ".,"))
		take_number(word, 9);
	date->second = hour * 3600 + minute * 60 + second;
	return true;
}

/* ("+" / "-") hours [":"] minutes; a zone beyond a day is no zone. */
static bool
read_offset(struct bytes word, struct date *date)
{
	int	 sign, hours, minutes;

	if (word.len < 3 || (word.at[0] != '+' && word.at[0] != '-'))
		return false;
	sign = word.at[0] == '-' ? -1 : 1;
	word = bytes_slice(word, 1, word.len);
	minutes = 0;
	hours = take_number(&word, 4);
	if (take_byte(&word, ":"))
		minutes = take_number(&word, 2);
	else if (hours >= 100) {
		minutes = hours % 100;
		hours /= 100;
	}
	if (hours < 0 || minutes < 0 || minutes > 59 ||
	    hours * 60 + minutes > ZONE_MINUTES_MOST)
		hours = minutes = 0;
	date->zone = sign * (hours * 60 + minutes);
	date->has_zone = true;
	return true;
}

static bool
read_month(struct bytes word, struct date *date)
{
	int	 month;

	if (word.len < 3 || date->month > 0)
		return false;
	word.len = 3;
	for (month = 1; month <= 12; month++)
		if (bytes_is_case(word, clock_month(month))) {
			date->month = month;
			return true;
		}
	return false;
}

/* A zone by name, also with an offset behind it ("GMT+0100"). */
static bool
read_zone(struct bytes word, struct date *date)
{
	size_t	 i, len;

	for (len = 0; len < word.len && text_is_alpha(word.at[len]); len++)
		continue;
	if (len == 0)
		return false;
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (!bytes_is_case(bytes_slice(word, 0, len), zones[i].name))
			continue;
		if (!date->has_zone)
			date->zone = zones[i].minutes;
		date->has_zone = true;
		read_offset(bytes_slice(word, len, word.len), date);
		return true;
	}
	return false;
}

/* Years of two digits as RFC 5322 4.3 says. */
static int
whole_year(int year, size_t digits)
{
	if (digits == 2)
		return year < 50 ? year + 2000 : year + 1900;
	return digits == 3 ? year + 1900 : year;
}

static void
read_number(struct bytes word, struct date *date)
{
	struct bytes	 rest;
	int		 value;

	rest = word;
	value = take_number(&rest, 4);
	if (value < 0)
		return;
	if (date->day < 0 && word.len - rest.len <= 2)
		date->day = value;
	else if (date->year < 0)
		date->year = whole_year(value, word.len - rest.len);
	/* ISO 8601: year, month, day and "T" before the time. */
	if (take_byte(&rest, "-/") && date->month < 0 && date->day < 0) {
		date->month = take_number(&rest, 2);
		if (take_byte(&rest, "-/"))
			date->day = take_number(&rest, 2);
	}
	if (take_byte(&rest, "Tt") && read_time(&rest, date))
		if (!read_offset(rest, date))
			read_zone(rest, date);
}

static bool
has_colon(struct bytes word)
{
	return word.len > 2 && (word.at[1] == ':' || word.at[2] == ':' ||
	    (word.len > 4 && (word.at[2] == '.' || word.at[1] == '.')));
}

static void
read_word(struct bytes word, struct date *date)
{
	struct bytes	 rest;

	rest = word;
	if (text_is_digit(word.at[0]) && date->second < 0 && has_colon(word)) {
		if (read_time(&rest, date) && !read_offset(rest, date))
			read_zone(rest, date);
	} else if (text_is_digit(word.at[0])) {
		read_number(word, date);
	} else if (date->second >= 0 && bytes_is_case(word, "PM")) {
		date->afternoon = true;
	} else if (!read_month(word, date) && date->second >= 0 &&
	    !(read_offset(word, date) && date->has_zone)) {
		read_zone(word, date);
	}
}

/* Where the word ends. A hyphen joins "28-Jul-2026" but also starts a zone
 * and parts an ISO date, which stay in their word. */
static size_t
word_length(struct bytes text)
{
	size_t	 len;
	bool	 date;

	date = text.len > 2 && text_is_digit(text.at[0]) &&
	    (text.at[1] == '-' || text.at[2] == '-');
	if (text.at[0] == '-' && text.len > 1 && text_is_alpha(text.at[1]))
		return 1;
	for (len = 1; len < text.len; len++)
		if (text_is_space(text.at[len]) || text.at[len] == ',' ||
		    text.at[len] == '(' || (text.at[len] == '-' &&
		    (date || text_is_alpha(text.at[0]))))
			break;
	return len;
}

/* Behind what stands between words; comments may nest. */
static struct bytes
skip_between(struct bytes text)
{
	size_t	 i, depth;

	depth = 0;
	for (i = 0; i < text.len; i++) {
		if (text.at[i] == '(')
			depth++;
		else if (text.at[i] == ')' && depth > 0)
			depth--;
		else if (depth == 0 && !text_is_space(text.at[i]) &&
		    text.at[i] != ',')
			break;
	}
	return bytes_slice(text, i, text.len);
}

static bool
is_whole(const struct date *date)
{
	return date->year >= YEAR_LEAST && date->year <= YEAR_MOST &&
	    date->month >= 1 && date->month <= 12 && date->day >= 1 &&
	    date->day <= 31 && date->second >= 0;
}

bool
header_date(const char *raw, struct moment *moment)
{
	struct date	 date = { -1, -1, -1, -1, 0, false, false };
	struct bytes	 text;
	size_t		 len;

	if (raw == NULL)
		return false;
	text = bytes_from(raw, strnlen(raw, DATE_BYTES_MOST));
	while ((text = skip_between(text)).len > 0) {
		len = word_length(text);
		/* "-2026" behind "28-Jul" is a year, not a zone. */
		if (text.at[0] == '-' && date.second < 0)
			len = 1;
		else
			read_word(bytes_slice(text, 0, len), &date);
		text = bytes_slice(text, len, text.len);
	}
	if (!is_whole(&date))
		return false;
	if (date.afternoon && date.second < 12 * 3600)
		date.second += 12 * 3600;
	moment->seconds = clock_seconds(date.year, date.month, date.day,
	    date.second) - (int64_t)date.zone * 60;
	moment->offset = date.zone;
	return true;
}
