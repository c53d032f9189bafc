#include "net/fetch.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/url.h"
#include "net/fetch_head.h"
#include "net/handle.h"
#include "net/watch.h"

enum { HEADERS_BYTES = 64 * 1024 };

struct transfer {
	struct arena		*arena;
	const struct fetch	*fetch;
	CURL			*curl;
	const struct fault	*bad;		/* ours, before libcurl's */
	struct bytes		 left;		/* of fetch->body */
	int64_t			 sent;
	struct buf		 body;
	size_t			 received;	/* of the body */
	size_t			 headers;	/* bytes of them */
	const char		*cache_control;
	struct texts		 head;
};

static size_t
read_source(struct transfer *transfer, char *at, size_t size)
{
	const struct fetch	*fetch = transfer->fetch;
	size_t			 len;

	len = 0;
	transfer->bad = fetch->source(fetch->state, (unsigned char *)at, size,
	    &len);
	assert(len <= size);
	if (transfer->bad == NULL && len == 0 &&
	    transfer->sent < fetch->length)
		transfer->bad = fault_make(transfer->arena, FAULT_PROTOCOL,
		    "what is to be sent ends before its announced length");
	transfer->sent += (int64_t)len;
	return transfer->bad != NULL ? CURL_READFUNC_ABORT : len;
}

/* Called for bytes of the body to send. */
static size_t
give(char *at, size_t size, size_t n, void *state)
{
	struct transfer	*transfer;
	struct bytes	 piece;

	transfer = state;
	size *= n;
	if (transfer->fetch->source != NULL)
		return read_source(transfer, at, size);
	piece = bytes_slice(transfer->left, 0, size);
	if (piece.len > 0)
		memcpy(at, piece.at, piece.len);
	transfer->left = bytes_slice(transfer->left, piece.len,
	    transfer->left.len);
	return piece.len;
}

/* A large body whose length is told gets its memory at once: growing would
 * take it twice. */
static void
make_room(struct transfer *transfer)
{
	curl_off_t	 length = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
	    &length);
	if (length <= 0 || (uint64_t)length > transfer->fetch->most)
		return;
	buf_room(&transfer->body, (size_t)length);
	buf_cut(&transfer->body, 0);
}

/* Called with bytes of the answer's body; less than all ends the transfer. */
static size_t
take(char *at, size_t size, size_t n, void *state)
{
	struct transfer	*transfer;
	struct bytes	 piece;

	transfer = state;
	piece = bytes_from(at, size * n);
	if (transfer->received == 0 && transfer->fetch->sink == NULL)
		make_room(transfer);
	transfer->received += piece.len;
	if (transfer->received > transfer->fetch->most)
		transfer->bad = fault_make(transfer->arena, FAULT_TOO_LARGE,
		    "the answer is over %zu bytes", transfer->fetch->most);
	else if (transfer->fetch->sink != NULL)
		transfer->bad = transfer->fetch->sink(transfer->fetch->state,
		    piece);
	else
		buf_bytes(&transfer->body, piece);
	return transfer->bad == NULL ? piece.len : 0;
}

/* Called with a line of the answer's head. An encoded body was not asked for
 * and could be small outside and huge within. */
static size_t
take_header(char *at, size_t size, size_t n, void *state)
{
	struct transfer		*transfer;
	struct bytes		 line;
	const char		*value;

	transfer = state;
	line = bytes_from(at, size * n);
	transfer->headers += line.len;
	if (transfer->headers > HEADERS_BYTES)
		transfer->bad = fault_make(transfer->arena, FAULT_PROTOCOL,
		    "the answer's headers are too long");
	if (fetch_head_is(transfer->arena, line, "cache-control", &value))
		transfer->cache_control = value;
	if (transfer->fetch->whole)
		texts_add(transfer->arena, &transfer->head,
		    bytes_text(transfer->arena, bytes_trim(line)));
	else if (fetch_head_is(transfer->arena, line, "content-encoding",
	    &value) && text_find_case(value, "identity") == NULL)
		transfer->bad = fault_make(transfer->arena, FAULT_PROTOCOL,
		    "the answer is compressed, which was not asked for");
	return transfer->bad == NULL ? line.len : 0;
}

