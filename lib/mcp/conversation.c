#include "mcp/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "mail/kin.h"
#include "mail/relation.h"
#include "mcp/call.h"
#include "mcp/choice.h"
#include "mcp/excerpt.h"
#include "mcp/hunt.h"

enum {
	NAMED_MOST = 10,	/* folders that were not searched */
	NAMES_CHARS = 500,
	FIRST_BYTES = 8192,	/* of the first message's References */
	FIRST_IDS = 6		/* of its last ones, asked for at once */
};

static const char *const	 likely[] = {
	"\\Inbox", "\\Sent", "\\All", "\\Archive", NULL
};

/* Gmail's own id is good in all of it. */
static const char *const	 all[] = { "\\All", NULL };

static const char *const	 apart[] = {
	"\\Trash", "\\Junk", "\\Flagged", NULL
};

/* The first flight. */
struct opening {
	const struct conversation_start	*start;
	struct sighting			 sighting;
	struct folder_query		 folders;
	const struct imap_message	*message;
};

/* Queues the folder, its message and a list of the others. */
static const struct imap_command *
queue_first(struct hunt *hunt, const char *wire, struct opening *opening)
{
	const struct imap_command	*opened;
	struct call			*call = hunt->call;

	/* What came since it was opened is to be found, too. */
	imap_forget_folder(call->imap);
	opened = imap_queue_open(call->imap, call->arena, wire, false);
	hunt_look(hunt, (struct uids){ &hunt->uid, 1 }, FIRST_BYTES,
	    &opening->sighting);
	if (opening->start->cross_folder)
		places_query(call, &opening->folders);
	return opened;
}

static const struct fault *
open_first(struct hunt *hunt, const char *wire, struct opening *opening)
{
	const struct conversation_start	*start = opening->start;
	const struct imap_command	*opened;
	struct call			*call = hunt->call;
	const struct fault		*bad;

	hunt->uid = start->uid;
	opened = queue_first(hunt, wire, opening);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, start->folder,
	    start->uidvalidity)) != NULL ||
	    (bad = imap_command_fault(call->arena, opening->sighting.fetch,
	    "read the message")) != NULL)
		return bad;
	opening->message = imap_find_message(
	    &opening->sighting.fetch->replies, start->uid);
	return opening->message == NULL ? choice_absent(call,
	    (struct uids){ &hunt->uid, 1 }) : NULL;
}

/* The server's own id of the conversation as a SEARCH key, if it is one: it
 * goes into a command as it is. */
static const char *
find_key(const struct hunt *hunt, const struct imap_message *message)
{
	const char	*id = message->thread_id, *at;

	if (id == NULL || *id == '\0' || strlen(id) > 255)
		return NULL;
	for (at = id; *at != '\0'; at++)
		if (!text_is_alnum((unsigned char)*at) && *at != '-' &&
		    *at != '_')
			return NULL;
	return text_format(hunt->call->arena, "%s %s",
	    imap_can(hunt->call->imap, IMAP_CAN_GMAIL) ? "X-GM-THRID" :
	    "THREADID", id);
}

/* Just the folder that is open. */
static void
stay(struct call *call, struct places *places)
{
	const struct imap_box	*box = imap_box(call->imap);

	places->at = arena_array(call->arena, 1, sizeof(*places->at));
	places->len = 1;
	places->at[0] = (struct place){
		.wire = arena_text(call->arena, box->name),
		.name = folder_decode(call->arena, box->name),
		.messages = box->exists, .uidvalidity = box->uidvalidity
	};
}

static const struct fault *
find_places(struct hunt *hunt, const struct opening *opening)
{
	struct call			*call = hunt->call;
	struct places			*places = &hunt->found->places;
	bool				 by_gmail = hunt->key != NULL &&
	    imap_can(call->imap, IMAP_CAN_GMAIL);
	const struct imap_box		 box = *imap_box(call->imap);
	const struct places_wish	 wish = {
		.first = arena_text(call->arena, box.name),
		.roles = by_gmail ? all : likely, .but = apart,
		.others = !by_gmail, .most = CONVERSATION_FOLDERS_MOST
	};
	const struct fault		*bad;

	stay(call, places);
	if (!opening->start->cross_folder)
		return NULL;
	bad = places_read(call, &opening->folders, &wish, places);
	if (bad != NULL)
		return bad;
	if (places->len == 0 || !text_equal(places->at[0].wire, wish.first))
		stay(call, places);
	places->at[0].messages = box.exists;
	places->at[0].uidvalidity = box.uidvalidity;
	return NULL;
}

/* The ids that find most come first: its own, the conversation's first, and
 * the latest before it. */
