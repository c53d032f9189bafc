#ifndef MCP_GUESS_H
#define MCP_GUESS_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap_reply.h"

struct call;
struct imap_command;

/*
 * The texts of messages, asked for in the same flight as their structure,
 * which alone tells where they are: at the numbers that are likeliest, and of
 * each no more than some bytes.  What is whole, by the structure, is used; all
 * else is asked for again, so that a wrong guess costs a flight and no more.
 */
enum {
	GUESS_TEXT_BYTES = 16 * 1024,
	GUESS_SECOND_BYTES = 4 * 1024	/* of part 2: HTML, or a file */
};

/* Queues the FETCH, apart from that of the structure: a server that refuses
 * it is asked as if there were none.  NULL where it has refused before.  html:
 * also that beside a plain text. */
struct imap_command	*guess_queue(struct call *call, struct uids uids,
			    bool html);

/* The same for messages named as by a command, "FETCH 1:20". */
struct imap_command	*guess_queue_fetch(struct call *call,
			    const char *fetch, bool html);

/* What it told of a message, after imap_run, or NULL. */
const struct imap_message	*guess_find(struct call *call,
				    const struct imap_command *guess,
				    uint32_t uid);

/* A part of that message as the guess has it, whole; NULL where it is to be
 * asked for. guessed may be NULL. */
const struct imap_section	*guess_part(
				    const struct imap_message *guessed,
				    const struct part *part);

#endif
