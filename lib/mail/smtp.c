#include "mail/smtp.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/refused.h"
#include "mail/sasl.h"
#include "mail/smtp_ability.h"
#include "mail/smtp_data.h"
#include "mail/smtp_envelope.h"
#include "mail/smtp_login.h"
#include "mail/smtp_reply.h"
#include "mail/source.h"
#include "net/watch.h"
#include "net/wire.h"

enum {
	CHUNK_BYTES = 64 * 1024,	/* of content in one write */
	SECOND_MS = 1000,
	FAREWELL_MS = 200,
	READY = 220,
	DONE = 250,
	GO_ON = 354
};

/* As libcurl says it; a name of ours would tell nobody anything. */
#define EHLO	"EHLO [127.0.0.1]\r\n"

struct smtp {
	struct arena		*own;
	struct wire		*wire;
	struct watch		*watch;		/* or NULL */
	struct smtp_ability	 ability;
	int64_t			 patience_ms;	/* the operator's */
	bool			 reset;		/* the last one was not sent */
	bool			 cut;		/* no command may follow */
};

struct delivery {
	struct smtp			*smtp;
	struct arena			*arena;
	const struct smtp_message	*message;
	struct texts			 commands;	/* MAIL RCPT* DATA */
	struct smtp_recipient		*recipients;
	size_t				 accepted;	/* of recipients */
	const struct fault		*mail_refused;
	const struct fault		*data_refused;
	bool				 go_on;		/* answer to DATA */
};

/* From here on what is read and written takes that long at most. */
static void
allow(struct smtp *smtp, int64_t milliseconds)
{
	wire_set_deadline(smtp->wire, clock_ms() +
	    (milliseconds < smtp->patience_ms ? milliseconds :
	    smtp->patience_ms));
}

static const struct fault *
ask(struct smtp *smtp, struct arena *arena, const char *command,
    struct smtp_reply *reply)
{
	const struct fault	*bad;

	if ((bad = wire_write(smtp->wire, bytes_of(command))) != NULL)
		return bad;
	return smtp_reply_read(arena, smtp->wire, reply);
}

static const struct fault *
log_in(struct smtp *smtp, struct arena *arena, const struct account *account,
    const struct config *config, const struct wire_target *target)
{
	struct sasl_credentials	 credentials = { 0 };
	const struct fault	*bad;
	struct refused		 refused;

	if (smtp->ability.mechanisms.len == 0 && target->guard.named)
		return NULL;
	credentials.username = account->smtp_username != NULL ?
	    account->smtp_username : account->username;
	credentials.password = account->smtp_password != NULL ?
	    account->smtp_password : account->password;
	if (account->smtp_password == NULL)
		credentials.bearer = account->bearer;
	if (credentials.password == NULL && credentials.bearer == NULL)
		return account_waits(arena, account);
	credentials.host = target->guard.host;
	credentials.port = (int)target->guard.port;
	credentials.encrypted = target->tls != TLS_NONE;
	bad = refused_find(arena, config, &credentials, &refused);
	if (bad != NULL)
		return bad;
	bad = smtp_login(arena, smtp->wire, &credentials,
	    smtp->ability.mechanisms);
	refused_note(arena, &refused, bad);
	return bad;
}

static const struct fault *
meet(struct smtp *smtp, struct arena *arena)
{
	const struct fault	*bad;
	struct smtp_reply	 reply;

	if ((bad = ask(smtp, arena, EHLO, &reply)) != NULL)
		return bad;
	if (reply.code != DONE)
		return smtp_reply_fault(arena, &reply, "take EHLO");
	smtp_ability_read(smtp->own, reply.lines, &smtp->ability);
	return NULL;
}

/* Whom the message is of, to a server that trusts us to say so: then it begins
 * anew.  One that refuses goes on as before. */
static const struct fault *
introduce(struct smtp *smtp, struct arena *arena, const char *client)
{
	const struct fault	*bad;
	struct smtp_reply	 reply;

	if (client == NULL || !smtp->ability.client)
		return NULL;
	bad = ask(smtp, arena, text_format(arena, "XCLIENT ADDR=%s%s\r\n",
	    strchr(client, ':') == NULL ? "" : "IPV6:", client), &reply);
	return bad != NULL || reply.code != READY ? bad : meet(smtp, arena);
}

