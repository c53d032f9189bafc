#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum {
	LINE_BYTES = 1024,
	VALUE_BYTES = 200
};

/* How much is said: set once at the start. */
static enum log_level	 least = LOG_INFO;

static const char *const names[] = { "debug", "info", "warn", "error" };

struct line {
	char	 at[LINE_BYTES];
	size_t	 len;
};

void
log_set_level(enum log_level level)
{
	least = level;
}

static void
add_byte(struct line *line, char c)
{
	if (line->len < sizeof(line->at) - 1)
		line->at[line->len++] = c;
}

static void
add_text(struct line *line, const char *text)
{
	for (; *text != '\0'; text++)
		add_byte(line, *text);
}

/*
 * A value from outside can end neither its line nor itself: what is not a
 * plain ASCII character becomes %XX, as does a blank.
 */
static void
add_value(struct line *line, const char *key, const char *value)
{
	static const char	 digits[] = "0123456789ABCDEF";
	unsigned char		 c;
	size_t			 i;

	if (value == NULL)
		return;
	add_byte(line, ' ');
	add_text(line, key);
	add_byte(line, '=');
	for (i = 0; i < VALUE_BYTES && value[i] != '\0'; i++) {
		c = (unsigned char)value[i];
		if (c > ' ' && c < 0x7f && c != '%' && c != '"') {
			add_byte(line, (char)c);
			continue;
		}
		add_byte(line, '%');
		add_byte(line, digits[c >> 4]);
		add_byte(line, digits[c & 15]);
	}
}

/* One write(2), so that lines of several processes do not mix. */
static void
write_line(struct line *line)
{
	ssize_t	 written;

	line->at[line->len++] = '\n';
	written = write(STDERR_FILENO, line->at, line->len);
	(void)written;
}

void
log_request(const struct log_request *request)
{
	enum log_level	 level;
	struct line	 line = { .len = 0 };
	char		 number[24];

	level = request->status >= 500 ? LOG_ERROR : LOG_INFO;
	if (level < least)
		return;
	add_text(&line, "level=");
	add_text(&line, names[level]);
	add_value(&line, "program", request->program);
	add_value(&line, "method", request->method);
	add_value(&line, "path", request->path);
	snprintf(number, sizeof(number), "%d", request->status);
	add_value(&line, "status", number);
	snprintf(number, sizeof(number), "%" PRId64, request->ms);
	add_value(&line, "ms", number);
	add_value(&line, "tool", request->tool);
	add_value(&line, "fault", request->fault);
	add_value(&line, "detail", request->detail);
	write_line(&line);
}

void
log_line(enum log_level level, const char *format, ...)
{
	struct line	 line = { .len = 0 };
	char		 text[LINE_BYTES / 2];
	va_list		 list;
	size_t		 i;

	if (level < least)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	for (i = 0; text[i] != '\0'; i++)
		if (text_is_control((unsigned char)text[i]))
			text[i] = '?';
	add_text(&line, "level=");
	add_text(&line, names[level]);
	add_text(&line, " message=\"");
	add_text(&line, text);
	add_byte(&line, '"');
	write_line(&line);
}
