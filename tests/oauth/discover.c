#include "../check.h"

#include "oauth/discover.h"

#include "mail/provider.h"
#include "oauth/mailbox.h"

#include "request.h"

/* What was typed stays; what is missing is put beside it. */
static const struct {
	const char	*address;
	const char	*username, *imap_host, *imap_port, *smtp_host;
	/* afterwards */
	const char	*user, *imap, *port, *tls, *smtp, *smtp_tls;
} rows[] = {
	{ "me@gmail.com", NULL, NULL, NULL, NULL,
	  "me@gmail.com", "imap.gmail.com", "993", "implicit",
	  "smtp.gmail.com", "implicit" },
	{ "me@icloud.com", "", "", "", "",
	  "me", "imap.mail.me.com", "993", "implicit", "smtp.mail.me.com",
	  "starttls" },
	{ "me@gmail.com", "you", "imap.example.org", "143", NULL,
	  "you", "imap.example.org", "143", NULL, "smtp.gmail.com",
	  "implicit" },
	{ "me@gmail.com", NULL, NULL, NULL, "smtp.example.org",
	  "me@gmail.com", "imap.gmail.com", "993", "implicit",
	  "smtp.example.org", NULL },
	{ "me@tuta.com", NULL, NULL, NULL, NULL,
	  "me@tuta.com", NULL, NULL, NULL, NULL, NULL },
	{ "nobody", NULL, NULL, NULL, NULL,
	  NULL, NULL, NULL, NULL, NULL, NULL }
};

static void
check(const char *found, const char *wanted)
{
	if (wanted == NULL)
		assert_true(text_is_empty(found));
	else
		assert_string_equal(found, wanted);
}

static void
fills_what_is_empty(void **state)
{
	struct arena		*arena = arena_open();
	struct request		 request;
	struct mailbox_form	 form;
	struct servers		 servers;
	size_t			 i;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	request.deadline = INT64_MAX;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		form = (struct mailbox_form){
			.username = rows[i].username,
			.imap_host = rows[i].imap_host,
			.imap_port = rows[i].imap_port,
			.smtp_host = rows[i].smtp_host
		};
		discover_find(&request, rows[i].address, &servers);
		discover_fill(&request, &servers, &form);
		check(form.username, rows[i].user);
		check(form.imap_host, rows[i].imap);
		check(form.imap_port, rows[i].port);
		check(form.imap_tls, rows[i].tls);
		check(form.smtp_host, rows[i].smtp);
		check(form.smtp_tls, rows[i].smtp_tls);
	}
	arena_close(arena);
}

/* Where the operator names the servers there is nothing to find. */
static void
finds_only_where_there_is_a_choice(void **state)
{
	struct arena	*arena = arena_open();
	struct config	 config;
	struct request	 request;
	struct servers	 servers;

	(void)state;
	test_request(arena, test_authority(arena, TEST_KEY), &request);
	request.deadline = INT64_MAX;
	config = *request.config;
	request.config = &config;
	discover_find(&request, "me@gmail.com", &servers);
	assert_int_equal(servers.source, SERVERS_PROVIDER);
	assert_string_equal(servers.provider->name, "Gmail");
	config.imap_host = "imap.example.org";
	discover_find(&request, "me@gmail.com", &servers);
	assert_int_equal(servers.source, SERVERS_NONE);
	texts_add(arena, &config.mail_hosts, "imap.gmail.com");
	discover_find(&request, "me@gmail.com", &servers);
	assert_int_equal(servers.source, SERVERS_PROVIDER);
	assert_null(servers.smtp.host);
	config.mail_hosts.at[0] = "*.example.org";
	discover_find(&request, "me@gmail.com", &servers);
	assert_int_equal(servers.source, SERVERS_NONE);
	discover_find(&request, NULL, &servers);
	assert_int_equal(servers.source, SERVERS_NONE);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(fills_what_is_empty),
    cmocka_unit_test(finds_only_where_there_is_a_choice))
