#ifndef WEB_LAST_WORD_H
#define WEB_LAST_WORD_H

#include "web/serve.h"

/*
 * What a caller is told when the process can't go on safely in the midst of
 * its request (base/quit.h): a fault of ours in the caller's language, unless
 * the answer has begun.
 */
struct last_word {
	struct request	*request;
	struct reply	*reply;
	explain		*explain;
};

/* From here on, until last_word_end, that is told so; it must last as long. */
void	 last_word_begin(struct last_word *word);
void	 last_word_end(void);

#endif
