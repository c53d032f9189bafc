#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/imap_session.h"
#include "mail/smtp.h"

#include "../check.h"
#include "../peer/peer.h"

/* Mail servers that do not prove who they are, met by whole sessions: none is
 * told a password, whichever way TLS begins. */

enum { PATIENCE_MS = 5000, LINE_BYTES = 4096, TLS_1_0 = 0x0301,
       TLS_1_1 = 0x0302 };

static const struct row {
	const char		*what;
	enum peer_certificate	 certificate;
	int			 version_most;
	bool			 good;
} rows[] = {
	{ "all is right", PEER_GOOD, 0, true },
	{ "expired", PEER_EXPIRED, 0, false },
	{ "self-signed", PEER_SELF_SIGNED, 0, false },
	{ "of another name", PEER_WRONG_NAME, 0, false },
	{ "of another name, and the right address", PEER_RIGHT_ADDRESS, 0,
	  false },
	{ "TLS 1.0", PEER_GOOD, TLS_1_0, false },
	{ "TLS 1.1", PEER_GOOD, TLS_1_1, false }
};

struct scene {
	const struct row	*row;
	bool			 smtp;
	enum tls_mode		 tls;
	bool			*told;	/* a password, or that one comes;
					 * shared with the peer's process */
};

static void
answer_imap(struct line *line, char *text)
{
	char	*word = strchr(text, ' ');

	if (word == NULL)
		return;
	*word++ = '\0';
	if (text_equal_case(word, "CAPABILITY"))
		peer_say(line, "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN "
		    "SASL-IR\r\n");
	peer_say(line, text);
	peer_say(line, " OK done\r\n");
}

static void
answer_smtp(struct line *line, const char *text)
{
	if (text_starts_case(text, "EHLO"))
		peer_say(line, "250-hello\r\n250-AUTH PLAIN\r\n"
		    "250 STARTTLS\r\n");
	else
		peer_say(line, text_starts_case(text, "AUTH") ?
		    "235 in\r\n" : "220 go\r\n");
}

static void
shake_hands(struct line *line, const struct scene *scene)
{
	if (!peer_tls(line, scene->row->certificate,
	    scene->row->version_most))
		_exit(0);
}

static void
play(struct line *line, const void *state)
{
	const struct scene	*scene = state;
	char			 text[LINE_BYTES];
	bool			 upgrades;

	if (scene->tls == TLS_IMPLICIT)
		shake_hands(line, scene);
	peer_say(line, scene->smtp ? "220 hello\r\n" : "* OK hello\r\n");
	while (peer_read_line(line, text, sizeof(text))) {
		if (strstr(text, "AUTH") != NULL ||
		    strstr(text, "LOGIN") != NULL)
			*scene->told = true;
		upgrades = text_ends_case(text, "STARTTLS");
		if (scene->smtp)
			answer_smtp(line, text);
		else
			answer_imap(line, text);
		if (upgrades)
			shake_hands(line, scene);
	}
}

/* What becomes of a session with it. */
static const struct fault *
open_session(struct arena *arena, const struct scene *scene, int port)
{
	struct mail_server	 server = { .host = "localhost",
				     .port = port, .tls = scene->tls,
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
	if (scene->smtp)
		bad = smtp_open(arena, &account, &config,
		    clock_ms() + PATIENCE_MS, &smtp);
	else
		bad = imap_open(arena, &account, &config,
		    clock_ms() + PATIENCE_MS, &imap);
	imap_close(imap);
	smtp_close(smtp);
	return bad;
}

static void
meet(const struct scene *scene)
{
	const struct fault	*bad;
	struct arena		*arena;
	struct peer		 peer;

	arena = arena_open();
	(void)peer_ca_file();
	peer_start(&peer, play, scene);
	bad = open_session(arena, scene, peer.port);
	(void)peer_stop(&peer);
	if (*scene->told != scene->row->good ||
	    (bad == NULL) != scene->row->good ||
	    (bad != NULL && bad->kind != FAULT_TLS))
		fail_msg("%s, %s, %s: %s (%s)", scene->row->what,
		    scene->smtp ? "SMTP" : "IMAP",
		    scene->tls == TLS_IMPLICIT ? "implicit" : "STARTTLS",
		    *scene->told ? "a password was told" : "none was told",
		    bad == NULL ? "opened" : bad->detail);
	arena_close(arena);
}

static void
meet_all(bool smtp, enum tls_mode tls)
{
	struct scene	 scene = { .smtp = smtp, .tls = tls };
	size_t		 i;

	scene.told = mmap(NULL, sizeof(*scene.told), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(scene.told != MAP_FAILED);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		scene.row = &rows[i];
		*scene.told = false;
		meet(&scene);
	}
	munmap(scene.told, sizeof(*scene.told));
}

static void
imap_from_the_start(void **state)
{
	(void)state;
	meet_all(false, TLS_IMPLICIT);
}

static void
imap_by_starttls(void **state)
{
	(void)state;
	meet_all(false, TLS_STARTTLS);
}

static void
smtp_from_the_start(void **state)
{
	(void)state;
	meet_all(true, TLS_IMPLICIT);
}

static void
smtp_by_starttls(void **state)
{
	(void)state;
	meet_all(true, TLS_STARTTLS);
}

CHECK_MAIN(cmocka_unit_test(imap_from_the_start),
    cmocka_unit_test(imap_by_starttls), cmocka_unit_test(smtp_from_the_start),
    cmocka_unit_test(smtp_by_starttls))
