#include "mail/imap_login.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/base64.h"
#include "mail/imap_channel.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/sasl.h"
#include "net/wire.h"

enum { CHALLENGES_MOST = 10 };

static const char	 TAG[] = "L1";
static const char	 DOVECOT[] = "Dovecot";

struct imap_login {
	struct imap			*imap;
	struct imap_channel		*channel;
	struct arena			*arena;
	struct sasl_credentials		 credentials;
	struct sasl			*sasl;		/* NULL: LOGIN */
	struct texts			 offers;
	bool				 is_dovecot;	/* by its greeting */
	struct imap_replies		 replies;
	struct imap_response		 response;
	const struct fault		*broken;	/* ours: sent "*" */
	int				 challenges;
};

const struct fault *
imap_login_bye(struct arena *arena, const struct imap_response *response)
{
	return fault_make(arena, FAULT_UNAVAILABLE,
	    "the mail server ended the session: \"%s\"",
	    imap_channel_words(arena, response));
}

static const struct fault *
unexpected(const struct imap_login *login)
{
	return fault_make(login->arena, FAULT_PROTOCOL,
	    "the mail server did not keep to the order of a login (RFC 9051 "
	    "6.2)");
}

static const struct fault *
read_response(struct imap_login *login)
{
	const struct fault	*bad;

	bad = imap_channel_read(login->channel, login->arena, &login->replies,
	    NULL, &login->response);
	if (bad == NULL && login->response.line == IMAP_LINE_UNTAGGED &&
	    text_equal(login->response.word, "BYE"))
		bad = imap_login_bye(login->arena, &login->response);
	return bad;
}

/* greeting = "*" SP (resp-cond-auth / resp-cond-bye) CRLF. PREAUTH is another
 * person's session, or somebody's in between. */
static const struct fault *
read_greeting(struct imap_login *login)
{
	const struct fault	*bad;

	if ((bad = read_response(login)) != NULL)
		return bad;
	if (login->response.line != IMAP_LINE_UNTAGGED ||
	    !text_equal(login->response.word, "OK"))
		return fault_make(login->arena, FAULT_PROTOCOL,
		    "the mail server did not greet with OK");
	login->is_dovecot = bytes_is(bytes_slice(login->response.text, 0,
	    strlen(DOVECOT)), DOVECOT);
	return NULL;
}

static const struct fault *
ask_capabilities(struct imap_login *login)
{
	struct imap_command	*command;
	const struct fault	*bad;
	struct buf		 text;

	buf_start(&text, login->arena);
	buf_text(&text, "CAPABILITY");
	command = imap_queue(login->imap, login->arena, &text);
	if ((bad = imap_run(login->imap)) != NULL)
		return bad;
	login->replies.capabilities = command->replies.capabilities;
	return imap_command_fault(login->arena, command,
	    "say what it can do");
}

/* The mechanisms: "AUTH=PLAIN" and so on. */
static struct texts
find_mechanisms(const struct imap_login *login)
{
	struct texts	 found = { NULL, 0 };
	struct texts	 all = login->offers;
	size_t		 i;

	for (i = 0; i < all.len; i++)
		if (text_starts(all.at[i], "AUTH=") && all.at[i][5] != '\0')
			texts_add(login->arena, &found, all.at[i] + 5);
	return found;
}

/* RFC 9051 7.1 and RFC 5530 name those that may pass; two are of servers in
 * the field. */
static const char *const	 passing_codes[] = {
	"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED",
	"OVERQUOTA", NULL
};

/* Servers without such codes: Gmail ("[ALERT] Too many simultaneous
 * connections"), Exchange ("Server Unavailable"), and what stands before a
 * password store that is down. */
static const char *const	 passing_words[] = {
	"too many", "unavailable", "temporar", "bandwidth limit", "throttl",
	"server busy", NULL
};

