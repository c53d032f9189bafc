#ifndef MCP_RAW_H
#define MCP_RAW_H

#include <stddef.h>
#include <stdint.h>

struct call;
struct fault;
struct imap_command;
struct reading;

/*
 * A message as it stands: its header fields, or its source.  Which bytes of
 * it are wanted is known before anything is known of the message, so they can
 * be asked for at once.
 */

/* Queues the FETCH of all header fields. */
struct imap_command	*raw_queue_headers(struct call *call, uint32_t uid);

/* Queues that of the source, from the offset on: so many bytes at most, and no
 * more than an answer of so many characters has room for. */
struct imap_command	*raw_queue_source(struct call *call, uint32_t uid,
			    int64_t offset, size_t most, size_t budget);

/* After imap_run: as many fields as there is room for. FAULT_MESSAGE where the
 * message is gone; the command's. */
const struct fault	*raw_read_headers(struct call *call,
			    const struct imap_command *command,
			    size_t budget, struct reading *reading);

/* The same for the source; reading has the message's size. */
const struct fault	*raw_read_source(struct call *call,
			    const struct imap_command *command,
			    int64_t offset, struct reading *reading);

#endif