static void
start_ids(struct hunt *hunt, const struct opening *opening)
{
	struct relation	 relation;
	struct texts	 near;

	relation_read(hunt->call->arena, opening->message, &relation);
	near = relation.parents;
	if (near.len > FIRST_IDS) {
		near.at += near.len - FIRST_IDS;
		near.len = FIRST_IDS;
	}
	if (relation.id != NULL)
		kin_add(hunt->kin, relation.id);
	if (relation.parents.len > 0)
		kin_add(hunt->kin, relation.parents.at[0]);
	kin_read(hunt->kin, &(struct relation){ relation.id, near });
	hunt_take(hunt, 0, &opening->sighting, opening->message);
	hunt->root = hunt->found->members[0].id;
}

static int
compare_ages(const void *a, const void *b)
{
	const struct member	*first = a, *second = b;

	if (first->seconds != second->seconds)
		return first->seconds < second->seconds ? -1 : 1;
	if (first->place != second->place)
		return first->place < second->place ? -1 : 1;
	return (first->uid > second->uid) - (first->uid < second->uid);
}

/* Whether a member is there in a likelier folder, too; who only forged the id
 * of another message hides nothing by that. */
static bool
is_copy(const struct conversation *found, const struct member *member,
    size_t before)
{
	const struct member	*other;

	if (!member->has_id)
		return false;
	for (other = found->members; other < found->members + before; other++)
		if (other->has_id && other->id == member->id &&
		    other->place != member->place &&
		    other->seconds == member->seconds &&
		    text_equal_case(other->from, member->from))
			return true;
	return false;
}

/* They are sorted by then, so copies stand behind what they are copies of. */
static void
keep_members(struct hunt *hunt)
{
	struct conversation	*found = hunt->found;
	const struct member	*member;
	size_t			 i, n;

	for (i = n = 0; i < found->len; i++) {
		member = &found->members[i];
		if (hunt->key == NULL && !(member->place == 0 &&
		    member->uid == hunt->uid) &&
		    !kin_is_same(hunt->kin, member->id, hunt->root))
			continue;
		found->members[n++] = *member;
	}
	found->len = n;
	qsort(found->members, n, sizeof(*found->members), compare_ages);
	for (i = n = 0; i < found->len; i++)
		if (!is_copy(found, &found->members[i], n))
			found->members[n++] = found->members[i];
	found->len = n;
	found->thread = n > 0 ? found->members[0].thread : NULL;
}

static void
add_note(struct hunt *hunt, bool holds, const char *sentence)
{
	const char	**note = &hunt->found->note;

	if (holds)
		*note = *note == NULL ? sentence : text_format(
		    hunt->call->arena, "%s %s", *note, sentence);
}

static void
make_note(struct hunt *hunt)
{
	struct arena	*arena = hunt->call->arena;
	struct texts	 refused;
	size_t		 more = hunt->found->places.more;

	add_note(hunt, hunt->is_cut, text_format(arena, "It has more than "
	    "the %d messages that were looked at.", CONVERSATION_MOST));
	add_note(hunt, hunt->is_late,
	    "There was not time to look for all of it.");
	add_note(hunt, hunt->is_windowed, text_format(arena, "In large "
	    "folders only %d messages were searched.", CONVERSATION_WINDOW));
	add_note(hunt, hunt->is_partial || kin_is_full(hunt->kin),
	    "It names more messages than were looked for: answers to some "
	    "may be missing.");
	refused = hunt->found->not_searched;
	if (refused.len > NAMED_MOST)
		refused.len = NAMED_MOST;
	add_note(hunt, refused.len > 0, text_format(arena,
	    "The mail server did not search: %s.", excerpt_text(arena,
	    texts_join(arena, refused, ", "), NAMES_CHARS)));
	add_note(hunt, hunt->found->places.hidden, PLACES_HIDDEN);
	add_note(hunt, more > 0, text_format(arena,
	    "%zu folders were not searched.", more));
}

const struct fault *
conversation_find(struct call *call, const struct conversation_start *start,
    struct conversation *found)
{
	struct hunt			 hunt = {
		.call = call, .found = found, .whole = start->whole,
		.texts = start->texts
	};
	struct opening			 opening = { .start = start };
	const struct fault		*bad;
	const char			*wire;

	*found = (struct conversation){ 0 };
	if ((bad = call_folder(call, start->folder, &wire)) != NULL ||
	    (bad = open_first(&hunt, wire, &opening)) != NULL)
		return bad;
	hunt.key = find_key(&hunt, opening.message);
	if ((bad = find_places(&hunt, &opening)) != NULL)
		return bad;
	hunt_start(&hunt);
	start_ids(&hunt, &opening);
	if ((bad = hunt_run(&hunt)) != NULL)
		return bad;
	keep_members(&hunt);
	make_note(&hunt);
	return NULL;
}
