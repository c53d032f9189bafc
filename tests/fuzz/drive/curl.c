/* The functions themselves are defined here, not what checks their types. */
#define CURL_DISABLE_TYPECHECK

#include "curl.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "net/libcurl.h"

enum {
	HANDLES = 4,
	QUIET_MOST = 3	/* looks at a line where nothing comes; then it ends */
};

/* A handle; which one it is says its place. */
struct connection {
	bool			 used;
	unsigned		 quiet;
	bool			 added;		/* to the multi handle, and */
	bool			 run;		/* was run there, which is */
	bool			 untold;	/* yet to be told */
	struct curl_transfer	 transfer;
	CURLMsg			 message;
};

static struct {
	const uint8_t	*at;
	size_t		 len;
	size_t		 piece;
} input;

static const struct curl_peer	*served;	/* by it, or */
static curl_run			*runs;		/* transfers, or */
static struct connection	 connections[HANDLES];

void
curl_input(const uint8_t *at, size_t len, size_t piece)
{
	input.at = at;
	input.len = len;
	input.piece = piece;
	served = NULL;
	runs = NULL;
}

void
curl_serve(const struct curl_peer *peer)
{
	served = peer;
	runs = NULL;
	memset(connections, 0, sizeof(connections));
}

void
curl_transfers(curl_run *run)
{
	served = NULL;
	runs = run;
	memset(connections, 0, sizeof(connections));
}

static unsigned
number_of(CURL *curl)
{
	return (unsigned)((struct connection *)curl - connections);
}

static CURLcode
receive(unsigned number, void *at, size_t size, size_t *len)
{
	*len = served->receive(served->state, number, at, size);
	if (*len > 0)
		connections[number].quiet = 0;
	else if (connections[number].quiet++ < QUIET_MOST)
		return CURLE_AGAIN;
	return CURLE_OK;
}

CURLcode
curl_easy_recv(CURL *curl, void *at, size_t size, size_t *len)
{
	if (served != NULL) {
		return receive(number_of(curl), at, size, len);
	}
	*len = input.len < input.piece ? input.len : input.piece;
	if (*len > size)
		*len = size;
	if (*len > 0)
		memcpy(at, input.at, *len);
	input.at += *len;
	input.len -= *len;
	return CURLE_OK;
}

CURLcode
curl_easy_send(CURL *curl, const void *at, size_t size, size_t *len)
{
	if (served != NULL)
		served->send(served->state, number_of(curl), at, size);
	*len = size;
	return CURLE_OK;
}

CURL *
curl_easy_init(void)
{
	size_t	 i;

	if (served == NULL && runs == NULL)
		return &input;
	for (i = 0; i < HANDLES; i++)
		if (!connections[i].used) {
			connections[i] = (struct connection){ .used = true };
			return &connections[i];
		}
	return NULL;
}

void
curl_easy_cleanup(CURL *curl)
{
	if (served != NULL || runs != NULL)
		connections[number_of(curl)].used = false;
}

/* The callbacks come as pointers to functions of their types, as libcurl takes
 * them out. */
static void
set(struct curl_transfer *transfer, CURLoption option, va_list rest)
{
	switch (option) {
	case CURLOPT_HEADERFUNCTION:
		transfer->head = va_arg(rest, curl_write_callback);
		break;
	case CURLOPT_HEADERDATA:
		transfer->head_state = va_arg(rest, void *);
		break;
	case CURLOPT_WRITEFUNCTION:
		transfer->body = va_arg(rest, curl_write_callback);
		break;
	case CURLOPT_WRITEDATA:
		transfer->body_state = va_arg(rest, void *);
		break;
	case CURLOPT_READFUNCTION:
		transfer->give = va_arg(rest, curl_read_callback);
		break;
	case CURLOPT_READDATA:
		transfer->give_state = va_arg(rest, void *);
		break;
	case CURLOPT_INFILESIZE_LARGE:
	case CURLOPT_POSTFIELDSIZE_LARGE:
		transfer->to_give = va_arg(rest, curl_off_t);
		break;
	case CURLOPT_NOBODY:
		transfer->no_body = true;
		break;
	case CURLOPT_ERRORBUFFER:
		transfer->error = va_arg(rest, char *);
		break;
	default:
		break;
	}
}

