#include "mail/flags.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

/* The system flags a client may set: \Recent is the server's (RFC 9051 2.3.2).
 */
static const char *const settable[] = {
	"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", NULL
};

static struct texts
mean(struct arena *arena, struct texts named)
{
	struct texts	 meant = { NULL, 0 };
	const char	*flag;
	size_t		 i, j;

	for (i = 0; i < named.len; i++) {
		flag = named.at[i];
		for (j = 0; settable[j] != NULL; j++)
			if (text_equal_case(settable[j] + 1, flag))
				flag = settable[j];
		if (text_equal_case(flag, "read"))
			flag = "\\Seen";
		texts_add(arena, &meant, flag);
	}
	return meant;
}

struct flags_edit
flags_mean(struct arena *arena, const struct flags_edit *edit)
{
	return (struct flags_edit){ mean(arena, edit->add),
	    mean(arena, edit->remove) };
}

static bool
is_settable(const char *flag)
{
	size_t	 i;

	for (i = 0; settable[i] != NULL; i++)
		if (text_equal_case(settable[i], flag))
			return true;
	return false;
}

static const struct fault *
check_one(struct arena *arena, const struct imap_box *box, const char *flag)
{
	struct buf	 written;

	buf_start(&written, arena);
	if (!imap_flag(&written, flag) ||
	    (flag[0] == '\\' && !is_settable(flag)))
		return fault_make(arena, FAULT_ARGUMENT,
		    "not a flag: use \\Seen, \\Answered, \\Flagged, \\Draft, "
		    "\\Deleted or a keyword without blanks, as $Important");
	if (text_equal_case(flag, "unread") || text_equal_case(flag, "unseen"))
		return fault_make(arena, FAULT_ARGUMENT,
		    "\"%s\" is no flag: a message is unread without \\Seen, "
		    "so add or remove \\Seen instead", flag);
	if (imap_has_flag(box->permanent_flags, flag) ||
	    box->permanent_flags.len == 0 ||
	    (flag[0] != '\\' && box->any_keyword))
		return NULL;
	return fault_make(arena, FAULT_UNSUPPORTED,
	    "this folder can't keep the flag %s; it keeps: %s", flag,
	    texts_join(arena, box->permanent_flags, " "));
}

const struct fault *
flags_check(struct arena *arena, const struct imap_box *box,
    const struct flags_edit *edit)
{
	const struct fault	*bad;
	size_t			 i;

	if (edit->add.len + edit->remove.len == 0)
		return fault_make(arena, FAULT_ARGUMENT,
		    "give flags to add or to remove, as add: [\"\\\\Seen\"]");
	for (i = 0; i < edit->add.len; i++) {
		bad = check_one(arena, box, edit->add.at[i]);
		if (bad != NULL)
			return bad;
		if (imap_has_flag(edit->remove, edit->add.at[i]))
			return fault_make(arena, FAULT_ARGUMENT,
			    "%s is both to be added and removed",
			    edit->add.at[i]);
	}
	for (i = 0; i < edit->remove.len; i++) {
		bad = check_one(arena, box, edit->remove.at[i]);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

static struct imap_command *
queue_fetch(struct imap *imap, struct arena *arena, struct uids uids)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, uids);
	buf_text(&text, " (UID FLAGS)");
	return imap_queue(imap, arena, &text);
}

/* Queues a STORE; NULL where there is nothing to store. */
static struct imap_command *
queue_store(struct imap *imap, struct arena *arena, struct uids uids,
    const char *item, struct texts flags)
{
	struct buf	 text;
	size_t		 i;

	if (flags.len == 0)
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, "UID STORE ");
	imap_uid_set(&text, uids);
	buf_format(&text, " %s (", item);
	for (i = 0; i < flags.len; i++) {
		if (i > 0)
			buf_byte(&text, ' ');
		imap_flag(&text, flags.at[i]);
	}
	buf_byte(&text, ')');
	return imap_queue(imap, arena, &text);
}

/* Of the flags named, those that one list has and the other lacks. */
static struct texts
subtract(struct arena *arena, struct texts named, struct texts has,
    struct texts lacks)
{
	struct texts	 left = { NULL, 0 };
	size_t		 i;

	for (i = 0; i < named.len; i++)
		if (imap_has_flag(has, named.at[i]) &&
		    !imap_has_flag(lacks, named.at[i]) &&
		    !imap_has_flag(left, named.at[i]))
			texts_add(arena, &left, named.at[i]);
	return left;
}

static void
compare(struct arena *arena, struct uids uids,
    const struct imap_command *const looks[2], const struct flags_edit *edit,
    struct flags_list *list)
{
	const struct imap_message	*before, *now;
	struct flags			*flags;
	size_t				 i;

