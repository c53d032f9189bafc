#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A scripted server for one connection on loopback, in a process of its own.
 * It plays only what no real server can be made to do.  A script's function
 * runs in the child; when what it expects does not come, the child ends with
 * an error and peer_stop tells.
 */
struct peer {
	pid_t	 pid;
	int	 port;
};

struct line;

typedef void peer_script(struct line *line, const void *state);

/* Which certificate the peer shows; all but SELF_SIGNED come from the CA. */
enum peer_certificate {
	PEER_GOOD,		/* localhost and 127.0.0.1 */
	PEER_EXPIRED,
	PEER_WRONG_NAME,	/* elsewhere.example.org */
	PEER_RIGHT_ADDRESS,	/* the same, and 127.0.0.1 */
	PEER_SELF_SIGNED
};

/* The CA's certificate as a PEM file in a new folder below TMPDIR. */
const char	*peer_ca_file(void);

/* SHA-256 of the good certificate's public key, in base64. */
const char	*peer_pin(void);

void		 peer_start(struct peer *peer, peer_script *script,
		    const void *state);
/* Kills it if it still runs; whether its script went to its end. */
bool		 peer_stop(struct peer *peer);

/* In the script: */
void		 peer_say(struct line *line, const char *text);
void		 peer_say_bytes(struct line *line, const void *at, size_t len);
/* Reads a line and compares: the text, or with "*" at its end its start. */
void		 peer_expect(struct line *line, const char *text);
/* Reads a line; false at the end of the stream. */
bool		 peer_read_line(struct line *line, char *text, size_t size);
/* Reads len bytes, or until the client closes; how many. */
size_t		 peer_take(struct line *line, size_t len);
/* Reads until the client closes; how many bytes. */
size_t		 peer_drain(struct line *line);
/* Answers a TLS handshake; false if it fails. versions_most: 0, or the
 * newest TLS version spoken, as OpenSSL numbers it. */
bool		 peer_tls(struct line *line, enum peer_certificate certificate,
		    int version_most);
/* Waits, holding the line. */
void		 peer_sleep(int milliseconds);
/* Cuts the line without TLS's farewell. */
void		 peer_cut(struct line *line);

#endif
