#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * What went wrong, in one type.  Functions that can fail for a reason outside
 * this program return a const struct fault *, and NULL when all is well.  A
 * fault is made where the cause is known and handed up untouched.  Only this
 * file knows how each kind sounds to its four audiences: HTTP, OAuth,
 * JSON-RPC and the model that called a tool.
 */
enum fault_kind {
	/* The request itself. */
	FAULT_REQUEST,		/* malformed or incomplete */
	FAULT_NOT_FOUND,	/* no such page */
	FAULT_METHOD,		/* HTTP method not served here */
	FAULT_MEDIA,		/* content type not served here */
	FAULT_TOO_LARGE,	/* body over its limit */
	FAULT_ORIGIN,		/* Origin or Host not allowed */

	/* OAuth, RFC 6749 5.2, RFC 6750 3.1, RFC 7591 3.2.2, RFC 8707 2. */
	FAULT_TOKEN,		/* access token absent, expired, forged */
	FAULT_SCOPE,		/* token lacks a scope */
	FAULT_CLIENT,		/* client unknown or not authenticated */
	FAULT_GRANT,		/* code or refresh token is no good */
	FAULT_GRANT_TYPE,
	FAULT_RESPONSE_TYPE,
	FAULT_SCOPE_UNKNOWN,
	FAULT_TARGET,		/* resource is not ours */
	FAULT_REDIRECT,		/* redirect_uri not acceptable */
	FAULT_METADATA,		/* client metadata not acceptable */
	FAULT_DENIED,		/* the user said no */
	FAULT_REQUEST_OBJECT,	/* RFC 9101, not supported */
	FAULT_PROMPT,		/* prompt=none: there is no session */

	/* JSON-RPC and MCP. */
	FAULT_PARSE,		/* not JSON */
	FAULT_RPC,		/* not a JSON-RPC request */
	FAULT_RPC_METHOD,	/* unknown method */
	FAULT_PARAMS,		/* params do not fit the method */
	FAULT_HEADER,		/* headers and body disagree */
	FAULT_VERSION,		/* protocol revision not spoken */
	FAULT_CAPABILITY,	/* the client did not declare one */
	FAULT_RESOURCE,		/* nothing is behind this URI */

	/* A tool's arguments and the mailbox; the model reads these. */
	FAULT_ARGUMENT,		/* an argument's value is wrong */
	FAULT_PERMISSION,	/* the grant does not permit it */
	FAULT_FOLDER,		/* no such folder */
	FAULT_MESSAGE,		/* no such message or part */
	FAULT_CHANGED,		/* uidvalidity has changed */
	FAULT_REFUSED,		/* the mail server said no */
	FAULT_RECIPIENT,	/* no recipient was accepted */
	FAULT_LIMIT,		/* too much at once, or too often */
	FAULT_RATE,		/* too often: later */
	FAULT_UNSUPPORTED,	/* the server or set-up can't do it */
	FAULT_UNKNOWN_STATE,	/* it may or may not have happened */
	FAULT_CONFIRM,		/* the user is to be asked first */

	/* The mail server and other peers. */
	FAULT_LOGIN,		/* mail server refused the credentials */
	FAULT_HOST,		/* host may not be dialled, or is unknown */
	FAULT_CONNECT,		/* nobody answers */
	FAULT_TLS,		/* TLS or its certificate failed */
	FAULT_TIMEOUT,
	FAULT_PROTOCOL,		/* the peer broke its protocol */
	FAULT_UNAVAILABLE,	/* the peer says: later */
	FAULT_STORAGE,		/* S3 failed */

	FAULT_GONE,		/* the client has: nobody reads this */

	FAULT_INTERNAL,
	FAULT_KINDS		/* how many there are */
};

struct fault {
	enum fault_kind	 kind;
	const char	*detail;	/* one line, fit to show; no secret */
	const char	*hint;		/* what to do next, or NULL */
	const char	*scope;		/* of FAULT_SCOPE: the one that is
					 * wanting, or NULL */
	const char	*capability;	/* of FAULT_CAPABILITY: likewise */
};

/* How a kind sounds. */
struct fault_voice {
	const char	*code;		/* stable word for tools and the log */
	int		 status;	/* HTTP */
	const char	*oauth;		/* OAuth error word */
	int		 rpc;		/* JSON-RPC error code */
	bool		 model;	/* a tool result, not a protocol error */
	bool		 retryable;	/* the same call may succeed later */
	int		 legacy;	/* JSON-RPC error code of MCP before
					 * 2026-07-28; 0: the same */
};

/* A fault in the arena; the format is ours, never a peer's. */
const struct fault	*fault_make(struct arena *arena, enum fault_kind kind,
			    const char *format, ...)
			    __attribute__((format(printf, 3, 4)));

/* The same fault with advice on what to do next. */
const struct fault	*fault_hint(struct arena *arena,
			    const struct fault *fault, const char *format, ...)
			    __attribute__((format(printf, 3, 4)));

/* FAULT_SCOPE: what needs a scope that the token lacks. */
const struct fault	*fault_scope(struct arena *arena, const char *what,
			    const char *scope);

/* FAULT_CAPABILITY: what needs a capability that the client lacks. */
const struct fault	*fault_capability(struct arena *arena,
			    const char *what, const char *capability);

/* The row of a kind; never NULL. */
const struct fault_voice *fault_voice(enum fault_kind kind);

#endif
