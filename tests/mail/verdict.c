#include "../check.h"

#include "base/arena.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/verdict.h"

/* A header, and the words expected; server NULL: nothing to believe. */
static const struct {
	const char	*header;
	const char	*server, *spf, *dkim, *dmarc;
} cases[] = {
	{ "Received: from a by mx.example.org; now\r\n"
	  "Authentication-Results: mx.example.org; spf=pass "
	  "smtp.mailfrom=x@y; dkim=pass (2048-bit) header.d=y; dmarc=pass\r\n",
	  "mx.example.org", "pass", "pass", "pass" },
	{ "Authentication-Results: example.org 1;\r\n spf=FAIL;\r\n"
	  " dkim=none\r\nReceived: from a by mx2.example.org\r\n",
	  "example.org", "fail", "none", NULL },
	{ "Received: by in.example.org\r\nReceived: from b by mx.example.org"
	  "\r\nAuthentication-Results: mx.example.org; dkim=fail reason=\"a;"
	  " b\"; dkim=pass header.d=z\r\n",
	  "mx.example.org", NULL, "pass", NULL },
	{ "Received: by mx.example.org\r\nAuthentication-Results: "
	  "mx.example.org; none\r\n", "mx.example.org", NULL, NULL, NULL },
	{ "Received: by mx.example.org\r\nAuthentication-Results: "
	  "mx.example.org; xspf=pass; spf=(pass) fail; dkim/1=pass\r\n",
	  "mx.example.org", "fail", "pass", NULL },
	/* The sender's own: the hop above is another site. */
	{ "Received: from evil by mx.example.org\r\n"
	  "Authentication-Results: evil.example; spf=pass; dmarc=pass\r\n",
	  NULL, NULL, NULL, NULL },
	{ "Received: by mx.example.org\r\nReceived: by relay.evil.example\r\n"
	  "Authentication-Results: mx.example.org; dmarc=pass\r\n",
	  NULL, NULL, NULL, NULL },
	/* No hop at all: nobody received it. */
	{ "Authentication-Results: mx.example.org; spf=pass\r\n",
	  NULL, NULL, NULL, NULL },
	/* The topmost counts, whatever stands below it. */
	{ "Received: by mx.example.org\r\n"
	  "Authentication-Results: mx.example.org; spf=fail\r\n"
	  "Authentication-Results: mx.example.org; spf=pass\r\n",
	  "mx.example.org", "fail", NULL, NULL },
	{ "Received: by mx.example.org\r\nAuthentication-Results: \r\n",
	  NULL, NULL, NULL, NULL },
	{ "Received: from x (by mx.example.org)\r\nAuthentication-Results: "
	  "mx.example.org; spf=pass\r\n", NULL, NULL, NULL, NULL },
	{ "Subject: x\r\n", NULL, NULL, NULL, NULL }
};

static void
check_word(const char *found, const char *expected)
{
	if (expected == NULL)
		assert_null(found);
	else
		assert_string_equal(found, expected);
}

static void
believes_our_own_server_only(void **state)
{
	struct verdict	 verdict;
	struct arena	*arena = arena_open();
	size_t		 i;
	bool		 found;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		found = verdict_read(arena, header_fields(arena,
		    bytes_of(cases[i].header)), &verdict);
		if (found != (cases[i].server != NULL))
			fail_msg("case %zu", i);
		if (!found)
			continue;
		assert_string_equal(verdict.server, cases[i].server);
		check_word(verdict.spf, cases[i].spf);
		check_word(verdict.dkim, cases[i].dkim);
		check_word(verdict.dmarc, cases[i].dmarc);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(believes_our_own_server_only))
