#include "net/s3.h"

#include <string.h>

#include "base/arena.h"
#include "base/config.h"

#include "../check.h"

static struct config
store(const char *endpoint, const char *bucket)
{
	return (struct config){
		.s3_access_key = "AKIDEXAMPLE", .s3_secret_key = "secret",
		.s3_region = "eu-west-1", .s3_bucket = bucket,
		.s3_endpoint = endpoint
	};
}

static void
is_configured(void **state)
{
	struct config	 config;

	(void)state;
	config = store(NULL, "mail");
	assert_true(s3_is_configured(&config));
	config.s3_secret_key = NULL;
	assert_false(s3_is_configured(&config));
	config = store(NULL, "");
	assert_false(s3_is_configured(&config));
	config = (struct config){ 0 };
	assert_false(s3_is_configured(&config));
}

static void
urls(void **state)
{
	static const struct {
		const char	*endpoint, *bucket, *start;
	} rows[] = {
		{ NULL, "mail",
		    "https://mail.s3.eu-west-1.amazonaws.com/a/b%20c?" },
		{ NULL, "my.mail",
		    "https://s3.eu-west-1.amazonaws.com/my.mail/a/b%20c?" },
		{ "https://S3.example.org", "mail",
		    "https://s3.example.org/mail/a/b%20c?" },
		{ "https://s3.example.org/", "mail",
		    "https://s3.example.org/mail/a/b%20c?" },
		{ "http://127.0.0.1:9000/s3/", "mail",
		    "http://127.0.0.1:9000/s3/mail/a/b%20c?" },
		{ "s3.example.org:9000", "mail",
		    "https://s3.example.org:9000/mail/a/b%20c?" }
	};
	static const struct s3_object	 object = { "a/b c",
					    "r\xc3\xa4\"x.pdf", "text/plain",
					    0 };
	struct config			 config;
	struct arena			*arena;
	const char			*url;
	size_t				 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config = store(rows[i].endpoint, rows[i].bucket);
		url = s3_url(arena, &config, "GET", &object, 900);
		assert_int_equal(strncmp(url, rows[i].start,
		    strlen(rows[i].start)), 0);
		assert_non_null(strstr(url, "&X-Amz-Expires=900&"));
		assert_non_null(strstr(url, "&X-Amz-Signature="));
		assert_non_null(strstr(url,
		    "&response-content-disposition=attachment%3B"));
		assert_non_null(strstr(url,
		    "&response-content-type=text%2Fplain"));
		assert_null(strstr(url, "secret"));
	}
	arena_close(arena);
}

/* What is uploaded has no answer to shape; no link is longer valid than the
 * store allows. */
static void
upload_urls(void **state)
{
	static const struct s3_object	 object = { "a", "b", "text/plain", 0 };
	static const struct s3_object	 sized = { "a", NULL, NULL, 42 };
	struct config			 config;
	struct arena			*arena;
	const char			*url;

	(void)state;
	arena = arena_open();
	config = store(NULL, "mail");
	url = s3_url(arena, &config, "PUT", &object, INT64_MAX);
	assert_null(strstr(url, "response-"));
	assert_non_null(strstr(url, "&X-Amz-Expires=604800&"));
	assert_non_null(strstr(url, "SignedHeaders=host&"));
	url = s3_url(arena, &config, "PUT", &sized, 60);
	assert_non_null(strstr(url, "SignedHeaders=content-length%3Bhost&"));
	arena_close(arena);
}

static void
ours(void **state)
{
	static const struct {
		const char	*url, *key;	/* NULL: not ours */
	} rows[] = {
		{ "https://s3.example.org/mail/a/b%20c?X-Amz-Date=1",
		    "a/b c" },
		{ "https://S3.example.org:443/mail/x", "x" },
		{ "https://s3.example.org/mail/", NULL },
		{ "https://s3.example.org/mail", NULL },
		{ "https://s3.example.org/mailbox/x", NULL },
		{ "https://s3.example.org/other/x", NULL },
		{ "https://s3.example.org/mail/../other/x", NULL },
		{ "https://s3.example.org/mail/%2e%2e/other/x", NULL },
		{ "https://s3.example.org/mail/x%00", NULL },
		{ "http://s3.example.org/mail/x", NULL },
		{ "https://s3.example.org:444/mail/x", NULL },
		{ "https://s3.example.org.evil.example/mail/x", NULL },
		{ "https://s3.example.org@evil.example/mail/x", NULL },
		{ "https://u@s3.example.org/mail/x", NULL },
		{ "https://evil.example/mail/x", NULL },
		{ "https://169.254.169.254/mail/x", NULL },
		{ "https://s3.example.org/mail/x#f", NULL },
		{ "//s3.example.org/mail/x", NULL },
		{ "data:text/plain,hi", NULL }, { "", NULL }
	};
	struct config	 config;
	struct arena	*arena;
	const char	*key;
	size_t		 i;

	(void)state;
	arena = arena_open();
	config = store("https://s3.example.org", "mail");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (s3_is_ours(arena, &config, rows[i].url, &key) !=
		    (rows[i].key != NULL))
			fail_msg("%s", rows[i].url);
		if (rows[i].key != NULL)
			assert_string_equal(key, rows[i].key);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(is_configured), cmocka_unit_test(urls),
    cmocka_unit_test(upload_urls),    cmocka_unit_test(ours))
