#include "mcp/undo.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/change.h"
#include "mail/flags.h"
#include "mail/folder.h"
#include "mail/imap_lex.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"
#include "mail/imap_set.h"
#include "mail/message_id.h"
#include "mcp/call.h"

static const struct field	 undo_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct undo, grant, "g"), .required = true },
	{ FIELD_AS(struct undo, account, "a"), .required = true },
	{ FIELD_AS(struct undo, folder, "f"), .required = true },
	{ FIELD_AS(struct undo, uidvalidity, "v"), .required = true,
	  .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct undo, uids, "u") },
	{ FIELD_AS(struct undo, destination, "d") },
	{ FIELD_AS(struct undo, destination_uidvalidity, "dv"),
	  .most = UINT32_MAX },
	{ FIELD_AS(struct undo, new_uids, "du") },
	{ FIELD_AS(struct undo, message_ids, "m") },
	{ FIELD_AS(struct undo, remains, "r") },
	{ FIELD_AS(struct undo, flags, "l"), .most = FLAGS_PAST_MOST },
	{ FIELD_AS(struct undo, draft, "n"), .most = UINT32_MAX },
	{ FIELD_END }
};

static const struct token_sort	 undo_sort = { TOKEN_UNDO, undo_rows };

static const char *
write_set(struct arena *arena, struct uids uids)
{
	struct buf	 text;

	buf_start(&text, arena);
	imap_uid_set(&text, uids);
	return buf_string(&text);
}

const struct fault *
undo_prepare(struct call *call, struct uids uids, struct undo_moving *moving)
{
	*moving = (struct undo_moving){ .uids = uids };
	if (imap_can(call->imap, IMAP_CAN_UIDPLUS))
		return NULL;
	return message_id_read(call->imap, call->arena, uids, &moving->ids);
}

static void
set_folder(struct call *call, struct undo *undo)
{
	const struct imap_box	*box = imap_box(call->imap);

	if (box == NULL)
		return;
	undo->folder = arena_text(call->arena, box->name);
	undo->uidvalidity = box->uidvalidity;
}

/* The ids of those that were moved. */
static struct texts
select_ids(struct arena *arena, struct uids moved,
    const struct undo_moving *moving)
{
	struct texts	 chosen = { NULL, 0 };
	size_t		 i, j;

	for (i = 0; i < moved.len; i++)
		for (j = 0; j < moving->uids.len && j < moving->ids.len; j++)
			if (moving->uids.at[j] == moved.at[i])
				texts_add(arena, &chosen, moving->ids.at[j]);
	return chosen;
}

void
undo_moved(struct call *call, const struct change *change,
    const char *destination, const struct undo_moving *moving,
    struct undo *undo)
{
	bool	 is_told = change->made.len == change->done.len;

	if (change->done.len == 0 || (!is_told && moving->ids.len == 0))
		return;
	set_folder(call, undo);
	undo->uids = write_set(call->arena, change->done);
	undo->destination = destination;
	undo->remains = change->remains;
	if (is_told) {
		undo->new_uids = write_set(call->arena, change->made);
		undo->destination_uidvalidity = change->validity;
	} else {
		undo->message_ids = select_ids(call->arena, change->done,
		    moving);
	}
}

void
undo_flagged(struct call *call, const struct flags_record *record,
    struct undo *undo)
{
	const struct flags_past	*past;
	size_t			 i;

	if (record->len > 0)
		set_folder(call, undo);
	for (i = 0; i < record->len; i++) {
		past = &record->at[i];
		texts_add(call->arena, &undo->flags, text_format(call->arena,
		    "%c%s %s", past->added ? '+' : '-', past->flag,
		    write_set(call->arena, past->uids)));
	}
}

const struct fault *
undo_drafted(struct call *call, const char *folder, int64_t uidvalidity,
    int64_t uid, struct undo *undo)
{
	if (uid == 0 || uidvalidity == 0)
		return NULL;
	undo->uidvalidity = uidvalidity;
	undo->draft = uid;
	return folder_wire_name(call->imap, call->arena, folder,
	    &undo->folder);
}

