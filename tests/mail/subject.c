#include "../check.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/utf8.h"
#include "mail/subject.h"

struct row {
	const char	*given;
	const char	*reply;
	const char	*forward;
};

static const struct row	 rows[] = {
	{ NULL, "Re:", "Fwd:" },
	{ "", "Re:", "Fwd:" },
	{ "  ", "Re:", "Fwd:" },
	{ "Plan", "Re: Plan", "Fwd: Plan" },
	{ "Re: Plan", "Re: Plan", "Fwd: Re: Plan" },
	{ "RE: re:Re : Plan", "Re: Plan", "Fwd: RE: re:Re : Plan" },
	{ "AW: RE: AW: Plan", "Re: Plan", "Fwd: AW: RE: AW: Plan" },
	{ "SV: VS: Antw: Odp: Plan", "Re: Plan",
	    "Fwd: SV: VS: Antw: Odp: Plan" },
	{ "Re[2]: Plan", "Re: Plan", "Fwd: Re[2]: Plan" },
	{ "RE(12): Re^3: Plan", "Re: Plan", "Fwd: RE(12): Re^3: Plan" },
	{ "回复：Re: 计划", "Re: 计划", "Fwd: 回复：Re: 计划" },
	{ "RÉP: Réf : Plan", "Re: Plan", "Fwd: RÉP: Réf : Plan" },
	{ "rép : Plan", "Re: Plan", "Fwd: rép : Plan" },
	{ "R: Piano", "Re: Piano", "Fwd: R: Piano" },
	{ "r: a language", "Re: r: a language", "Fwd: r: a language" },
	{ "Fwd: Plan", "Re: Fwd: Plan", "Fwd: Plan" },
	{ "WG: FW: Fwd: Plan", "Re: WG: FW: Fwd: Plan", "Fwd: Plan" },
	{ "WG: AW: Plan", "Re: WG: AW: Plan", "Fwd: AW: Plan" },
	{ "[list] Re: Plan", "Re: [list] Plan", "Fwd: [list] Re: Plan" },
	{ "Re: [list] AW: Re: Plan", "Re: [list] Plan",
	    "Fwd: Re: [list] AW: Re: Plan" },
	{ "[list] Plan", "Re: [list] Plan", "Fwd: [list] Plan" },
	{ "[list] Re: ", "Re: [list]", "Fwd: [list] Re:" },
	/* These only look alike. */
	{ "Recall: Plan", "Re: Recall: Plan", "Fwd: Recall: Plan" },
	{ "Re Plan", "Re: Re Plan", "Fwd: Re Plan" },
	{ "Re[x]: Plan", "Re: Re[x]: Plan", "Fwd: Re[x]: Plan" },
	{ "Re[99999]: Plan", "Re: Re[99999]: Plan",
	    "Fwd: Re[99999]: Plan" },
	{ "Re[2: Plan", "Re: Re[2: Plan", "Fwd: Re[2: Plan" },
	{ "[open Re: Plan", "Re: [open Re: Plan", "Fwd: [open Re: Plan" },
	{ "Plan\r\nBcc: x@example.org", "Re: Plan Bcc: x@example.org",
	    "Fwd: Plan Bcc: x@example.org" }
};

static void
prefixes(void **state)
{
	struct arena	*arena = arena_open();
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(subject_reply(arena, rows[i].given),
		    rows[i].reply);
		assert_string_equal(subject_forward(arena, rows[i].given),
		    rows[i].forward);
		/* Once more changes nothing. */
		assert_string_equal(subject_reply(arena, rows[i].reply),
		    rows[i].reply);
		assert_string_equal(subject_forward(arena, rows[i].forward),
		    rows[i].forward);
	}
	arena_close(arena);
}

static void
long_subjects(void **state)
{
	struct arena	*arena = arena_open();
	struct buf	 buf;
	const char	*made;
	size_t		 i;

	(void)state;
	buf_start(&buf, arena);
	for (i = 0; i < 20000; i++)
		buf_text(&buf, "Re: ");
	assert_string_equal(subject_reply(arena, buf_string(&buf)), "Re:");
	buf_byte(&buf, 'x');
	for (i = 0; i < 20000; i++)
		buf_text(&buf, "ä");
	made = subject_reply(arena, buf_string(&buf));
	assert_true(strlen(made) <= SUBJECT_BYTES + strlen("Re: "));
	assert_true(utf8_is_valid(bytes_of(made)));
	assert_null(strstr(made, "\xEF\xBF\xBD"));
	/* Where it is cut no blank is left, and once more changes nothing. */
	buf_cut(&buf, 0);
	buf_text(&buf, "[list] Re: ");
	for (i = 0; i < SUBJECT_BYTES; i++)
		buf_text(&buf, "x ");
	made = subject_reply(arena, buf_string(&buf));
	assert_true(made[strlen(made) - 1] == 'x');
	assert_string_equal(subject_reply(arena, made), made);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(prefixes), cmocka_unit_test(long_subjects))
