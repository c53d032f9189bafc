#include "mail/smtp_envelope.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/source.h"

enum { ADDRESS_BYTES = 1000 };	/* more does not fit a command */

static bool
is_ascii(struct bytes bytes)
{
	size_t	 i;

	for (i = 0; i < bytes.len; i++)
		if (bytes.at[i] >= 0x80)
			return false;
	return true;
}

/* What was checked when it was read is checked again where it is written: a
 * command more in here would be a message more. */
static bool
can_be_written(const char *address, bool utf8)
{
	size_t	 i;

	for (i = 0; address[i] != '\0'; i++)
		if (text_is_control((unsigned char)address[i]) ||
		    address[i] == '<' || address[i] == '>' ||
		    i == ADDRESS_BYTES)
			return false;
	return i > 0 && (utf8 || is_ascii(bytes_of(address)));
}

static const struct fault *
check_addresses(struct arena *arena,
    const struct smtp_message *message)
{
	const char	*address;
	size_t		 i;

	for (i = 0; i <= message->recipients.len; i++) {
		address = i == message->recipients.len ? message->sender :
		    message->recipients.at[i];
		if (!can_be_written(address, message->utf8))
			return fault_make(arena, FAULT_ARGUMENT,
			    "an address can't be written to a mail server: "
			    "it is empty, too long, or holds controls, angle "
			    "brackets or characters beyond ASCII");
	}
	if (message->recipients.len == 0)
		return fault_make(arena, FAULT_RECIPIENT,
		    "there is no recipient");
	return NULL;
}

static const struct fault *
check_abilities(struct arena *arena, const struct smtp_ability *ability,
    const struct smtp_message *message)
{
	uint64_t	 length = message->source->length;

	if (ability->size_most > 0 && length > ability->size_most)
		return fault_make(arena, FAULT_LIMIT, "the message is too "
		    "big: %llu bytes, and the outgoing mail server takes %llu",
		    (unsigned long long)length,
		    (unsigned long long)ability->size_most);
	if (message->utf8 && !ability->utf8)
		return fault_make(arena, FAULT_UNSUPPORTED, "RFC 6531: the "
		    "outgoing mail server takes no addresses beyond ASCII");
	if (message->source->eight_bit && !ability->eight_bit)
		return fault_make(arena, FAULT_UNSUPPORTED, "RFC 6152: the "
		    "outgoing mail server takes ASCII only");
	return NULL;
}

static const char *
write_time(struct arena *arena, int64_t seconds)
{
	return clock_rfc3339(arena, (struct moment){ .seconds = seconds });
}

/* RFC 4865: both limits are the server's to name or not. */
static const struct fault *
check_hold(struct arena *arena, const struct smtp_ability *ability,
    const struct smtp_message *message)
{
	int64_t	 now = clock_now(), end = ability->future_end;

	if (message->hold_until == 0)
		return NULL;
	if (!ability->future)
		return fault_make(arena, FAULT_UNSUPPORTED, "RFC 4865: the "
		    "outgoing mail server can't hold a message for later: "
		    "nothing was sent");
	if (message->hold_until <= now)
		return fault_make(arena, FAULT_ARGUMENT,
		    "send_at must be in the future; it is now %s",
		    write_time(arena, now));
	if (ability->future_most > 0 && (end == 0 ||
	    now + (int64_t)ability->future_most < end))
		end = now + (int64_t)ability->future_most;
	if (end > 0 && message->hold_until > end)
		return fault_make(arena, FAULT_ARGUMENT, "the outgoing mail "
		    "server holds a message until %s at most: nothing was "
		    "sent", write_time(arena, end));
	return NULL;
}

/* mail = "MAIL FROM:<" sender ">" [ SP SIZE ] [ SP BODY ] [ SP SMTPUTF8 ]
 *	[ SP HOLDUNTIL ] */
static const char *
write_mail(struct arena *arena, const struct smtp_ability *ability,
    const struct smtp_message *message)
{
	struct buf	 mail;

	buf_start(&mail, arena);
	buf_format(&mail, "MAIL FROM:<%s>", message->sender);
	if (ability->size)
		buf_format(&mail, " SIZE=%llu",
		    (unsigned long long)message->source->length);
	if (message->source->eight_bit)
		buf_text(&mail, " BODY=8BITMIME");
	if (message->utf8)
		buf_text(&mail, " SMTPUTF8");
	if (message->hold_until != 0)
		buf_format(&mail, " HOLDUNTIL=%s",
		    write_time(arena, message->hold_until));
	buf_text(&mail, "\r\n");
	return buf_string(&mail);
}

const struct fault *
smtp_envelope_write(struct arena *arena, const struct smtp_ability *ability,
    const struct smtp_message *message, struct texts *commands)
{
	const struct fault	*bad;
	size_t			 i;

	if ((bad = check_addresses(arena, message)) != NULL ||
	    (bad = check_abilities(arena, ability, message)) != NULL ||
	    (bad = check_hold(arena, ability, message)) != NULL)
		return bad;
	*commands = (struct texts){ NULL, 0 };
	texts_add(arena, commands, write_mail(arena, ability, message));
	for (i = 0; i < message->recipients.len; i++)
		texts_add(arena, commands, text_format(arena,
		    "RCPT TO:<%s>\r\n", message->recipients.at[i]));
	texts_add(arena, commands, "DATA\r\n");
	return NULL;
}