CURLcode
(curl_easy_setopt)(CURL *curl, CURLoption option, ...)
{
	va_list	 rest;

	va_start(rest, option);
	if (served != NULL && option == CURLOPT_URL)
		served->open(served->state, number_of(curl),
		    va_arg(rest, const char *));
	else if (runs != NULL)
		set(&connections[number_of(curl)].transfer, option, rest);
	va_end(rest);
	return CURLE_OK;
}

static void
tell(struct curl_transfer *transfer, CURLINFO info, va_list rest)
{
	switch (info) {
	case CURLINFO_RESPONSE_CODE:
		*va_arg(rest, long *) = transfer->status;
		break;
	case CURLINFO_CONTENT_TYPE:
		*va_arg(rest, char **) = transfer->type;
		break;
	case CURLINFO_CONTENT_LENGTH_DOWNLOAD_T:
		*va_arg(rest, curl_off_t *) = transfer->length;
		break;
	case CURLINFO_FILETIME_T:
		*va_arg(rest, curl_off_t *) = transfer->modified;
		break;
	default:
		break;
	}
}

CURLcode
(curl_easy_getinfo)(CURL *curl, CURLINFO info, ...)
{
	static int	 always = -1;	/* has input, as poll sees it */
	va_list		 rest;

	if (always == -1)
		always = open("/dev/null", O_RDONLY);
	va_start(rest, info);
	if (info == CURLINFO_ACTIVESOCKET)
		*va_arg(rest, curl_socket_t *) = served == NULL ?
		    CURL_SOCKET_BAD : always;
	else if (runs != NULL)
		tell(&connections[number_of(curl)].transfer, info, rest);
	va_end(rest);
	return CURLE_OK;
}

CURLcode
curl_easy_perform(CURL *curl)
{
	return runs == NULL ? CURLE_OK :
	    runs(&connections[number_of(curl)].transfer);
}

const char *
curl_easy_strerror(CURLcode code)
{
	(void)code;
	return "";
}

struct curl_slist *
curl_slist_append(struct curl_slist *list, const char *text)
{
	(void)text;
	return list;
}

void
curl_slist_free_all(struct curl_slist *list)
{
	(void)list;
}

/* One, and only where there are transfers. */
CURLM *
curl_multi_init(void)
{
	return runs == NULL ? NULL : connections;
}

CURLMcode
curl_multi_cleanup(CURLM *multi)
{
	(void)multi;
	return CURLM_OK;
}

CURLMcode
curl_multi_add_handle(CURLM *multi, CURL *curl)
{
	(void)multi;
	connections[number_of(curl)].added = true;
	return CURLM_OK;
}

CURLMcode
curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	(void)multi;
	connections[number_of(curl)].added = false;
	return CURLM_OK;
}

/* One ends each time. */
CURLMcode
curl_multi_perform(CURLM *multi, int *running)
{
	struct connection	*next = NULL;
	size_t			 i;

	(void)multi;
	*running = 0;
	for (i = 0; i < HANDLES; i++) {
		if (!connections[i].added || connections[i].run)
			continue;
		if (next == NULL)
			next = &connections[i];
		else
			++*running;
	}
	if (next == NULL)
		return CURLM_OK;
	next->run = next->untold = true;
	next->message = (CURLMsg){ .msg = CURLMSG_DONE, .easy_handle = next };
	next->message.data.result = runs(&next->transfer);
	return CURLM_OK;
}

CURLMcode
curl_multi_poll(CURLM *multi, struct curl_waitfd *more, unsigned count,
    int wait, int *ready)
{
	(void)multi;
	(void)more;
	(void)count;
	(void)wait;
	(void)ready;
	return CURLM_OK;
}

CURLMsg *
curl_multi_info_read(CURLM *multi, int *left)
{
	size_t	 i;

	(void)multi;
	*left = 0;
	for (i = 0; i < HANDLES; i++)
		if (connections[i].untold) {
			connections[i].untold = false;
			return &connections[i].message;
		}
	return NULL;
}

void
libcurl_read_ahead(CURL *curl)
{
	(void)curl;
}
