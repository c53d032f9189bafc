#ifndef MAIL_IMAP_LEX_H
#define MAIL_IMAP_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;

/*
 * The lower floor of reading IMAP (RFC 9051 9): tokens out of one complete
 * response in memory, line, literals and all, without the final CRLF.  It
 * knows no meaning.  Every imap_lex function that returns bool either takes
 * its token and returns true or leaves the cursor where it was.
 *
 * Where it is lenient, real servers are the reason: a backslash in a quoted
 * string may escape any character, eight-bit bytes may stand anywhere, a
 * number may have leading zeros, and a bare LF may follow a literal's size.
 */
struct imap_cursor {
	struct bytes	 in;
	size_t		 at;
};

void	 imap_lex_start(struct imap_cursor *cursor, struct bytes in);

bool	 imap_lex_at_end(const struct imap_cursor *cursor);

/* The byte that comes next, or 0 at the end; takes nothing. */
unsigned char	 imap_lex_peek(const struct imap_cursor *cursor);

/* One byte, if it is that one. */
bool	 imap_lex_byte(struct imap_cursor *cursor, unsigned char byte);

/* Any number of blanks, also none. */
void	 imap_lex_blanks(struct imap_cursor *cursor);

/* One or more bytes up to a blank, a control, a quote or one of ()[]{} and
 * less-than: names of responses, of FETCH items, of response codes. */
bool	 imap_lex_word(struct imap_cursor *cursor, struct bytes *word);

/* One or more bytes up to a blank, a control, a quote, parenthesis or brace:
 * what servers send as an atom, flags with their backslash, ']' too. */
bool	 imap_lex_atom(struct imap_cursor *cursor, struct bytes *atom);

/* The atom, if the next is that one, in any case. */
bool	 imap_lex_is(struct imap_cursor *cursor, const char *atom);

/* Digits; a number that does not fit is UINT64_MAX. */
bool	 imap_lex_number(struct imap_cursor *cursor, uint64_t *number);

/* A quoted string, literal or literal8, with its quoting undone. It points
 * into the response or the arena. */
bool	 imap_lex_string(struct imap_cursor *cursor, struct arena *arena,
	    struct bytes *string);

/* A string, or NIL in any case: then at is NULL. */
bool	 imap_lex_nstring(struct imap_cursor *cursor, struct arena *arena,
	    struct bytes *string);

/* A string or an atom. */
bool	 imap_lex_astring(struct imap_cursor *cursor, struct arena *arena,
	    struct bytes *string);

/* One value of any kind: a list however deep, a string, an atom. Needs no
 * stack for depth. */
bool	 imap_lex_skip(struct imap_cursor *cursor);

/* Blanks and values up to and with the parenthesis that closes the list the
 * cursor is in. */
bool	 imap_lex_skip_rest(struct imap_cursor *cursor);

/*
 * Whether a response read so far (its last line without CRLF) goes on with a
 * literal, and how many bytes that has (UINT64_MAX: more than fits).  Status
 * responses and continuations end in free text, which has no literals.
 */
bool	 imap_lex_literal_follows(struct bytes so_far, uint64_t *len);

#endif
