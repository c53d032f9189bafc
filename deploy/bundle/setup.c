/*
 * The page setup: what is still to be done before the bundle serves, and what
 * is wrong.  It tells no secret but a new key that nobody has yet.  Once all
 * is right it closes, and opens for an hour each time the settings are saved.
 */
#include "setup.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/fault.h"
#include "base/place.h"
#include "base/text.h"
#include "data/url.h"
#include "web/gate.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/reply.h"
#include "web/serve.h"
#include "main.h"

enum {
	OPEN_SECONDS = 3600,
	MEMORY_BYTES = 256 * 1024 * 1024
};

static const char	 own_name[] = "/setup";

static const struct {
	const char	*style, *word;
} looks[] = {
	[SETUP_GOOD] = { "good", "done" },
	[SETUP_WRONG] = { "bad", "to do" },
	[SETUP_NOTE] = { "own", "note" }
};

/* The text without the folder that holds that one, wherever it stands. */
static const char *
without_parent(struct arena *arena, const char *text, const char *folder)
{
	const char	*at, *parent;
	size_t		 len;

	len = strlen(folder);
	while (len > 0 && folder[len - 1] != '/')
		len--;
	if (len <= 1)
		return text;
	parent = arena_copy(arena, folder, len);
	while ((at = strstr(text, parent)) != NULL)
		text = text_format(arena, "%.*s%s", (int)(at - text), text,
		    at + len);
	return text;
}

/* The program knows its own place without links, the web server with them. */
static const char *
without_home(const struct setup *setup, const char *text)
{
	struct arena	*arena = setup->request->arena;
	const char	*real;

	text = without_parent(arena, text, setup->root);
	real = realpath(setup->root, arena_take(arena, PATH_MAX));
	return real == NULL ? text : without_parent(arena, text, real);
}

void
setup_row(struct setup *setup, enum setup_kind kind, const char *title,
    const char *text, const char *line)
{
	struct page	*row, *code;
	struct texts	 lines;
	size_t		 i;

	row = page_show(setup->page, "ROW");
	page_set(row, "TITLE", title);
	page_set(row, "STYLE", looks[kind].style);
	page_set(row, "WORD", looks[kind].word);
	page_set(row, "TEXT", without_home(setup, text));
	if (line != NULL) {
		code = page_show(row, "CODE");
		lines = text_split(setup->request->arena, line, "\n");
		for (i = 0; i < lines.len; i++)
			page_set(page_show(code, "LINES"), "LINE",
			    lines.at[i]);
	}
	setup->wrong += kind == SETUP_WRONG ? 1 : 0;
}

/* https as this server sees it, or one before it that says so. */
static bool
is_https(struct request *request)
{
	const char	*https, *before;

	https = request_variable(request, "HTTPS");
	before = request_header(request, "X-Forwarded-Proto");
	return (https != NULL && text_equal_case(https, "on")) ||
	    (before != NULL && text_equal_case(before, "https"));
}

/* Where the person who looks has come to. */
static const char *
read_address(struct request *request, bool https)
{
	const char	*host, *uri, *address;
	struct url	 url;
	size_t		 len;

	host = request_header(request, "Host");
	uri = request_variable(request, "REQUEST_URI");
	if (host == NULL || uri == NULL)
		return NULL;
	len = strcspn(uri, "?#");
	if (len < strlen(own_name))
		return NULL;
	len -= strlen(own_name);
	address = text_format(request->arena, "%s://%s%.*s",
	    https ? "https" : "http", host, (int)len, uri);
	if (!text_starts(uri + len, own_name) ||
	    !url_read(request->arena, address, &url) || url.host == NULL ||
	    url.has_userinfo || url.query != NULL || url.has_fragment)
		return NULL;
	return address;
}

static bool
is_loopback(struct request *request, const char *address)
{
	struct url	 url;

	return address != NULL && url_read(request->arena, address, &url) &&
	    url_is_loopback(&url);
}

/* The folder above the program's own. */
static const char *
find_folder(struct arena *arena)
{
	const char	*path;
	size_t		 len;
	int		 level;

	if ((path = place_program(arena)) == NULL)
		return "";
	len = strlen(path);
	for (level = 0; level < 2; level++) {
		while (len > 0 && path[len - 1] != '/')
			len--;
		len -= len > 0 ? 1 : 0;
	}
	return arena_copy(arena, path, len);
}

/* Whether the settings were saved within the last hour. */
static bool
is_open(const struct setup *setup)
{
	struct stat	 status;
	int64_t		 age;

	if (setup->file == NULL || stat(setup->file, &status) != 0)
		return false;
	age = clock_now() - (int64_t)status.st_mtime;
	/* A time that is still to come, as FTP may set, opens no longer. */
	return age < OPEN_SECONDS && age > -OPEN_SECONDS;
}

static void
fill(struct setup *setup)
{
	struct page	*head = setup->page, *closed;

	setup_look(setup);
	/* By another name, or by http, nobody opens what is closed. */
	if (setup->wrong == setup->by_visit && !is_open(setup)) {
		/* Nothing of what was found. */
		closed = page_open(setup->request->arena, "setup");
		page_show(closed, "CLOSED");
		setup->page = closed;
		return;
	}
	if (setup->wrong > 0) {
		page_show(head, "UNDONE");
		return;
	}
	if (text_equal(setup->request->method, "POST"))
		setup_try(setup);
	page_show(head, setup->wrong > 0 ? "UNDONE" : "DONE");
	page_show(head, "TRY");
}

static const struct fault *
answer(struct request *request, struct reply *reply)
{
	struct setup	 setup = { .request = request };
	bool		 https;

	https = is_https(request);
	setup.root = request_variable(request, "DOCUMENT_ROOT");
	if (setup.root == NULL)
		setup.root = "";
	setup.folder = find_folder(request->arena);
	setup.address = read_address(request, https);
	setup.private_line = https || is_loopback(request, setup.address);
	setup.page = page_open(request->arena, "setup");
	fill(&setup);
	page_set(setup.page, "BASE", setup.address == NULL ? "" :
	    setup.address);
	reply->content_type = "text/html; charset=utf-8";
	policy_apply(request, reply, NULL);
	return page_write(setup.page, &reply->body);
}

int
setup_main(void)
{
	struct request		 request = { .path = own_name, .rest = "" };
	const struct fault	*bad;
	struct reply		 reply;

	confine(MEMORY_BYTES);
	request.arena = arena_open();
	request.gate = gate_open();
	request.started = clock_ms();
	request.deadline = request.started + REQUEST_MS;
	request.method = request_variable(&request, "REQUEST_METHOD");
	if (request.method == NULL)
		request.method = "GET";
	reply_reset(request.arena, &reply);
	if ((bad = answer(&request, &reply)) != NULL) {
		reply_reset(request.arena, &reply);
		reply.status = fault_voice(bad->kind)->status;
		reply.content_type = "text/plain; charset=utf-8";
		buf_text(&reply.body, "The folder templates is missing, or "
		    "cannot be read: upload all of the bundle again.\n");
	}
	bad = reply_send(&request, &reply);
	gate_finish(request.gate);
	arena_close(request.arena);
	return bad == NULL ? EX_OK : EX_IOERR;
}
