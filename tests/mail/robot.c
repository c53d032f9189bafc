#include "../check.h"

#include "base/arena.h"
#include "mail/header.h"
#include "mail/robot.h"

static const struct {
	const char	*fields;
	const char	*from;
	bool		 robot;
} cases[] = {
	{ "", "anna@example.org", false },
	{ "", "", true },
	{ "", "no-reply@example.org", true },
	{ "", "No_Reply.Please@example.org", true },
	{ "", "noreply+token@example.org", true },
	{ "", "do-not-reply@example.org", true },
	{ "", "MAILER-DAEMON@example.org", true },
	{ "", "bounces+12@example.org", true },
	{ "", "newsletter@example.org", true },
	{ "", "norbert.eply@example.org", false },
	{ "", "news.anna@example.org", false },
	{ "", "anna@noreply.example.org", false },
	{ "List-Id: <a.example.org>\r\n", "anna@example.org", true },
	{ "LIST-UNSUBSCRIBE: <mailto:x@y>\r\n", "anna@example.org", true },
	{ "Precedence: bulk\r\n", "anna@example.org", true },
	{ "Precedence:  List\r\n", "anna@example.org", true },
	{ "Precedence: normal\r\n", "anna@example.org", false },
	{ "Auto-Submitted: no\r\n", "anna@example.org", false },
	{ "Auto-Submitted: No (person)\r\n", "anna@example.org", false },
	{ "Auto-Submitted: auto-replied; x\r\n", "anna@example.org", true },
	{ "Auto-Submitted:\r\n", "anna@example.org", true },
	{ "Return-Path: <>\r\n", "anna@example.org", true },
	{ "Return-Path: <anna@example.org>\r\n", "anna@example.org", false },
	{ "Subject: List-Id: x\r\n", "anna@example.org", false }
};

static void
tells_robots(void **state)
{
	struct arena	*arena = arena_open();
	struct pairs	 fields;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fields = header_fields(arena, bytes_of(cases[i].fields));
		if (robot_wrote(arena, fields, cases[i].from) !=
		    cases[i].robot)
			fail_msg("%s%s", cases[i].fields, cases[i].from);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(tells_robots))
