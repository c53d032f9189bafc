#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "crypt/keys.h"
#include "data/json.h"
#include "drive/server.h"
#include "mail/account.h"
#include "mcp/call.h"
#include "mcp/tool.h"
#include "oauth/bearer.h"
#include "oauth/token.h"
#include "web/serve.h"

enum {
	CALLS_MOST = 4,
	CALL_MS = 10 * 1000,
	ABILITIES = 3, PIECES = 4, CARD = 8	/* bits of the first byte */
};

#define SECRET	"202122232425262728292a2b2c2d2e2f" \
		"303132333435363738393a3b3c3d3e3f\n"

static const struct mail_server	 imap_server = {
	.host = "127.0.0.1", .port = 143, .tls = TLS_NONE, .named = true
};
static const struct mail_server	 smtp_server = {
	.host = "127.0.0.1", .port = SERVER_SMTP_PORT, .tls = TLS_NONE,
	.named = true
};
static const struct card_place	 card = {
	.grant = "AAAAAAAAAAAAAAAAAAAAAA", .uidvalidity = 7, .uid = 2
};

static const char		*scopes[] = {
	"mail:folders", "mail:read", "mail:search", "mail:modify", "mail:send"
};

/* What lasts as long as the process. */
struct world {
	struct arena		*arena;
	const struct config	*config;
	struct authority	 authority;
};

static const struct world *
world(void)
{
	static struct world	 made;

	if (made.arena != NULL)
		return &made;
	made.arena = arena_open();
	setenv("BASE_URL", "http://localhost:8080", 1);
	assert(config_load(made.arena, &made.config) == NULL);
	made.authority.config = made.config;
	assert(keys_read(made.arena, bytes_of(SECRET),
	    &made.authority.keys) == NULL);
	return &made;
}

static void
check_answer(struct arena *arena, const struct fault *bad, struct buf *out)
{
	const struct json	*json;

	if (bad != NULL) {
		fuzz_is_text(bad->detail);
		return;
	}
	assert(utf8_is_valid(buf_view(out)));
	assert(json_read(arena, buf_view(out), JSON_KEYS_UNIQUE, &json) ==
	    NULL);
}

/* What is sealed to undo the change that an answer tells; or what was. */
static const char *
find_undo(struct arena *arena, struct buf *out, const char *before)
{
	static const char	 member[] = "\"undo\":\"";
	const char		*at = strstr(buf_string(out), member);

	if (at == NULL)
		return before;
	at += strlen(member);
	return arena_copy(arena, at, strcspn(at, "\""));
}

/* The line, with what is to be undone in the place of "@". */
static struct bytes
put_undo(struct arena *arena, struct bytes line, const char *undo)
{
	size_t	 at = bytes_find(line, '@');

	if (undo == NULL || at == line.len ||
	    !text_starts(bytes_text(arena, line), "undo_"))
		return line;
	return bytes_of(text_format(arena, "%s%s%s", bytes_text(arena,
	    bytes_slice(line, 0, at)), undo, bytes_text(arena,
	    bytes_slice(line, at + 1, line.len))));
}

/* A line: the tool's name, a blank, its arguments. */
static void
call_tool(struct arena *arena, const struct access *access, struct bytes line,
    const char **undo)
{
	struct request		 request = {
		.arena = arena, .config = world()->config,
		.process = &world()->authority
	};
	struct call		 call = {
		.arena = arena, .config = world()->config,
		.authority = &world()->authority, .access = access,
		.request = &request, .deadline = clock_ms() + CALL_MS
	};
	size_t			 at;
	const struct json	*arguments = NULL;
	const struct fault	*bad;
	struct json_writer	 writer;
	struct buf		 out;
	const char		*name;

	line = put_undo(arena, line, *undo);
	at = bytes_find(line, ' ');
	name = bytes_text(arena, bytes_slice(line, 0, at));
	/* This one sleeps. */
	if (text_equal(name, "wait_for_mail") || (at < line.len &&
	    json_read(arena, bytes_slice(line, at, line.len),
	    JSON_KEYS_UNIQUE, &arguments) != NULL))
		return;
	buf_start(&out, arena);
	json_start(&writer, &out);
	json_open_object(&writer, NULL);
	bad = tool_run(&call, name, arguments, &writer);
	json_close_object(&writer);
	check_answer(arena, call_verdict(&call, bad), &out);
	*undo = find_undo(arena, &out, *undo);
}

/*
 * A first byte of which abilities the server has, how its words come and
 * whether the grant has a card; lines that are tool calls of one grant, whose
 * session is kept between them, "@" in one being what undoes the change
 * before it; an empty line; what the server answers to command after command
 * (drive/server.h).
 */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	struct account	 account = {
		.address = "me@example.org", .username = "me",
		.password = "geheim", .scopes = { scopes, 5 },
		.imap = { &imap_server }, .smtp = { &smtp_server }
	};
	struct access	 access = {
		.grant = "grant", .scopes = { scopes, 5 },
		.accounts = { &account, 1 }
	};
	struct bytes	 input, lines[CALLS_MOST];
	const char	*undo = NULL;
	size_t		 n, i;

	if (len < 2)
		return 0;
	arena = arena_open();
	input = bytes_from(at + 1, len - 1);
	for (n = 0; n < CALLS_MOST && input.len > 0; n++) {
		lines[n] = bytes_slice(input, 0, bytes_find(input, '\n'));
		input = bytes_slice(input, lines[n].len + 1, input.len);
		if (lines[n].len == 0)
			break;
	}
	if (at[0] & CARD)
		account.card.at = &card;
	server_open(arena, input, at[0] & ABILITIES,
	    at[0] & PIECES ? 1 : SIZE_MAX);
	for (i = 0; i < n; i++)
		call_tool(arena, &access, lines[i], &undo);
	call_close_kept();
	arena_close(arena);
	return 0;
}
