#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/url.h"
#include "net/fetch.h"
#include "web/route.h"
#include "web/serve.h"
#include "main.h"
#include "setup.h"

enum {
	CHECK_SECONDS = 45,		/* for postern check, then it ends */
	TOLD_BYTES = 64 * 1024,		/* of what that says */
	ANSWER_BYTES = 64 * 1024,
	ANSWER_MS = 5 * 1000,
	HTTP_OK = 200
};

/* What may not be had from the web, below BASE_URL. */
static const char *const	 inner[] = {
	"/postern.conf", "/cgi-bin/postern.cgi", "/templates/sign-in.html",
	"/run/", "/README.txt"
};

static bool
is_given(struct setup *setup, const char *url, struct fetched *answer)
{
	struct fetch	 fetch = {
		.method = "GET", .named = true, .url = url,
		.most = ANSWER_BYTES, .deadline = clock_ms() + ANSWER_MS
	};

	return fetch_run(setup->request->arena, &fetch, answer) == NULL &&
	    answer->status == HTTP_OK;
}

static void
try_inner(struct setup *setup)
{
	struct fetched	 answer;
	const char	*url;
	size_t		 i;

	for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		url = text_format(setup->request->arena, "%s%s",
		    setup->config->base_url, inner[i]);
		if (!is_given(setup, url, &answer))
			continue;
		setup_row(setup, SETUP_WRONG, "What is not for the web",
		    text_format(setup->request->arena, "Everybody can read "
		    "%s: the host takes no heed of .htaccess. Take "
		    "postern.conf away, make a new key, and ask the host for "
		    "AllowOverride FileInfo.", url), NULL);
		return;
	}
	setup_row(setup, SETUP_GOOD, "What is not for the web",
	    "Settings and program are not given out.", NULL);
}

/* What a client asks that forms the address as RFC 8414 3.1 says. */
static void
try_root(struct setup *setup)
{
	static const char	 title[] = "The documents at the host's root";
	static const char	 name[] =
	    "/.well-known/oauth-authorization-server";
	struct arena		*arena = setup->request->arena;
	const char		*base = setup->config->base_url, *path, *url;
	struct fetched		 answer;

	path = route_base(setup->config);
	if (*path == '\0')
		return;
	url = text_format(arena, "%.*s%s%s", (int)(path - base), base, name,
	    path);
	if (is_given(setup, url, &answer) &&
	    strstr(bytes_text(arena, answer.body), base) != NULL) {
		setup_row(setup, SETUP_GOOD, title, url, NULL);
		return;
	}
	setup_row(setup, SETUP_NOTE, title, "Most agents find their way "
	    "without; some look there first. If you may change the file "
	    ".htaccess of the top folder of this host, put these lines into "
	    "it; else ask the host to.", text_format(arena,
	    "RewriteEngine On\nRewriteRule ^\\.well-known/(oauth-authorization"
	    "-server|oauth-protected-resource|openid-configuration)"
	    "(%s(/mcp)?)?$ %s/cgi-bin/postern.cgi/well-known [L]", path,
	    path));
}

/* In a process of its own, whose words go to the pipe. */
static void
check(int out, const char *file)
{
	char	 name[] = "postern", command[] = "check";
	char	*arguments[] = { name, command, NULL };

	alarm(CHECK_SECONDS);
	/* Whether it may lie there was asked by whom the web server started. */
	unsetenv("DOCUMENT_ROOT");
	setenv("POSTERN_CONF", file, 1);
	if (dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		_exit(EXIT_FAILURE);
	close(out);
	_exit(postern_main(2, arguments));
}

static const char *
read_told(struct setup *setup, int in)
{
	struct buf	 told;
	unsigned char	*at;
	ssize_t		 len;

	buf_start(&told, setup->request->arena);
	do {
		at = buf_room(&told, BUFSIZ);
		len = read(in, at, BUFSIZ);
		buf_cut(&told, told.len - BUFSIZ +
		    (len > 0 ? (size_t)len : 0));
	} while (len > 0 && told.len < TOLD_BYTES);
	return buf_string(&told);
}

static void
add_line(struct buf *lines, const char *line)
{
	if (lines->len > 0)
		buf_byte(lines, '\n');
	buf_format(lines, "- %s", line);
}

/* All that is well is one row, and so are the notes. */
static void
show_told(struct setup *setup, const char *told)
{
	struct arena	*arena = setup->request->arena;
	struct texts	 lines;
	struct buf	 well, notes;
	const char	*rest;
	size_t		 i;

	buf_start(&well, arena);
	buf_start(&notes, arena);
	lines = text_split(arena, told, "\n");
	for (i = 0; i < lines.len; i++) {
		rest = lines.at[i] + strcspn(lines.at[i], " ");
		rest += strspn(rest, " ");
		if (text_starts(lines.at[i], "wrong "))
			setup_row(setup, SETUP_WRONG, "Tried", rest, NULL);
		else if (text_starts(lines.at[i], "ok "))
			add_line(&well, rest);
		else
			add_line(&notes, text_starts(lines.at[i], "note ") ?
			    rest : lines.at[i]);
	}
	if (notes.len > 0)
		setup_row(setup, SETUP_NOTE, "Tried", "Good to know:",
		    buf_string(&notes));
	if (well.len > 0)
		setup_row(setup, SETUP_GOOD, "Tried", "All of this is well:",
		    buf_string(&well));
}

static void
try_check(struct setup *setup)
{
	const char	*told;
	pid_t		 child;
	int		 ends[2], status;

	if (pipe(ends) == -1)
		return;
	fflush(stdout);
	if ((child = fork()) == 0) {
		close(ends[0]);
		check(ends[1], setup->file);
	}
	close(ends[1]);
	told = read_told(setup, ends[0]);
	close(ends[0]);
	show_told(setup, told);
	if (child == -1 || waitpid(child, &status, 0) == -1 ||
	    !WIFEXITED(status))
		setup_row(setup, SETUP_WRONG, "Tried", "It took too long: the "
		    "host may not let programs connect to other computers, "
		    "or to itself. Ask it to.", NULL);
}

/* One at a time, so that nobody makes this host ask others without end. */
void
setup_try(struct setup *setup)
{
	int	 fd;

	fd = open(setup->file, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || flock(fd, LOCK_EX | LOCK_NB) == -1) {
		setup_row(setup, SETUP_NOTE, "Tried",
		    "Another test runs; try again in a minute.", NULL);
	} else {
		try_inner(setup);
		try_root(setup);
		try_check(setup);
	}
	if (fd != -1)
		close(fd);
}