static bool
may_pass(const char *code, const char *words)
{
	size_t	 i;

	if (code != NULL && text_is_among(code, passing_codes))
		return true;
	/* A code that says what is wrong is not doubted. */
	if (code != NULL && !text_equal(code, "ALERT"))
		return false;
	for (i = 0; passing_words[i] != NULL; i++)
		if (text_find_case(words, passing_words[i]) != NULL)
			return true;
	return false;
}

/* Who takes a passing refusal for one of the password throws away what would
 * work again in a minute. */
static const struct fault *
refusal(const struct imap_login *login, const char *code,
    const struct imap_response *response)
{
	const char	*words = imap_channel_words(login->arena, response);
	bool		 passes = may_pass(code, words);

	return fault_make(login->arena, passes ? FAULT_UNAVAILABLE :
	    FAULT_LOGIN, passes ? "the mail server can't log in now%s" :
	    "the mail server refused the user name or password%s",
	    sasl_words(login->arena, &login->credentials, words));
}

/* One line of ours; base64 of it, or "=" where it would be empty and stands
 * in the command (RFC 4959). */
static void
write_line(const struct imap_login *login, struct buf *out,
    const char *before, struct bytes data, const char *empty)
{
	buf_text(out, before);
	buf_text(out, data.len == 0 ? empty :
	    base64_write(login->arena, data));
	buf_text(out, "\r\n");
}

static bool
can_speak_first(const struct imap_login *login)
{
	return login->sasl != NULL && texts_have(login->offers, "SASL-IR") &&
	    sasl_speaks_first(login->sasl) &&
	    !sasl_is_long(&login->credentials);
}

const struct fault *
imap_login_write(struct imap_login *login, struct buf *out)
{
	const struct fault	*bad;
	struct bytes		 initial;
	const char		*command;

	command = text_format(login->arena, "%s AUTHENTICATE %s", TAG,
	    sasl_mechanism(login->sasl));
	if (!can_speak_first(login)) {
		write_line(login, out, command, bytes_from(NULL, 0), "");
		return NULL;
	}
	bad = sasl_step(login->sasl, bytes_from(NULL, 0), &initial);
	if (bad != NULL)
		return bad;
	write_line(login, out, text_format(login->arena, "%s ", command),
	    initial, "=");
	return NULL;
}

/* Answers one challenge. What we can't follow ends with "*" (RFC 9051 6.2.2),
 * and the server's word to that is awaited. */
static const struct fault *
answer(struct imap_login *login)
{
	const struct fault	*bad = NULL;
	struct bytes		 challenge, response;
	struct buf		 line;

	if (login->broken != NULL || ++login->challenges > CHALLENGES_MOST)
		return unexpected(login);
	if (!base64_read(login->arena, login->response.text, &challenge))
		bad = unexpected(login);
	if (bad == NULL)
		bad = sasl_step(login->sasl, challenge, &response);
	buf_start(&line, login->arena);
	if (bad == NULL)
		write_line(login, &line, "", response, "");
	else
		buf_text(&line, "*\r\n");
	login->broken = bad;
	return wire_write(login->channel->wire, buf_view(&line));
}

static const struct fault *
conclude(const struct imap_login *login)
{
	if (!text_equal(login->response.tag, TAG))
		return unexpected(login);
	if (login->broken != NULL)
		return login->broken;
	if (!text_equal(login->response.word, "OK"))
		return refusal(login, login->response.code, &login->response);
	if (!sasl_is_done(login->sasl))
		return fault_make(login->arena, FAULT_PROTOCOL, "the mail "
		    "server did not prove that it knows the password");
	return NULL;
}

const struct fault *
imap_login_end(struct imap_login *login, struct texts *capabilities)
{
	const struct fault	*bad;

	for (;;) {
		if ((bad = read_response(login)) != NULL)
			return bad;
		*capabilities = login->replies.capabilities;
		if (login->response.line == IMAP_LINE_TAGGED)
			return conclude(login);
		if (login->response.line == IMAP_LINE_CONTINUE &&
		    (bad = answer(login)) != NULL)
			return bad;
	}
}

