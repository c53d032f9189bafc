#include "net/handle.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "net/trust.h"

enum { CAUSE_BYTES = 200 };	/* of libcurl's text in a fault */

struct cause {
	CURLcode	 code;
	enum fault_kind	 kind;
	const char	*text;		/* or NULL: libcurl's own */
};

static const struct cause	 causes[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, FAULT_HOST, "the name is unknown" },
	{ CURLE_COULDNT_CONNECT, FAULT_CONNECT, "nobody answers there" },
	{ CURLE_OPERATION_TIMEDOUT, FAULT_TIMEOUT, "no answer in time" },
	{ CURLE_WEIRD_SERVER_REPLY, FAULT_PROTOCOL, NULL },
	{ CURLE_SSL_CONNECT_ERROR, FAULT_TLS, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, FAULT_TLS, NULL },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, FAULT_TLS,
	    "its public key is not the pinned one" },
	{ CURLE_SSL_CACERT_BADFILE, FAULT_TLS,
	    "the CA certificates cannot be read here" },
	{ CURLE_SSL_CERTPROBLEM, FAULT_TLS, NULL },
	{ CURLE_SSL_CIPHER, FAULT_TLS, NULL },
	{ CURLE_SSL_ISSUER_ERROR, FAULT_TLS, NULL },
	{ CURLE_SSL_INVALIDCERTSTATUS, FAULT_TLS, NULL },
	{ CURLE_SSL_SHUTDOWN_FAILED, FAULT_TLS, NULL },
	{ CURLE_USE_SSL_FAILED, FAULT_TLS, "it does not offer STARTTLS" },
	{ CURLE_GOT_NOTHING, FAULT_CONNECT, "it closed the connection" },
	{ CURLE_RECV_ERROR, FAULT_CONNECT, "the connection broke" },
	{ CURLE_SEND_ERROR, FAULT_CONNECT, "the connection broke" },
	{ CURLE_PARTIAL_FILE, FAULT_CONNECT, "the connection broke" }
};
static const struct cause	 unlisted = { CURLE_OK, FAULT_CONNECT, NULL };

static void
release_handle(void *thing)
{
	curl_easy_cleanup(thing);
}

static void
release_list(void *thing)
{
	curl_slist_free_all(thing);
}

/* Called with the address libcurl is about to dial. */
static curl_socket_t
open_socket(void *state, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct handle	*handle;

	handle = state;
	if (purpose != CURLSOCKTYPE_IPCXN || (handle->public_only &&
	    !guard_is_public(&address->addr)))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* A peer that hangs up while TLS writes must not end the process; whoever
 * has set a handler keeps it. */
static void
ignore_broken_pipes(void)
{
	struct sigaction	 action;

	if (sigaction(SIGPIPE, NULL, &action) == 0 &&
	    (action.sa_flags & SA_SIGINFO) == 0 &&
	    action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

static void
set_trust(struct arena *arena, CURL *curl, const char *ca_file,
    const char *pin_sha256)
{
	struct trust	 trust = { ca_file, NULL };

	if (ca_file == NULL)
		trust = trust_find(arena);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CAINFO, trust.file);
	curl_easy_setopt(curl, CURLOPT_CAPATH, trust.folder);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER,
	    pin_sha256 == NULL ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST,
	    pin_sha256 == NULL ? 2L : 0L);
	if (pin_sha256 != NULL)
		curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY,
		    text_format(arena, "sha256//%s", pin_sha256));
}

static void
set_rules(CURL *curl, struct handle *handle)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle->error);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, handle);
}

const struct fault *
handle_open(struct arena *arena, const struct guard_target *target,
    const char *ca_file, const char *pin_sha256, struct handle **result)
{
	const struct fault	*bad;
	struct handle		*handle;
	struct curl_slist	*list;
	const char		*resolve;

	handle = arena_take(arena, sizeof(*handle));
	if ((bad = guard_host(arena, target, &handle->host)) != NULL ||
	    (bad = guard_resolve(arena, target, &resolve)) != NULL)
		return bad;
	handle->public_only = guard_wants_public(target, handle->host);
	handle->authority = text_format(arena, strchr(handle->host, ':') ==
	    NULL ? "%s:%lld" : "[%s]:%lld", handle->host,
	    (long long)target->port);
	ignore_broken_pipes();
	if ((handle->curl = curl_easy_init()) == NULL)
		return fault_make(arena, FAULT_INTERNAL,
		    "libcurl.so.4 is missing, or does not start");
	arena_defer(arena, release_handle, handle->curl);
	set_rules(handle->curl, handle);
	set_trust(arena, handle->curl, ca_file, pin_sha256);
	if (resolve != NULL) {
		list = curl_slist_append(NULL, resolve);
		arena_defer(arena, release_list, list);
		curl_easy_setopt(handle->curl, CURLOPT_RESOLVE, list);
	}
	*result = handle;
	return NULL;
}

void
handle_set_deadline(struct handle *handle, int64_t deadline)
{
	int64_t	 left;

	/* Zero would mean libcurl's own default, or none. */
	left = deadline - clock_ms();
	left = left < 1 ? 1 : left;
	curl_easy_setopt(handle->curl, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(handle->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)left);
}

static const char *
printable(struct arena *arena, const char *text)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	for (; *text != '\0' && buf.len < CAUSE_BYTES; text++)
		buf_byte(&buf, (unsigned char)(*text < ' ' || *text > '~' ?
		    '?' : *text));
	return buf_string(&buf);
}

const struct fault *
handle_fault(struct arena *arena, const struct handle *handle, CURLcode code)
{
	const struct cause	*cause;
	const char		*text;
	size_t			 i;

	if (code == CURLE_OK)
		return NULL;
	cause = &unlisted;
	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (causes[i].code == code)
			cause = &causes[i];
	text = cause->text;
	if (text == NULL)
		text = printable(arena, handle->error[0] != '\0' ?
		    handle->error : curl_easy_strerror(code));
	return fault_make(arena, cause->kind, "%s: %s", handle->authority,
	    text);
}
