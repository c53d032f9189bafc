/* What the web server gives out that it should, and that it should not; and
 * what it writes down. */
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"

enum {
	OK = 200,
	KEY_CHARS_LEAST = 43,		/* 32 bytes as base64 */
	KEY_CHARS_MOST = 66,		/* as hex, with its newline */
	START_BYTES = 16 * 1024,
	LOG_TAIL_BYTES = 256 * 1024,
	LOG_WAIT_MS = 20 * 1000, /* some write their log by and by */
	LOG_PAUSE_MS = 100,
	MARK_BYTES = 12
};

/* The pages are made of these. */
static const struct {
	const char	*path;
	const char	*type;
} pages[] = {
	{ "/connect", "text/html" },
	{ "/connect.js", "text/javascript" },
	{ "/sign-in.js", "text/javascript" },
	{ "/style.css", "text/css" },
	{ "/icon.svg", "image/svg+xml" }
};

/* Some say application/javascript, which browsers take as well. */
static bool
is_type(const char *type, const char *wanted)
{
	return type != NULL && (text_starts_case(type, wanted) ||
	    (text_equal(wanted, "text/javascript") &&
	    text_starts_case(type, "application/javascript")));
}

static void
check_pages(struct check *check)
{
	struct question		 question = { .method = "GET" };
	const struct fault	*bad;
	struct fetched		 answer;
	bool			 all = true;
	size_t			 i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		question.path = pages[i].path;
		bad = check_ask(check, &question, &answer);
		if (bad == NULL && answer.status == OK &&
		    is_type(answer.content_type, pages[i].type))
			continue;
		check_report_wrong(&check->report, "static-missing",
		    text_format(check->arena, "%s: %s", pages[i].path,
		    check_outcome(check, bad, &answer)));
		all = false;
	}
	if (all)
		check_report_ok(&check->report, "static-missing",
		    "the pages' files come");
}

static bool
is_settings(struct arena *arena, struct bytes body)
{
	const char	*text = bytes_text(arena, body);

	return strstr(text, "BASE_URL=") != NULL ||
	    strstr(text, "ENCRYPTION_KEY") != NULL;
}

static bool
is_key(struct arena *arena, struct bytes body)
{
	struct bytes	 line;
	size_t		 i;

	(void)arena;
	line = bytes_slice(body, 0, bytes_find(body, '\n'));
	if (line.len < KEY_CHARS_LEAST || line.len > KEY_CHARS_MOST)
		return false;
	for (i = 0; i < line.len; i++)
		if (!text_is_alnum(line.at[i]) &&
		    strchr("+/=-_", line.at[i]) == NULL)
			return false;
	return true;
}

static bool
is_template(struct arena *arena, struct bytes body)
{
	return strstr(bytes_text(arena, body), "{{") != NULL;
}

static bool
is_program(struct arena *arena, struct bytes body)
{
	static const char	 magic[] = "\177ELF";

	(void)arena;
	return body.len >= strlen(magic) &&
	    memcmp(body.at, magic, strlen(magic)) == 0;
}

/* Where such a thing is found that was laid into a document root. */
static const struct secret {
	const char	*path;
	bool		(*is)(struct arena *arena, struct bytes body);
} secrets[] = {
	{ "/postern.conf", is_settings },
	{ "/config", is_settings },
	{ "/.env", is_settings },
	{ "/key", is_key },
	{ "/postern.key", is_key },
	{ "/sign-in.html", is_template },
	{ "/templates/sign-in.html", is_template },
	{ "/mcp", is_program },
	{ "/cgi-bin/mcp", is_program },
	{ "/cgi-bin/postern.conf", is_settings },
	{ "/cgi-bin/key", is_key }
};

static const struct fault *
keep_start(void *state, struct bytes piece)
{
	struct buf	*start = state;

	if (start->len < START_BYTES)
		buf_bytes(start, bytes_slice(piece, 0,
		    START_BYTES - start->len));
	return NULL;
}

/* A program is longer than an answer may be: its start is enough.  False in
 * *known where nothing was learnt. */
static bool
is_served(struct check *check, const struct secret *secret, bool *known)
{
	struct buf		 start;
	const struct question	 question = {
		.method = "GET", .path = secret->path, .sink = keep_start,
		.state = &start
	};
	const struct fault	*bad;
	struct fetched		 answer;

	buf_start(&start, check->arena);
	bad = check_ask(check, &question, &answer);
	*known = bad == NULL || bad->kind == FAULT_TOO_LARGE;
	return *known && (bad != NULL || answer.status == OK) &&
	    secret->is(check->arena, buf_view(&start));
}

static void
check_secrets(struct check *check)
{
	bool	 none = true, known;
	size_t	 i;

	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (is_served(check, &secrets[i], &known))
			check_report_wrong(&check->report, "file-served",
			    secrets[i].path);
		else if (known)
			continue;
		none = false;
	}
	if (none)
		check_report_ok(&check->report, "file-served",
		    "configuration, key, templates and programs are not "
		    "given out");
}

/* What was written to the log since it was so long. */
static const char *
read_since(struct check *check, off_t start)
{
	unsigned char	*at;
	ssize_t		 got;
	int		 fd;

	fd = open(check->log, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return NULL;
	at = arena_take(check->arena, LOG_TAIL_BYTES);
	got = pread(fd, at, LOG_TAIL_BYTES, start);
	close(fd);
	return got == -1 ? NULL : bytes_text(check->arena,
	    bytes_from(at, (size_t)got));
}

static off_t
log_length(const struct check *check)
{
	off_t	 length;
	int	 fd;

	fd = open(check->log, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	length = lseek(fd, 0, SEEK_END);
	close(fd);
	return length;
}

/* Asks for what nobody else asks for, and looks for it; where such requests
 * are not logged at all, it never comes. */
static void
check_log(struct check *check)
{
	const char		*text = NULL;
	const char		*mark = digest_hex(check->arena,
				    digest_random(check->arena, MARK_BYTES));
	const struct question	 question = {
		.method = "GET", .path = text_format(check->arena,
		    "/oauth/token?code=%s", mark)
	};
	struct fetched		 answer;
	int64_t			 until;
	off_t			 start = log_length(check);

	if (start == -1 || check_ask(check, &question, &answer) != NULL) {
		check_report_note(&check->report, "%s cannot be read",
		    check->log);
		return;
	}
	until = clock_ms() + LOG_WAIT_MS;
	do {
		clock_sleep_until(clock_ms() + LOG_PAUSE_MS);
		text = read_since(check, start);
	} while (clock_ms() < until && text != NULL &&
	    strstr(text, "/oauth/token") == NULL);
	if (text != NULL && strstr(text, mark) != NULL)
		check_report_wrong(&check->report, "log-queries", check->log);
	else if (text != NULL && strstr(text, "/oauth/token") != NULL)
		check_report_ok(&check->report, "log-queries",
		    "the log has no queries");
	else
		check_report_note(&check->report, "%s has no such request as "
		    "was just made: nothing can be said of queries in it",
		    check->log);
}

bool
check_exposure(struct check *check)
{
	check_pages(check);
	check_secrets(check);
	if (check->log != NULL)
		check_log(check);
	return true;
}
