#include "base/setting.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"

enum {
	FOLDER_BYTES = 60,
	HOUR_SECONDS = 3600,
	DAY_SECONDS = 86400
};

struct word {
	const char	*word;
	int64_t		 value;
};

static const struct word	 tls_words[] = {
	{ "implicit", TLS_IMPLICIT }, { "starttls", TLS_STARTTLS },
	{ "none", TLS_NONE }, { "off", TLS_NONE },
	{ "true", TLS_DEFAULT }, { "false", TLS_STARTTLS }, { NULL, 0 }
};
static const struct word	 level_words[] = {
	{ "debug", LOG_DEBUG }, { "info", LOG_INFO },
	{ "warn", LOG_WARN }, { "error", LOG_ERROR }, { NULL, 0 }
};
static const struct word	 time_units[] = {
	{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", HOUR_SECONDS },
	{ "d", DAY_SECONDS }, { NULL, 0 }
};

static bool
read_word(const struct word *words, const char *text, int64_t *value)
{
	for (; words->word != NULL; words++)
		if (text_equal_case(words->word, text)) {
			*value = words->value;
			return true;
		}
	return false;
}

/* time = 1*DIGIT [ "s" / "m" / "h" / "d" ] */
static bool
read_time(const char *text, int64_t *value)
{
	uint64_t	 number;
	int64_t		 unit;
	size_t		 digits;

	digits = strspn(text, "0123456789");
	if (!text_number(bytes_from(text, digits), 1000000000, &number) ||
	    !read_word(time_units, text + digits, &unit))
		return false;
	*value = (int64_t)number * unit;
	return true;
}

static const struct fault *
wrong(struct arena *arena, const struct setting *setting, const char *found,
    const char *right)
{
	return fault_make(arena, FAULT_INTERNAL, "%s: \"%.100s\" is not %s",
	    setting->name, found, right);
}

static const struct fault *
set_number(struct arena *arena, const struct setting *setting,
    const char *text, int64_t *number)
{
	uint64_t	 value;
	bool		 good;

	if (setting->type == SETTING_TIME)
		good = read_time(text, number);
	else if ((good = text_number(bytes_of(text), INT64_MAX, &value)))
		*number = (int64_t)value;
	if (good && *number >= setting->least && *number <= setting->most)
		return NULL;
	return wrong(arena, setting, text, text_format(arena, "a %s from "
	    "%lld to %lld", setting->type == SETTING_TIME ?
	    "time (30s, 10m, 8h, 7d), in seconds" : "number",
	    (long long)setting->least, (long long)setting->most));
}

static const struct fault *
set_word(struct arena *arena, const struct setting *setting, const char *text,
    unsigned char *at)
{
	int64_t	 value;

	if (setting->type == SETTING_LEVEL) {
		if (!read_word(level_words, text, &value))
			return wrong(arena, setting, text,
			    "debug, info, warn or error");
		*(int64_t *)(void *)at = value;
		return NULL;
	}
	if (!read_word(tls_words, text, &value))
		return wrong(arena, setting, text,
		    "implicit, starttls or none");
	*(enum tls_mode *)(void *)at = (enum tls_mode)value;
	return NULL;
}

/* What stands for itself in every server's names: in one level, in any case
 * and encoding, so that it can be told from all other names. */
static const struct fault *
set_folder(struct arena *arena, const struct setting *setting,
    const char *text, unsigned char *at)
{
	size_t	 len = strlen(text);

	if (len > FOLDER_BYTES || text_has_control(text) ||
	    !text_is_ascii(text) || strpbrk(text, "/.\\%*&\"#~^") != NULL ||
	    text_equal_case(text, "INBOX") || text[0] == ' ' ||
	    text[len - 1] == ' ' || strstr(text, "  ") != NULL)
		return wrong(arena, setting, text, "a plain folder's name of "
		    "ASCII letters, digits and single blanks");
	*(const char **)(void *)at = arena_text(arena, text);
	return NULL;
}

const struct fault *
setting_set(struct arena *arena, const struct setting *setting,
    const char *text, void *into)
{
	unsigned char	*at = (unsigned char *)into + setting->offset;

	switch (setting->type) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		*(const char **)(void *)at = arena_text(arena, text);
		return NULL;
	case SETTING_LIST:
		*(struct texts *)(void *)at = text_split(arena, text, ", \t");
		return NULL;
	case SETTING_FOLDER:
		return set_folder(arena, setting, text, at);
	case SETTING_NUMBER:
	case SETTING_TIME:
		return set_number(arena, setting, text,
		    (int64_t *)(void *)at);
	case SETTING_TLS:
	case SETTING_LEVEL:
		break;
	}
	return set_word(arena, setting, text, at);
}
