#ifndef MAIL_FOLDER_MISSING_H
#define MAIL_FOLDER_MISSING_H

struct arena;
struct fault;
struct imap;

/* The fault for a folder (a name or a role) that the server refused.  Where it
 * lists the folder as one to be opened, the refusal itself, as FAULT_REFUSED
 * if it was FAULT_FOLDER, which is guessed where there is no code; else
 * FAULT_FOLDER, naming the three most similar ones. */
const struct fault	*folder_missing(struct imap *imap,
			    struct arena *arena, const char *name,
			    const struct fault *refused);

#endif
