#ifndef MAIL_ROBOT_H
#define MAIL_ROBOT_H

#include <stdbool.h>

struct arena;
struct pairs;

/*
 * Whether a program or a list sent a message, so that nobody waits for an
 * answer: by the fields of RFC 2369 and 2919 (lists), RFC 3834 (automatic
 * answers), Precedence, an empty Return-Path (RFC 5321 4.5.5), or the name of
 * its sender.
 */

/* The fields that robot_wrote reads, as in HEADER.FIELDS. */
#define ROBOT_FIELDS	"LIST-ID LIST-POST LIST-UNSUBSCRIBE PRECEDENCE " \
	"AUTO-SUBMITTED RETURN-PATH X-AUTOREPLY"

/* from is an address, "" where there is none. */
bool	 robot_wrote(struct arena *arena, struct pairs fields,
	    const char *from);

#endif
