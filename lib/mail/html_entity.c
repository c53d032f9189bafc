#include "mail/html_entity.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_entity_table.h"

enum {
	LAST_CHARACTER = 0x10FFFF,
	C1_FIRST = 0x80,
	C1_LAST = 0x9F
};

struct named {
	char		 name[HTML_ENTITY_NAME_BYTES + 1];
	size_t		 len;
	bool		 bare;		/* may stand without ";" */
	uint32_t	 characters[2];
};

struct html_entities {
	struct arena	*arena;
	struct named	*named;		/* NULL until one is looked for */
};

/* Numbers of C1 controls mean windows-1252 (13.2.5.80). */
static const uint16_t	 windows[] = {
	0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,
	0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019,
	0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A,
	0x153, 0x9D, 0x17E, 0x178
};

struct html_entities *
html_entity_open(struct arena *arena)
{
	struct html_entities	*entities;

	entities = arena_take(arena, sizeof(*entities));
	entities->arena = arena;
	return entities;
}

/* The characters behind a name in the table. */
static const char *
unpack_characters(const char *at, struct named *named)
{
	size_t	 n;

	for (n = 0; ; at++) {
		if (*at == '.')
			n = 1;
		else if (text_is_digit((unsigned char)*at) ||
		    (*at >= 'A' && *at <= 'F'))
			named->characters[n] = named->characters[n] * 16 +
			    (uint32_t)text_hex((unsigned char)*at);
		else
			return at;
	}
}

static void
unpack(struct html_entities *entities)
{
	struct named	*named;
	const char	*const *piece, *at;
	size_t		 i, kept, len;

	entities->named = arena_array(entities->arena, HTML_ENTITY_COUNT,
	    sizeof(*entities->named));
	piece = html_entity_table;
	at = *piece;
	for (i = 0; i < HTML_ENTITY_COUNT; i++) {
		if (*at == '\0')
			at = *++piece;
		named = &entities->named[i];
		kept = (size_t)(*at++ - 'a');
		if (kept > 0)
			memcpy(named->name, named[-1].name, kept);
		len = strcspn(at, "-=");
		memcpy(named->name + kept, at, len);
		named->len = kept + len;
		named->bare = at[len] == '-';
		at = unpack_characters(at + len + 1, named);
	}
}

/* Compares a name of the table with the first len bytes of text. */
static int
compare(const struct named *named, const unsigned char *text, size_t len)
{
	size_t	 least;
	int	 order;

	least = named->len < len ? named->len : len;
	order = memcmp(named->name, text, least);
	if (order != 0 || named->len == len)
		return order;
	return named->len < len ? -1 : 1;
}

static const struct named *
find(const struct html_entities *entities, const unsigned char *text,
    size_t len)
{
	size_t	 low, high, middle;
	int	 order;

	low = 0;
	high = HTML_ENTITY_COUNT;
	while (low < high) {
		middle = (low + high) / 2;
		order = compare(&entities->named[middle], text, len);
		if (order == 0)
			return &entities->named[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The longest name: with ";", else the longest that needs none. */
static bool
take_named(struct html_entities *entities, struct bytes text, bool attribute,
    struct html_entity *entity)
{
	const struct named	*named;
	size_t			 len;

	for (len = 0; len < HTML_ENTITY_NAME_BYTES && len + 1 < text.len &&
	    text_is_alnum(text.at[len + 1]); len++)
		continue;
	if (len == 0)
		return false;
	if (entities->named == NULL)
		unpack(entities);
	named = find(entities, text.at + 1, len);
	entity->len = 1 + len + 1;
	if (named == NULL || entity->len > text.len ||
	    text.at[entity->len - 1] != ';') {
		named = NULL;
		for (; len > 1 && named == NULL; len--) {
			named = find(entities, text.at + 1, len);
			entity->len = 1 + len;
			if (named != NULL && !named->bare)
				named = NULL;
		}
		if (named != NULL && attribute && entity->len < text.len &&
		    (text.at[entity->len] == '=' ||
		    text_is_alnum(text.at[entity->len])))
			return false;
	}
	if (named == NULL)
		return false;
	memcpy(entity->characters, named->characters,
	    sizeof(entity->characters));
	return true;
}

static uint32_t
check_number(uint32_t number)
{
	if (number == 0 || number > LAST_CHARACTER ||
	    (number >= 0xD800 && number < 0xE000))
		return UTF8_REPLACEMENT;
	if (number >= C1_FIRST && number <= C1_LAST)
		return windows[number - C1_FIRST];
	return number;
}

/* "&#10;" and "&#xA;", with or without ";". */
static bool
take_number(struct bytes text, struct html_entity *entity)
{
	uint32_t	 number;
	size_t		 at, start;
	int		 value;
	bool		 hex;

	hex = text.len > 2 && text_lower(text.at[2]) == 'x';
	start = at = hex ? 3 : 2;
	for (number = 0; at < text.len; at++) {
		value = text_hex(text.at[at]);
		if (value == -1 || (!hex && value > 9))
			break;
		if (number <= LAST_CHARACTER)
			number = number * (hex ? 16 : 10) + (uint32_t)value;
	}
	if (at == start)
		return false;
	entity->characters[0] = check_number(number);
	entity->characters[1] = 0;
	entity->len = at + (at < text.len && text.at[at] == ';');
	return true;
}

bool
html_entity_take(struct html_entities *entities, struct bytes text,
    bool attribute, struct html_entity *entity)
{
	if (text.len < 2)
		return false;
	if (text.at[1] == '#')
		return take_number(text, entity);
	return take_named(entities, text, attribute, entity);
}