/* Called about once a second, and whenever something moves. */
static int
look(void *state, curl_off_t to_come, curl_off_t came, curl_off_t to_go,
    curl_off_t went)
{
	struct transfer	*transfer = state;

	(void)to_come;
	(void)came;
	(void)to_go;
	(void)went;
	if (transfer->bad == NULL && watch_look(transfer->fetch->watch))
		transfer->bad = fault_make(transfer->arena, FAULT_GONE,
		    "the client has gone");
	return transfer->bad != NULL;
}

/* https, and http where the operator names the host. */
static const struct fault *
read_target(struct arena *arena, const struct fetch *fetch,
    struct guard_target *target, const char **scheme)
{
	struct url	 url;

	if (!url_read(arena, fetch->url, &url) || url.host == NULL ||
	    url.has_userinfo || url.has_fragment)
		return fault_make(arena, FAULT_HOST,
		    "not a URL that can be fetched");
	if (!text_equal(url.scheme, "https") &&
	    !(fetch->named && text_equal(url.scheme, "http")))
		return fault_make(arena, FAULT_HOST,
		    "only https URLs are fetched");
	*target = (struct guard_target){
		.host = url.host, .port = url.port, .named = fetch->named,
		.patterns = fetch->patterns, .web = true,
		.deadline = fetch->deadline
	};
	*scheme = url.scheme;
	return NULL;
}

static void
release_list(void *thing)
{
	curl_slist_free_all(thing);
}

static void
set_headers(struct arena *arena, CURL *curl, const struct fetch *fetch)
{
	const struct texts	 headers = fetch->headers;
	struct curl_slist	*list;
	size_t			 i;

	/* A body is sent at once, and nothing is said that was not asked. */
	list = curl_slist_append(NULL, "Expect:");
	list = curl_slist_append(list, fetch->encoded ?
	    "Accept-Encoding: gzip, deflate" : "Accept-Encoding: identity");
	for (i = 0; i < headers.len; i++) {
		assert(strpbrk(headers.at[i], "\r\n") == NULL);
		list = curl_slist_append(list, headers.at[i]);
	}
	arena_defer(arena, release_list, list);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
}

static void
set_method(CURL *curl, struct transfer *transfer)
{
	const struct fetch	*fetch = transfer->fetch;
	curl_off_t		 length;

	length = fetch->source != NULL ? fetch->length :
	    (curl_off_t)fetch->body.len;
	transfer->left = fetch->body;
	if (text_equal(fetch->method, "HEAD")) {
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	} else if (text_equal(fetch->method, "PUT")) {
		curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, length);
	} else if (text_equal(fetch->method, "POST")) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, length);
	} else if (text_equal(fetch->method, "DELETE") ||
	    text_equal(fetch->method, "OPTIONS")) {
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, fetch->method);
	} else
		assert(text_equal(fetch->method, "GET"));
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
}

static void
set_rules(CURL *curl, struct transfer *transfer, const char *scheme)
{
	curl_easy_setopt(curl, CURLOPT_URL, transfer->fetch->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "postern");
	curl_easy_setopt(curl, CURLOPT_FILETIME, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)FETCH_STALL_S);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	if (transfer->fetch->watch == NULL)
		return;
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static void
tell(struct transfer *transfer, CURL *curl, struct fetched *fetched)
{
	char		*content_type;
	curl_off_t	 modified;
	long		 status;

	status = 0;
	content_type = NULL;
	modified = -1;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &content_type);
	curl_easy_getinfo(curl, CURLINFO_FILETIME_T, &modified);
	fetched->status = (int)status;
	fetched->content_type = content_type == NULL ? NULL :
	    arena_text(transfer->arena, content_type);
	fetched->body = buf_view(&transfer->body);
	fetched->modified = modified;
	fetched->cache_control = transfer->cache_control;
	fetched->head = transfer->head;
}

/* The connection lives in an arena of its own, which ends with it; faults do
 * not. */
static const struct fault *
prepare(struct arena *own, struct transfer *transfer, struct handle **handle)
{
	const struct fetch	*fetch = transfer->fetch;
	const struct fault	*bad;
	struct guard_target	 target;
	const char		*scheme;

	buf_start(&transfer->body, transfer->arena);
	bad = read_target(transfer->arena, fetch, &target, &scheme);
	if (bad == NULL)
		bad = handle_open(own, &target, fetch->ca_file, NULL, handle);
	if (bad != NULL)
		return fault_make(transfer->arena, bad->kind, "%s",
		    bad->detail);
	transfer->curl = (*handle)->curl;
	set_rules(transfer->curl, transfer, scheme);
	set_headers(own, transfer->curl, fetch);
	set_method(transfer->curl, transfer);
	handle_set_deadline(*handle, fetch->deadline);
	return NULL;
}