static const struct fault *
begin(struct smtp *smtp, struct arena *arena, const struct account *account,
    const struct config *config, const struct wire_target *target)
{
	const struct fault	*bad;
	struct smtp_reply	 reply;

	if (!wire_greeting_read(smtp->wire)) {
		bad = smtp_reply_read(arena, smtp->wire, &reply);
		if (bad != NULL)
			return bad;
		if (reply.code != READY)
			return smtp_reply_fault(arena, &reply,
			    "talk to this server");
	}
	if ((bad = meet(smtp, arena)) != NULL ||
	    (bad = introduce(smtp, arena, config->client)) != NULL)
		return bad;
	return log_in(smtp, arena, account, config, target);
}

const struct fault *
smtp_open(struct arena *arena, const struct account *account,
    const struct config *config, int64_t deadline, struct smtp **result)
{
	const struct fault	*bad;
	struct wire_target	 target;
	struct arena		*own;
	struct smtp		*smtp;
	struct wire		*wire;
	int64_t			 patience_ms;

	account_smtp_target(account, config, &target);
	if (target.guard.host == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "this account has no server for sending mail");
	patience_ms = config->smtp_timeout > 0 ?
	    config->smtp_timeout * SECOND_MS : SMTP_DATA_MS;
	if (deadline > clock_ms() + patience_ms)
		deadline = clock_ms() + patience_ms;
	if ((bad = wire_open(arena, &target, deadline, &wire)) != NULL)
		return bad;
	own = arena_open();
	smtp = arena_take(own, sizeof(*smtp));
	smtp->own = own;
	smtp->wire = wire;
	smtp->patience_ms = patience_ms;
	if ((bad = begin(smtp, arena, account, config, &target)) != NULL) {
		smtp_close(smtp);
		return bad;
	}
	wire_thank(wire);
	*result = smtp;
	return NULL;
}

void
smtp_close(struct smtp *smtp)
{
	if (smtp == NULL)
		return;
	/* Whether it still arrives makes no difference to anybody. */
	smtp_set_watch(smtp, NULL);
	wire_set_arena(smtp->wire, smtp->own);
	wire_set_deadline(smtp->wire, clock_ms() + FAREWELL_MS);
	if (!smtp->cut)
		wire_write(smtp->wire, bytes_of("QUIT\r\n"));
	wire_close(smtp->wire);
	arena_close(smtp->own);
}

void
smtp_set_watch(struct smtp *smtp, struct watch *watch)
{
	smtp->watch = watch;
	wire_set_watch(smtp->wire, watch);
}

/* What a reply to command i means. */
static void
take_reply(struct delivery *delivery, size_t i,
    const struct smtp_reply *reply)
{
	bool	 good = reply->code / 100 == 2;

	if (i == 0) {
		if (!good)
			delivery->mail_refused = smtp_reply_fault(
			    delivery->arena, reply,
			    "take mail from this address");
	} else if (i + 1 < delivery->commands.len) {
		delivery->recipients[i - 1].accepted = good;
		delivery->recipients[i - 1].reply = reply->words;
		delivery->accepted += good ? 1 : 0;
	} else if (reply->code != GO_ON)
		delivery->data_refused = smtp_reply_fault(delivery->arena,
		    reply, "take the message");
	else
		delivery->go_on = true;
}

/* Nothing more is to be asked: the sender is refused, or each recipient is
 * and only DATA is left. */
static bool
is_over(const struct delivery *delivery, size_t next)
{
	return delivery->mail_refused != NULL || (delivery->accepted == 0 &&
	    next + 1 == delivery->commands.len);
}

/* All commands in one flight, or each behind the answer to the last. */
static const struct fault *
run_commands(struct delivery *delivery)
{
	struct smtp		*smtp = delivery->smtp;
	const struct fault	*bad;
	struct smtp_reply	 reply;
	size_t			 i;

	bad = NULL;
	allow(smtp, SMTP_REPLY_MS);
	if (smtp->ability.pipelining)
		bad = wire_write(smtp->wire, bytes_of(texts_join(
		    delivery->arena, delivery->commands, "")));
	for (i = 0; bad == NULL && i < delivery->commands.len; i++) {
		if (!smtp->ability.pipelining) {
			if (is_over(delivery, i))
				break;
			allow(smtp, SMTP_REPLY_MS);
			bad = wire_write(smtp->wire,
			    bytes_of(delivery->commands.at[i]));
		}
		if (bad == NULL)
			bad = smtp_reply_read(delivery->arena, smtp->wire,
			    &reply);
		if (bad == NULL)
			take_reply(delivery, i, &reply);
	}
	return bad;
}