	list->at = arena_array(arena, uids.len, sizeof(*list->at));
	list->len = 0;
	for (i = 0; i < uids.len; i++) {
		before = imap_find_message(&looks[0]->replies, uids.at[i]);
		now = imap_find_message(&looks[1]->replies, uids.at[i]);
		if (before == NULL || now == NULL)
			continue;
		flags = &list->at[list->len++];
		flags->uid = uids.at[i];
		flags->now = now->flags;
		flags->added = subtract(arena, edit->add, now->flags,
		    before->flags);
		flags->removed = subtract(arena, edit->remove, before->flags,
		    now->flags);
		flags->changed = flags->added.len + flags->removed.len > 0;
	}
}

const struct fault *
flags_change(struct imap *imap, struct arena *arena, struct uids uids,
    const struct flags_edit *edit, struct flags_list *list)
{
	const struct imap_command	*looks[2], *add, *remove;
	const struct fault		*bad;

	looks[0] = queue_fetch(imap, arena, uids);
	add = queue_store(imap, arena, uids, "+FLAGS.SILENT", edit->add);
	remove = queue_store(imap, arena, uids, "-FLAGS.SILENT",
	    edit->remove);
	looks[1] = queue_fetch(imap, arena, uids);
	if ((bad = imap_run(imap)) != NULL ||
	    (bad = imap_command_fault(arena, looks[0],
	    "look at the flags")) != NULL ||
	    (add != NULL && (bad = imap_command_fault(arena, add,
	    "add the flags")) != NULL) ||
	    (remove != NULL && (bad = imap_command_fault(arena, remove,
	    "remove the flags")) != NULL))
		return bad;
	bad = imap_command_fault(arena, looks[1], "look at the flags");
	if (bad != NULL)
		return bad;
	compare(arena, uids, looks, edit, list);
	return NULL;
}

/* The messages that the flag came to, or went from. */
static struct uids
find_changed(struct arena *arena, const struct flags_list *list,
    const char *flag, bool added)
{
	struct uids	 uids;
	size_t		 i;

	uids.at = arena_array(arena, list->len, sizeof(*uids.at));
	uids.len = 0;
	for (i = 0; i < list->len; i++)
		if (imap_has_flag(added ? list->at[i].added :
		    list->at[i].removed, flag))
			uids.at[uids.len++] = list->at[i].uid;
	return uids;
}

static bool
recall(struct arena *arena, struct texts named, bool added,
    const struct flags_list *list, struct flags_record *record)
{
	struct flags_past	 one = { .added = added };
	struct texts		 seen = { NULL, 0 };
	size_t			 i;

	for (i = 0; i < named.len; i++) {
		one.flag = named.at[i];
		one.uids = find_changed(arena, list, one.flag, added);
		if (one.uids.len == 0 || imap_has_flag(seen, one.flag))
			continue;
		if (record->len == FLAGS_PAST_MOST)
			return false;
		texts_add(arena, &seen, one.flag);
		record->at[record->len++] = one;
	}
	return true;
}

bool
flags_recall(struct arena *arena, const struct flags_edit *edit,
    const struct flags_list *list, struct flags_record *record)
{
	record->len = 0;
	return recall(arena, edit->add, true, list, record) &&
	    recall(arena, edit->remove, false, list, record);
}

static const struct imap_command *
queue_back(struct imap *imap, struct arena *arena,
    const struct flags_past *past)
{
	const char	*flag = past->flag;

	return queue_store(imap, arena, past->uids,
	    past->added ? "-FLAGS.SILENT" : "+FLAGS.SILENT",
	    (struct texts){ &flag, 1 });
}

const struct fault *
flags_restore(struct imap *imap, struct arena *arena, struct uids uids,
    const struct flags_record *record, struct flags_list *list)
{
	const struct imap_command	*looks[2], **stores;
	const struct fault		*bad;
	struct flags_edit		 edit = { { NULL, 0 }, { NULL, 0 } };
	size_t				 i;

	stores = arena_array(arena, record->len, sizeof(*stores));
	looks[0] = queue_fetch(imap, arena, uids);
	for (i = 0; i < record->len; i++) {
		texts_add(arena, record->at[i].added ? &edit.remove : &edit.add,
		    record->at[i].flag);
		stores[i] = queue_back(imap, arena, &record->at[i]);
	}
	looks[1] = queue_fetch(imap, arena, uids);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	for (i = 0; bad == NULL && i < record->len; i++)
		bad = imap_command_fault(arena, stores[i],
		    "put the flags back");
	for (i = 0; bad == NULL && i < 2; i++)
		bad = imap_command_fault(arena, looks[i],
		    "look at the flags");
	if (bad == NULL)
		compare(arena, uids, looks, &edit, list);
	return bad;
}

struct texts
flags_shared(struct arena *arena, const struct flags_list *list)
{
	struct texts	 shared = { 0 };
	size_t		 i, j;

	for (i = 0; list->len > 0 && i < list->at[0].now.len; i++) {
		for (j = 1; j < list->len; j++)
			if (!imap_has_flag(list->at[j].now,
			    list->at[0].now.at[i]))
				break;
		if (j >= list->len)
			texts_add(arena, &shared, list->at[0].now.at[i]);
	}
	return shared;
}
