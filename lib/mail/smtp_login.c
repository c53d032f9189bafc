#include "mail/smtp_login.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/base64.h"
#include "mail/sasl.h"
#include "mail/smtp_reply.h"
#include "net/wire.h"

enum {
	COMMAND_BYTES = 510,	/* of one command, RFC 5321 4.5.3.1.4 */
	CHALLENGES_MOST = 8,
	DONE = 235,
	CHALLENGE = 334
};

struct login {
	struct arena		*arena;
	struct wire		*wire;
	const struct sasl_credentials *credentials;
	struct sasl		*sasl;
	struct smtp_reply	 reply;
	int			 challenges;
};

static const struct fault *
say(struct login *login, const char *text)
{
	return wire_write(login->wire, bytes_of(text_format(login->arena,
	    "%s\r\n", text)));
}

static const struct fault *
ask(struct login *login, const char *text)
{
	const struct fault	*bad;

	if ((bad = say(login, text)) != NULL)
		return bad;
	return smtp_reply_read(login->arena, login->wire, &login->reply);
}

/* The first word rides in the command where it fits; a long token does not. */
static const struct fault *
begin(struct login *login)
{
	const struct fault	*bad;
	struct bytes		 first;
	const char		*bare, *whole;

	bare = text_format(login->arena, "AUTH %s",
	    sasl_mechanism(login->sasl));
	if (!sasl_speaks_first(login->sasl))
		return ask(login, bare);
	bad = sasl_step(login->sasl, bytes_from(NULL, 0), &first);
	if (bad != NULL)
		return bad;
	whole = first.len == 0 ? "=" : base64_write(login->arena, first);
	if (bytes_of(bare).len + 1 + bytes_of(whole).len <= COMMAND_BYTES)
		return ask(login, text_format(login->arena, "%s %s", bare,
		    whole));
	if ((bad = ask(login, bare)) != NULL ||
	    login->reply.code != CHALLENGE)
		return bad;
	return ask(login, whole);
}

/* Answers one challenge; what we can't follow ends with "*", and the
 * server's word to that is awaited. */
static const struct fault *
answer(struct login *login)
{
	const struct fault	*bad, *broken;
	struct bytes		 challenge, response;

	broken = NULL;
	if (++login->challenges > CHALLENGES_MOST || !base64_read(login->arena,
	    bytes_of(login->reply.lines.at[0]), &challenge))
		broken = fault_make(login->arena, FAULT_PROTOCOL, "RFC 4954 "
		    "4: the outgoing mail server's challenge is malformed");
	if (broken == NULL)
		broken = sasl_step(login->sasl, challenge, &response);
	if (broken == NULL)
		return ask(login, base64_write(login->arena, response));
	bad = ask(login, "*");
	return bad != NULL ? bad : broken;
}

static const struct fault *
conclude(const struct login *login)
{
	if (login->reply.code != DONE)
		return fault_make(login->arena, login->reply.code < 500 ?
		    FAULT_UNAVAILABLE : FAULT_LOGIN, login->reply.code < 500 ?
		    "the outgoing mail server can't log in now%s" :
		    "the outgoing mail server refused the user name or "
		    "password%s", sasl_words(login->arena, login->credentials,
		    login->reply.words));
	if (!sasl_is_done(login->sasl))
		return fault_make(login->arena, FAULT_PROTOCOL, "the outgoing "
		    "mail server did not prove that it knows the password");
	return NULL;
}

const struct fault *
smtp_login(struct arena *arena, struct wire *wire,
    const struct sasl_credentials *credentials, struct texts mechanisms)
{
	struct login		 login = { .arena = arena, .wire = wire,
				    .credentials = credentials };
	const struct fault	*bad;

	bad = sasl_start(arena, credentials, mechanisms, &login.sasl);
	if (bad == NULL)
		bad = begin(&login);
	while (bad == NULL && login.reply.code == CHALLENGE)
		bad = answer(&login);
	return bad != NULL ? bad : conclude(&login);
}
