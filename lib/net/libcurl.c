/* The functions themselves are defined here, not what checks their types. */
#define CURL_DISABLE_TYPECHECK

#include "net/libcurl.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY	"libcurl.so.4"

struct calls {
	CURL		*(*easy_init)(void);
	void		 (*easy_cleanup)(CURL *);
	CURLcode	 (*easy_setopt)(CURL *, CURLoption, ...);
	CURLcode	 (*easy_getinfo)(CURL *, CURLINFO, ...);
	CURLcode	 (*easy_perform)(CURL *);
	CURLcode	 (*easy_recv)(CURL *, void *, size_t, size_t *);
	CURLcode	 (*easy_send)(CURL *, const void *, size_t, size_t *);
	const char	*(*easy_strerror)(CURLcode);
	CURLM		*(*multi_init)(void);
	CURLMcode	 (*multi_cleanup)(CURLM *);
	CURLMcode	 (*multi_add_handle)(CURLM *, CURL *);
	CURLMcode	 (*multi_remove_handle)(CURLM *, CURL *);
	CURLMcode	 (*multi_perform)(CURLM *, int *);
	CURLMcode	 (*multi_poll)(CURLM *, struct curl_waitfd[],
			    unsigned int, int, int *);
	CURLMsg		*(*multi_info_read)(CURLM *, int *);
	struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
	void		 (*slist_free_all)(struct curl_slist *);
	void		 (*set_read_ahead)(void *tls, int is);	/* or NULL */
};

struct symbol {
	const char	*name;
	size_t		 at;
};

#define AT(member)	{ "curl_" #member, offsetof(struct calls, member) }

static const struct symbol	 symbols[] = {
	AT(easy_init), AT(easy_cleanup), AT(easy_setopt), AT(easy_getinfo),
	AT(easy_perform), AT(easy_recv), AT(easy_send), AT(easy_strerror),
	AT(multi_init), AT(multi_cleanup), AT(multi_add_handle),
	AT(multi_remove_handle), AT(multi_perform), AT(multi_poll),
	AT(multi_info_read), AT(slist_append), AT(slist_free_all)
};

static const struct symbol	 read_ahead = {
	"SSL_set_read_ahead", offsetof(struct calls, set_read_ahead)
};

/* Set once: what is linked doesn't change either. */
static struct calls	 calls;

static bool
find(void *library, const struct symbol *symbol, struct calls *found)
{
	void	*at;

	if ((at = dlsym(library, symbol->name)) == NULL)
		return false;
	/* POSIX has both kinds of pointers alike; C has no cast. */
	memcpy((char *)found + symbol->at, &at, sizeof(at));
	return true;
}

/* Without RTLD_DEEPBIND: what those libraries free is wiped by base/arena. */
static bool
is_loaded(void)
{
	struct calls	 found = { 0 };
	void		*library;
	size_t		 i;

	if (calls.easy_init != NULL)
		return true;
	if ((library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL)) == NULL)
		return false;
	for (i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (!find(library, &symbols[i], &found))
			return false;
	/* Of the library that libcurl itself has loaded. */
	(void)find(library, &read_ahead, &found);
	calls = found;
	return true;
}

CURL *
curl_easy_init(void)
{
	return is_loaded() ? calls.easy_init() : NULL;
}

void
curl_easy_cleanup(CURL *curl)
{
	calls.easy_cleanup(curl);
}

/* What follows an option has the type that its number says. */
CURLcode
(curl_easy_setopt)(CURL *curl, CURLoption option, ...)
{
	va_list		 rest;
	CURLcode	 code;

	va_start(rest, option);
	if (option < CURLOPTTYPE_OBJECTPOINT)
		code = calls.easy_setopt(curl, option, va_arg(rest, long));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		code = calls.easy_setopt(curl, option,
		    va_arg(rest, curl_off_t));
	else
		code = calls.easy_setopt(curl, option, va_arg(rest, void *));
	va_end(rest);
	return code;
}

CURLcode
(curl_easy_getinfo)(CURL *curl, CURLINFO info, ...)
{
	va_list		 rest;
	CURLcode	 code;

	va_start(rest, info);
	code = calls.easy_getinfo(curl, info, va_arg(rest, void *));
	va_end(rest);
	return code;
}

CURLcode
curl_easy_perform(CURL *curl)
{
	return calls.easy_perform(curl);
}

CURLcode
curl_easy_recv(CURL *curl, void *at, size_t size, size_t *len)
{
	return calls.easy_recv(curl, at, size, len);
}

CURLcode
curl_easy_send(CURL *curl, const void *at, size_t size, size_t *len)
{
	return calls.easy_send(curl, at, size, len);
}

const char *
curl_easy_strerror(CURLcode code)
{
	return calls.easy_strerror(code);
}

CURLM *
curl_multi_init(void)
{
	return is_loaded() ? calls.multi_init() : NULL;
}

CURLMcode
curl_multi_cleanup(CURLM *multi)
{
	return calls.multi_cleanup(multi);
}

CURLMcode
curl_multi_add_handle(CURLM *multi, CURL *curl)
{
	return calls.multi_add_handle(multi, curl);
}

CURLMcode
curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	return calls.multi_remove_handle(multi, curl);
}

CURLMcode
curl_multi_perform(CURLM *multi, int *running)
{
	return calls.multi_perform(multi, running);
}

CURLMcode
curl_multi_poll(CURLM *multi, struct curl_waitfd more[], unsigned int count,
    int timeout_ms, int *ready)
{
	return calls.multi_poll(multi, more, count, timeout_ms, ready);
}

CURLMsg *
curl_multi_info_read(CURLM *multi, int *left)
{
	return calls.multi_info_read(multi, left);
}

struct curl_slist *
curl_slist_append(struct curl_slist *list, const char *text)
{
	return calls.slist_append(list, text);
}

void
curl_slist_free_all(struct curl_slist *list)
{
	calls.slist_free_all(list);
}

void
libcurl_read_ahead(CURL *curl)
{
	const struct curl_tlssessioninfo	*told = NULL;

	if (calls.set_read_ahead != NULL &&
	    calls.easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &told) ==
	    CURLE_OK && told != NULL && told->internals != NULL &&
	    told->backend == CURLSSLBACKEND_OPENSSL)
		calls.set_read_ahead(told->internals, 1);
}
