#include "mail/card_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/card.h"

struct wording {
	const char	*word;		/* as a card has it */
	const char	*verb;		/* for the subject; NULL: not there */
	const char	*sentence;
};

static const struct wording	 may[] = {
	{ "mail:folders", NULL, "see your folders" },
	{ "mail:read", "read", "read your messages" },
	{ "mail:search", "search", "search your messages" },
	{ "mail:modify", "change",
	    "flag, move and delete messages, and write drafts" },
	{ "mail:send", "send", "send messages in your name" }
};

/* What is asked before, and the scope without which it is never done. */
struct asking {
	const char	*word;
	const char	*scope;
	const char	*sentence;
};

static const struct asking	 asks[] = {
	{ "send", "mail:send", "sending" },
	{ "delete", "mail:modify", "deleting for good" },
	{ "trash", "mail:modify", "moving to the trash" },
	{ "move", "mail:modify", "moving" },
	{ "draft", "mail:modify", "writing drafts" },
	{ "invitation", "mail:send", "answering invitations" },
	{ "unsubscribe", "mail:send", "unsubscribing" }
};

enum {
	MAY = sizeof(may) / sizeof(may[0]),
	ASKS = sizeof(asks) / sizeof(asks[0])
};

const char *
card_text_name(const struct card *card)
{
	return card->name == NULL ? "An agent" : card->name;
}

/* "read, search and send" */
static const char *
list_verbs(struct arena *arena, const struct card *card)
{
	struct texts	 verbs = { NULL, 0 };
	struct buf	 buf;
	size_t		 i;

	for (i = 0; i < MAY; i++)
		if (may[i].verb != NULL && texts_have(card->scopes,
		    may[i].word))
			texts_add(arena, &verbs, may[i].verb);
	if (verbs.len == 0)
		return "see the folders of";
	buf_start(&buf, arena);
	for (i = 0; i < verbs.len; i++)
		buf_format(&buf, "%s%s", i == 0 ? "" : i + 1 < verbs.len ?
		    ", " : " and ", verbs.at[i]);
	return buf_string(&buf);
}

const char *
card_text_subject(struct arena *arena, const struct card *card)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	if (card->name != NULL)
		buf_format(&buf, "\"%s\"", card->name);
	else
		buf_text(&buf, card_text_name(card));
	if (card->target != NULL)
		buf_format(&buf, " (%s)", card->target);
	buf_format(&buf, " may %s your mail", list_verbs(arena, card));
	return buf_string(&buf);
}

static void
put_may(struct buf *buf, const struct card *card)
{
	size_t	 i;

	buf_text(buf, "\nIt may\n");
	for (i = 0; i < MAY; i++)
		if (texts_have(card->scopes, may[i].word))
			buf_format(buf, "  - %s\n", may[i].sentence);
}

/* Only of what it may do at all. */
static void
put_asks(struct buf *buf, const struct card *card)
{
	const char	*before = "\nIt asks you before\n";
	size_t		 i;

	for (i = 0; i < ASKS; i++) {
		if (!texts_have(card->ask_first, asks[i].word) ||
		    !texts_have(card->scopes, asks[i].scope))
			continue;
		buf_format(buf, "%s  - %s\n", before, asks[i].sentence);
		before = "";
	}
}

static const char *
date(struct arena *arena, int64_t time)
{
	return clock_rfc5322(arena, (struct moment){ time, 0 });
}

const char *
card_text_body(struct arena *arena, const struct card *card,
    const char *issuer)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_format(&buf, "You have let an agent use this mailbox through "
	    "%s.\n\nIt calls itself: %s\n", issuer, card_text_name(card));
	if (card->target != NULL)
		buf_format(&buf, "It answers to: %s\n", card->target);
	buf_format(&buf, "Connected: %s\nUntil, at the latest: %s\n",
	    date(arena, card->created), date(arena, card->ends));
	put_may(&buf, card);
	put_asks(&buf, card);
	buf_text(&buf, "\nDelete this message to disconnect it: with its next "
	    "request it has no access any more.\n\nThis message is all that "
	    "is kept about the connection. There is no password in it.\n");
	return buf_string(&buf);
}