/* LOGIN, for servers that offer no mechanism. */
static const struct fault *
log_in(struct imap_login *login, struct texts *capabilities)
{
	struct imap_response	 response;
	struct imap_command	*command;
	const struct fault	*bad;
	struct buf		 text;

	buf_start(&text, login->arena);
	buf_text(&text, "LOGIN ");
	imap_string(&text, login->credentials.username);
	buf_byte(&text, ' ');
	imap_string(&text, login->credentials.password);
	command = imap_queue(login->imap, login->arena, &text);
	if ((bad = imap_run(login->imap)) != NULL)
		return bad;
	memset(&response, 0, sizeof(response));
	response.text = bytes_of(command->text);
	if (command->outcome != IMAP_OK)
		return refusal(login, command->code, &response);
	*capabilities = command->replies.capabilities;
	return NULL;
}

const struct fault *
imap_login_run(struct imap_login *login, struct texts *capabilities)
{
	const struct fault	*bad;
	struct buf		 out;

	if (login->sasl == NULL)
		return log_in(login, capabilities);
	buf_start(&out, login->arena);
	imap_channel_begin(login->channel);
	if ((bad = imap_login_write(login, &out)) != NULL ||
	    (bad = wire_write(login->channel->wire, buf_view(&out))) != NULL)
		return bad;
	return imap_login_end(login, capabilities);
}

/* ENABLE is what takes the place of what can't be asked for yet. */
bool
imap_login_can_go_ahead(const struct imap_login *login)
{
	return login->is_dovecot && login->credentials.encrypted &&
	    can_speak_first(login) &&
	    text_equal(sasl_mechanism(login->sasl), "PLAIN") &&
	    texts_have(login->offers, "ENABLE");
}

struct texts
imap_login_offers(const struct imap_login *login)
{
	return login->offers;
}

/* The greeting and what the server can do, in it or asked for. */
static const struct fault *
meet(struct imap_login *login)
{
	const struct fault	*bad = NULL;

	if (!wire_greeting_read(login->channel->wire))
		bad = read_greeting(login);
	if (bad == NULL && login->replies.capabilities.len == 0)
		bad = ask_capabilities(login);
	login->offers = login->replies.capabilities;
	memset(&login->replies, 0, sizeof(login->replies));
	return bad;
}

/* Whom the session is for, ahead of the password, so that a server that trusts
 * us bans them and not us (Dovecot: login_trusted_networks). */
static const struct fault *
introduce(struct imap_login *login)
{
	struct buf	 text;

	if (login->credentials.client == NULL ||
	    !texts_have(login->offers, "ID"))
		return NULL;
	buf_start(&text, login->arena);
	buf_text(&text, "ID (\"name\" \"Postern\" \"x-originating-ip\" ");
	imap_string(&text, login->credentials.client);
	buf_byte(&text, ')');
	(void)imap_queue(login->imap, login->arena, &text);
	return imap_run(login->imap);
}

const struct fault *
imap_login_begin(struct imap *imap, struct imap_channel *channel,
    struct arena *arena, const struct sasl_credentials *credentials,
    struct imap_login **result)
{
	struct imap_login	*login = arena_take(arena, sizeof(*login));
	struct texts		 mechanisms;
	const struct fault	*bad;

	login->imap = imap;
	login->channel = channel;
	login->arena = arena;
	login->credentials = *credentials;
	if ((bad = meet(login)) != NULL || (bad = introduce(login)) != NULL)
		return bad;
	*result = login;
	mechanisms = find_mechanisms(login);
	if (mechanisms.len == 0 && credentials->bearer == NULL &&
	    !texts_have(login->offers, "LOGINDISABLED"))
		return NULL;
	return sasl_start(arena, &login->credentials, mechanisms,
	    &login->sasl);
}
