#ifndef MAIL_HTML_WRITE_H
#define MAIL_HTML_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct arena;

/*
 * Text as it is laid out: white space collapses, lines and paragraphs end
 * only when more text comes, quotes and lists stand before each line.  What
 * is over the limit is not written.
 */
enum {
	HTML_QUOTES_MOST = 20,	/* shown before a line */
	HTML_LISTS_MOST = 10,
	HTML_OWED_BYTES = 32,
	HTML_MARKER_BYTES = 16
};

enum html_break { HTML_LINE = 1, HTML_PARAGRAPH = 2 };

struct html_writer {
	struct buf	 out;
	size_t		 most;		/* bytes */
	unsigned	 breaks;	/* wanted before the next text */
	bool		 space;		/* likewise */
	bool		 separator;	/* of cells, likewise */
	bool		 pre;		/* white space is kept */
	size_t		 quotes, lists;	/* how deep it stands */
	size_t		 break_quotes;	/* of the lines left empty */
	size_t		 lines;		/* ended so far */
	char		 marker[HTML_MARKER_BYTES];	/* of a list's item */
	bool		 has_marker;
	char		 owed[HTML_OWED_BYTES];	/* marks before a text */
	size_t		 owed_len;
	size_t		 paid;		/* how often they were written */
};

/* A mark that is written before the next text, and its fellow behind. */
struct html_pair {
	size_t	 start, paid;
	bool	 is_open;
};

void	 html_write_start(struct html_writer *writer, struct arena *arena,
	    size_t most);

/* A line or paragraph ends here, once something follows. */
void	 html_write_break(struct html_writer *writer, enum html_break kind);

/* One character; white space collapses unless pre is set. */
void	 html_write_character(struct html_writer *writer, uint32_t character);

/* A text of ours, of which nothing collapses; begins a word. */
void	 html_write_mark(struct html_writer *writer, const char *mark);

/* Opens and closes a pair of marks; where no text came between there is
 * neither. */
void	 html_write_open(struct html_writer *writer, struct html_pair *pair,
	    const char *mark);
void	 html_write_close(struct html_writer *writer, struct html_pair *pair,
	    const char *mark);

/* What stands before the next item of a list. */
void	 html_write_item(struct html_writer *writer, const char *marker);

#endif
