#ifndef MCP_INVITED_H
#define MCP_INVITED_H

#include <stdint.h>

struct call;
struct imap_command;
struct imap_message;
struct invitation;
struct part;

/* The invitation in a message: its part of text/calendar. */

/* Queues what fetches it; NULL where there is none. */
struct imap_command	*invited_queue(struct call *call,
			    const struct imap_message *message,
			    const struct part **part);

/* The same for the message with that UID of the open folder, whose structure
 * is at hand. */
struct imap_command	*invited_queue_part(struct call *call, uint32_t uid,
			    const struct part *body,
			    const struct part **part);

/* Its text after imap_run, NULL where there is none. */
const char		*invited_text(struct call *call, uint32_t uid,
			    const struct imap_command *command,
			    const struct part *part);

/* Reads it after imap_run; NULL where it can't be made out. */
const struct invitation	*invited_read(struct call *call,
			    const struct imap_message *message,
			    const struct imap_command *command,
			    const struct part *part);

#endif
