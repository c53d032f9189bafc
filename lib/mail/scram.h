#ifndef MAIL_SCRAM_H
#define MAIL_SCRAM_H

#include <stdbool.h>

#include "base/bytes.h"
#include "crypt/digest.h"

struct arena;
struct fault;

/*
 * The client of SCRAM (RFC 5802, 7677) without channel binding.  User name
 * and password go as they are given, in UTF-8: no SASLprep.
 */
enum {
	SCRAM_ITERATIONS_LEAST = 4096,		/* RFC 7677 4 */
	SCRAM_ITERATIONS_MOST = 600 * 1000,	/* some 0.2 s of our time */
	SCRAM_CHALLENGE_BYTES = 4096
};

struct buf;
struct scram;

/* A saslname (RFC 5801 4): "," and "=" written so that they stand in it. */
void			 scram_put_name(struct buf *buf, const char *name);

/* The nonce is printable ASCII without a comma, and new every time. */
struct scram		*scram_start(struct arena *arena, enum digest kind,
			    const char *username, const char *password,
			    const char *nonce);

/* The three messages, in turn. */
struct bytes		 scram_first(const struct scram *scram);
/* FAULT_PROTOCOL for what is malformed, another's nonce, an extension that
 * must be understood, too few iterations or too many. */
const struct fault	*scram_prove(struct scram *scram,
			    struct bytes server_first, struct bytes *proof);
/* FAULT_PROTOCOL when the server does not know the password. An error that it
 * names (e=) is none: *proved is then false, and its refusal follows. */
const struct fault	*scram_verify(struct scram *scram,
			    struct bytes server_final, bool *proved);

#endif
