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

static struct {
	const uint8_t	*at;
	size_t		 len;
	size_t		 piece;
} input;

/* Connections to a peer; which one a handle is says its place. */
static const struct curl_peer	*served;
static bool			 used[HANDLES];
static unsigned			 quiet[HANDLES];

void
curl_input(const uint8_t *at, size_t len, size_t piece)
{
	input.at = at;
	input.len = len;
	input.piece = piece;
	served = NULL;
}

void
curl_serve(const struct curl_peer *peer)
{
	served = peer;
	memset(used, 0, sizeof(used));
}

static unsigned
number_of(CURL *curl)
{
	return (unsigned)((bool *)curl - used);
}

static CURLcode
receive(unsigned number, void *at, size_t size, size_t *len)
{
	*len = served->receive(served->state, number, at, size);
	if (*len > 0)
		quiet[number] = 0;
	else if (quiet[number]++ < QUIET_MOST)
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

	if (served == NULL)
		return &input;
	for (i = 0; i < HANDLES; i++)
		if (!used[i]) {
			used[i] = true;
			quiet[i] = 0;
			return &used[i];
		}
	return NULL;
}

void
curl_easy_cleanup(CURL *curl)
{
	if (served != NULL)
		used[number_of(curl)] = false;
}

CURLcode
(curl_easy_setopt)(CURL *curl, CURLoption option, ...)
{
	va_list	 rest;

	va_start(rest, option);
	if (served != NULL && option == CURLOPT_URL)
		served->open(served->state, number_of(curl),
		    va_arg(rest, const char *));
	va_end(rest);
	return CURLE_OK;
}

CURLcode
(curl_easy_getinfo)(CURL *curl, CURLINFO info, ...)
{
	static int	 always = -1;	/* has input, as poll sees it */
	va_list		 rest;

	(void)curl;
	if (always == -1)
		always = open("/dev/null", O_RDONLY);
	va_start(rest, info);
	if (info == CURLINFO_ACTIVESOCKET)
		*va_arg(rest, curl_socket_t *) = served == NULL ?
		    CURL_SOCKET_BAD : always;
	va_end(rest);
	return CURLE_OK;
}

CURLcode
curl_easy_perform(CURL *curl)
{
	(void)curl;
	return CURLE_OK;
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

/* Nothing is fetched. */
CURLM *
curl_multi_init(void)
{
	return NULL;
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
	(void)curl;
	return CURLM_BAD_HANDLE;
}

CURLMcode
curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	(void)multi;
	(void)curl;
	return CURLM_OK;
}

CURLMcode
curl_multi_perform(CURLM *multi, int *running)
{
	(void)multi;
	*running = 0;
	return CURLM_BAD_HANDLE;
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
	return CURLM_BAD_HANDLE;
}

CURLMsg *
curl_multi_info_read(CURLM *multi, int *left)
{
	(void)multi;
	*left = 0;
	return NULL;
}

void
libcurl_read_ahead(CURL *curl)
{
	(void)curl;
}
