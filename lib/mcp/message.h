#ifndef MCP_MESSAGE_H
#define MCP_MESSAGE_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct fault;
struct json;

/*
 * One JSON-RPC 2.0 message and the era it belongs to.  Two eras of MCP share
 * one address: in the modern one (2026-07-28) every request says its revision
 * in params._meta and in headers; the legacy ones (2024-11-05 to 2025-11-25)
 * start with initialize.  The body decides; the headers are checked against
 * it.
 */
#define MESSAGE_MODERN	"2026-07-28"
#define MESSAGE_LEGACY	"2025-11-25"	/* the newest of that era */

/* What the HTTP headers say, each NULL where absent. */
struct message_headers {
	const char	*version;	/* MCP-Protocol-Version */
	const char	*method;	/* Mcp-Method */
	const char	*name;		/* Mcp-Name */
};

enum message_form { MESSAGE_REQUEST, MESSAGE_NOTIFICATION, MESSAGE_RESPONSE };

struct message {
	enum message_form	 form;
	const struct json	*id;		/* text or integer, or NULL */
	const char		*method;	/* NULL in a response */
	const struct json	*params;	/* an object, or NULL */
	const char		*version;	/* claimed in _meta, or NULL */
	bool			 modern;
	bool			 forms;		/* the client shows forms to
						 * its user (elicitation) */
};

/* The version header with identical copies collapsed, as proxies make them
 * ("a, a"), and without blanks; NULL stays NULL. */
const char		*message_version(struct arena *arena,
			    const char *header);

/* Whether a revision belongs to the legacy era. */
bool			 message_is_legacy(const char *version);

/*
 * For LENIENT_VERSION_HEADER: some connectors send requests of the modern era
 * under the version header that was agreed on before, and without the other
 * two.  Makes the headers of such a request what they should be; whether it
 * was one.
 */
bool			 message_forgive(struct arena *arena,
			    const struct json *json,
			    struct message_headers *headers);

/*
 * Reads one message and runs it up the ladder of checks that come before any
 * method is looked for.  What was read stands in message even where a fault
 * is given, so that the answer can carry the id:
 *	FAULT_RPC	not a JSON-RPC message of this era
 *	FAULT_PARAMS	the envelope in params._meta is malformed
 *	FAULT_HEADER	headers and body disagree, or one is missing
 *	FAULT_VERSION	the revision is not spoken here
 */
const struct fault	*message_read(struct arena *arena,
			    const struct json *json,
			    const struct message_headers *headers,
			    struct message *message);

/* The shape alone, as for the elements of a batch (2025-03-26), which are
 * always legacy: FAULT_RPC, also where the element claims to be modern. */
const struct fault	*message_read_element(struct arena *arena,
			    const struct json *json, struct message *message);

/* All lists of this server fit on one page, so that no cursor can be one of
 * ours: FAULT_PARAMS where the request has one. */
const struct fault	*message_first_page(struct arena *arena,
			    const struct message *message);

#endif
