#include "mail/refused.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../check.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/sasl.h"

/* Time is of our making. */
static int64_t	 wall = 1785229200;

int64_t
clock_now(void)
{
	return wall;
}

static const struct sasl_credentials	 anna = {
	.host = "mail.example.org", .port = 993, .username = "anna",
	.password = "open sesame"
};

static bool
may_try(struct arena *arena, const struct config *config,
    const struct sasl_credentials *credentials, enum fault_kind outcome)
{
	const struct fault	*bad;
	struct refused		 refused;

	bad = refused_find(arena, config, credentials, &refused);
	if (bad != NULL) {
		assert_int_equal(bad->kind, FAULT_LOGIN);
		assert_null(strstr(bad->detail, "sesame"));
		return false;
	}
	refused_note(arena, &refused, outcome == FAULT_KINDS ? NULL :
	    fault_make(arena, outcome, "what the server says"));
	return true;
}

static void
begin(struct arena *arena, struct config *config)
{
	memset(config, 0, sizeof(*config));
	config->run_dir = mkdtemp(arena_text(arena, "/tmp/refused-XXXXXX"));
	assert_non_null(config->run_dir);
}

static void
end(struct arena *arena, const struct config *config)
{
	assert_int_equal(unlink(text_format(arena, "%s/refused-logins",
	    config->run_dir)), 0);
	assert_int_equal(rmdir(config->run_dir), 0);
	arena_close(arena);
}

/* Of twenty tries three reach the server, and after the time as many again. */
static void
of_twenty_three(void **state)
{
	struct arena	*arena = arena_open();
	struct config	 config;
	size_t		 i, tries = 0;

	(void)state;
	begin(arena, &config);
	for (i = 0; i < 20; i++, wall++)
		tries += may_try(arena, &config, &anna, FAULT_LOGIN);
	assert_int_equal(tries, REFUSED_MOST);
	wall += REFUSED_SECONDS;
	for (i = 0; i < 20; i++)
		tries += may_try(arena, &config, &anna, FAULT_LOGIN);
	assert_int_equal(tries, 2 * REFUSED_MOST);
	end(arena, &config);
}

/* Another password, user or server is another's. */
static void
others_are_tried(void **state)
{
	struct sasl_credentials	 others[5];
	struct arena		*arena = arena_open();
	struct config		 config;
	size_t			 i;

	(void)state;
	begin(arena, &config);
	for (i = 0; i < 5; i++) {
		others[i] = anna;
		(void)may_try(arena, &config, &anna, FAULT_LOGIN);
	}
	others[0].password = "open Sesame";
	others[1].username = "bob";
	others[2].host = "mail.example.com";
	others[3].port = 143;
	others[4].password = NULL;
	others[4].bearer = "open sesame";
	assert_false(may_try(arena, &config, &anna, FAULT_KINDS));
	for (i = 0; i < 5; i++)
		assert_true(may_try(arena, &config, &others[i], FAULT_KINDS));
	end(arena, &config);
}

/* The first who shares a counter with anna, but not the other. */
static const char *
find_neighbour(struct arena *arena)
{
	const struct config	 nowhere = { 0 };
	struct sasl_credentials	 other = anna;
	struct refused		 hers, his;
	unsigned		 i;

	assert_null(refused_find(arena, &nowhere, &anna, &hers));
	for (i = 0;; i++) {
		other.username = text_format(arena, "u%u", i);
		assert_null(refused_find(arena, &nowhere, &other, &his));
		if (his.counters[0] == hers.counters[0] &&
		    his.counters[1] != hers.counters[1])
			return other.username;
	}
}

/* Counters are few; who shares one with somebody who was refused is tried. */
static void
neighbours_are_tried(void **state)
{
	struct sasl_credentials	 other = anna;
	struct arena		*arena = arena_open();
	struct config		 config;
	size_t			 i;

	(void)state;
	begin(arena, &config);
	other.username = find_neighbour(arena);
	for (i = 0; i < 5; i++)
		(void)may_try(arena, &config, &anna, FAULT_LOGIN);
	assert_false(may_try(arena, &config, &anna, FAULT_KINDS));
	assert_true(may_try(arena, &config, &other, FAULT_KINDS));
	end(arena, &config);
}

/* What tells nothing of the password counts for nothing; what shows that it is
 * good clears it. */
static void
what_counts(void **state)
{
	static const enum fault_kind	 kinds[] = { FAULT_UNAVAILABLE,
	    FAULT_CONNECT, FAULT_TIMEOUT, FAULT_PROTOCOL, FAULT_LOGIN,
	    FAULT_LOGIN, FAULT_KINDS, FAULT_LOGIN, FAULT_LOGIN, FAULT_TLS,
	    FAULT_KINDS };
	struct arena			*arena = arena_open();
	struct config			 config;
	size_t				 i;

	(void)state;
	begin(arena, &config);
	for (i = 0; i < 5 * sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_true(may_try(arena, &config, &anna,
		    kinds[i % (sizeof(kinds) / sizeof(kinds[0]))]));
	end(arena, &config);
}

/* Without a folder to count in, or one that can't be written, all are. */
static void
nowhere_to_count(void **state)
{
	static const char *const	 folders[] = { NULL, "", "/nowhere" };
	struct arena			*arena = arena_open();
	struct config			 config = { 0 };
	size_t				 i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		config.run_dir = folders[i];
		for (j = 0; j < 20; j++)
			assert_true(may_try(arena, &config, &anna,
			    FAULT_LOGIN));
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(of_twenty_three),
    cmocka_unit_test(others_are_tried), cmocka_unit_test(neighbours_are_tried),
    cmocka_unit_test(what_counts),
    cmocka_unit_test(nowhere_to_count))
