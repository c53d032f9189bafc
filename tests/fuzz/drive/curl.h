#ifndef DRIVE_CURL_H
#define DRIVE_CURL_H

#include <stddef.h>
#include <stdint.h>

/*
 * In the place of libcurl: every connection is to a server that has said
 * everything beforehand, and takes what it is told.
 */

/* What it says, in pieces of that size at most; then it hangs up. */
void	 curl_input(const uint8_t *at, size_t len, size_t piece);

/* Or to one that listens: connections have numbers from 0.  receive gives what
 * it says next; 0 bytes: it hangs up. */
struct curl_peer {
	void	*state;
	void	(*open)(void *state, unsigned connection, const char *url);
	void	(*send)(void *state, unsigned connection,
		    const unsigned char *at, size_t len);
	size_t	(*receive)(void *state, unsigned connection,
		    unsigned char *at, size_t size);
};

/* Until the next curl_input; all earlier connections are closed. */
void	 curl_serve(const struct curl_peer *peer);

#endif
