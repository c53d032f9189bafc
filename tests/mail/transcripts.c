#include <dirent.h>

#include "mail/imap_idle.h"

#include "transcript.h"

/*
 * Every transcript as the answer to a command of a session of ours: that the
 * command ends as the server said, and that the session goes on.
 */

enum { FILES_LEAST = 200, TAG_BYTES = 16, IDLE_MS = 300 };

static const char	 FOLDER[] = "imap/mailkit-transcripts";

/* Where that can't be, and why. */
static const struct difference {
	const char	*file;
	const char	*reason;
} differences[] = {
	{ "gmail/headers.1+unsolicited-info.txt", "its literal is a byte "
	    "longer than it says" },
	{ "gmail/logout.txt", "BYE ends the session" },
	{ "common/preauth-capability-greeting.txt", "PREAUTH is somebody "
	    "else's session" },
	{ "common/preauth-greeting.txt", "PREAUTH" },
	{ "dovecot/greeting-preauth.txt", "PREAUTH" },
	{ "uw/preauth-greeting.txt", "PREAUTH" }
};

enum { DIFFERENCES = sizeof(differences) / sizeof(differences[0]) };

struct tally {
	struct arena	*arena;
	size_t		 files;
	size_t		 refused;	/* the server said NO, and we */
	size_t		 differ;
};

enum kind { GREETING, CONTINUATION, ANSWER };

static enum kind
kind_of(struct arena *arena, const char *file)
{
	const char	*text;

	text = bytes_text(arena, transcript_read(arena, file));
	if (text[0] == '+')
		return CONTINUATION;
	return strstr(text, "A########") == NULL ? GREETING : ANSWER;
}


struct scene {
	const char	*file;
	enum kind	 kind;
};

static void
next_tag(struct line *line, char *tag)
{
	char	 text[COMMAND_BYTES];

	if (!peer_read_line(line, text, sizeof(text)))
		_exit(0);
	text[strcspn(text, " ")] = '\0';
	snprintf(tag, TAG_BYTES, "%.15s", text);
}

/* Answers one command with the words before its tagged OK. */
static void
answer(struct line *line, const char *words)
{
	char	 tag[TAG_BYTES];

	next_tag(line, tag);
	transcript_say(line, words, tag);
	transcript_say(line, "=A######## OK [READ-WRITE] done", tag);
}

static void
play_greeting(struct line *line, const char *file)
{
	const struct answer	 answers[] = {
		{ NULL, file },
		{ "AUTHENTICATE PLAIN ", "=A######## OK done" },
		{ "AUTHENTICATE", "=+ " },
		{ "", "=* CAPABILITY IMAP4rev1\nA######## OK done" },
		{ NULL, NULL }
	};

	transcript_play(line, answers);
}

static void
play_scene(struct line *line, const void *state)
{
	const struct scene	*scene = state;
	char			 tag[TAG_BYTES];

	if (scene->kind == GREETING) {
		play_greeting(line, scene->file);
		return;
	}
	transcript_say(line, "=* OK [CAPABILITY IMAP4rev1] hello", "");
	next_tag(line, tag);
	transcript_say(line, "=A######## OK [CAPABILITY IMAP4rev1 UIDPLUS "
	    "IDLE] in", tag);
	answer(line, "=* 300 EXISTS");
	next_tag(line, tag);
	transcript_say(line, scene->file, tag);
	if (scene->kind == CONTINUATION) {
		peer_take(line, strlen("DONE\r\n"));
		transcript_say(line, "=A######## OK done", tag);
	}
	for (;;)
		answer(line, "=* 300 EXISTS");
}

static const struct fault *
run_continuation(struct stage *stage, const char *file)
{
	struct imap_idle	 idle = { .known = 300 };
	enum imap_idle_end	 idle_end;
	struct buf		 text;

	if (strstr(file, "idle") != NULL) {
		idle.until = clock_ms() + IDLE_MS;
		return imap_idle(stage->imap, stage->arena, &idle, &idle_end);
	}
	buf_start(&text, stage->arena);
	buf_text(&text, "APPEND INBOX ");
	imap_queue_source(stage->imap, stage->arena, &text,
	    spring_open(stage->arena, bytes_of("text"), 4));
	return imap_run(stage->imap);
}

