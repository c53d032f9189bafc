#include "../check.h"

#include "base/arena.h"
#include "base/buf.h"
#include "mail/account.h"
#include "mail/address.h"
#include "mail/audience.h"
#include "mail/header.h"

static const char	*aliases[] = { "info@example.org" };

static const struct account	 account = {
	.address = "anna@example.org", .aliases = { aliases, 1 }
};

/* A header; whom an answer to it goes to, "to | cc"; what it comes from. */
static const struct row {
	const char	*header;
	const char	*one, *all;
	const char	*own;
} rows[] = {
	{ "From: B <b@example.net>\nTo: anna@example.org, c@example.net\n"
	    "Cc: d@example.net, INFO@example.org\n",
	    "B <b@example.net> |", "B <b@example.net>, c@example.net | "
	    "d@example.net", "anna@example.org" },
	{ "From: b@example.net\nTo: Info <info@example.org>\n",
	    "b@example.net |", "b@example.net |", "info@example.org" },
	{ "From: b@example.net\nReply-To: r@example.net\nTo: l@example.net\n"
	    "Delivered-To: info@example.org\n",
	    "r@example.net |", "r@example.net, l@example.net |",
	    "info@example.org" },
	{ "From: b@example.net\nReply-To: list@example.net\n"
	    "Mail-Reply-To: private@example.net\nTo: list@example.net\n",
	    "private@example.net |",
	    "private@example.net, list@example.net |", "anna@example.org" },
	{ "From: b@example.net\nTo: list@example.net\nCc: c@example.net\n"
	    "Mail-Followup-To: list@example.net, anna+l@example.org\n",
	    "b@example.net |", "list@example.net |", "anna@example.org" },
	/* Own messages go to who got them. */
	{ "From: Anna <Anna@Example.org>\nTo: b@example.net\n"
	    "Cc: c@example.net, info@example.org\n",
	    "b@example.net |", "b@example.net | c@example.net",
	    "anna@example.org" },
	{ "From: info@example.org\nCc: c@example.net\n",
	    "c@example.net |", "c@example.net |", "info@example.org" },
	{ "From: anna@example.org\nTo: anna@example.org\n",
	    "anna@example.org |", "anna@example.org |", "anna@example.org" },
	{ "From: anna@example.org\nBcc: b@example.net\n",
	    "anna@example.org |", "anna@example.org |", "anna@example.org" },
	/* Each once, whatever the letters; groups are opened. */
	{ "From: b@example.net\nTo: B@EXAMPLE.net, c@example.net\n"
	    "Cc: team: C@example.net, d@example.net;\n",
	    "b@example.net |", "b@example.net, c@example.net | "
	    "d@example.net", "anna@example.org" },
	{ "From: =?utf-8?q?M=C3=BCller=2C_J?= <m@b\xC3\xBC""cher.example>\n",
	    "\"Müller, J\" <m@xn--bcher-kva.example> |",
	    "\"Müller, J\" <m@xn--bcher-kva.example> |",
	    "anna@example.org" },
	/* What mail can't be sent to is left out. */
	{ "From: nobody\nTo: undisclosed-recipients:;\n", "! |", "! |",
	    "anna@example.org" },
	{ "From: b@example.net\nReply-To: <>\nTo: c d@e@f, g@example.net\n",
	    NULL, NULL, "anna@example.org" },
	{ "Subject: x\n", "|", "|", "anna@example.org" }
};

static void
put(struct arena *arena, struct objects list, struct buf *buf)
{
	const struct address	*addresses = list.at;
	size_t			 i;

	for (i = 0; i < list.len; i++)
		buf_format(buf, "%s%s", i > 0 ? ", " : "",
		    address_write(arena, &addresses[i]));
}

static const char *
flatten(struct arena *arena, const struct audience *audience)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	put(arena, audience->to, &buf);
	buf_text(&buf, audience->unusable ? "! |" :
	    audience->to.len == 0 ? "|" : " |");
	if (audience->cc.len > 0)
		buf_byte(&buf, ' ');
	put(arena, audience->cc, &buf);
	return buf_string(&buf);
}

static void
recipients(void **state)
{
	struct arena		*arena = arena_open();
	struct correspondence	 from;
	struct audience		 audience;
	size_t			 i;
	int			 all;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		audience_read(arena, header_fields(arena,
		    bytes_of(rows[i].header)), &from);
		for (all = 0; all < 2; all++) {
			if (rows[i].one == NULL)
				continue;
			audience_choose(arena, &account, &from, all,
			    &audience);
			assert_string_equal(flatten(arena, &audience),
			    all ? rows[i].all : rows[i].one);
		}
		assert_string_equal(audience_own(arena, &account, &from),
		    rows[i].own);
	}
	arena_close(arena);
}

/* Whatever a header holds, what comes of it can be sent to. */
static void
hostile(void **state)
{
	static const char *const	 values[] = {
		"a@b.example\r\n RCPT TO:<x@y.example>", "<a@b>c@d.example>",
		"\"a\\\"b\"@c.example", "a@[127.0.0.1]", "a@b.example.", "@",
		"<@r.example:a@b.example>", "a\x01@b.example", "\xff@\xff",
		"a@b.example,,,;:", "=?utf-8?q?a=40b.example?="
	};
	struct arena			*arena = arena_open();
	struct correspondence		 from;
	struct audience			 audience;
	struct objects			 again;
	const struct address		*addresses;
	size_t				 i, j;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		audience_read(arena, header_fields(arena, bytes_of(
		    text_format(arena, "From: %s\nTo: %s\n", values[i],
		    values[i]))), &from);
		audience_choose(arena, &account, &from, true, &audience);
		addresses = audience.to.at;
		for (j = 0; j < audience.to.len; j++) {
			assert_null(address_read(arena, address_write(arena,
			    &addresses[j]), &again));
			assert_int_equal(again.len, 1);
		}
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(recipients), cmocka_unit_test(hostile))
