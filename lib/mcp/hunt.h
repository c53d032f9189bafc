#ifndef MCP_HUNT_H
#define MCP_HUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/imap_reply.h"

struct call;
struct conversation;
struct fault;
struct imap_command;
struct kin;

/*
 * The inside of mcp/conversation: rounds of searches through folders, each in
 * two flights for some folders at a time: what matches, and what that says.
 */
struct sighting {
	const struct imap_command	*fetch;	/* what ties it to others; NULL:
						 * nothing was asked for */
	const struct imap_command	*guess;	/* its text, or NULL */
	bool				 whole;	/* with what is shown of it */
};

struct hunted {
	struct uids		 fresh;		/* found, and not read yet */
	int64_t			 tests_left;	/* of keys, yet */
	bool			 is_dead;	/* the server refuses it */
	bool			 is_threaded;	/* THREAD was asked */
	struct imap_command	**searches;	/* of the round */
	size_t			 asked;
	struct imap_command	*thread;
	struct sighting		 sighting;
};

struct hunt {
	struct call		*call;
	struct conversation	*found;
	struct kin		*kin;
	size_t			 root;		/* id to which all are tied */
	uint32_t		 uid;		/* of the first message */
	size_t			 round;
	int64_t			 looked;	/* into folders, so far */
	size_t			 whole;		/* so many messages, yet, with
						 * what is shown of them, */
	bool			 texts;		/* and their texts */
	const char		*key;		/* by the server's id, or
						 * NULL */
	struct hunted		*hunted;	/* for each place */
	bool			*asked;		/* for each id: looked for; */
	bool			*known;		/* a message has it; */
	bool			*at_home;	/* one of the first place
						 * names it */
	int64_t			 tests_left;	/* of the flight */
	size_t			*ids;		/* of the round */
	size_t			 ids_len;
	uint64_t		*seen;		/* slots: place and UID */
	size_t			 seen_len;
	bool			 is_cut;	/* by the number of messages */
	bool			 is_late;	/* by time or memory */
	bool			 is_partial;	/* by keys or rounds */
	bool			 is_windowed;	/* by the newest of a folder */
};

/* Prepares it for the places that were found; ids holds none yet. */
void			 hunt_start(struct hunt *hunt);

/* Queues what fetches messages of the open folder, with so many bytes of
 * References. */
void			 hunt_look(struct hunt *hunt, struct uids uids,
			    int bytes, struct sighting *sighting);

/* Takes one of them, in a place. */
void			 hunt_take(struct hunt *hunt, size_t place,
			    const struct sighting *sighting,
			    const struct imap_message *message);

/* Looks for what is tied to the root until nothing new is found. */
const struct fault	*hunt_run(struct hunt *hunt);

#endif
