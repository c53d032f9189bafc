#include "mail/autoconfig_document.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/text.h"
#include "data/utf8.h"
#include "data/xml.h"
#include "mail/autoconfig.h"
#include "mail/lookup.h"

enum {
	PORT_MOST = 65535,
	PROVIDER_DEPTH = 2,	/* clientConfig, emailProvider */
	SERVER_DEPTH = 3,
	MEMBER_DEPTH = 4
};

/* One incomingServer or outgoingServer. */
struct told {
	const char	*host;
	const char	*port;
	const char	*socket;
	const char	*username;
	bool		 password;	/* an authentication by password */
	bool		 other;		/* some other one */
};

/* What is found of a direction. */
struct best {
	struct mail_server	 server;
	const char		*username;
	bool			 password;
};

struct reading {
	const struct lookup	*lookup;
	struct told		 told;
	struct best		*best;		/* of the server that is read */
	struct best		 imap, smtp;
	struct bytes		 path[XML_DEPTH + 1];	/* names, from 1 */
	size_t			 depth;
	struct buf		 text;		/* of the member */
};

struct socket_word {
	const char	*word;
	enum tls_mode	 tls;
};

static const struct socket_word	 sockets[] = {
	{ "SSL", TLS_IMPLICIT }, { "TLS", TLS_IMPLICIT },
	{ "STARTTLS", TLS_STARTTLS }
};

/* What stands for parts of the address. */
static const char *
fill(const struct lookup *lookup, const char *text)
{
	const struct {
		const char	*mark, *value;
	}		 marks[] = {
		{ "%EMAILADDRESS%", lookup->address },
		{ "%EMAILLOCALPART%", lookup->local },
		{ "%EMAILDOMAIN%", lookup->domain }
	};
	struct buf	 buf;
	size_t		 i;

	if (text == NULL)
		return NULL;
	buf_start(&buf, lookup->arena);
	while (*text != '\0' && buf.len <= DOCUMENT_TEXT_BYTES) {
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (text_starts(text, marks[i].mark))
				break;
		if (i == sizeof(marks) / sizeof(marks[0])) {
			buf_byte(&buf, (unsigned char)*text++);
			continue;
		}
		buf_text(&buf, marks[i].value);
		text += strlen(marks[i].mark);
	}
	return buf.len == 0 || buf.len > DOCUMENT_TEXT_BYTES ? NULL :
	    buf_string(&buf);
}

static enum tls_mode
read_socket(const char *word)
{
	size_t	 i;

	for (i = 0; word != NULL &&
	    i < sizeof(sockets) / sizeof(sockets[0]); i++)
		if (text_equal_case(word, sockets[i].word))
			return sockets[i].tls;
	return TLS_DEFAULT;
}

/* A server was read to its end: the first that fits stays, unless it takes no
 * password and this one does. */
static void
end_server(struct reading *reading)
{
	const struct told	*told = &reading->told;
	struct best		*best = reading->best;
	struct mail_server	 server;
	uint64_t		 port;
	bool			 password;

	reading->best = NULL;
	if (best == NULL || told->port == NULL ||
	    !text_number(bytes_of(told->port), PORT_MOST, &port))
		return;
	password = told->password || !told->other;
	if ((best->server.host != NULL && (best->password || !password)) ||
	    !lookup_take(reading->lookup, fill(reading->lookup, told->host),
	    (int64_t)port, read_socket(told->socket), &server))
		return;
	best->server = server;
	best->password = password;
	best->username = fill(reading->lookup, told->username);
	/* The document may be in any charset, or none. */
	if (best->username != NULL && (text_has_control(best->username) ||
	    !utf8_is_valid(bytes_of(best->username))))
		best->username = NULL;
}

static void
set_once(const char **member, const char *text)
{
	if (*member == NULL && *text != '\0')
		*member = text;
}

/* A member of a server was read to its end. */
static void
end_member(struct reading *reading, struct bytes name)
{
	struct told	*told = &reading->told;
	const char	*text;

	text = text_trim(reading->lookup->arena, buf_string(&reading->text));
	if (bytes_is(name, "hostname"))
		set_once(&told->host, text);
	else if (bytes_is(name, "port"))
		set_once(&told->port, text);
	else if (bytes_is(name, "socketType"))
		set_once(&told->socket, text);
	else if (bytes_is(name, "username"))
		set_once(&told->username, text);
	else if (bytes_is(name, "authentication")) {
		if (text_starts(text, "password-") ||
		    text_equal(text, "plain") || text_equal(text, "secure"))
			told->password = true;
		else
			told->other = true;
	}
}

/* Whether the element at that depth is called so. */
static bool
lies_in(const struct reading *reading, size_t depth, const char *name)
{
	return reading->depth >= depth &&
	    bytes_is(reading->path[depth], name);
}

static void
begin_server(struct reading *reading, const struct xml_token *token)
{
	const char	*type;

	reading->told = (struct told){ 0 };
	type = xml_attribute(reading->lookup->arena, token, "type");
	if (type == NULL || !lies_in(reading, 1, "clientConfig") ||
	    !lies_in(reading, PROVIDER_DEPTH, "emailProvider"))
		return;
	if (bytes_is(token->name, "incomingServer") &&
	    text_equal(type, "imap"))
		reading->best = &reading->imap;
	else if (bytes_is(token->name, "outgoingServer") &&
	    text_equal(type, "smtp"))
		reading->best = &reading->smtp;
}

/* False: the document is not well-formed. */
static bool
read_token(struct reading *reading, const struct xml_token *token)
{
	const char	*text;

	switch (token->kind) {
	case XML_OPEN:
		reading->path[++reading->depth] = token->name;
		if (reading->depth == SERVER_DEPTH)
			begin_server(reading, token);
		buf_cut(&reading->text, 0);
		return true;
	case XML_CLOSE:
		if (reading->depth == MEMBER_DEPTH && reading->best != NULL)
			end_member(reading, token->name);
		else if (reading->depth == SERVER_DEPTH)
			end_server(reading);
		reading->depth--;
		return true;
	case XML_TEXT:
		if (reading->depth != MEMBER_DEPTH || reading->best == NULL)
			return true;
		if ((text = xml_text(reading->lookup->arena, token)) == NULL)
			return false;
		buf_text(&reading->text, text);
		return true;
	case XML_END:
		break;
	}
	return true;
}

bool
autoconfig_document_read(const struct lookup *lookup, struct bytes document,
    struct servers *servers)
{
	struct reading		 reading = { .lookup = lookup };
	struct xml_token	 token;
	struct xml		 xml;

	if (document.len > DOCUMENT_BYTES)
		return false;
	buf_start(&reading.text, lookup->arena);
	xml_start(&xml, document);
	do {
		if (!xml_next(&xml, &token) || !read_token(&reading, &token))
			return false;
	} while (token.kind != XML_END);
	if (reading.imap.server.host == NULL)
		return false;
	servers->imap = reading.imap.server;
	servers->smtp = reading.smtp.server;
	servers->username = reading.imap.username;
	if (reading.smtp.username != NULL && (servers->username == NULL ||
	    !text_equal(reading.smtp.username, servers->username)))
		servers->smtp_username = reading.smtp.username;
	servers->closed = !reading.imap.password;
	return true;
}
