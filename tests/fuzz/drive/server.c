#include "server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum { CONNECTIONS = 4, TAG_BYTES = 16, TAGS = 1024 };

/* One connection: what the client has said of a line, what it has yet to say
 * of a literal, and what it is still to be told. */
struct line {
	bool		 smtp;
	bool		 message;	/* SMTP: behind DATA */
	struct buf	 heard;
	size_t		 command;	/* where the command in it begins */
	size_t		 literal;
	struct buf	 said;
	size_t		 sent;
	bool		 tags[TAGS];	/* that were used */
	char		 idle[TAG_BYTES];
};

struct server {
	struct curl_peer	 peer;
	struct arena		*arena;
	struct bytes		 script;
	const char		*abilities;
	size_t			 piece;
	struct line		 lines[CONNECTIONS];
};

static const char	*abilities[SERVER_ABILITIES] = {
	"IMAP4rev1 UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED LIST-STATUS ESEARCH "
	    "LITERAL+ NAMESPACE UNSELECT PREVIEW ID QUOTA CONDSTORE QRESYNC "
	    "ENABLE IDLE THREAD=REFERENCES",
	"IMAP4rev1",
	"IMAP4rev1 IMAP4rev2 UIDPLUS LITERAL- ESEARCH NAMESPACE LIST-STATUS "
	    "LIST-EXTENDED CONDSTORE OBJECTID UTF8=ACCEPT ENABLE THREAD=REFS",
	"IMAP4rev1 X-GM-EXT-1 UIDPLUS MOVE SPECIAL-USE CHILDREN NAMESPACE IDLE "
	    "COMPRESS=DEFLATE APPENDLIMIT=1000 QUOTA"
};

/* Behind the end of the script; %s: what the command names, %t: its tag. */
struct answer {
	const char	*word;
	const char	*say;
	const char	*code;
};

static const struct answer	 answers[] = {
	{ "SELECT", "* 3 EXISTS\r\n* FLAGS (\\Seen $x)\r\n* OK [UIDVALIDITY 7]"
	    " x\r\n* OK [UIDNEXT 9] x\r\n* OK [HIGHESTMODSEQ 5] x\r\n",
	    "[READ-WRITE] " },
	{ "EXAMINE", "* 3 EXISTS\r\n* FLAGS (\\Seen $x)\r\n* OK [UIDVALIDITY "
	    "7] x\r\n* OK [UIDNEXT 9] x\r\n* OK [HIGHESTMODSEQ 5] x\r\n",
	    "[READ-ONLY] " },
	{ "LIST", "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
	    "* LIST (\\Sent) \"/\" Sent\r\n* LIST (\\Drafts) \"/\" Drafts\r\n"
	    "* LIST (\\Trash) \"/\" Trash\r\n* LIST () \"/\" Work/2026\r\n"
	    "* LIST (\\Archive) \"/\" \"Arch&AOk-\"\r\n", "" },
	{ "LSUB", "* LSUB () \"/\" INBOX\r\n", "" },
	{ "STATUS", "* STATUS %s (MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7 "
	    "HIGHESTMODSEQ 5)\r\n", "" },
	{ "NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n", "" },
	{ "SEARCH", "* SEARCH 2 4 8\r\n", "" },
	{ "ESEARCH", "* ESEARCH (TAG \"%t\") UID COUNT 3 ALL 2,4,8\r\n", "" },
	{ "THREAD", "* THREAD (2 4)(8)\r\n", "" },
	{ "STORE", "* 1 FETCH (UID 2 MODSEQ (6) FLAGS (\\Seen))\r\n", "" },
	{ "COPY", "", "[COPYUID 7 2 9] " },
	{ "MOVE", "* OK [COPYUID 7 2 9] x\r\n* 1 EXPUNGE\r\n", "" },
	{ "EXPUNGE", "* 1 EXPUNGE\r\n", "" },
	{ "APPEND", "", "[APPENDUID 7 9] " },
	{ "GETQUOTAROOT", "* QUOTAROOT INBOX x\r\n* QUOTA x (STORAGE 1 2)\r\n",
	    "" },
	{ "FETCH", "", "" }, { "CREATE", "", "" }, { "DELETE", "", "" },
	{ "RENAME", "", "" }, { "SUBSCRIBE", "", "" },
	{ "UNSUBSCRIBE", "", "" }, { "NOOP", "", "" }, { "LOGOUT", "", "" },
	{ "UNSELECT", "", "" }, { "ENABLE", "", "" }, { "ID", "", "" },
	{ "CAPABILITY", "", "" }, { "LOGIN", "", "" }, { "IDLE", "", "" },
	{ "CHECK", "", "" }
};

