#ifndef MAIL_FOLDER_MISSING_H
#define MAIL_FOLDER_MISSING_H

struct arena;
struct fault;
struct imap;

/* The fault for a folder that is not there: FAULT_FOLDER, naming the three
 * most similar ones, which the server is asked for. */
const struct fault	*folder_missing(struct imap *imap,
			    struct arena *arena, const char *name);

#endif