/* Whether our side makes of the file what the server meant. */
static const char *
run_scene(struct stage *stage, const struct scene *scene, bool *refused)
{
	struct imap_command	*command;
	const struct fault	*bad;

	if ((bad = meet(stage, play_scene, scene)) != NULL)
		return bad->detail;
	if (scene->kind == GREETING)
		return NULL;
	imap_queue_open(stage->imap, stage->arena, "INBOX", true);
	if ((bad = imap_run(stage->imap)) != NULL)
		return bad->detail;
	if (scene->kind == CONTINUATION) {
		bad = run_continuation(stage, scene->file);
	} else {
		command = queue(stage, "NOOP");
		if ((bad = imap_run(stage->imap)) == NULL)
			*refused = command->outcome == IMAP_NO;
	}
	if (bad != NULL)
		return bad->detail;
	command = queue(stage, "NOOP");
	bad = imap_run(stage->imap);
	return bad != NULL ? bad->detail :
	    command->outcome == IMAP_OK ? NULL : "out of step";
}

static const char *
difference(const char *file)
{
	size_t	 i;

	for (i = 0; i < DIFFERENCES; i++)
		if (text_equal(differences[i].file, file))
			return differences[i].reason;
	return NULL;
}

static void
meet_file(struct tally *tally, const char *file)
{
	struct scene	 scene = { .file = file };
	struct stage	 stage;
	const char	*wrong, *text;
	bool		 refused = false;

	begin(&stage);
	stage.patience = PATIENCE_MS;
	scene.kind = kind_of(stage.arena, file);
	text = bytes_text(stage.arena, transcript_read(stage.arena, file));
	wrong = run_scene(&stage, &scene, &refused);
	if ((wrong != NULL) != (difference(file) != NULL))
		fail_msg("%s: %s", file, wrong == NULL ? "was taken" : wrong);
	if (refused != (strstr(text, "A######## NO") != NULL))
		fail_msg("%s: NO is not NO", file);
	if (wrong != NULL)
		printf("# %s: %s (%s)\n", file, wrong, difference(file));
	tally->files++;
	tally->refused += refused;
	tally->differ += wrong != NULL;
	imap_close(stage.imap);
	peer_stop(&stage.peer);
	arena_close(stage.arena);
}

static void
meet_vendor(struct tally *all, const char *vendor)
{
	struct tally	 tally = { .arena = all->arena };
	struct dirent	*entry;
	DIR		*folder;

	folder = opendir(corpora_path(all->arena, text_format(all->arena,
	    "%s/%s", FOLDER, vendor)));
	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		if (strstr(entry->d_name, ".txt") != NULL)
			meet_file(&tally, text_format(all->arena, "%s/%s",
			    vendor, entry->d_name));
	closedir(folder);
	printf("# %-10s %3zu files, %zu of them NO, %zu differ\n", vendor,
	    tally.files, tally.refused, tally.differ);
	all->files += tally.files;
	all->differ += tally.differ;
}

static void
every_file_is_met(void **state)
{
	struct tally	 all = { 0 };
	struct dirent	*entry;
	DIR		*folder;

	(void)state;
	if (!transcript_is_there())
		skip();
	all.arena = arena_open();
	folder = opendir(corpora_path(all.arena, FOLDER));
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && entry->d_name[0] != '_')
			meet_vendor(&all, entry->d_name);
	closedir(folder);
	printf("# %zu files, %zu differ\n", all.files, all.differ);
	assert_true(all.files > FILES_LEAST);
	assert_int_equal(all.differ, DIFFERENCES);
	arena_close(all.arena);
}

CHECK_MAIN(cmocka_unit_test(every_file_is_met))
