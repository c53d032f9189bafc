#ifndef MAIL_SUBJECT_H
#define MAIL_SUBJECT_H

struct arena;

/*
 * The subject of an answer and of a forwarded message.  What other programs
 * put before a subject in their language ("AW:", "Antw:", "Re[2]:") counts as
 * the same word, also behind the name of a list in brackets, so that there is
 * one "Re:" or "Fwd:" however long a conversation grows.  The subject is
 * decoded; NULL is an empty one.
 */
enum { SUBJECT_BYTES = 2000 };	/* the rest is cut off */

const char	*subject_reply(struct arena *arena, const char *subject);
const char	*subject_forward(struct arena *arena, const char *subject);

#endif
