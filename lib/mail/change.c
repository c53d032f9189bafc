#include "mail/change.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/folder_make.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

static bool
holds(struct uids set, uint32_t uid)
{
	size_t	 i;

	for (i = 0; i < set.len; i++)
		if (set.at[i] == uid)
			return true;
	return false;
}

/* Those of the first set that are (or are not) in the second. */
static struct uids
select_uids(struct arena *arena, struct uids from, struct uids other, bool in)
{
	struct uids	 set;
	size_t		 i;

	set.at = arena_array(arena, from.len, sizeof(*set.at));
	set.len = 0;
	for (i = 0; i < from.len; i++)
		if (holds(other, from.at[i]) == in)
			set.at[set.len++] = from.at[i];
	return set;
}

/* Those of the set that a FETCH told of. */
static struct uids
fetched(struct arena *arena, struct uids asked,
    const struct imap_command *command)
{
	struct uids	 set;
	size_t		 i;

	set.at = arena_array(arena, asked.len, sizeof(*set.at));
	set.len = 0;
	for (i = 0; i < asked.len; i++)
		if (imap_find_message(&command->replies, asked.at[i]) != NULL)
			set.at[set.len++] = asked.at[i];
	return set;
}

static struct imap_command *
queue_on(struct imap *imap, struct arena *arena, const char *verb,
    struct uids uids, const char *rest)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_format(&text, "UID %s ", verb);
	imap_uid_set(&text, uids);
	buf_text(&text, rest);
	return imap_queue(imap, arena, &text);
}

static struct imap_command *
queue_look(struct imap *imap, struct arena *arena, struct uids uids)
{
	return queue_on(imap, arena, "FETCH", uids, " (UID FLAGS)");
}

static struct imap_command *
queue_mark(struct imap *imap, struct arena *arena, struct uids uids)
{
	return queue_on(imap, arena, "STORE", uids,
	    " +FLAGS.SILENT (\\Deleted)");
}

static struct imap_command *
queue_carry(struct imap *imap, struct arena *arena, const char *verb,
    struct uids uids, const char *wire)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_format(&text, "UID %s ", verb);
	imap_uid_set(&text, uids);
	buf_byte(&text, ' ');
	imap_astring(&text, wire);
	return imap_queue(imap, arena, &text);
}

/* Sorts the UIDs by what a first look found. */
static const struct fault *
sort(struct arena *arena, const struct imap_command *look, struct uids uids,
    struct change *change)
{
	const struct fault	*bad;

	bad = imap_command_fault(arena, look, "look at the messages");
	if (bad != NULL)
		return bad;
	change->done = fetched(arena, uids, look);
	change->missing = select_uids(arena, uids, change->done, false);
	return NULL;
}

const struct fault *
change_look(struct imap *imap, struct arena *arena, struct uids uids,
    struct change *change)
{
	const struct imap_command	*look;
	const struct fault		*bad;

	look = queue_look(imap, arena, uids);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	return sort(arena, look, uids, change);
}

/* COPYUID (RFC 4315 3): which became which. */
static void
take_copyuid(struct arena *arena, const struct imap_replies *replies,
    struct change *change)
{
	if (replies->copy_validity == 0 ||
	    replies->copy_from.len != replies->copy_to.len ||
	    replies->copy_to.len == 0)
		return;
	change->done = select_uids(arena, replies->copy_from, change->done,
	    true);
	if (change->done.len != replies->copy_from.len)
		return;
	change->made = replies->copy_to;
	change->validity = replies->copy_validity;
}

/* Messages on their way to a folder by its wire name, and what carried them.
 */
struct carriage {
	struct uids			  uids;
	const char			 *wire;
	const struct imap_command	**command;
};

/* A MOVE that said NO may have moved some (RFC 6851 3.3), and one without
 * COPYUID does not say which: a second look does. */
static const struct fault *
look_again(struct imap *imap, struct arena *arena,
    const struct imap_command *move, struct change *change)
{
	const struct imap_command	*look;
	const struct fault		*bad, *refused;

	look = queue_look(imap, arena, change->done);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	bad = imap_command_fault(arena, look, "look at the messages");
	if (bad != NULL)
		return bad;
	change->done = select_uids(arena, change->done,
	    fetched(arena, change->done, look), false);
	refused = imap_command_fault(arena, move, "move the messages");
	if (refused != NULL && change->done.len == 0)
		return refused;
	if (change->done.len == 0)
		return fault_make(arena, FAULT_REFUSED, "the mail server said "
		    "that it moved the messages, but they are still there");
	if (refused != NULL)
		change->note = refused->detail;
	return NULL;
}

/* Runs what is queued, and then looks which of them are there: a look in the
 * same flight could come before an expunge on servers that work on commands
 * side by side. */
static const struct fault *
run_and_look(struct imap *imap, struct arena *arena, struct uids uids,
    struct uids *left)
{
	const struct imap_command	*look;
	const struct fault		*bad;

	if ((bad = imap_run(imap)) != NULL)
		return bad;
	look = queue_look(imap, arena, uids);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	*left = fetched(arena, uids, look);
	return imap_command_fault(arena, look, "look at the messages");
}

