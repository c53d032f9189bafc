#ifndef DRIVE_CURL_H
#define DRIVE_CURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/libcurl.h"

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

/* Or to run HTTP by: what a transfer was set up with, and what came of it. */
struct curl_transfer {
	curl_write_callback	 head;		/* gets a line */
	void			*head_state;
	curl_write_callback	 body;		/* gets a piece */
	void			*body_state;
	curl_read_callback	 give;
	void			*give_state;
	curl_off_t		 to_give;
	bool			 no_body;	/* HEAD */
	char			*error;		/* CURL_ERROR_SIZE bytes */

	long			 status;	/* 0 to begin with */
	char			*type;		/* or NULL */
	curl_off_t		 length;	/* -1: not told */
	curl_off_t		 modified;	/* since 1970; -1: not told */
};

typedef CURLcode	 curl_run(struct curl_transfer *transfer);

/* Until the next curl_input or curl_serve; all earlier ones are over. */
void	 curl_transfers(curl_run *run);

#endif
