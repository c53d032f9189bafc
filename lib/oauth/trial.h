#ifndef OAUTH_TRIAL_H
#define OAUTH_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

struct account;
struct config;
struct problems;
struct request;

/*
 * Tries an account on its mail servers: a login at IMAP, and at SMTP where
 * the account has it, each once.  What fails is noted with the server's words
 * and advice, and then the answer is held back: TRIAL_REFUSED_MS since the
 * request began for a refused login, so that its cause can't be timed; and
 * for a host that the person typed, unless it is one of the providers known by
 * heart, and that did not greet us as a mail server with a verified
 * certificate, one text after one time, so that the page is no scanner of
 * ports.  SMTP is not asked once IMAP has refused the login:
 * one wrong password is one failure in the mail server's books.  Who was
 * refused too often (oauth/pace) is not tried at all, and each refusal takes a
 * little longer than the one before.
 */
enum {
	TRIAL_NAMED_MS = 20 * 1000,	/* for each server */
	TRIAL_TYPED_MS = 8 * 1000,	/* likewise, of a typed host */
	TRIAL_REFUSED_MS = 1500
};

void	 trial_run(struct request *request, const struct account *account,
	    struct problems *problems);

#endif
