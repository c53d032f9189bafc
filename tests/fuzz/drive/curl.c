/* The functions themselves are defined here, not what checks their types. */
#define CURL_DISABLE_TYPECHECK

#include "curl.h"

#include <stdarg.h>
#include <string.h>

#include "net/libcurl.h"

static struct {
	const uint8_t	*at;
	size_t		 len;
	size_t		 piece;
} input;

void
curl_input(const uint8_t *at, size_t len, size_t piece)
{
	input.at = at;
	input.len = len;
	input.piece = piece;
}

CURLcode
curl_easy_recv(CURL *curl, void *at, size_t size, size_t *len)
{
	(void)curl;
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
	(void)curl;
	(void)at;
	*len = size;
	return CURLE_OK;
}

CURL *
curl_easy_init(void)
{
	return &input;
}

void
curl_easy_cleanup(CURL *curl)
{
	(void)curl;
}

CURLcode
(curl_easy_setopt)(CURL *curl, CURLoption option, ...)
{
	(void)curl;
	(void)option;
	return CURLE_OK;
}

CURLcode
(curl_easy_getinfo)(CURL *curl, CURLINFO info, ...)
{
	va_list	 rest;

	(void)curl;
	va_start(rest, info);
	if (info == CURLINFO_ACTIVESOCKET)
		*va_arg(rest, curl_socket_t *) = CURL_SOCKET_BAD;
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
