#include "mail/robot.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/header.h"

/* Senders' local parts, without dots, hyphens and the like: as they begin. */
static const char *const	 beginnings[] = {
	"noreply", "donotreply", "donotanswer", "neverreply", "noresponse",
	"mailerdaemon", "nepasrepondre", "keineantwort", "noresponder",
	"autoreply", "autoresponder", "automailer", "automated"
};

/* And wholly. */
static const char *const	 names[] = {
	"bounce", "bounces", "daemon", "listserv", "mailman", "majordomo",
	"news", "newsletter", "newsletters", "notification",
	"notifications", "notify", "postmaster", "robot", "root", NULL
};

static const char *const	 precedences[] = {
	"bulk", "list", "junk", "auto_reply", NULL
};

static bool
has(struct pairs fields, const char *name)
{
	return header_find(fields, name) != NULL;
}

/* A field's first word, in lower case; NULL where there is no such field. */
static const char *
first_word(struct arena *arena, struct pairs fields, const char *name)
{
	const char	*value = header_find(fields, name);
	struct texts	 words;

	if (value == NULL)
		return NULL;
	words = text_split(arena, value, " \t\r\n;(");
	return words.len == 0 ? "" : text_lower_copy(arena, words.at[0]);
}

/* The local part's letters and digits, up to a "+". */
static const char *
fold_local(struct arena *arena, const char *from)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (; *from != '\0' && *from != '@' && *from != '+'; from++)
		if (text_is_alnum((unsigned char)*from) ||
		    (unsigned char)*from >= 0x80)
			buf_byte(&buf, text_lower((unsigned char)*from));
	return buf_string(&buf);
}

static bool
is_robots_name(struct arena *arena, const char *from)
{
	const char	*local = fold_local(arena, from);
	size_t		 i;

	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (text_starts(local, beginnings[i]))
			return true;
	return text_is_among(local, names);
}

bool
robot_wrote(struct arena *arena, struct pairs fields, const char *from)
{
	const char	*word;

	if (*from == '\0' || has(fields, "List-Id") ||
	    has(fields, "List-Post") || has(fields, "List-Unsubscribe") ||
	    has(fields, "X-Autoreply"))
		return true;
	word = first_word(arena, fields, "Precedence");
	if (word != NULL && text_is_among(word, precedences))
		return true;
	word = first_word(arena, fields, "Auto-Submitted");
	if (word != NULL && !text_equal(word, "no"))
		return true;
	word = first_word(arena, fields, "Return-Path");
	return (word != NULL && text_equal(word, "<>")) ||
	    is_robots_name(arena, from);
}
