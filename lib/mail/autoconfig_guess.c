#include "mail/autoconfig_guess.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/autoconfig.h"
#include "mail/lookup.h"
#include "net/wire.h"

struct guess {
	const char	*label;
	int64_t		 port;
	enum tls_mode	 tls;
};

static const struct guess	 reading[] = {
	{ "imap", 993, TLS_IMPLICIT }, { "mail", 993, TLS_IMPLICIT },
	{ "imap", 143, TLS_STARTTLS }, { "mail", 143, TLS_STARTTLS },
	{ NULL, 0, 0 }
};
static const struct guess	 sending[] = {
	{ "smtp", 465, TLS_IMPLICIT }, { "mail", 465, TLS_IMPLICIT },
	{ "smtp", 587, TLS_STARTTLS }, { "mail", 587, TLS_STARTTLS },
	{ NULL, 0, 0 }
};

/* Says nothing but what STARTTLS needs, and goes. */
static bool
answers(const struct lookup *lookup, enum wire_protocol protocol,
    const struct mail_server *server)
{
	struct wire_target	 target = {
		.protocol = protocol, .tls = (enum tls_mode)server->tls,
		.guard = { .host = server->host, .port = server->port,
		    .mail = true, .patterns = lookup->config->mail_hosts,
		    .deadline = lookup->deadline },
		.ca_file = lookup->config->mail_ca_file
	};
	struct wire		*wire;
	struct buf		 line;
	const char		*resolve;
	int64_t			 deadline;
	bool			 well;

	/* A name that is not there costs no waiting. */
	if (guard_resolve(lookup->arena, &target.guard, &resolve) != NULL)
		return false;
	deadline = clock_ms() + GUESS_MS;
	if (deadline > lookup->deadline)
		deadline = lookup->deadline;
	if (protocol == WIRE_SMTP && lookup->config->smtp_ca_file != NULL)
		target.ca_file = lookup->config->smtp_ca_file;
	if (wire_open(lookup->arena, &target, deadline, &wire) != NULL)
		return false;
	buf_start(&line, lookup->arena);
	well = wire_greeting_read(wire) ||
	    (wire_read_line(wire, &line) == NULL &&
	    !text_starts(buf_string(&line), "* BYE") &&
	    !text_starts(buf_string(&line), "5") &&
	    !text_starts(buf_string(&line), "4"));
	wire_close(wire);
	return well;
}

static bool
find_server(const struct lookup *lookup, enum wire_protocol protocol,
    const struct guess *guesses, struct mail_server *server)
{
	struct mail_server	 guessed;

	for (; guesses->label != NULL; guesses++)
		if (clock_ms() < lookup->deadline && lookup_take(lookup,
		    text_format(lookup->arena, "%s.%s", guesses->label,
		    lookup->domain), guesses->port, guesses->tls, &guessed) &&
		    answers(lookup, protocol, &guessed)) {
			*server = guessed;
			return true;
		}
	return false;
}

bool
autoconfig_guess_find(const struct lookup *lookup, struct servers *servers)
{
	if (!find_server(lookup, WIRE_IMAP, reading, &servers->imap))
		return false;
	find_server(lookup, WIRE_SMTP, sending, &servers->smtp);
	servers->sure = true;
	return true;
}
