#include "mail/smtp_reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/utf8.h"
#include "net/wire.h"

enum { CODE_DIGITS = 3, TOO_BIG = 552 };

/* Reply-code = %x32-35 %x30-39 %x30-39; RFC 5321 has 0 to 5 in the middle,
 * which servers do not keep to. */
static bool
read_code(struct bytes line, int *code)
{
	if (line.len < CODE_DIGITS || line.at[0] < '2' || line.at[0] > '5' ||
	    !text_is_digit(line.at[1]) || !text_is_digit(line.at[2]))
		return false;
	*code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 +
	    (line.at[2] - '0');
	return true;
}

static const char *
join_words(struct arena *arena, const struct smtp_reply *reply)
{
	const char	*text;
	struct bytes	 cut;

	text = text_format(arena, "%d %s", reply->code,
	    texts_join(arena, reply->lines, " "));
	cut = bytes_of(text);
	if (cut.len <= SMTP_WORDS_BYTES)
		return text;
	/* Not in the middle of a character. */
	for (cut.len = SMTP_WORDS_BYTES; cut.len > 0 &&
	    (cut.at[cut.len] & 0xc0) == 0x80; cut.len--)
		continue;
	return bytes_text(arena, cut);
}

/* Reply-line = *( code "-" [text] CRLF ) code [ SP text ] CRLF */
bool
smtp_reply_take(struct arena *arena, struct bytes line,
    struct smtp_reply *reply, bool *last)
{
	size_t	 i, len;
	int	 code;

	if (!read_code(line, &code) || reply->lines.len == SMTP_REPLY_LINES ||
	    (reply->lines.len > 0 && code != reply->code))
		return false;
	*last = line.len == CODE_DIGITS || line.at[CODE_DIGITS] == ' ';
	if (!*last && line.at[CODE_DIGITS] != '-')
		return false;
	for (i = 0, len = line.len; i < reply->lines.len; i++)
		len += strlen(reply->lines.at[i]);
	if (len > SMTP_REPLY_BYTES)
		return false;
	reply->code = code;
	texts_add(arena, &reply->lines, utf8_clean_line(arena,
	    bytes_slice(line, CODE_DIGITS + 1, line.len)));
	if (*last)
		reply->words = join_words(arena, reply);
	return true;
}

const struct fault *
smtp_reply_read(struct arena *arena, struct wire *wire,
    struct smtp_reply *reply)
{
	const struct fault	*bad;
	struct buf		 line;
	bool			 last;

	memset(reply, 0, sizeof(*reply));
	do {
		buf_start(&line, arena);
		if ((bad = wire_read_line(wire, &line)) != NULL)
			return bad;
		if (!smtp_reply_take(arena, buf_view(&line), reply, &last))
			return fault_make(arena, FAULT_PROTOCOL, "RFC 5321 "
			    "4.2: the outgoing mail server sent what is no "
			    "reply");
	} while (!last);
	return NULL;
}

const struct fault *
smtp_reply_fault(struct arena *arena, const struct smtp_reply *reply,
    const char *what)
{
	enum fault_kind	 kind = FAULT_PROTOCOL;

	if (reply->code == TOO_BIG)
		kind = FAULT_LIMIT;
	else if (reply->code >= 500)
		kind = FAULT_REFUSED;
	else if (reply->code >= 400)
		kind = FAULT_UNAVAILABLE;
	return fault_make(arena, kind, "the outgoing mail server would not "
	    "%s: \"%s\"", what, reply->words);
}
