#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/base64.h"
#include "data/json.h"
#include "mcp/message.h"

static const char *const	 versions[] = {
	NULL, MESSAGE_MODERN, MESSAGE_LEGACY, "2025-03-26", "1999-01-01",
	MESSAGE_MODERN ", " MESSAGE_MODERN, "tools/call"
};

enum { VERSIONS = sizeof(versions) / sizeof(versions[0]) };

/* What is let through is what a method may rely on. */
static void
check_message(struct arena *arena, const struct message *message)
{
	assert((message->method == NULL) ==
	    (message->form == MESSAGE_RESPONSE));
	assert(message->form != MESSAGE_REQUEST || message->id != NULL);
	assert(message->form != MESSAGE_NOTIFICATION || message->id == NULL);
	assert(message->params == NULL ||
	    json_kind(message->params) == JSON_OBJECT);
	assert(!message->modern || message->version != NULL ||
	    message->form == MESSAGE_NOTIFICATION);
	message_first_page(arena, message);
}

static void
check_fault(const struct fault *bad)
{
	fuzz_is_text(bad->detail);
	assert(bad->kind == FAULT_RPC || bad->kind == FAULT_PARAMS ||
	    bad->kind == FAULT_HEADER || bad->kind == FAULT_VERSION ||
	    bad->kind == FAULT_CAPABILITY);
}

static void
read_message(struct arena *arena, const struct json *json, uint8_t choice)
{
	struct message_headers	 headers = { 0 };
	const struct fault	*bad;
	struct message		 message;
	const char		*method;

	method = json_text(json_member(json, "method"));
	headers.version = message_version(arena, versions[(choice & 7) %
	    VERSIONS]);
	headers.method = (choice & 0x40) != 0 ? method : NULL;
	headers.name = (choice & 0x40) != 0 ? json_text(json_member(
	    json_member(json, "params"), "name")) : NULL;
	/* As what is no header value is sent. */
	if ((choice & 0x20) != 0 && headers.name != NULL)
		headers.name = text_format(arena, "=?base64?%s?=",
		    base64_write(arena, bytes_of(headers.name)));
	if ((choice & 0x80) != 0)
		message_forgive(arena, json, &headers);
	bad = message_read(arena, json, &headers, &message);
	if (bad == NULL)
		check_message(arena, &message);
	else
		check_fault(bad);
	bad = message_read_element(arena, json, &message);
	if (bad == NULL) {
		check_message(arena, &message);
		assert(!message.modern);
	} else {
		check_fault(bad);
	}
}

/* The first byte chooses the headers; the rest is the body. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const struct json	*json;
	struct arena		*arena;

	if (len == 0)
		return 0;
	arena = arena_open();
	message_version(arena, bytes_text(arena, bytes_from(at, len)));
	if (json_read(arena, bytes_from(at + 1, len - 1), JSON_KEYS_LAST,
	    &json) == NULL)
		read_message(arena, json, at[0]);
	arena_close(arena);
	return 0;
}