/* Marks and expunges exactly change->done, and leaves there what is gone.
 * While others change the folder, too, a server may say OK to an expunge that
 * did not see the marks before it (Dovecot 2.3 does): then it is asked for
 * once more. */
static const struct fault *
expunge(struct imap *imap, struct arena *arena, struct change *change)
{
	const struct imap_command	*mark, *gone = NULL;
	const struct fault		*bad;
	struct uids			 left;

	mark = queue_mark(imap, arena, change->done);
	if (imap_can(imap, IMAP_CAN_UIDPLUS))
		gone = queue_on(imap, arena, "EXPUNGE", change->done, "");
	if ((bad = run_and_look(imap, arena, change->done, &left)) != NULL ||
	    (bad = imap_command_fault(arena, mark,
	    "mark the messages as deleted")) != NULL)
		return bad;
	change->remains = gone == NULL;
	if (gone == NULL)
		return NULL;
	if (left.len > 0 && gone->outcome == IMAP_OK) {
		gone = queue_on(imap, arena, "EXPUNGE", left, "");
		if ((bad = run_and_look(imap, arena, left, &left)) != NULL)
			return bad;
	}
	bad = imap_command_fault(arena, gone, "expunge the messages");
	if (left.len == change->done.len)
		return bad != NULL ? bad : fault_make(arena, FAULT_REFUSED,
		    "the mail server said that it expunged the messages, but "
		    "they are still there, marked \\Deleted");
	change->done = select_uids(arena, change->done, left, false);
	return NULL;
}

/* The second half of a move by copies. The copies are there: what fails now
 * must say so, lest they are made again. */
static const struct fault *
remove_copied(struct imap *imap, struct arena *arena, struct change *change)
{
	const struct fault	*bad;
	size_t			 copied;

	copied = change->done.len;
	bad = expunge(imap, arena, change);
	if (bad == NULL && change->done.len < copied) {
		change->note = "the others were copied, but not removed";
		change->made.len = 0;
	}
	if (bad == NULL)
		return NULL;
	return fault_make(arena, FAULT_UNKNOWN_STATE,
	    "the messages were copied, but not all could be removed from "
	    "where they were: %s", bad->detail);
}

/* Looks at the messages and carries them in one flight: whether there was
 * anything to carry, and anywhere to. */
static const struct fault *
carry_over(struct imap *imap, struct arena *arena, const char *verb,
    const struct carriage *carriage, struct change *change)
{
	const struct imap_command	*look;
	const struct fault		*bad;
	bool				 missing;

	look = queue_look(imap, arena, carriage->uids);
	*carriage->command = queue_carry(imap, arena, verb, carriage->uids,
	    carriage->wire);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = sort(arena, look, carriage->uids, change)) != NULL)
		return bad;
	bad = folder_make_wanted(imap, arena, *carriage->command,
	    carriage->wire, &missing);
	if (bad != NULL || !missing)
		return bad;
	bad = imap_command_fault(arena, *carriage->command,
	    "put the messages into the destination");
	return fault_make(arena, FAULT_FOLDER, "%s", bad->detail);
}

const struct fault *
change_move(struct imap *imap, struct arena *arena, struct uids uids,
    const char *wire, struct change *change)
{
	const struct imap_command	*command;
	const struct carriage		 carriage = { uids, wire, &command };
	const struct fault		*bad;
	bool				 can_move;

	can_move = imap_can(imap, IMAP_CAN_MOVE);
	bad = carry_over(imap, arena, can_move ? "MOVE" : "COPY", &carriage,
	    change);
	if (bad != NULL || change->done.len == 0)
		return bad;
	if (can_move) {
		uids = change->done;
		take_copyuid(arena, &command->replies, change);
		if (command->outcome == IMAP_OK && change->made.len > 0)
			return NULL;
		/* It told of others alone. */
		if (change->done.len == 0)
			change->done = uids;
		return look_again(imap, arena, command, change);
	}
	bad = imap_command_fault(arena, command, "copy the messages");
	if (bad != NULL)
		return bad;
	take_copyuid(arena, &command->replies, change);
	if (change->done.len == 0)
		return fault_make(arena, FAULT_PROTOCOL, "the mail server "
		    "tells of other messages than it was to copy");
	return remove_copied(imap, arena, change);
}

const struct fault *
change_copy(struct imap *imap, struct arena *arena, struct uids uids,
    const char *wire, struct change *change)
{
	const struct imap_command	*command;
	const struct carriage		 carriage = { uids, wire, &command };
	const struct fault		*bad;

	bad = carry_over(imap, arena, "COPY", &carriage, change);
	if (bad != NULL || change->done.len == 0)
		return bad;
	bad = imap_command_fault(arena, command, "copy the messages");
	if (bad == NULL)
		take_copyuid(arena, &command->replies, change);
	return bad;
}

const struct fault *
change_delete(struct imap *imap, struct arena *arena, struct uids uids,
    struct change *change)
{
	const struct fault	*bad;

	if ((bad = change_look(imap, arena, uids, change)) != NULL)
		return bad;
	if (change->done.len == 0)
		return NULL;
	return expunge(imap, arena, change);
}