static const struct fault *
finish(struct transfer *transfer, const struct handle *handle, CURLcode code,
    struct fetched *fetched)
{
	const struct fault	*bad;

	if (transfer->bad != NULL)
		return transfer->bad;
	bad = handle_fault(transfer->arena, handle, code);
	if (bad == NULL)
		tell(transfer, handle->curl, fetched);
	return bad;
}

const struct fault *
fetch_run(struct arena *arena, const struct fetch *fetch,
    struct fetched *fetched)
{
	struct transfer		 transfer = { .arena = arena, .fetch = fetch };
	const struct fault	*bad;
	struct handle		*handle;
	struct arena		*own;

	memset(fetched, 0, sizeof(*fetched));
	own = arena_open();
	if ((bad = prepare(own, &transfer, &handle)) == NULL)
		bad = finish(&transfer, handle,
		    curl_easy_perform(handle->curl), fetched);
	arena_close(own);
	return bad;
}

/* Several transfers at once. */
struct race {
	CURLM			*multi;
	struct transfer		 transfers[FETCH_FIRST_MOST];
	struct handle		*handles[FETCH_FIRST_MOST];
	size_t			 count;
	fetch_judge		*good;
	void			*state;
	const struct fault	*bad;		/* the first */
	bool			 won;
};

static void
note(struct race *race, const struct fault *bad)
{
	if (race->bad == NULL)
		race->bad = bad;
}

static void
start_all(struct arena *own, struct race *race)
{
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; i < race->count; i++) {
		bad = prepare(own, &race->transfers[i], &race->handles[i]);
		if (bad == NULL)
			curl_multi_add_handle(race->multi,
			    race->transfers[i].curl);
		else
			race->transfers[i].curl = NULL;
		note(race, bad);
	}
}

/* One has ended. */
static void
judge(struct race *race, const CURLMsg *message, struct fetched *fetched)
{
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; race->transfers[i].curl != message->easy_handle; i++)
		continue;
	bad = finish(&race->transfers[i], race->handles[i],
	    message->data.result, fetched);
	note(race, bad);
	race->won = bad == NULL && race->good(race->state, fetched);
}

/* Each transfer has its deadline, so this ends. */
static void
run_all(struct race *race, struct fetched *fetched)
{
	enum { POLL_MS = 1000 };
	const CURLMsg	*message;
	int		 running, left;

	do {
		if (curl_multi_perform(race->multi, &running) != CURLM_OK)
			return;
		while (!race->won && (message = curl_multi_info_read(
		    race->multi, &left)) != NULL)
			if (message->msg == CURLMSG_DONE)
				judge(race, message, fetched);
		if (running > 0 && !race->won && curl_multi_poll(race->multi,
		    NULL, 0, POLL_MS, NULL) != CURLM_OK)
			return;
	} while (running > 0 && !race->won);
}

const struct fault *
fetch_first(struct arena *arena, const struct fetch *fetches, size_t count,
    fetch_judge *good, void *state, struct fetched *fetched)
{
	struct race	 race = {
		.count = count, .good = good, .state = state
	};
	struct arena	*own;
	size_t		 i;

	assert(count <= FETCH_FIRST_MOST);
	memset(fetched, 0, sizeof(*fetched));
	own = arena_open();
	if ((race.multi = curl_multi_init()) == NULL) {
		arena_close(own);
		return fault_make(arena, FAULT_INTERNAL,
		    "libcurl.so.4 is missing, or does not start");
	}
	for (i = 0; i < count; i++) {
		race.transfers[i].arena = arena;
		race.transfers[i].fetch = &fetches[i];
	}
	start_all(own, &race);
	run_all(&race, fetched);
	for (i = 0; i < count; i++)
		if (race.transfers[i].curl != NULL)
			curl_multi_remove_handle(race.multi,
			    race.transfers[i].curl);
	curl_multi_cleanup(race.multi);
	arena_close(own);
	if (race.won)
		return NULL;
	return race.bad != NULL ? race.bad : fault_make(arena,
	    FAULT_NOT_FOUND, "none of the answers is what was looked for");
}