const char *
undo_seal(struct call *call, struct undo *undo, const char **note)
{
	static const char	 why[] = "This change can't be undone by "
				    "undo_mail_change.";
	const struct fault	*bad;
	const char		*token;

	if (undo->uids == NULL && undo->flags.len == 0 && undo->draft == 0)
		bad = fault_make(call->arena, FAULT_LIMIT, "nothing to seal");
	else {
		undo->grant = call->access->grant;
		undo->account = account_identity(call->arena, call->account);
		undo->base.expires = clock_now() + UNDO_SECONDS;
		bad = token_seal(call->arena, call->authority, &undo_sort,
		    undo, &token);
	}
	if (bad == NULL)
		return token;
	if (note != NULL)
		*note = *note == NULL ? why : text_format(call->arena,
		    "%s %s", *note, why);
	return NULL;
}

/* The account it was made for; the caller may have named it, or no other than
 * the default. */
static const struct fault *
turn_to_account(struct call *call, const char *identity)
{
	const struct account	*accounts = call->access->accounts.at;
	size_t			 i;

	for (i = 0; i < call->access->accounts.len; i++)
		if (text_equal(account_identity(call->arena, &accounts[i]),
		    identity))
			break;
	if (i == call->access->accounts.len)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "undo: the change was made in another account");
	if (call->account != &accounts[0] && call->account != &accounts[i])
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "undo: the change was made in the account %s",
		    accounts[i].address);
	call->account = &accounts[i];
	return call_needs(call, "mail:modify");
}

const struct fault *
undo_open(struct call *call, const char *token, struct undo *undo)
{
	const struct fault	*bad;
	const char		*why = NULL;

	memset(undo, 0, sizeof(*undo));
	bad = token_open(call->arena, call->authority, &undo_sort, token,
	    undo);
	if (bad != NULL)
		why = "it is not the whole undo of an earlier answer, or "
		    "expired: it holds for an hour";
	else if (!text_equal(undo->grant, call->access->grant))
		why = "it was given to another connection";
	if (why != NULL)
		return fault_hint(call->arena, fault_make(call->arena,
		    FAULT_ARGUMENT, "undo can't be used: %s", why),
		    "Copy the undo of an earlier answer whole; without one, "
		    "change the messages themselves.");
	return turn_to_account(call, undo->account);
}

const struct fault *
undo_uids(struct call *call, const char *text, struct uids *uids)
{
	struct imap_cursor	 cursor;
	struct imap_set		 set;

	imap_lex_start(&cursor, bytes_of(text));
	imap_set_start(&set, call->arena, (struct uids){ NULL, 0 });
	if (!imap_set_take(&cursor, &set) || !imap_lex_at_end(&cursor) ||
	    set.uids.len > UNDO_UIDS_MOST)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "undo can't be used: its UIDs are not what this server "
		    "writes");
	*uids = set.uids;
	return NULL;
}

static void
join_uids(struct arena *arena, struct uids *all, struct uids more)
{
	struct imap_set	 set;
	size_t		 i, j;

	imap_set_start(&set, arena, *all);
	for (i = 0; i < more.len; i++) {
		for (j = 0; j < set.uids.len; j++)
			if (set.uids.at[j] == more.at[i])
				break;
		if (j == set.uids.len)
			imap_set_add(&set, more.at[i]);
	}
	*all = set.uids;
}

const struct fault *
undo_flags(struct call *call, const struct undo *undo,
    struct flags_record *record, struct uids *all)
{
	struct flags_past	*past;
	const struct fault	*bad;
	const char		*text, *blank;
	size_t			 i;

	record->len = 0;
	*all = (struct uids){ NULL, 0 };
	for (i = 0; i < undo->flags.len && i < FLAGS_PAST_MOST; i++) {
		text = undo->flags.at[i];
		blank = strchr(text, ' ');
		if (blank == NULL || blank == text)
			return fault_make(call->arena, FAULT_ARGUMENT,
			    "undo can't be used: its flags are not what "
			    "this server writes");
		past = &record->at[record->len++];
		past->added = text[0] == '+';
		past->flag = arena_copy(call->arena, text + 1,
		    (size_t)(blank - text - 1));
		bad = undo_uids(call, blank + 1, &past->uids);
		if (bad != NULL)
			return bad;
		join_uids(call->arena, all, past->uids);
	}
	return NULL;
}

