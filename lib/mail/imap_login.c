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

struct login {
	struct imap			*imap;
	struct imap_channel		*channel;
	struct arena			*arena;
	const struct sasl_credentials	*credentials;
	struct sasl			*sasl;
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
unexpected(const struct login *login)
{
	return fault_make(login->arena, FAULT_PROTOCOL,
	    "the mail server did not keep to the order of a login (RFC 9051 "
	    "6.2)");
}

static const struct fault *
read_response(struct login *login)
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
read_greeting(struct login *login)
{
	const struct fault	*bad;

	if ((bad = read_response(login)) != NULL)
		return bad;
	if (login->response.line != IMAP_LINE_UNTAGGED ||
	    !text_equal(login->response.word, "OK"))
		return fault_make(login->arena, FAULT_PROTOCOL,
		    "the mail server did not greet with OK");
	return NULL;
}

static const struct fault *
ask_capabilities(struct login *login)
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
find_mechanisms(const struct login *login)
{
	struct texts	 found = { NULL, 0 };
	struct texts	 all = login->replies.capabilities;
	size_t		 i;

	for (i = 0; i < all.len; i++)
		if (text_starts(all.at[i], "AUTH=") && all.at[i][5] != '\0')
			texts_add(login->arena, &found, all.at[i] + 5);
	return found;
}

/* What a refusal means: RFC 9051 7.1 and RFC 5530 name those that may pass. */
static const struct fault *
refusal(const struct login *login, const char *code,
    const struct imap_response *response)
{
	enum fault_kind	 kind = FAULT_LOGIN;

	if (code != NULL && (text_equal(code, "UNAVAILABLE") ||
	    text_equal(code, "INUSE") || text_equal(code, "LIMIT") ||
	    text_equal(code, "SERVERBUG")))
		kind = FAULT_UNAVAILABLE;
	return fault_make(login->arena, kind, kind == FAULT_LOGIN ?
	    "the mail server refused the user name or password%s" :
	    "the mail server can't log in now%s", sasl_words(login->arena,
	    login->credentials, imap_channel_words(login->arena, response)));
}

/* One line of ours; base64 of it, or "=" where it would be empty and stands
 * in the command (RFC 4959). */
static const struct fault *
send_line(struct login *login, const char *before, struct bytes data,
    const char *empty)
{
	struct buf	 line;

	buf_start(&line, login->arena);
	buf_text(&line, before);
	buf_text(&line, data.len == 0 ? empty :
	    base64_write(login->arena, data));
	buf_text(&line, "\r\n");
	return wire_write(login->channel->wire, buf_view(&line));
}

static const struct fault *
send_authenticate(struct login *login, bool in_command)
{
	const struct fault	*bad;
	struct bytes		 initial;
	const char		*command;

	command = text_format(login->arena, "%s AUTHENTICATE %s", TAG,
	    sasl_mechanism(login->sasl));
	if (!in_command || !sasl_speaks_first(login->sasl) ||
	    sasl_is_long(login->credentials))
		return send_line(login, command, bytes_from(NULL, 0), "");
	bad = sasl_step(login->sasl, bytes_from(NULL, 0), &initial);
	if (bad != NULL)
		return bad;
	return send_line(login, text_format(login->arena, "%s ", command),
	    initial, "=");
}

/* Answers one challenge. What we can't follow ends with "*" (RFC 9051 6.2.2),
 * and the server's word to that is awaited. */
static const struct fault *
answer(struct login *login)
{
	const struct fault	*bad = NULL;
	struct bytes		 challenge, response;

	if (login->broken != NULL || ++login->challenges > CHALLENGES_MOST)
		return unexpected(login);
	if (!base64_read(login->arena, login->response.text, &challenge))
		bad = unexpected(login);
	if (bad == NULL)
		bad = sasl_step(login->sasl, challenge, &response);
	if (bad == NULL)
		return send_line(login, "", response, "");
	login->broken = bad;
	return wire_write(login->channel->wire, bytes_of("*\r\n"));
}

static const struct fault *
conclude(const struct login *login)
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

static const struct fault *
authenticate(struct login *login, bool in_command)
{
	const struct fault	*bad;

	imap_channel_begin(login->channel);
	if ((bad = send_authenticate(login, in_command)) != NULL)
		return bad;
	for (;;) {
		if ((bad = read_response(login)) != NULL)
			return bad;
		if (login->response.line == IMAP_LINE_TAGGED)
			return conclude(login);
		if (login->response.line == IMAP_LINE_CONTINUE &&
		    (bad = answer(login)) != NULL)
			return bad;
	}
}

/* LOGIN, for servers that offer no mechanism. */
static const struct fault *
log_in(struct login *login)
{
	struct imap_response	 response;
	struct imap_command	*command;
	const struct fault	*bad;
	struct buf		 text;

	buf_start(&text, login->arena);
	buf_text(&text, "LOGIN ");
	imap_string(&text, login->credentials->username);
	buf_byte(&text, ' ');
	imap_string(&text, login->credentials->password);
	command = imap_queue(login->imap, login->arena, &text);
	if ((bad = imap_run(login->imap)) != NULL)
		return bad;
	memset(&response, 0, sizeof(response));
	response.text = bytes_of(command->text);
	if (command->outcome != IMAP_OK)
		return refusal(login, command->code, &response);
	login->replies = command->replies;
	return NULL;
}

const struct fault *
imap_login(struct imap *imap, struct imap_channel *channel,
    struct arena *arena, const struct sasl_credentials *credentials,
    struct texts *capabilities)
{
	struct login		 login;
	struct texts		 offered;
	const struct fault	*bad = NULL;
	bool			 can_initial;

	memset(&login, 0, sizeof(login));
	login.imap = imap;
	login.channel = channel;
	login.arena = arena;
	login.credentials = credentials;
	if (!wire_greeting_read(channel->wire))
		bad = read_greeting(&login);
	if (bad == NULL && login.replies.capabilities.len == 0)
		bad = ask_capabilities(&login);
	if (bad != NULL)
		return bad;
	offered = find_mechanisms(&login);
	can_initial = texts_have(login.replies.capabilities, "SASL-IR");
	if (offered.len == 0 && credentials->bearer == NULL &&
	    !texts_have(login.replies.capabilities, "LOGINDISABLED")) {
		bad = log_in(&login);
	} else {
		memset(&login.replies, 0, sizeof(login.replies));
		bad = sasl_start(arena, credentials, offered, &login.sasl);
		if (bad == NULL)
			bad = authenticate(&login, can_initial);
	}
	*capabilities = login.replies.capabilities;
	return bad;
}
