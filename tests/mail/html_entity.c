#include "../check.h"

#include <stdbool.h>
#include <string.h>

#include "../corpora.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/json.h"
#include "data/utf8.h"
#include "mail/html_entity.h"

struct given {
	const char	*text;
	uint32_t	 first, second;
	size_t		 len;		/* 0: no reference */
	size_t		 attribute_len;
};

static const struct given givens[] = {
	{ "&amp;", '&', 0, 5, 5 },
	{ "&amp", '&', 0, 4, 4 },
	{ "&AMP;", '&', 0, 5, 5 },
	{ "&ampx", '&', 0, 4, 0 },
	{ "&amp=", '&', 0, 4, 0 },
	{ "&amp x", '&', 0, 4, 4 },
	{ "&notin;", 0x2209, 0, 7, 7 },
	{ "&notit;", 0xAC, 0, 4, 0 },
	{ "&not", 0xAC, 0, 4, 4 },
	{ "&NotEqualTilde;", 0x2242, 0x338, 15, 15 },
	{ "&CounterClockwiseContourIntegral;", 0x2233, 0, 33, 33 },
	{ "&Aacute;", 0xC1, 0, 8, 8 },
	{ "&zwnj;", 0x200C, 0, 6, 6 },
	{ "&#65;", 'A', 0, 5, 5 },
	{ "&#65x", 'A', 0, 4, 4 },
	{ "&#x41;", 'A', 0, 6, 6 },
	{ "&#X41;", 'A', 0, 6, 6 },
	{ "&#x1F600;", 0x1F600, 0, 9, 9 },
	{ "&#128;", 0x20AC, 0, 6, 6 },
	{ "&#0;", 0xFFFD, 0, 4, 4 },
	{ "&#xD800;", 0xFFFD, 0, 8, 8 },
	{ "&#99999999999999999999;", 0xFFFD, 0, 23, 23 },
	{ "&", 0, 0, 0, 0 },
	{ "&;", 0, 0, 0, 0 },
	{ "& amp;", 0, 0, 0, 0 },
	{ "&notin", 0xAC, 0, 4, 0 },
	{ "&zwnj", 0, 0, 0, 0 },
	{ "&nosuch;", 0, 0, 0, 0 },
	{ "&#;", 0, 0, 0, 0 },
	{ "&#x;", 0, 0, 0, 0 },
	{ "&#xg;", 0, 0, 0, 0 }
};

static void
test_take(void **state)
{
	struct html_entities	*entities;
	struct html_entity	 entity;
	struct arena		*arena;
	size_t			 i;
	bool			 taken;

	(void)state;
	arena = arena_open();
	entities = html_entity_open(arena);
	for (i = 0; i < sizeof(givens) / sizeof(givens[0]); i++) {
		memset(&entity, 0, sizeof(entity));
		taken = html_entity_take(entities, bytes_of(givens[i].text),
		    true, &entity);
		assert_int_equal(taken ? entity.len : 0,
		    givens[i].attribute_len);
		memset(&entity, 0, sizeof(entity));
		taken = html_entity_take(entities, bytes_of(givens[i].text),
		    false, &entity);
		assert_int_equal(taken ? entity.len : 0, givens[i].len);
		if (!taken)
			continue;
		assert_int_equal(entity.characters[0], givens[i].first);
		assert_int_equal(entity.characters[1], givens[i].second);
	}
	arena_close(arena);
}

static const char *
decode(struct arena *arena, struct html_entities *entities, const char *text)
{
	struct html_entity	 entity;
	struct bytes		 rest;
	struct buf		 buf;

	buf_start(&buf, arena);
	for (rest = bytes_of(text); rest.len > 0; ) {
		memset(&entity, 0, sizeof(entity));
		if (rest.at[0] != '&' ||
		    !html_entity_take(entities, rest, false, &entity)) {
			buf_byte(&buf, rest.at[0]);
			rest = bytes_slice(rest, 1, rest.len);
			continue;
		}
		utf8_put(&buf, entity.characters[0]);
		if (entity.characters[1] != 0)
			utf8_put(&buf, entity.characters[1]);
		rest = bytes_slice(rest, entity.len, rest.len);
	}
	return buf_string(&buf);
}

/* The tokenizer's vectors whose outcome is one text. */
static void
test_vectors(void **state)
{
	const struct json	*all, *one, *output;
	struct html_entities	*entities;
	struct arena		*arena;
	struct bytes		 file;
	const char		*input;
	size_t			 i, checked;

	(void)state;
	arena = arena_open();
	file = corpora_read(arena, "html/html5lib-tokenizer/entities.test");
	if (file.at == NULL) {
		arena_close(arena);
		return;
	}
	assert_null(json_read(arena, file, JSON_KEYS_LAST, &all));
	all = json_member(all, "tests");
	entities = html_entity_open(arena);
	for (i = checked = 0; i < json_count(all); i++) {
		one = json_element(all, i);
		input = json_text(json_member(one, "input"));
		output = json_member(one, "output");
		if (input == NULL || input[0] != '&' ||
		    json_count(output) != 1)
			continue;
		output = json_element(json_element(output, 0), 1);
		assert_string_equal(decode(arena, entities, input),
		    json_text(output));
		checked++;
	}
	assert_true(checked > 60);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_take), cmocka_unit_test(test_vectors))
