#ifndef DRIVE_SERVER_H
#define DRIVE_SERVER_H

#include <stdbool.h>

#include "base/bytes.h"
#include "drive/curl.h"

struct arena;

/*
 * An IMAP server, and one for sending, that do as they are told by a script
 * and as servers do behind its end.  The script has an answer for each command
 * but a few around the login, each up to a line that begins with "@", which
 * stands for the command's tag.  What clients say is looked at, whatever the
 * server and the caller said: lines whole, no tag twice, and only commands that
 * Postern has.
 */
struct server;

/* abilities: which of SERVER_ABILITIES sets it has; piece: what it sends at
 * once, at most. */
enum { SERVER_ABILITIES = 4, SERVER_SMTP_PORT = 587 };

struct server	*server_open(struct arena *arena, struct bytes script,
		    unsigned abilities, size_t piece);

#endif
