#include "net/libcurl.h"

#include <sys/resource.h>

#include "base/arena.h"
#include "data/url_host.h"

#include "../check.h"

/* No file can be opened any more, libraries neither; or again. */
static void
let_open(bool open)
{
	struct rlimit	 files;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = open ? files.rlim_max : 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
}

/* Refused where there is no library, with what it would be for; and tried
 * anew at the next call. */
static void
without_libraries(void **state)
{
	struct arena	*arena;
	const char	*ascii;
	CURLM		*multi;

	(void)state;
	arena = arena_open();
	let_open(false);
	assert_null(curl_easy_init());
	assert_null(curl_multi_init());
	assert_false(url_host_to_ascii(arena, "b\xc3\xbc" "cher.example",
	    &ascii));
	assert_true(url_host_to_ascii(arena, "Books.example", &ascii));
	assert_string_equal(ascii, "books.example");
	let_open(true);
	assert_true(url_host_to_ascii(arena, "b\xc3\xbc" "cher.example",
	    &ascii));
	assert_string_equal(ascii, "xn--bcher-kva.example");
	assert_non_null(multi = curl_multi_init());
	assert_int_equal(curl_multi_cleanup(multi), CURLM_OK);
	arena_close(arena);
}

/* A value of each type arrives as it was given. */
static void
options(void **state)
{
	char	*kept = NULL, mine[] = "mine";
	CURL	*curl;

	(void)state;
	assert_non_null(curl = curl_easy_init());
	assert_int_equal(curl_easy_setopt(curl, CURLOPT_PRIVATE, mine),
	    CURLE_OK);
	assert_int_equal(curl_easy_getinfo(curl, CURLINFO_PRIVATE, &kept),
	    CURLE_OK);
	assert_ptr_equal(kept, mine);
	assert_int_equal(curl_easy_setopt(curl, CURLOPT_TIMEOUT, 1L),
	    CURLE_OK);
	assert_int_equal(curl_easy_setopt(curl, CURLOPT_TIMEOUT, -1L),
	    CURLE_BAD_FUNCTION_ARGUMENT);
	assert_int_equal(curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)1 << 40), CURLE_OK);
	assert_int_equal(curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)-2), CURLE_BAD_FUNCTION_ARGUMENT);
	assert_string_equal(curl_easy_strerror(CURLE_OK), "No error");
	curl_easy_cleanup(curl);
}

CHECK_MAIN(cmocka_unit_test(without_libraries), cmocka_unit_test(options))