/* All of the content but the final dot. */
static const struct fault *
write_content(const struct delivery *delivery)
{
	struct source		*source = delivery->message->source;
	struct smtp		*smtp = delivery->smtp;
	const struct fault	*bad;
	struct smtp_data	 data;
	struct bytes		 piece;
	int64_t			 end, left;

	smtp_data_start(&data, delivery->arena);
	end = clock_ms() + SMTP_STREAM_MS;
	source_rewind(source);
	do {
		bad = source_next(delivery->arena, source, &piece);
		if (bad != NULL)
			return bad;
		smtp_data_add(&data, piece);
		if (piece.len == 0)
			smtp_data_end(&data);
		if (piece.len > 0 && data.out.len < CHUNK_BYTES)
			continue;
		left = end - clock_ms();
		allow(smtp, left < SMTP_STALL_MS ? left : SMTP_STALL_MS);
		bad = wire_write(smtp->wire, buf_view(&data.out));
		buf_cut(&data.out, 0);
	} while (bad == NULL && piece.len > 0);
	return bad;
}

/* The final dot. From here on only the server knows what became of it. */
static const struct fault *
finish(const struct delivery *delivery)
{
	struct smtp		*smtp = delivery->smtp;
	const struct fault	*bad;
	struct smtp_reply	 reply;

	watch_hold(smtp->watch);
	allow(smtp, SMTP_DATA_MS);
	bad = ask(smtp, delivery->arena, ".\r\n", &reply);
	if (bad == NULL && reply.code / 100 == 3)
		bad = smtp_reply_fault(delivery->arena, &reply,
		    "say whether it took the message");
	if (bad != NULL)
		return fault_make(delivery->arena, FAULT_UNKNOWN_STATE,
		    "the message may or may not have been sent: %s",
		    bad->detail);
	smtp->cut = false;
	if (reply.code / 100 != 2)
		return smtp_reply_fault(delivery->arena, &reply,
		    "take the message");
	smtp->reset = false;
	return NULL;
}

/* A server that says 354 though nobody is to get it, is given an empty one
 * (RFC 2920 3.1), unless somebody would get that. */
static const struct fault *
give_up(const struct delivery *delivery)
{
	const struct fault	*bad;
	struct smtp_reply	 reply;

	bad = NULL;
	if (delivery->go_on && delivery->accepted == 0)
		bad = ask(delivery->smtp, delivery->arena, ".\r\n", &reply);
	delivery->smtp->cut = bad != NULL ||
	    (delivery->go_on && delivery->accepted > 0);
	if (delivery->mail_refused != NULL)
		return delivery->mail_refused;
	if (delivery->accepted > 0)
		return delivery->data_refused;
	return fault_make(delivery->arena, FAULT_RECIPIENT,
	    "no recipient was accepted");
}

static const struct fault *
deliver(struct delivery *delivery)
{
	struct smtp		*smtp = delivery->smtp;
	const struct fault	*bad;
	struct smtp_reply	 reply;

	if (smtp->cut)
		return fault_make(delivery->arena, FAULT_CONNECT,
		    "the connection to the outgoing mail server is closed");
	bad = NULL;
	smtp->cut = true;
	allow(smtp, SMTP_REPLY_MS);
	if (smtp->reset)
		bad = ask(smtp, delivery->arena, "RSET\r\n", &reply);
	smtp->reset = true;
	if (bad == NULL)
		bad = run_commands(delivery);
	if (bad != NULL)
		return bad;
	if (delivery->mail_refused != NULL || delivery->accepted == 0 ||
	    !delivery->go_on)
		return give_up(delivery);
	if ((bad = write_content(delivery)) != NULL)
		return bad;
	return finish(delivery);
}

const struct fault *
smtp_send(struct smtp *smtp, struct arena *arena,
    const struct smtp_message *message, struct objects *results)
{
	struct delivery		 delivery = { .smtp = smtp, .arena = arena,
				    .message = message };
	const struct fault	*bad;
	size_t			 i;

	bad = smtp_envelope_write(arena, &smtp->ability, message,
	    &delivery.commands);
	delivery.recipients = arena_array(arena, message->recipients.len,
	    sizeof(*delivery.recipients));
	for (i = 0; i < message->recipients.len; i++)
		delivery.recipients[i].address = message->recipients.at[i];
	results->at = delivery.recipients;
	results->len = message->recipients.len;
	wire_set_arena(smtp->wire, arena);
	return bad != NULL ? bad : deliver(&delivery);
}
