#include "mail/change.h"
#include "mail/folder.h"
#include "mail/folder_make.h"
#include "mail/header.h"
#include "mail/imap_lex.h"
#include "mail/imap_search.h"
#include "mail/imap_set.h"

#include "transcript.h"

/*
 * Sessions as mail servers of the world hold them: our code signs in, lists
 * the folders, opens one, lists, searches and copies or moves, as
 * far as there is an answer of that server.
 */

#define DONE	"=A######## OK done"
#define OPENED	"=* 3 EXISTS\n* OK [UIDVALIDITY 5] x\n"			\
		"A######## OK [READ-WRITE] done"

static const struct dialect {
	const char	*name;
	const char	*told;		/* what came of it all */
	struct answer	 answers[ANSWERS_MOST];
} dialects[] = {
	{ "gmail",
	    "folders 10 \\Inbox=INBOX(60)(6) \\All=[Gmail]/All "
	    "Mail(67) \\Drafts=[Gmail]/Drafts(0)(58) "
	    "\\Sent=[Gmail]/Sent Mail(4) \\Junk=[Gmail]/Spam(0)(1) "
	    "\\Trash=[Gmail]/Trash(0); opened 270, 280 of "
	    "637172988; found 14; listed 21, 21 with parts, Star "
	    "Trek Party!; copied 21, new 21 of 85", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "gmail/capability.txt" },
		{ "AUTHENTICATE", "gmail/authenticate.txt" },
		{ "ID", DONE },
		{ "LIST", "gmail/list-all.txt" },
		{ "EXAMINE INBOX", "gmail/examine-inbox.txt" },
		{ "UID SEARCH", "dovecot/search-all.txt" },
		{ "FETCH", "gmail/search-summary.txt" },
		{ "SELECT INBOX", OPENED },
		{ "UID FETCH", "gmail/search-summary.txt" },
		{ "UID COPY", "gmail/uid-copy.txt" } } },
	{ "gmail, once",
	    "folders 9 \\Inbox=INBOX(60) \\All=[Gmail]/All "
	    "Mail(67) \\Drafts=[Gmail]/Drafts "
	    "\\Important=[Gmail]/Important \\Sent=[Gmail]/Sent "
	    "Mail(4) \\Junk=[Gmail]/Spam \\Flagged=[Gmail]/Starred "
	    "\\Trash=[Gmail]/Trash", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "gmail/capability.txt" },
		{ "AUTHENTICATE", DONE },
		{ "ID", DONE },
		{ "LIST", "gmail/xlist.txt" },
		{ "LSUB", "gmail/lsub-personal.txt" },
		{ "STATUS INBOX", "gmail/status-inbox.txt" },
		{ "STATUS \"[Gmail]/All Mail\"",
		    "gmail/status-all-mail.txt" },
		{ "STATUS \"[Gmail]/Sent Mail\"",
		    "gmail/status-sent-mail.txt" },
		{ "STATUS", DONE } } },
	{ "exchange",
	    "moved 1, new 1 of 55", {
		{ NULL, "exchange/greeting.txt" },
		{ "CAPABILITY", "exchange/capability-postauth.txt" },
		{ "AUTHENTICATE", DONE },
		{ "ID", DONE },
		{ "SELECT INBOX", OPENED },
		{ "UID FETCH", "=* 1 FETCH (UID 31 FLAGS ())\n"
		    "A######## OK done" },
		{ "UID MOVE", "exchange/issue115.txt" } } },
	{ "exchange 2007",
	    "", {
		{ NULL, "exchange/greeting-2007.txt" },
		{ "CAPABILITY", "exchange/capability-preauth.txt" },
		{ "AUTHENTICATE", DONE },
		{ "ID", DONE } } },
	{ "yahoo",
	    "own Neu; opened 1, 3 of 1595903349; found 14", {
		{ NULL, "yahoo/greeting.txt" },
		{ "AUTHENTICATE", DONE },
		{ "CAPABILITY", "yahoo/capabilities.txt" },
		{ "ID", DONE },
		{ "NAMESPACE", "yahoo/namespace.txt" },
		{ "EXAMINE INBOX", "yahoo/examine-inbox.txt" },
		{ "UID SEARCH", "yahoo/search.txt" } } },
	{ "icloud",
	    "folders 2 \\Inbox=INBOX", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "icloud/capability.txt" },
		{ "LOGIN", DONE },
		{ "ID", DONE },
		{ "LIST", "gmail/list-personal.txt" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
	{ "zoho",
	    "folders 6 \\Drafts=Entwürfe \\Sent=Gesendet "
	    "\\Trash=Papierkorb \\Inbox=Posteingang \\Junk=Spam; "
	    "own Neu; opened 5348, 6212 of 2", {
		{ NULL, "=* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR]" },
		{ "AUTHENTICATE", "zoho/authenticate.txt" },
		{ "ID", DONE },
		{ "NAMESPACE", "zoho/namespace.txt" },
		{ "LIST", "zoho/xlist.txt" },
		{ "EXAMINE INBOX", "zoho/examine-gesendet.txt" } } },
	{ "yandex",
	    "own Neu; opened 3, 0 of 5; listed 1, 0 with parts", {
		{ NULL, "yandex/greeting.txt" },
		{ "CAPABILITY", "=* CAPABILITY IMAP4rev1 NAMESPACE UIDPLUS\n"
		    "A######## OK done" },
		{ "LOGIN", DONE },
		{ "NAMESPACE", "yandex/namespace.txt" },
		{ "EXAMINE INBOX", OPENED },
		{ "FETCH", "yandex/getbodypart-missing-content.txt" } } },
	{ "domino",
	    "folders 1 \\Inbox=INBOX; own Neu; opened 3, 0 of 5; "
	    "listed 29, 29 with parts", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "domino/capability.txt" },
		{ "AUTHENTICATE", "=+ " },
		{ "NAMESPACE", "domino/namespace.txt" },
		{ "LIST", "domino/list-inbox.txt" },
		{ "LSUB", "domino/list-inbox.txt" },
		{ "STATUS", DONE },
		{ "EXAMINE INBOX", OPENED },
		{ "FETCH", "domino/fetch-extra-parens.txt" } } },
	{ "proton",
	    "folders 10 \\Inbox=INBOX \\All=[Gmail]/All Mail "
	    "\\Drafts=[Gmail]/Drafts \\Sent=[Gmail]/Sent Mail "
	    "\\Junk=[Gmail]/Spam \\Trash=[Gmail]/Trash", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "protonmail/capability.txt" },
		{ "AUTHENTICATE", "=+ " },
		{ "ID", DONE },
		{ "LIST", "gmail/list-all-no-status.txt" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
	{ "strato",
	    "folders 1 \\Inbox=INBOX; own Neu", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "strato.de/capability.txt" },
		{ "AUTHENTICATE", "=+ " },
		{ "ID", DONE },
		{ "NAMESPACE", "strato.de/namespace.txt" },
		{ "LIST", "strato.de/list-inbox.txt" },
	} },
	{ "uw",
	    "folders 2 \\Inbox=INBOX \\Trash=Trash", {
		{ NULL, "uw/greeting.txt" },
		{ "AUTHENTICATE", DONE },
		{ "CAPABILITY", "=* CAPABILITY IMAP4REV1\nA######## OK x" },
		{ "LIST", "lowercase/list.txt" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
	{ "courier",
	    "folders 2 \\Inbox=INBOX \\Trash=Trash", {
		{ NULL, "courier/greeting.txt" },
		{ "LOGIN", DONE },
		{ "CAPABILITY", "common/capability.txt" },
		{ "LIST", "lowercase/list.txt" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
	{ "cyrus",
	    "opened 8, 9 of 1436832084", {
		{ NULL, "cyrus/greeting.txt" },
		{ "AUTHENTICATE", "lowercase/authenticate.txt" },
		{ "CAPABILITY", "common/capability.txt" },
		{ "EXAMINE INBOX", "common/select-inbox-no-modseq.txt" } } },
	{ "dovecot",
	    "folders 7 \\Inbox=INBOX(4) \\Archive=Archives(0) "
	    "\\Drafts=Drafts(0) \\Junk=Junk(0)(0) \\Sent=Sent "
	    "Messages(0) \\Trash=Trash(0); own Neu; opened 0, 1 of "
	    "1543354378; found 14; listed 7, 0 with parts; copied "
	    "7, new 7 of 1436832101", {
		{ NULL, "=* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR]" },
		{ "AUTHENTICATE", "dovecot/authenticate.txt" },
		{ "ID", DONE },
		{ "LIST", "dovecot/list-personal.txt" },
		{ "NAMESPACE", "=* NAMESPACE ((\"\" \".\")) NIL NIL\n"
		    "A######## OK done" },
		{ "EXAMINE INBOX", "dovecot/examine-folder.txt" },
		{ "UID SEARCH", "dovecot/search-all.txt" },
		{ "FETCH", "dovecot/fetch1.txt" },
		{ "SELECT INBOX", "dovecot/select-unittests-messages.txt" },
		{ "UID FETCH", "dovecot/fetch1.txt" },
		{ "UID COPY", "dovecot/copy.txt" } } },
	{ "a prefix",
	    "folders 5 \\Inbox=INBOX \\Drafts=Mein^Drafts "
	    "\\Sent=Mein^Gesendet", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "common/capability.txt" },
		{ "LOGIN", DONE },
		{ "LIST", "=* LIST () \"^\" INBOX\n"
		    "* LIST () \"^\" Mein\n"
		    "* LIST () \"^\" Mein^Gesendet\n"
		    "* LIST () \"^\" Mein^Drafts\n"
		    "* LIST () \"^\" Mein^Post^Archive\n"
		    "A######## OK done" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
	{ "a parent that is no prefix",
	    "folders 5 \\Inbox=INBOX", {
		{ NULL, "common/basic-greeting.txt" },
		{ "CAPABILITY", "common/capability.txt" },
		{ "LOGIN", DONE },
		{ "LIST", "=* LIST () \"^\" INBOX\n"
		    "* LIST () \"^\" Work^Sent\n"
		    "* LIST () \"^\" Work^Trash\n"
		    "* LIST () \"^\" Work^Drafts\n"
		    "* LIST () \"^\" Other\n"
		    "A######## OK done" },
		{ "LSUB", DONE },
		{ "STATUS", DONE } } },
};

enum { DIALECTS = sizeof(dialects) / sizeof(dialects[0]) };

static bool
has(const struct dialect *dialect, const char *command)
{
	const struct answer	*at;

	for (at = dialect->answers; at->file != NULL; at++)
		if (at->command != NULL &&
		    strncmp(at->command, command, strlen(command)) == 0)
			return true;
	return false;
}

/* A step's end: the fault, or what was told. */
static bool
is_well(struct buf *told, const struct fault *bad, const char *what)
{
	if (buf_view(told).len > 0)
		buf_text(told, "; ");
	buf_text(told, what);
	if (bad != NULL)
		buf_format(told, ": %s", bad->detail);
	return bad == NULL;
}

static void
meet_folders(struct stage *stage, struct buf *told)
{
	struct folders	 folders;
	struct folder	*folder;
	size_t		 i;

	if (!is_well(told, folder_list(stage->imap, stage->arena, NULL, true,
	    &folders), "folders"))
		return;
	buf_format(told, " %zu", folders.len);
	for (i = 0; i < folders.len; i++) {
		folder = &folders.at[i];
		if (folder->role != NULL)
			buf_format(told, " %s=%s", folder->role,
			    folder->name);
		if (folder->messages >= 0)
			buf_format(told, "(%d)", (int)folder->messages);
	}
}

static void
meet_namespace(struct stage *stage, struct buf *told)
{
	const char	*wire;

	if (is_well(told, folder_make_name(stage->imap, stage->arena,
	    "Neu", &wire), "own"))
		buf_format(told, " %s", wire);
}

static const struct fault *
open_inbox(struct stage *stage, bool writable)
{
	struct imap_command	*command;
	const struct fault	*bad;

	command = imap_queue_open(stage->imap, stage->arena, "INBOX",
	    writable);
	bad = imap_run(stage->imap);
	return bad != NULL || command == NULL ? bad :
	    imap_command_fault(stage->arena, command, "open");
}

static void
meet_box(struct stage *stage, struct buf *told)
{
	const struct imap_box	*box;

	if (!is_well(told, open_inbox(stage, false), "opened"))
		return;
	box = imap_box(stage->imap);
	buf_format(told, " %u, %u of %u", box->exists, box->uidnext,
	    box->uidvalidity);
}

static void
meet_search(struct stage *stage, struct buf *told)
{
	struct imap_search	 search = { .text = "x" };
	struct imap_criteria	 criteria;
	struct imap_command	*command;

	assert_null(imap_search_write(stage->arena, &search, &criteria));
	command = imap_search_queue(stage->imap, stage->arena, &criteria,
	    false);
	if (is_well(told, imap_run(stage->imap), "found"))
		buf_format(told, " %zu", command->replies.found.len);
}

static void
meet_messages(struct stage *stage, struct buf *told)
{
	const struct imap_message	*message;
	const char			*subject = NULL;
	struct imap_command		*command;
	unsigned			 messages = 0, parts = 0;

	command = queue(stage, "FETCH 1:* (UID FLAGS RFC822.SIZE "
	    "INTERNALDATE ENVELOPE BODYSTRUCTURE)");
	if (!is_well(told, imap_run(stage->imap), "listed"))
		return;
	for (message = command->replies.messages; message != NULL;
	    message = message->next) {
		messages += message->uid != 0;
		parts += message->body != NULL;
		if (message->envelope != NULL && subject == NULL)
			subject = message->envelope->subject;
	}
	buf_format(told, " %u, %u with parts", messages, parts);
	if (subject != NULL)
		buf_format(told, ", %s", subject);
}

static void
meet_change(struct stage *stage, const struct dialect *dialect,
    struct buf *told)
{
	static const char	 gmail[] = "1:3,5,7:9,11:14,26:29,31,34,"
				    "41:43,50";
	struct change		 change = { 0 };
	struct imap_cursor	 cursor;
	struct imap_set		 set;
	const struct fault	*bad;
	bool			 moves;

	moves = has(dialect, "UID MOVE");
	imap_set_start(&set, stage->arena, (struct uids){ NULL, 0 });
	imap_lex_start(&cursor, bytes_of(text_starts(dialect->name, "gmail") ?
	    gmail : moves ? "31" : "1:7"));
	assert_true(imap_set_take(&cursor, &set));
	if ((bad = open_inbox(stage, true)) == NULL)
		bad = (moves ? change_move : change_copy)(stage->imap,
		    stage->arena, set.uids, "Archive", &change);
	if (is_well(told, bad, moves ? "moved" : "copied"))
		buf_format(told, " %zu, new %zu of %u", change.done.len,
		    change.made.len, change.validity);
}

static const char *
journey(struct stage *stage, const struct dialect *dialect)
{
	const struct fault	*bad;
	struct buf		 told;

	buf_start(&told, stage->arena);
	bad = meet(stage, transcript_play, dialect->answers);
	if (bad != NULL)
		return bad->detail;
	if (has(dialect, "LIST"))
		meet_folders(stage, &told);
	if (has(dialect, "NAMESPACE"))
		meet_namespace(stage, &told);
	if (has(dialect, "EXAMINE"))
		meet_box(stage, &told);
	if (has(dialect, "UID SEARCH"))
		meet_search(stage, &told);
	if (has(dialect, "FETCH"))
		meet_messages(stage, &told);
	if (has(dialect, "SELECT"))
		meet_change(stage, dialect, &told);
	return buf_string(&told);
}

static void
dialects_are_understood(void **state)
{
	struct stage	 stage;
	const char	*told;
	size_t		 i, wrong = 0;

	(void)state;
	if (!transcript_is_there())
		skip();
	for (i = 0; i < DIALECTS; i++) {
		begin(&stage);
		told = journey(&stage, &dialects[i]);
		printf("# %s: %s\n", dialects[i].name, told);
		wrong += !text_equal(told, dialects[i].told);
		imap_close(stage.imap);
		wrong += !peer_stop(&stage.peer);
		arena_close(stage.arena);
	}
	assert_int_equal(wrong, 0);
}

CHECK_MAIN(cmocka_unit_test(dialects_are_understood))
