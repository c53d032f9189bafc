#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_session.h"
#include "mail/smtp.h"

#include "../check.h"
#include "../peer/peer.h"
#include "../tally.h"

/* What servers, or somebody before them, say around STARTTLS (own/starttls),
 * met by whole sessions: a login goes through TLS or not at all. */

enum { PATIENCE_MS = 700, LINE_BYTES = 4096 };

static const char	 FOLDER[] = "own/starttls";

enum place { GREETING, ANSWER };

static const struct row {
	const char	*id;
	enum place	 place;		/* where the file's words are said */
	bool		 logs_in;	/* and within TLS only */
} rows[] = {
	{ "imap-logindisabled", GREETING, false },
	{ "imap-no", ANSWER, false },
	{ "imap-nocap", GREETING, false },
	{ "imap-resp-inj-partial", ANSWER, false },
	{ "imap-resp-inj-tagged", ANSWER, false },
	{ "imap-resp-inj", ANSWER, false },
	{ "smtp-5xx-line-flood", ANSWER, false },
	{ "smtp-multi", ANSWER, true },
	{ "smtp-resp-inj", ANSWER, false }
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct scene {
	const struct row	*row;
	struct bytes		 said;
	bool			 tls;	/* a handshake is answered */
};

/* Ends the script's process: nothing secret may stand in the clear.  Whoever
 * listens in helps a client along to its login, as if there were no TLS. */
static void
listen_in(struct line *line)
{
	char	 text[LINE_BYTES];

	while (peer_read_line(line, text, sizeof(text))) {
		if (strstr(text, "LOGIN") != NULL ||
		    strstr(text, "AUTH") != NULL ||
		    strstr(text, "open") != NULL)
			_exit(7);
		if (strncmp(text, "EHLO", 4) == 0) {
			peer_say(line, "250-hello\r\n250 AUTH PLAIN\r\n");
		} else if (strstr(text, " CAPABILITY") != NULL) {
			peer_say(line, "* CAPABILITY IMAP4rev1 AUTH=PLAIN "
			    "SASL-IR\r\n");
			text[strcspn(text, " ")] = '\0';
			peer_say(line, text);
			peer_say(line, " OK done\r\n");
		}
	}
}

static void
next_line(struct line *line, char *text)
{
	if (!peer_read_line(line, text, LINE_BYTES))
		_exit(0);
}

/* The collection's tags "A1" and "A2" are ours of STARTTLS, and the next. */
static void
say_tagged(struct line *line, struct bytes said, const char *tag)
{
	char	 next[16];
	size_t	 i;

	snprintf(next, sizeof(next), "A%03lu",
	    strtoul(tag + 1, NULL, 10) + 1);
	for (i = 0; i < said.len; i++)
		if (said.at[i] == 'A' && i + 2 < said.len &&
		    said.at[i + 2] == ' ' &&
		    (i == 0 || said.at[i - 1] == '\n')) {
			peer_say(line, said.at[i + 1] == '1' ? tag : next);
			i++;
		} else
			peer_say_bytes(line, said.at + i, 1);
}

/* Answers CAPABILITY as the greeting did; then nothing more may come but what
 * STARTTLS or a goodbye is. */
static void
greet_imap(struct line *line, const struct scene *scene)
{
	char	 text[LINE_BYTES];

	peer_say_bytes(line, scene->said.at, scene->said.len);
	next_line(line, text);
	text[strcspn(text, " ")] = '\0';
	peer_say(line, "* CAPABILITY IMAP4rev1");
	peer_say(line, text_equal(scene->row->id, "imap-logindisabled") ?
	    " LOGINDISABLED\r\n" : "\r\n");
	peer_say(line, text);
	peer_say(line, " OK done\r\n");
	listen_in(line);
}

static void
answer_imap(struct line *line, const struct scene *scene)
{
	char	 text[LINE_BYTES];

	peer_say(line, "* OK hello\r\n");
	next_line(line, text);
	text[strcspn(text, " ")] = '\0';
	peer_say(line, "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n");
	peer_say(line, text);
	peer_say(line, " OK done\r\n");
	next_line(line, text);
	if (strstr(text, " STARTTLS") == NULL)
		_exit(5);
	text[strcspn(text, " ")] = '\0';
	say_tagged(line, scene->said, text);
	if (scene->tls && !peer_tls(line, PEER_GOOD, 0))
		_exit(0);
	listen_in(line);
}

/* libcurl's EHLO, and ours. */
static void
log_in(struct line *line)
{
	int	 i;

	for (i = 0; i < 2; i++) {
		peer_expect(line, "EHLO *");
		peer_say(line, "250-hello\r\n250 AUTH PLAIN\r\n");
	}
	peer_expect(line, "AUTH PLAIN *");
	peer_say(line, "235 in\r\n");
	peer_drain(line);
}

static void
answer_smtp(struct line *line, const struct scene *scene)
{
	peer_say(line, "220 hello\r\n");
	peer_expect(line, "EHLO *");
	peer_say(line, "250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
	peer_expect(line, "STARTTLS");
	peer_say_bytes(line, scene->said.at, scene->said.len);
	if (scene->tls && !peer_tls(line, PEER_GOOD, 0))
		_exit(0);
	if (!scene->tls || !scene->row->logs_in)
		listen_in(line);
	else
		log_in(line);
}

static void
play(struct line *line, const void *state)
{
	const struct scene	*scene = state;

	if (strncmp(scene->row->id, "smtp", 4) == 0)
		answer_smtp(line, scene);
	else if (scene->row->place == GREETING)
		greet_imap(line, scene);
	else
		answer_imap(line, scene);
}

/* Opens a session with the peer; whether that went well. */
static bool
opens(struct arena *arena, const struct row *row, int port)
{
	struct mail_server	 server = { .host = "localhost",
				     .port = port, .tls = TLS_STARTTLS,
				     .named = true };
	struct account		 account = { .address = "anna@example.org",
				     .username = "anna@example.org",
				     .password = "open sesame" };
	struct config		 config;
	struct imap		*imap = NULL;
	struct smtp		*smtp = NULL;
	const struct fault	*bad;

	memset(&config, 0, sizeof(config));
	config.mail_ca_file = peer_ca_file();
	account.imap.at = account.smtp.at = &server;
	if (strncmp(row->id, "smtp", 4) == 0)
		bad = smtp_open(arena, &account, &config,
		    clock_ms() + PATIENCE_MS, &smtp);
	else
		bad = imap_open(arena, &account, &config,
		    clock_ms() + PATIENCE_MS, &imap);
	if (bad != NULL)
		print_message("# %s: %s\n", row->id, bad->detail);
	imap_close(imap);
	smtp_close(smtp);
	return bad == NULL;
}

static void
meet(struct arena *arena, const struct row *row, bool tls)
{
	struct scene	 scene = { .row = row, .tls = tls };
	struct peer	 peer;
	bool		 opened;

	scene.said = corpora_read(arena, text_format(arena, "%s/%s.bin",
	    FOLDER, row->id));
	if (scene.said.at == NULL)
		skip();
	(void)peer_ca_file();
	peer_start(&peer, play, &scene);
	opened = opens(arena, row, peer.port);
	if (opened != (tls && row->logs_in))
		fail_msg("%s: %s", row->id, opened ? "logged in" :
		    "did not log in");
	if (!peer_stop(&peer))
		fail_msg("%s: the peer saw what it must not", row->id);
}

/* Each with a peer that would speak TLS, and with one that listens in. */
static void
no_login_in_the_clear(void **state)
{
	struct tally	 tally;
	struct arena	*arena;
	size_t		 i;

	(void)state;
	corpora_needed();
	tally_open(&tally, "mail/starttls", FOLDER);
	for (i = 0; i < ROWS; i++) {
		arena = arena_open();
		tally_start(&tally);
		meet(arena, &rows[i], true);
		meet(arena, &rows[i], false);
		tally_case(&tally, true, rows[i].id);
		tally_stop(&tally, arena, rows[i].id);
		arena_close(arena);
	}
	assert_true(tally_close(&tally));
}

static bool
is_met(const char *name)
{
	size_t	 i, len;

	len = strlen(name);
	for (i = 0; i < ROWS; i++)
		if (len == strlen(rows[i].id) + 4 &&
		    strncmp(name, rows[i].id, len - 4) == 0)
			return true;
	return false;
}

/* Every file of the collection has a row. */
static void
all_are_met(void **state)
{
	struct dirent	*entry;
	struct arena	*arena;
	size_t		 len;
	DIR		*folder;

	(void)state;
	arena = arena_open();
	if ((folder = opendir(corpora_path(arena, FOLDER))) == NULL) {
		printf("# SKIP no corpora\n");
		skip();
	}
	while ((entry = readdir(folder)) != NULL) {
		len = strlen(entry->d_name);
		if (len > 4 && strcmp(entry->d_name + len - 4, ".bin") == 0 &&
		    !is_met(entry->d_name))
			fail_msg("%s is not met", entry->d_name);
	}
	closedir(folder);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(no_login_in_the_clear),
    cmocka_unit_test(all_are_met))