/* Whatever the script says. */
static const char	*const unscripted[] = {
	"LOGOUT", "ENABLE", "ID", "CAPABILITY"
};

static const char	*const smtp_words[] = {
	"EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT", "RSET", "NOOP"
};

static const struct answer *
find_answer(struct bytes word)
{
	size_t	 i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (bytes_is_case(word, answers[i].word))
			return &answers[i];
	return NULL;
}

static struct bytes
take_word(struct bytes *text)
{
	size_t		 len = bytes_find(*text, ' ');
	struct bytes	 word = bytes_slice(*text, 0, len);

	*text = bytes_slice(*text, len + (len < text->len), text->len);
	return word;
}

/* What a message has of a section that was asked for. */
static void
say_section(struct line *line, struct bytes section)
{
	static const char	 head[] = "Subject: =?utf-8?q?x=C3=A9?=\r\n"
	    "From: A <a@example.org>\r\nTo: me@example.org\r\nDate: Mon, 2 "
	    "Feb 2026 10:00:00 +0100\r\nMessage-ID: <1@example.org>\r\n"
	    "List-Unsubscribe: <mailto:u@example.org>\r\n\r\n";
	const char		*text = "Hello,\r\n> quoted\r\n-- \r\nA\r\n";
	struct bytes		 shown = section;
	size_t			 at = bytes_find(section, '<');

	if (bytes_find(section, 'H') < section.len ||
	    bytes_find(section, 'I') < section.len)
		text = head;
	/* <from.len> is answered by <from>; the section may have dots, too. */
	if (at < section.len)
		shown.len = at + bytes_find(bytes_slice(section, at,
		    section.len), '.');
	buf_text(&line->said, " BODY");
	buf_bytes(&line->said, shown);
	if (shown.len < section.len)
		buf_text(&line->said, ">");
	buf_format(&line->said, " {%zu}\r\n%s", strlen(text), text);
}

/* BODY.PEEK[section]<from.len>, each of them as it stands in the command. */
static void
say_message(struct line *line, struct bytes command)
{
	size_t	 at, end;

	buf_text(&line->said, "* 1 FETCH (UID 2 FLAGS (\\Seen) RFC822.SIZE 99 "
	    "MODSEQ (4) INTERNALDATE \" 2-Feb-2026 10:00:00 +0100\" ENVELOPE "
	    "(\"Mon, 2 Feb 2026 10:00:00 +0100\" \"x\" ((\"A\" NIL \"a\" "
	    "\"example.org\")) NIL NIL ((NIL NIL \"me\" \"example.org\")) NIL "
	    "NIL NIL \"<1@example.org>\") BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" "
	    "(\"CHARSET\" \"utf-8\") NIL NIL \"7BIT\" 29 4)(\"TEXT\" \"CSV\" "
	    "(\"NAME\" \"x.csv\") NIL NIL \"BASE64\" 29 4 NIL (\"ATTACHMENT\" "
	    "(\"FILENAME\" \"x.csv\"))) \"MIXED\")");
	for (at = 0; at + 5 < command.len; at = end) {
		end = at + 1;
		if (memcmp(command.at + at, "PEEK[", 5) != 0)
			continue;
		at += 4;
		end = at + bytes_find(bytes_slice(command, at, command.len),
		    ']') + 1;
		if (end < command.len && command.at[end] == '<')
			end += bytes_find(bytes_slice(command, end,
			    command.len), '>') + 1;
		say_section(line, bytes_slice(command, at, end - at));
	}
	buf_text(&line->said, ")\r\n");
}

