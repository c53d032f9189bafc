#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "drive/curl.h"
#include "mail/folder.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mail/part_stream.h"

enum { SESSION_MS = 10 * 1000, PART_MOST = 64 * 1024 };

/* One session, and all that came of it in words. */
struct talk {
	struct arena	*arena;
	struct imap	*imap;
	struct buf	 told;
};

static bool
note(struct talk *talk, const struct fault *bad)
{
	if (bad == NULL)
		return true;
	fuzz_is_text(bad->detail);
	buf_format(&talk->told, "%d %s\n", bad->kind, bad->detail);
	return false;
}

static struct imap_command *
queue(struct talk *talk, const char *command)
{
	struct buf	 text;

	buf_start(&text, talk->arena);
	buf_text(&text, command);
	return imap_queue(talk->imap, talk->arena, &text);
}

static void
note_command(struct talk *talk, const struct imap_command *command)
{
	const struct imap_message	*message;

	if (command == NULL)
		return;
	assert(command->outcome != IMAP_WAITING);
	fuzz_is_line(command->text);
	buf_format(&talk->told, "%d %s %s %zu %zu\n", command->outcome,
	    command->code == NULL ? "" : command->code, command->text,
	    command->replies.found.len, command->replies.vanished.len);
	for (message = command->replies.messages; message != NULL;
	    message = message->next)
		buf_format(&talk->told, "%u %u %zu %u\n", message->sequence,
		    message->uid, message->flags.len, message->size);
}

static bool
list_folders(struct talk *talk)
{
	struct folders	 folders;
	size_t		 i;

	if (!note(talk, folder_list(talk->imap, talk->arena, NULL, true,
	    &folders)))
		return false;
	for (i = 0; i < folders.len; i++) {
		fuzz_is_line(folders.at[i].name);
		buf_format(&talk->told, "%s %s %lld\n", folders.at[i].name,
		    folders.at[i].wire, (long long)folders.at[i].messages);
	}
	return true;
}

static const struct imap_message *
read_messages(struct talk *talk)
{
	struct imap_command	*open, *search, *fetch;

	open = imap_queue_open(talk->imap, talk->arena, "INBOX", false);
	search = queue(talk, "UID SEARCH UNSEEN");
	fetch = queue(talk, "UID FETCH 1:9 (UID FLAGS BODYSTRUCTURE "
	    "ENVELOPE BODY.PEEK[1])");
	if (!note(talk, imap_run(talk->imap)))
		return NULL;
	note_command(talk, open);
	note_command(talk, search);
	note_command(talk, fetch);
	return fetch->replies.messages;
}

static void
read_part(struct talk *talk, const struct imap_message *message)
{
	struct part_stream	*stream;
	struct part_list	 list = { .len = 0 };
	struct bytes		 content;
	int64_t			 length;

	if (message == NULL || message->body == NULL ||
	    imap_box(talk->imap) == NULL || message->uid == 0)
		return;
	part_list_text(message->body, false, &list);
	if (list.len == 0)
		return;
	part_stream_open(talk->imap, talk->arena, message->uid, list.at[0],
	    &stream);
	if (note(talk, part_stream_length(stream, &length)) &&
	    note(talk, part_stream_whole(stream, talk->arena, PART_MOST,
	    &content))) {
		assert((int64_t)content.len == length);
		buf_bytes(&talk->told, content);
	}
	part_stream_close(stream);
}

static struct bytes
hold(struct arena *arena, struct bytes said, size_t piece)
{
	const struct config		 config = { 0 };
	static const struct mail_server	 server = {
		.host = "127.0.0.1", .port = 143, .tls = TLS_NONE,
		.named = true
	};
	static const struct account	 account = {
		.address = "me@example.org", .username = "me",
		.password = "geheim", .imap = { &server }
	};
	struct talk			 talk = { .arena = arena };

	buf_start(&talk.told, arena);
	curl_input(said.at, said.len, piece);
	if (note(&talk, imap_open(arena, &account, &config,
	    clock_ms() + SESSION_MS, &talk.imap))) {
		imap_begin(talk.imap, arena, clock_ms() + SESSION_MS);
		if (list_folders(&talk))
			read_part(&talk, read_messages(&talk));
		imap_close(talk.imap);
	}
	return buf_view(&talk.told);
}

/* All that an IMAP server says in a session.  Whether it comes at once or byte
 * by byte, what is made of it is the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	struct bytes	 said = bytes_from(at, len);

	arena = arena_open();
	assert(bytes_equal(hold(arena, said, SIZE_MAX), hold(arena, said, 1)));
	arena_close(arena);
	return 0;
}
