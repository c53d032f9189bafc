#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "imap_stage.h"

#include "../corpora.h"

/*
 * What real servers said (imap/mailkit-transcripts), said again to a session
 * of ours: "A########" in a file is the tag of our command, and its lines end
 * as on the wire.
 */
enum { COMMAND_BYTES = 8192, ANSWERS_MOST = 16 };

/* An answer to a command that begins so; NULL: the greeting.  The file, or
 * with "=" before it the words themselves. */
struct answer {
	const char	*command;
	const char	*file;
};

static inline struct bytes
transcript_read(struct arena *arena, const char *file)
{
	if (file[0] == '=')
		return bytes_of(text_format(arena, "%s\n", file + 1));
	return corpora_read(arena, text_format(arena,
	    "imap/mailkit-transcripts/%s", file));
}

static inline void
transcript_say(struct line *line, const char *file, const char *tag)
{
	static const char	 mark[] = "A########";
	struct arena		*arena;
	struct bytes		 said;
	struct buf		 text;
	size_t			 i;

	arena = arena_open();
	said = transcript_read(arena, file);
	buf_start(&text, arena);
	for (i = 0; i < said.len; i++)
		if (said.len - i >= strlen(mark) &&
		    memcmp(said.at + i, mark, strlen(mark)) == 0) {
			buf_text(&text, tag);
			i += strlen(mark) - 1;
		} else if (said.at[i] == '\n' &&
		    (i == 0 || said.at[i - 1] != '\r'))
			buf_text(&text, "\r\n");
		else
			buf_byte(&text, said.at[i]);
	peer_say_bytes(line, buf_view(&text).at, buf_view(&text).len);
	arena_close(arena);
}

/* Plays the answers to what comes, until the client goes. */
static inline void
transcript_play(struct line *line, const void *state)
{
	const struct answer	*at;
	char			 text[COMMAND_BYTES], tag[16] = "", *command;

	at = state;
	if (at->command == NULL)
		transcript_say(line, at->file, "");
	while (peer_read_line(line, text, sizeof(text))) {
		/* A line without a tag answers a challenge. */
		if ((command = strchr(text, ' ')) == NULL) {
			transcript_say(line, "=A######## OK in", tag);
			continue;
		}
		*command++ = '\0';
		snprintf(tag, sizeof(tag), "%.15s", text);
		for (at = state; at->file != NULL; at++)
			if (at->command != NULL && strncmp(at->command,
			    command, strlen(at->command)) == 0)
				break;
		if (at->file == NULL && strcmp(command, "LOGOUT") != 0) {
			fprintf(stderr, "no answer to %s\n", command);
			_exit(4);
		}
		if (at->file != NULL)
			transcript_say(line, at->file, tag);
	}
}

static inline bool
transcript_is_there(void)
{
	struct arena	*arena;
	bool		 there;

	arena = arena_open();
	there = corpora_read(arena,
	    "imap/mailkit-transcripts/_ORIGIN.md").at != NULL;
	arena_close(arena);
	return there;
}

#endif