static void
say_usual(struct line *line, const struct answer *answer, const char *tag,
    struct bytes rest)
{
	const char	*at;

	for (at = answer->say; *at != '\0'; at++)
		if (at[0] == '%' && at[1] == 't') {
			buf_text(&line->said, tag);
			at++;
		} else if (at[0] == '%' && at[1] == 's') {
			buf_bytes(&line->said, bytes_slice(rest, 0,
			    bytes_find(rest, '(') > 0 ?
			    bytes_find(rest, '(') - 1 : 0));
			at++;
		} else
			buf_byte(&line->said, (unsigned char)*at);
	if (text_equal(answer->word, "FETCH"))
		say_message(line, rest);
	buf_format(&line->said, "%s OK %sdone\r\n", tag, answer->code);
}

/* The script's next answer; false behind its end. */
static bool
say_script(struct server *server, struct line *line, const char *tag)
{
	struct bytes	*script = &server->script, part;
	bool		 last;

	if (script->len == 0)
		return false;
	do {
		part = bytes_slice(*script, 0, bytes_find(*script, '\n') + 1);
		last = part.at[0] == '@';
		if (last)
			buf_text(&line->said, tag);
		buf_bytes(&line->said, bytes_slice(part, last, part.len));
		*script = bytes_slice(*script, part.len, script->len);
	} while (!last && script->len > 0);
	if (!last)
		buf_format(&line->said, "%s OK done\r\n", tag);
	return true;
}

/* Each is used once. */
static void
check_tag(struct line *line, const char *tag)
{
	unsigned long	 number = strtoul(tag + 1, NULL, 10);

	/* A login and a logout have their own. */
	assert((tag[0] == 'A' || tag[0] == 'L') && number > 0);
	if (tag[0] == 'A' && number < TAGS) {
		assert(!line->tags[number]);
		line->tags[number] = true;
	}
}

static bool
is_unscripted(const char *word)
{
	size_t	 i;

	for (i = 0; i < sizeof(unscripted) / sizeof(unscripted[0]); i++)
		if (text_equal(word, unscripted[i]))
			return true;
	return false;
}

static void
answer_imap(struct server *server, struct line *line, struct bytes command)
{
	const struct answer	*answer;
	struct bytes		 word;
	char			 tag[TAG_BYTES] = "";

	word = take_word(&command);
	if (bytes_is_case(word, "DONE")) {
		buf_format(&line->said, "%s OK done\r\n", line->idle);
		return;
	}
	assert(word.len > 1 && word.len < sizeof(tag));
	memcpy(tag, word.at, word.len);
	check_tag(line, tag);
	word = take_word(&command);
	if (bytes_is_case(word, "UID"))
		word = take_word(&command);
	assert((answer = find_answer(word)) != NULL);
	if (text_equal(answer->word, "SEARCH") && command.len > 6 &&
	    memcmp(command.at, "RETURN", 6) == 0)
		answer = find_answer(bytes_of("ESEARCH"));
	if (text_equal(answer->word, "IDLE")) {
		memcpy(line->idle, tag, sizeof(tag));
		buf_text(&line->said, "+ \r\n");
	} else if (text_equal(answer->word, "LOGIN"))
		buf_format(&line->said, "%s OK [CAPABILITY %s] in\r\n", tag,
		    server->abilities);
	else if (is_unscripted(answer->word) ||
	    !say_script(server, line, tag))
		say_usual(line, answer, tag, command);
}

