#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;

/* A list of texts. */
struct texts {
	const char	**at;
	size_t		  len;
};

/* ASCII only, whatever the locale says. */
bool		 text_is_alpha(unsigned char c);
bool		 text_is_digit(unsigned char c);
bool		 text_is_alnum(unsigned char c);
bool		 text_is_space(unsigned char c);	/* SP HT CR LF VT FF */
bool		 text_is_control(unsigned char c);	/* below SP, and DEL */
int		 text_hex(unsigned char c);	/* a digit's value, or -1 */
unsigned char	 text_lower(unsigned char c);
unsigned char	 text_upper(unsigned char c);

bool		 text_equal(const char *a, const char *b);
bool		 text_equal_case(const char *a, const char *b);	/* ASCII case */
bool		 bytes_equal_case(struct bytes a, struct bytes b);
bool		 bytes_is_case(struct bytes b, const char *text);
bool		 text_starts(const char *text, const char *start);
bool		 text_starts_case(const char *text, const char *start);
bool		 text_ends_case(const char *text, const char *end);
bool		 text_is_empty(const char *text);	/* NULL or "" */
const char	*text_find_case(const char *text, const char *word);
bool		 text_has_control(const char *text);
bool		 text_is_ascii(const char *text);

/* Whether it is one of the words; NULL stands behind the last. */
bool		 text_is_among(const char *text, const char *const *words);

/* What is left without white space at both ends. */
struct bytes	 bytes_trim(struct bytes b);
const char	*text_trim(struct arena *arena, const char *text);

/* A copy in ASCII lower case. */
const char	*text_lower_copy(struct arena *arena, const char *text);

/*
 * Reads a whole decimal number without sign, blank or leading zero (but "0")
 * that is at most max.  Returns whether it was one; otherwise *number stays.
 */
bool		 text_number(struct bytes text, uint64_t max, uint64_t *number);

/* The words between any of the separators, without empty ones. */
struct texts	 text_split(struct arena *arena, const char *text,
		    const char *separators);

/* Whether the list holds the word, exactly. */
bool		 texts_have(struct texts texts, const char *word);

/* Adds one; the list's array is copied when it grows. */
void		 texts_add(struct arena *arena, struct texts *texts,
		    const char *text);

/* The words with the separator between them. */
const char	*texts_join(struct arena *arena, struct texts texts,
		    const char *separator);

#endif
