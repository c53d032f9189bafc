#include "mail/provider.h"

#include <string.h>

#include "base/text.h"

#include "../check.h"

struct find_case {
	const char	*given;
	const char	*name;		/* NULL: none */
};

static const struct find_case	 addresses[] = {
	{ "me@gmail.com", "Gmail" },
	{ "Me@GoogleMail.COM", "Gmail" },
	{ "me@hotmail.co.uk", "Outlook.com" },
	{ "me@icloud.com", "iCloud" },
	{ "\"a@gmx.de\"@gmail.com", "Gmail" },
	{ "me@posteo.de", "Posteo" },
	{ "me@gmx.de", "GMX" },
	{ "me@gmx.com", "GMX.com" },
	{ "me@t-online.de", "T-Online" },
	{ "me@orange.fr", "Orange" },
	{ "me@ik.me", "Infomaniak" },
	{ "me@tuta.com", "Tuta" },
	{ "me@163.com", "163 Mail" },
	{ "me@mail.com.example.org", NULL },
	{ "me@xgmail.com", NULL },
	{ "me@gmail.com.example.org", NULL },
	{ "me@sub.gmail.com", NULL },
	{ "me@gmail.co", NULL },
	{ "me@com", NULL },
	{ "me@", NULL },
	{ "me@ ", NULL },
	{ "gmail.com", NULL },
	{ "", NULL }
};

static const struct find_case	 exchanges[] = {
	{ "aspmx.l.google.com", "Gmail" },
	{ "ALT1.ASPMX.L.GOOGLE.COM", "Gmail" },
	{ "smtp.google.com", "Gmail" },
	{ "example-org.mail.protection.outlook.com", "Microsoft 365" },
	{ "hotmail-com.olc.protection.outlook.com", "Outlook.com" },
	{ "in1-smtp.messagingengine.com", "Fastmail" },
	{ "mx1.mail.ovh.net", "OVHcloud" },
	{ "mx00.ionos.de", "IONOS" },
	{ "mx01.kundenserver.de", "IONOS" },
	{ "smtpin.rzone.de", "STRATO" },
	{ "aspmx1.migadu.com", "Migadu" },
	{ "spool.mail.gandi.net", "Gandi" },
	{ "mx2.zoho.eu", "Zoho Mail EU" },
	{ "mail.protonmail.ch", "Proton Mail" },
	{ "mxext1.mailbox.org", "mailbox.org" },
	{ "mx01.mail.icloud.com", "iCloud" },
	{ "ex5.mail.ovh.net", NULL },
	{ "evilgoogle.com", NULL },
	{ "google.com.example.org", NULL },
	{ "com", NULL },
	{ ".", NULL },
	{ "", NULL }
};

static void
expect(const struct find_case *row, const struct provider *found)
{
	if ((found == NULL) != (row->name == NULL) || (found != NULL &&
	    !text_equal(found->name, row->name)))
		fail_msg("%s: %s", row->given,
		    found == NULL ? "none" : found->name);
}

static void
test_find(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		expect(&addresses[i], provider_find(addresses[i].given));
	for (i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
		expect(&exchanges[i],
		    provider_find_exchange(exchanges[i].given));
}

static void
check_server(const struct provider_server *server, bool imap)
{
	const char	*at;

	if (server->host == NULL)
		return;
	for (at = server->host; *at != '\0'; at++)
		assert_true(text_is_alnum((unsigned char)*at) ||
		    strchr("-.", *at) != NULL);
	assert_true(server->tls == TLS_IMPLICIT ||
	    server->tls == TLS_STARTTLS);
	if (imap)
		assert_true(server->port == 993 || server->port == 1143);
	else if (server->port != 1025)
		assert_int_equal(server->port,
		    server->tls == TLS_IMPLICIT ? 465 : 587);
}

/* No domain stands in two rows: the second would never be found. */
static void
check_words(const char *words, const struct provider *row, bool exchange)
{
	char	 word[256];
	size_t	 len;

	for (; words != NULL && *words != '\0'; words += len) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		assert_in_range(len, 3, sizeof(word) - 3);
		word[0] = '@';
		memcpy(word + 1, words, len);
		word[len + 1] = '\0';
		if ((exchange ? provider_find_exchange(word + 1) :
		    provider_find(word)) != row)
			fail_msg("%s: in two rows", word + 1);
	}
}

static void
test_table(void **state)
{
	const struct provider	*row;
	size_t			 i;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++) {
		check_server(&row->imap, true);
		check_server(&row->smtp, false);
		assert_true(row->domains != NULL || row->exchanges != NULL);
		check_words(row->domains, row, false);
		check_words(row->exchanges, row, true);
		assert_true(row->link == NULL || row->hint != NULL);
		assert_true(row->link == NULL ||
		    text_starts(row->link, "https://"));
		assert_true(!row->closed || row->hint != NULL);
		assert_true(row->imap.host != NULL || row->closed);
	}
	assert_true(i > 5);
}

/* Only what is in the table, port and all. */
static void
test_servers(void **state)
{
	static const struct {
		const char	*host;
		int64_t		 port;
		bool		 known;
	} rows[] = {
		{ "imap.gmail.com", 993, true },
		{ "IMAP.Gmail.com", 993, true },
		{ "smtp.gmail.com", 465, true },
		{ "imap.gmail.com", 22, false },
		{ "gmail.com", 993, false },
		{ "imap.gmail.com.example.org", 993, false },
		{ "imap.example.org", 993, false },
		{ "", 993, false }
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(provider_has(rows[i].host, rows[i].port),
		    rows[i].known);
}

CHECK_MAIN(
	cmocka_unit_test(test_find),
	cmocka_unit_test(test_table),
	cmocka_unit_test(test_servers)
)
