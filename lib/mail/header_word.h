#ifndef MAIL_HEADER_WORD_H
#define MAIL_HEADER_WORD_H

struct arena;

enum {
	/* Runs of encoded words that are converted; beyond, text as it is. */
	HEADER_RUNS_MOST = 2000
};

/*
 * Decodes the encoded words (RFC 2047) in a text, wherever they stand: words
 * that follow each other are one, so that a character split between two is
 * whole again.  What stands between is UTF-8, else windows-1252.  The result
 * is UTF-8 but may hold controls.
 */
const char	*header_word_decode(struct arena *arena, const char *text);

#endif