static void
answer_smtp(struct line *line, struct bytes command)
{
	struct bytes	 word = take_word(&command);
	bool		 known = false;
	size_t		 i;

	if (line->message) {
		line->message = !(word.len == 1 && word.at[0] == '.');
		if (!line->message)
			buf_text(&line->said, "250 2.0.0 taken\r\n");
		return;
	}
	for (i = 0; i < sizeof(smtp_words) / sizeof(smtp_words[0]); i++)
		known |= bytes_is_case(word, smtp_words[i]);
	assert(known);
	line->message = bytes_is_case(word, "DATA");
	if (bytes_is_case(word, "EHLO"))
		buf_text(&line->said, "250-x\r\n250-PIPELINING\r\n250-8BITMIME"
		    "\r\n250-AUTH PLAIN\r\n250-FUTURERELEASE 9999 2030-01-01T"
		    "00:00:00Z\r\n250 SIZE 1000000\r\n");
	else
		buf_format(&line->said, "%s\r\n", line->message ? "354 go" :
		    bytes_is_case(word, "AUTH") ? "235 in" : "250 well");
}

/* literal = "{" number ["+"] "}" at the end of a line; whether there is one. */
static bool
begin_literal(struct line *line, struct bytes text)
{
	size_t	 at, end = text.len;
	bool	 waits = true;

	if (end < 3 || text.at[end - 1] != '}')
		return false;
	waits = text.at[end - 2] != '+';
	end -= waits ? 1 : 2;
	for (at = end; at > 0 && text_is_digit(text.at[at - 1]); at--)
		continue;
	if (at == end || at == 0 || text.at[at - 1] != '{')
		return false;
	line->literal = strtoul((const char *)text.at + at, NULL, 10);
	if (waits)
		buf_text(&line->said, "+ go\r\n");
	return true;
}

/* A line of the client's has ended. */
static void
hear_line(struct server *server, struct line *line)
{
	struct bytes	 text = bytes_slice(buf_view(&line->heard),
	    line->command, line->heard.len);
	size_t		 i;

	assert(text.len >= 2 && text.at[text.len - 2] == '\r');
	text.len -= 2;
	for (i = 0; i < text.len; i++)
		assert(text.at[i] != '\r' && text.at[i] != '\0');
	if (line->smtp)
		answer_smtp(line, text);
	else if (begin_literal(line, text)) {
		line->command = line->heard.len;
		return;
	} else
		answer_imap(server, line, bytes_slice(buf_view(&line->heard),
		    0, line->heard.len - 2));
	buf_cut(&line->heard, 0);
	line->command = 0;
}

static void
hear(void *state, unsigned connection, const unsigned char *at, size_t len)
{
	struct server	*server = state;
	struct line	*line = &server->lines[connection];
	size_t		 i;

	for (i = 0; i < len; i++)
		if (line->literal > 0) {
			line->literal--;
			line->command++;
			buf_byte(&line->heard, at[i] < ' ' ? '.' : at[i]);
		} else {
			buf_byte(&line->heard, at[i]);
			if (at[i] == '\n')
				hear_line(server, line);
		}
}

static size_t
say(void *state, unsigned connection, unsigned char *at, size_t size)
{
	struct server	*server = state;
	struct line	*line = &server->lines[connection];
	struct bytes	 rest = bytes_slice(buf_view(&line->said), line->sent,
	    size < server->piece ? size : server->piece);

	if (rest.len > 0)
		memcpy(at, rest.at, rest.len);
	line->sent += rest.len;
	return rest.len;
}

static void
connect_to(void *state, unsigned connection, const char *url)
{
	struct server	*server = state;
	struct line	*line = &server->lines[connection];

	memset(line, 0, sizeof(*line));
	buf_start(&line->heard, server->arena);
	buf_start(&line->said, server->arena);
	line->smtp = strstr(url, ":587") != NULL;
	if (line->smtp)
		buf_text(&line->said, "220 x\r\n");
	else
		buf_format(&line->said, "* OK [CAPABILITY %s] hello\r\n",
		    server->abilities);
}

struct server *
server_open(struct arena *arena, struct bytes script, unsigned which,
    size_t piece)
{
	struct server	*server = arena_take(arena, sizeof(*server));

	server->arena = arena;
	server->script = script;
	server->abilities = abilities[which % SERVER_ABILITIES];
	server->piece = piece;
	server->peer = (struct curl_peer){ server, connect_to, hear, say };
	curl_serve(&server->peer);
	return server;
}
