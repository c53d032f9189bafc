#include "../check.h"

#include "base/arena.h"
#include "base/config.h"
#include "oauth/client.h"
#include "oauth/hosts.h"
#include "oauth/mailbox.h"

/*
 * Which servers an account gets: what the configuration names, what was
 * typed, and whether the operator is then said to have named it.
 */
static const struct {
	const char	*configured_imap, *configured_smtp;
	bool		 others;		/* ALLOWED_MAIL_HOSTS */
	const char	*imap_host, *imap_port;	/* typed */
	const char	*smtp_host, *smtp_port;
	const char	*imap, *smtp;		/* hosts; NULL: none */
	bool		 imap_named, smtp_named;
} rows[] = {
	{ "imap.a", "smtp.a", false, NULL, NULL, NULL, NULL,
	  "imap.a", "smtp.a", true, true },
	{ "imap.a", "smtp.a", false, "imap.b", "993", "smtp.b", "587",
	  "imap.a", "smtp.a", true, true },
	{ "imap.a", NULL, false, NULL, NULL, "smtp.b", "587",
	  "imap.a", NULL, true, false },
	{ "imap.a", "smtp.a", true, NULL, NULL, NULL, NULL,
	  "imap.a", "smtp.a", true, true },
	{ "imap.a", "smtp.a", true, "IMAP.A", "1993", "smtp.a", "1587",
	  "imap.a", "smtp.a", true, true },
	{ "imap.a", "smtp.a", true, "imap.a", "993", "smtp.a", "1587",
	  "imap.a", "smtp.a", false, true },
	{ "imap.a", "smtp.a", true, "imap.b", "993", "smtp.b", "587",
	  "imap.b", "smtp.b", false, false },
	{ "imap.a", "smtp.a", true, "imap.b", "993", NULL, NULL,
	  "imap.b", NULL, false, false },
	{ "imap.a", "smtp.a", true, "imap.b", "993", "", "587",
	  "imap.b", NULL, false, false },
	{ NULL, NULL, true, "imap.b", "993", "smtp.b", "587",
	  "imap.b", "smtp.b", false, false },
	{ NULL, NULL, false, "imap.b", NULL, NULL, NULL,
	  "imap.b", NULL, false, false },
	{ NULL, NULL, false, NULL, NULL, NULL, NULL,
	  NULL, NULL, false, false },
};

static void
check_server(const struct object *object, const char *host, bool named)
{
	const struct mail_server	*server = object->at;

	if (host == NULL) {
		assert_true(server == NULL || server->host == NULL);
		return;
	}
	assert_non_null(server);
	assert_string_equal(server->host, host);
	assert_int_equal(server->named, named);
}

static void
choosing(void **state)
{
	const char		*pattern = "*.b";
	struct arena		*arena;
	struct account		 account;
	struct problems		 problems;
	struct client		 client = { 0 };
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct config	 config = {
			.imap_host = rows[i].configured_imap,
			.imap_port = 1993, .imap_tls = TLS_STARTTLS,
			.smtp_host = rows[i].configured_smtp,
			.smtp_port = 1587, .smtp_tls = TLS_STARTTLS,
			.mail_hosts = { &pattern, rows[i].others ? 1 : 0 }
		};
		const struct mailbox_form	 form = {
			.username = "anna@b.example", .password = "x",
			.imap_host = rows[i].imap_host,
			.imap_port = rows[i].imap_port,
			.smtp_host = rows[i].smtp_host,
			.smtp_port = rows[i].smtp_port,
			.scope = text_split(arena, "mail:send", " ")
		};

		mailbox_read(arena, &config, &client, &form, &account,
		    &problems);
		check_server(&account.imap, rows[i].imap,
		    rows[i].imap_named);
		check_server(&account.smtp, rows[i].smtp,
		    rows[i].smtp_named);
	}
	arena_close(arena);
}

static void
proposing(void **state)
{
	const struct config	 config = {
		.imap_host = "imap.a", .imap_port = 143,
		.imap_tls = TLS_STARTTLS, .smtp_port = 587
	};
	struct mailbox_form	 form = { 0 };
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	hosts_propose(arena, &config, &form);
	assert_string_equal(form.imap_host, "imap.a");
	assert_string_equal(form.imap_port, "143");
	assert_string_equal(form.imap_tls, "starttls");
	assert_null(form.smtp_host);
	assert_string_equal(form.smtp_port, "587");
	assert_null(form.smtp_tls);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(choosing), cmocka_unit_test(proposing))
