#ifndef MCP_EXCERPT_H
#define MCP_EXCERPT_H

#include <stddef.h>

struct arena;

/*
 * Text of mail cut to what an answer has room for.  What a text costs is
 * counted in characters of the JSON it becomes, escapes included, so that a
 * message full of quotes can't make an answer too long.
 */
struct excerpt {
	const char	*text;
	size_t		 total;		/* characters of the whole */
	size_t		 next;		/* where to go on; 0: at its end */
};

/* From character offset on, at most so many characters, and at most so much
 * JSON. */
struct excerpt	 excerpt_take(struct arena *arena, const char *text,
		    size_t offset, size_t most, size_t budget);

/* A raw header value in one line: decoded, without what is not seen, cut to
 * so many characters with an ellipsis; NULL where nothing is left. */
const char	*excerpt_line(struct arena *arena, const char *raw,
		    size_t most);

/* The same for a text that is decoded already. */
const char	*excerpt_text(struct arena *arena, const char *text,
		    size_t most);

/* The same, cut between words where that leaves most of it. */
const char	*excerpt_words(struct arena *arena, const char *text,
		    size_t most);

/* What a text costs; 0 for NULL. */
size_t		 excerpt_cost(const char *text);

#endif
