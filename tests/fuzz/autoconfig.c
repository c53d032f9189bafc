#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "base/text.h"
#include "mail/autoconfig.h"
#include "mail/autoconfig_document.h"
#include "mail/lookup.h"
#include "net/dns.h"

/* What is proposed to a person can be dialled and shown. */
static void
check_server(const struct mail_server *server)
{
	if (server->host == NULL)
		return;
	assert(strchr(server->host, '.') != NULL ||
	    strchr(server->host, ':') != NULL);
	assert(!text_has_control(server->host));
	assert(server->port == 143 || server->port == 993 ||
	    server->port == 465 || server->port == 587);
	assert(server->tls == TLS_IMPLICIT || server->tls == TLS_STARTTLS);
}

static void
check_document(struct arena *arena, struct bytes document)
{
	static const struct config	 config = { 0 };
	const struct lookup		 lookup = {
		.arena = arena, .config = &config,
		.address = "me@example.org", .local = "me",
		.domain = "example.org"
	};
	struct servers			 servers = { 0 };

	if (!autoconfig_document_read(&lookup, document, &servers)) {
		assert(servers.imap.host == NULL);
		return;
	}
	assert(servers.imap.host != NULL);
	check_server(&servers.imap);
	check_server(&servers.smtp);
	fuzz_is_line(servers.username);
	fuzz_is_line(servers.smtp_username);
}

static void
check_answer(struct arena *arena, struct bytes answer, enum dns_type type)
{
	struct dns_records	 records;
	size_t			 i;

	if (dns_read(arena, answer, type, &records) != NULL)
		return;
	assert(records.len <= DNS_RECORDS_MOST);
	for (i = 0; i < records.len; i++)
		assert(strspn(records.at[i].host, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789-_.") == strlen(records.at[i].host));
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;

	arena = arena_open();
	check_document(arena, bytes_from(at, len));
	check_answer(arena, bytes_from(at, len), DNS_MX);
	check_answer(arena, bytes_from(at, len), DNS_SRV);
	arena_close(arena);
	return 0;
}
