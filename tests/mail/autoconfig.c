#include "mail/autoconfig.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "mail/autoconfig_document.h"
#include "mail/lookup.h"

#include "../check.h"

#define PROVIDER(servers)						\
	"<clientConfig version='1.1'><emailProvider id='x'>"		\
	servers "</emailProvider></clientConfig>"
#define IMAP(host, port, socket, more)					\
	"<incomingServer type='imap'><hostname>" host "</hostname>"	\
	"<port>" port "</port><socketType>" socket "</socketType>" more	\
	"</incomingServer>"
#define SMTP(host, port, socket, more)					\
	"<outgoingServer type='smtp'><hostname>" host "</hostname>"	\
	"<port>" port "</port><socketType>" socket "</socketType>" more	\
	"</outgoingServer>"
#define USER(name)	"<username>" name "</username>"
#define BY(way)		"<authentication>" way "</authentication>"
#define PLAIN		IMAP("i.example.org", "993", "SSL", "")

static const char	 address[] = "Me.Too@mail.example.org";

struct document_case {
	const char	*given;
	const char	*read;		/* NULL: refused */
};

static const struct document_case	 documents[] = {
	{ PROVIDER(IMAP("imap.example.org", "993", "SSL",
	  USER("%EMAILADDRESS%") BY("password-cleartext"))
	  SMTP("smtp.example.org", "587", "STARTTLS",
	  USER("%EMAILADDRESS%"))),
	  "imap.example.org:993 tls, smtp.example.org:587 starttls, "
	  "Me.Too@mail.example.org" },
	{ PROVIDER(IMAP(" I.Example.ORG\n", " 143 ", "starttls",
	  USER("%EMAILLOCALPART%"))),
	  "i.example.org:143 starttls, none, Me.Too" },
	{ PROVIDER(IMAP("imap.%EMAILDOMAIN%", "993", "SSL",
	  USER("%EMAILLOCALPART%.%EMAILDOMAIN%"))
	  SMTP("smtp.%EMAILDOMAIN%", "465", "SSL", USER("me"))),
	  "imap.mail.example.org:993 tls, smtp.mail.example.org:465 tls, "
	  "Me.Too.mail.example.org, me" },
	/* Text in pieces. */
	{ PROVIDER(IMAP("i<!-- x -->.exa<![CDATA[mple]]>&#46;org", "993",
	  "SSL", "")), "i.example.org:993 tls, none, none" },
	/* A user name that is no text is none. */
	{ PROVIDER(IMAP("i.example.org", "993", "SSL", USER("m\xc3\xa9"))),
	  "i.example.org:993 tls, none, m\xc3\xa9" },
	{ PROVIDER(IMAP("i.example.org", "993", "SSL", USER("m\xe9"))),
	  "i.example.org:993 tls, none, none" },
	{ PROVIDER(IMAP("i.example.org", "993", "SSL", USER("m&#7;"))),
	  NULL },
	{ PROVIDER(IMAP("i.example.org", "993", "SSL", USER("m\a"))), NULL },
	/* The first that can be used; never one without TLS. */
	{ PROVIDER("<domain>x</domain><displayName>&lt;b></displayName>"
	  "<incomingServer type='pop3'><hostname>p.example.org</hostname>"
	  "<port>995</port><socketType>SSL</socketType></incomingServer>"
	  IMAP("a.example.org", "143", "plain", "")
	  IMAP("b.example.org", "993", "SSL", "")
	  IMAP("c.example.org", "993", "SSL", "")),
	  "b.example.org:993 tls, none, none" },
	{ PROVIDER(IMAP("a.example.org", "993", "SSL", BY("OAuth2"))
	  IMAP("b.example.org", "993", "SSL", BY("OAuth2")
	  BY("password-cleartext"))), "b.example.org:993 tls, none, none" },
	{ PROVIDER(IMAP("a.example.org", "993", "SSL", BY("OAuth2"))
	  IMAP("b.example.org", "143", "STARTTLS", BY("GSSAPI"))),
	  "a.example.org:993 tls, none, none, closed" },
	/* No host that may not be dialled. */
	{ PROVIDER(IMAP("localhost", "993", "SSL", "") PLAIN),
	  "i.example.org:993 tls, none, none" },
	{ PROVIDER(PLAIN SMTP("127.0.0.1x", "465", "SSL", "")),
	  "i.example.org:993 tls, none, none" },
	{ PROVIDER(IMAP("imap", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("11.22.33.44", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("[2600::1]", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("a.internal", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org", "22", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org", "0993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org", "-1", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org", "", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org", "993", "", "")), NULL },
	{ PROVIDER(IMAP("", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org/x", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.example.org:993", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("i.exa mple.org", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("me@i.example.org", "993", "SSL", "")), NULL },
	{ PROVIDER(IMAP("%EMAILADDRESS%", "993", "SSL", "")), NULL },
	/* What is not where it belongs is not there. */
	{ PROVIDER(""), NULL },
	{ PLAIN, NULL },
	{ "<a>" PLAIN "</a>", NULL },
	{ "<a><emailProvider>" PLAIN "</emailProvider></a>", NULL },
	{ "<clientConfig><b>" PLAIN "</b></clientConfig>", NULL },
	{ PROVIDER("<c>" PLAIN "</c>"), NULL },
	{ PROVIDER("<incomingServer><hostname>i.example.org</hostname>"
	  "<port>993</port><socketType>SSL</socketType></incomingServer>"),
	  NULL },
	{ PROVIDER("<incomingServer type='imap'><x><hostname>i.example.org"
	  "</hostname></x><port>993</port><socketType>SSL</socketType>"
	  "</incomingServer>"), NULL },
	{ "<!DOCTYPE clientConfig>" PROVIDER(PLAIN), NULL },
	{ "<!DOCTYPE x [<!ENTITY h SYSTEM 'file:///etc/passwd'>]>"
	  PROVIDER(IMAP("&h;", "993", "SSL", "")), NULL },
	{ PROVIDER(PLAIN IMAP("&h;", "993", "SSL", "")), NULL },
	{ PROVIDER(PLAIN) "<x/>", NULL },
	{ PROVIDER(PLAIN) "x", NULL },
	{ "<!doctype html><html><body>Not found</body></html>", NULL },
	{ "{}", NULL },
	{ "", NULL }
};

static void
put_server(struct buf *buf, const struct mail_server *server)
{
	if (server->host == NULL)
		buf_text(buf, "none");
	else
		buf_format(buf, "%s:%lld %s", server->host,
		    (long long)server->port,
		    server->tls == TLS_IMPLICIT ? "tls" : "starttls");
}

static const char *
describe(struct arena *arena, const struct servers *servers)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	put_server(&buf, &servers->imap);
	buf_text(&buf, ", ");
	put_server(&buf, &servers->smtp);
	buf_format(&buf, ", %s", servers->username == NULL ? "none" :
	    servers->username);
	if (servers->smtp_username != NULL)
		buf_format(&buf, ", %s", servers->smtp_username);
	if (servers->closed)
		buf_text(&buf, ", closed");
	return buf_string(&buf);
}

static void
test_documents(void **state)
{
	static const struct config	 config = { 0 };
	struct arena			*arena = arena_open();
	struct lookup			 lookup = {
		.arena = arena, .config = &config
	};
	struct servers			 servers;
	const char			*read;
	size_t				 i;

	(void)state;
	assert_null(lookup_person(&lookup, address));
	for (i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		servers = (struct servers){ 0 };
		read = autoconfig_document_read(&lookup,
		    bytes_of(documents[i].given), &servers) ?
		    describe(arena, &servers) : NULL;
		if ((read == NULL) != (documents[i].read == NULL) ||
		    (read != NULL && strcmp(read, documents[i].read) != 0))
			fail_msg("%s: %s", documents[i].given,
			    read == NULL ? "refused" : read);
		if (read == NULL)
			assert_null(servers.imap.host);
	}
	arena_close(arena);
}

static void
test_limits(void **state)
{
	static const struct config	 config = { 0 };
	struct arena			*arena = arena_open();
	struct lookup			 lookup = {
		.arena = arena, .config = &config
	};
	struct servers			 servers = { 0 };
	struct buf			 buf;
	size_t				 len;

	(void)state;
	assert_null(lookup_person(&lookup, address));
	buf_start(&buf, arena);
	buf_text(&buf, PROVIDER(PLAIN));
	len = buf.len;
	while (buf.len < DOCUMENT_BYTES)
		buf_byte(&buf, '\n');
	assert_true(autoconfig_document_read(&lookup, buf_view(&buf),
	    &servers));
	buf_byte(&buf, '\n');
	assert_false(autoconfig_document_read(&lookup, buf_view(&buf),
	    &servers));
	while (len-- > 0)
		assert_false(autoconfig_document_read(&lookup, bytes_from(
		    arena_copy(arena, PROVIDER(PLAIN), len), len), &servers));
	arena_close(arena);
}

struct known_case {
	const char	*address;
	const char	*host;		/* allowed alone, or NULL: all */
	const char	*read;		/* NULL: not known */
};

static const struct known_case	 known[] = {
	{ "Me@GMAIL.com", NULL, "imap.gmail.com:993 tls, "
	  "smtp.gmail.com:465 tls, Me@gmail.com" },
	{ "me@icloud.com", NULL, "imap.mail.me.com:993 tls, "
	  "smtp.mail.me.com:587 starttls, me, me@icloud.com" },
	{ "me@outlook.com", NULL, "outlook.office365.com:993 tls, "
	  "smtp-mail.outlook.com:587 starttls, me@outlook.com, closed" },
	{ "me@gmail.com", "imap.gmail.com", "imap.gmail.com:993 tls, none, "
	  "me@gmail.com" },
	{ "me@gmail.com", "*.example.org", "none, none, none" },
	{ "me@proton.me", NULL, "none, none, me@proton.me, closed" },
	{ "me@proton.me", "127.0.0.1:*", "127.0.0.1:1143 starttls, "
	  "127.0.0.1:1025 starttls, me@proton.me" },
	{ "me@proton.me", "127.0.0.1", "none, none, none" },
	{ "me@tuta.com", NULL, "none, none, me@tuta.com, closed" },
	{ "me@free.fr", NULL, "imap.free.fr:993 tls, smtp.free.fr:465 tls, "
	  "me" },
	{ "me@example.org", NULL, NULL },
	{ "me@localhost", NULL, NULL },
	{ "gmail.com", NULL, NULL },
	{ "a@gmail.com, b@gmail.com", NULL, NULL },
	{ "me@gmail.com\r\nx", NULL, NULL },
	{ "", NULL, NULL }
};

static void
test_known(void **state)
{
	struct arena	*arena = arena_open();
	struct config	 config;
	struct servers	 servers;
	const char	*read;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		config = (struct config){ 0 };
		if (known[i].host != NULL)
			texts_add(arena, &config.mail_hosts, known[i].host);
		read = autoconfig_know(arena, &config, known[i].address,
		    &servers) ? describe(arena, &servers) : NULL;
		if ((read == NULL) != (known[i].read == NULL) ||
		    (read != NULL && strcmp(read, known[i].read) != 0))
			fail_msg("%s: %s", known[i].address,
			    read == NULL ? "unknown" : read);
		assert_int_equal(servers.source, servers.username == NULL ?
		    SERVERS_NONE : SERVERS_PROVIDER);
	}
	arena_close(arena);
}

/* Names that only this network can know are not even asked for. */
static void
test_private(void **state)
{
	static const char *const	 addresses[] = {
		"me@localhost", "me@mail", "me@host.internal", "me@x.lan"
	};
	static const struct config	 config = { 0 };
	struct arena			*arena = arena_open();
	struct servers			 servers;
	int64_t				 started = clock_ms();
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_null(autoconfig_find(arena, &config, addresses[i],
		    clock_ms() + AUTOCONFIG_MS, &servers));
		assert_int_equal(servers.source, SERVERS_NONE);
	}
	assert_non_null(autoconfig_find(arena, &config, "nobody",
	    clock_ms() + AUTOCONFIG_MS, &servers));
	assert_true(clock_ms() - started < 1000);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_documents), cmocka_unit_test(test_limits),
    cmocka_unit_test(test_known), cmocka_unit_test(test_private))