/* Beside the folders the grant names, those that tools use for everybody. */
static const struct fault *
check_place(struct call *call, const char *wire)
{
	static const char *const	 roles[] = { "\\Trash", "\\Drafts" };
	const struct fault		*bad;
	const char			*role;
	bool				 allowed;
	size_t				 i;

	if ((bad = call_allows(call, wire, &allowed)) != NULL || allowed)
		return bad;
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		bad = folder_wire_name(call->imap, call->arena, roles[i],
		    &role);
		if (bad != NULL && bad->kind != FAULT_FOLDER)
			return bad;
		if (bad == NULL && text_equal(role, wire))
			return NULL;
	}
	return call_permits(call, wire);
}

const struct fault *
undo_enter(struct call *call, const char *wire, int64_t uidvalidity,
    const struct imap_box **box)
{
	const struct imap_command	*opened;
	const struct fault		*bad;

	if ((bad = check_place(call, wire)) != NULL)
		return bad;
	opened = imap_queue_open(call->imap, call->arena, wire, true);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = call_check_open(call, opened, folder_decode(call->arena,
	    wire), uidvalidity)) != NULL)
		return bad;
	*box = imap_box(call->imap);
	if ((*box)->writable)
		return NULL;
	return fault_hint(call->arena, fault_make(call->arena,
	    FAULT_PERMISSION, "the mail server opens this folder for "
	    "reading only"), "Only its owner can change that.");
}

/* The UIDs that were found, without the zeros. */
static struct uids
drop_zeros(struct arena *arena, struct uids found)
{
	struct uids	 kept;
	size_t		 i;

	kept.at = arena_array(arena, found.len, sizeof(*kept.at));
	kept.len = 0;
	for (i = 0; i < found.len; i++)
		if (found.at[i] != 0)
			kept.at[kept.len++] = found.at[i];
	return kept;
}

/* Whether the UID is one of the set, or there is no set. */
static bool
is_wanted(const struct uids *wanted, uint32_t uid)
{
	size_t	 i;

	for (i = 0; wanted != NULL && i < wanted->len; i++)
		if (wanted->at[i] == uid)
			return true;
	return wanted == NULL;
}

/* Without UIDPLUS what was removed stays, marked \Deleted: it counts as gone,
 * lest it is put back twice. */
static const struct fault *
drop_deleted(struct call *call, struct uids *found)
{
	const struct imap_command	*look;
	const struct imap_message	*message;
	const struct fault		*bad;
	struct buf			 text;
	size_t				 i;

	if (found->len == 0 || imap_can(call->imap, IMAP_CAN_UIDPLUS))
		return NULL;
	buf_start(&text, call->arena);
	buf_text(&text, "UID FETCH ");
	imap_uid_set(&text, *found);
	buf_text(&text, " (UID FLAGS)");
	look = imap_queue(call->imap, call->arena, &text);
	if ((bad = imap_run(call->imap)) != NULL ||
	    (bad = imap_command_fault(call->arena, look,
	    "look at the messages")) != NULL)
		return bad;
	for (i = 0; i < found->len; i++) {
		message = imap_find_message(&look->replies, found->at[i]);
		if (message == NULL ||
		    imap_has_flag(message->flags, "\\Deleted"))
			found->at[i] = 0;
	}
	*found = drop_zeros(call->arena, *found);
	return NULL;
}

const struct fault *
undo_find_draft(struct call *call, const struct undo *undo,
    struct uids *found)
{
	found->at = arena_take(call->arena, sizeof(*found->at));
	found->at[0] = (uint32_t)undo->draft;
	found->len = 1;
	return drop_deleted(call, found);
}

const struct fault *
undo_find(struct call *call, const struct undo *undo,
    const struct uids *wanted, struct uids *found)
{
	const struct fault	*bad;
	struct uids		 old, all;
	size_t			 i;

	if ((bad = undo_uids(call, undo->uids, &old)) != NULL)
		return bad;
	if (undo->new_uids != NULL)
		bad = undo_uids(call, undo->new_uids, &all);
	else
		bad = message_id_find(call->imap, call->arena,
		    undo->message_ids, &all);
	if (bad != NULL)
		return bad;
	for (i = 0; i < all.len && i < old.len; i++)
		if (!is_wanted(wanted, old.at[i]))
			all.at[i] = 0;
	*found = drop_zeros(call->arena, all);
	return drop_deleted(call, found);
}
