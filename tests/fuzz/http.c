#include "fuzz.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "data/base64.h"
#include "data/url.h"
#include "drive/web.h"
#include "mail/autoconfig.h"
#include "mail/compose_check.h"
#include "mcp/call.h"
#include "mcp/enclosure.h"
#include "mcp/one_click.h"
#include "net/fetch.h"
#include "net/fetch_head.h"
#include "net/s3.h"
#include "net/s3_trial.h"
#include "oauth/client.h"
#include "oauth/document.h"
#include "oauth/upstream.h"
#include "oauth/upstream_person.h"
#include "web/serve.h"

enum {
	ASKER = 15, PIECES = 0x40,	/* bits of the first byte */
	ANSWER_BYTES = 256, ASK_MS = 10 * 1000, SENT_BYTES = 10000
};

#define ID	"https://app.example.org/oauth/client.json"
#define NONCE	"n-0S6_WzA2Mj"

static const struct upstream	 provider = {
	.name = "example", .label = "Example", .issuer =
	"https://id.example.org/", .client_id = "us", .client_secret = "geheim",
	.scope = "openid email", .imap_host = "imap.example.org"
};
/* As that of Microsoft: its places are known, its tenants are not. */
static const struct upstream	 tenants = {
	.name = "many", .label = "Many", .issuer =
	"https://login.example.org/{tenantid}/v2.0", .client_id = "us",
	.scope = "email", .imap_host = "imap.example.org",
	.authorization = "https://login.example.org/authorize",
	.token = "https://login.example.org/token"
};
/* The domain of whoever looks for servers is the operator's: who dials another
 * has to wait in the end, so that nobody sees what is there. */
static const char		*hosts[] = { "*", "*.example.net" };
static const struct config	 config = {
	.base_url = "https://mail.example.org", .mail_hosts = { hosts, 2 },
	.s3_access_key = "AKIDEXAMPLE", .s3_secret_key = "geheim",
	.s3_region = "eu-central-1", .s3_bucket = "bucket",
	.s3_endpoint = "http://127.0.0.1:9000"
};

typedef void	 ask_web(struct arena *arena, struct bytes answers);

/* What a fault says is shown: as a line. */
static bool
is_well(const struct fault *bad, enum fault_kind one, enum fault_kind other)
{
	if (bad == NULL)
		return true;
	assert(bad->kind == one || bad->kind == other);
	fuzz_is_line(bad->detail);
	return false;
}

/* A client's document at its address. */
static void
ask_client(struct arena *arena, struct bytes answers)
{
	struct client	 client = { 0 };

	(void)answers;
	if (!is_well(document_fetch(arena, &config, ID, &client),
	    FAULT_METADATA, FAULT_METADATA))
		return;
	assert(text_equal(client.id, ID) && !client_has_secret(&client));
	assert(client.redirects.len > 0);
	fuzz_is_line(client.name);
}

/* RFC 6749 A.12: what goes on into a header, and to a mail server. */
static void
check_token(const char *token)
{
	fuzz_is_line(token);
	assert(token == NULL || text_is_ascii(token));
}

static void
check_address(const char *address)
{
	fuzz_is_line(address);
	assert(strchr(address, '@') != NULL && strpbrk(address, " ,<>") ==
	    NULL);
}

/* A sign-in at a provider: its document, its tokens, whose they are. */
static void
ask_provider(struct arena *arena, const struct upstream *upstream)
{
	static struct pair	 form[] = { { "code", "x y&z" } };
	struct request		 request = {
		.arena = arena, .config = &config,
		.deadline = clock_ms() + ASK_MS
	};
	struct upstream_place	 place = { 0 };
	struct upstream_tokens	 tokens = { 0 };
	const char		*address = NULL;
	const int64_t		 now = clock_now();

	if (!is_well(upstream_find(&request, upstream, &place),
	    FAULT_UNAVAILABLE, FAULT_UNAVAILABLE))
		return;
	assert(text_equal(place.issuer, upstream->issuer));
	assert(text_starts_case(place.authorization_endpoint, "https://"));
	fuzz_is_line(place.authorization_endpoint);
	if (!is_well(upstream_ask(&request, &place, (struct pairs){ form, 1 },
	    &tokens), FAULT_UNAVAILABLE, FAULT_GRANT))
		return;
	assert(!text_is_empty(tokens.access_token) && tokens.ends >= now);
	check_token(tokens.access_token);
	check_token(tokens.refresh_token);
	if (is_well(upstream_person(&request, &place, &tokens, NONCE,
	    &address), FAULT_UNAVAILABLE, FAULT_DENIED))
		check_address(address);
}

static void
ask_example(struct arena *arena, struct bytes answers)
{
	(void)answers;
	ask_provider(arena, &provider);
}

static void
ask_tenants(struct arena *arena, struct bytes answers)
{
	(void)answers;
	ask_provider(arena, &tenants);
}

static struct bytes
take_part(struct bytes *input)
{
	struct bytes	 part = bytes_slice(*input, 0,
			    bytes_find(*input, WEB_END));

	*input = bytes_slice(*input, part.len + 1, input->len);
	return part;
}

/* An id_token of a header, a payload and a signature, and what the place for
 * more about the person answers. */
static void
ask_person(struct arena *arena, struct bytes input)
{
	struct request		 request = {
		.arena = arena, .config = &config,
		.deadline = clock_ms() + ASK_MS
	};
	struct upstream_place	 place = {
		.upstream = &provider, .issuer = provider.issuer,
		.userinfo_endpoint = "https://id.example.org/me"
	};
	struct upstream_tokens	 tokens = { .access_token = "x" };
	const char		*address = NULL, *head, *payload;

	head = base64_write_url(arena, take_part(&input));
	payload = base64_write_url(arena, take_part(&input));
	tokens.id_token = text_format(arena, "%s.%s.%s", head, payload,
	    bytes_text(arena, take_part(&input)));
	web_open(arena, input, SIZE_MAX);
	if (is_well(upstream_person(&request, &place, &tokens, NONCE,
	    &address), FAULT_UNAVAILABLE, FAULT_DENIED))
		check_address(address);
}

static const struct fault *
fill(void *state, unsigned char *at, size_t size, size_t *len)
{
	size_t	*left = state;

	*len = *left < size ? *left : size;
	memset(at, 'x', *len);
	*left -= *len;
	return NULL;
}

/* A store: whether an object is there, one that is put, one that goes. */
static void
ask_store(struct arena *arena, struct bytes answers)
{
	static const struct s3_object	 object = {
		.key = "a/b", .content_type = "text/plain",
		.length = SENT_BYTES
	};
	size_t				 left = SENT_BYTES;
	const struct fetch		 body = {
		.source = fill, .state = &left, .length = SENT_BYTES,
		.deadline = clock_ms() + ASK_MS
	};
	struct fetched			 answer = { 0 };
	bool				 there = false;
	int64_t				 age = 0;

	(void)answers;
	if (is_well(s3_age(arena, &config, "a/b", &there, &age),
	    FAULT_STORAGE, FAULT_STORAGE))
		assert(age >= 0);
	is_well(s3_put(arena, &config, &object, &body), FAULT_STORAGE,
	    FAULT_STORAGE);
	is_well(s3_delete(arena, &config, "a/b"), FAULT_STORAGE,
	    FAULT_STORAGE);
	is_well(s3_trial_run(arena, &config, clock_ms() + ASK_MS, &answer),
	    FAULT_STORAGE, FAULT_STORAGE);
	assert(strlen(s3_trial_code(arena, &answer)) <= 64);
}

/* The store of which no place is told, and any URL that somebody says is of
 * either. */
static void
ask_amazon(struct arena *arena, struct bytes input)
{
	static const struct s3_object	 object = {
		.key = "a/b", .filename = "x \xc3\xa9.csv",
		.content_type = "text/csv"
	};
	struct config			 amazon = config;
	struct bytes			 bucket = take_part(&input);
	const char			*text = bytes_text(arena, input), *key;
	struct url			 url;

	amazon.s3_endpoint = NULL;
	if (bucket.len > 0 && text_is_alnum(bucket.at[0]))
		amazon.s3_bucket = "a.b";
	assert(url_read(arena, s3_url(arena, &amazon, "GET", &object, 60),
	    &url) && text_equal(url.scheme, "https"));
	assert(s3_is_ours(arena, &amazon, s3_url(arena, &amazon, "GET",
	    &object, 60), &key) && text_equal(key, object.key));
	if (s3_is_ours(arena, &amazon, text, &key) ||
	    s3_is_ours(arena, &config, text, &key)) {
		assert(url_read(arena, text, &url) && key[0] != '\0');
		fuzz_is_text(key);
	}
}

static bool
is_good(void *state, const struct fetched *fetched)
{
	(void)state;
	return fetched->status == 200;
}

/* Whoever answers first of several, with its whole head. */
static void
ask_first(struct arena *arena, struct bytes answers)
{
	struct fetch		 fetches[3];
	struct fetched		 fetched = { 0 };
	const struct fault	*bad;
	const char		*value;
	size_t			 i;

	(void)answers;
	for (i = 0; i < 3; i++)
		fetches[i] = (struct fetch){
			.method = "GET", .url = "https://example.org/x",
			.whole = i < 2, .most = ANSWER_BYTES,
			.deadline = clock_ms() + ASK_MS
		};
	bad = fetch_first(arena, fetches, 3, is_good, NULL, &fetched);
	if (bad != NULL) {
		fuzz_is_line(bad->detail);
		return;
	}
	assert(fetched.status == 200 && fetched.body.len <= ANSWER_BYTES);
	value = fetch_head_find(arena, &fetched, "www-authenticate");
	assert(value == NULL || fetched.head.len > 0);
	for (i = 0; i < fetched.head.len; i++)
		assert(strchr(fetched.head.at[i], '\n') == NULL);
}

/* Who sent a mailing list. */
static void
ask_list(struct arena *arena, struct bytes answers)
{
	static const struct one_click	 list = {
		.url = "https://list.example.org/leave?x"
	};

	(void)answers;
	fuzz_is_line(one_click_ask(arena, &list));
}

/* Whoever knows of a domain's servers; what is proposed can be dialled. */
static void
ask_domain(struct arena *arena, struct bytes answers)
{
	struct servers	 servers = { 0 };

	(void)answers;
	assert(autoconfig_find(arena, &config, "me@example.net", clock_ms() +
	    ASK_MS, &servers) == NULL);
	if (servers.source == SERVERS_NONE)
		return;
	assert(servers.closed || servers.imap.host != NULL);
	fuzz_is_line(servers.imap.host);
	fuzz_is_line(servers.smtp.host);
	fuzz_is_line(servers.username);
	fuzz_is_line(servers.smtp_username);
}

/* A store for a file that goes into a message. */
static void
ask_file(struct arena *arena, struct bytes answers)
{
	static const char	*urls[] = {
		"http://127.0.0.1:9000/bucket/a/b?response-content-disposition"
		    "=attachment%3B%20filename%3Dx.csv",
		"http://127.0.0.1:9000/bucket/c"
	};
	struct call		 call = {
		.arena = arena, .config = &config,
		.deadline = clock_ms() + ASK_MS
	};
	struct enclosures	 files = { 0 };
	const struct fault	*bad;
	const char		*type;
	size_t			 i;

	(void)answers;
	bad = enclosure_read(&call, (struct objects){ 0 }, (struct texts){
	    urls, 2 }, &files);
	if (bad != NULL)
		fuzz_is_line(bad->detail);
	for (i = 0; bad == NULL && i < files.len; i++) {
		fuzz_is_line(files.at[i].filename);
		type = files.at[i].content_type;
		if (type != NULL && compose_check_type(type))
			fuzz_is_line(type);
	}
}

/*
 * A first byte of who asks, and whether what is answered comes byte by byte;
 * what web servers answer one after another (drive/web.h).
 */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static ask_web	*const askers[] = {
		ask_client, ask_example, ask_tenants, ask_person, ask_store,
		ask_first, ask_list, ask_domain, ask_file, ask_amazon
	};
	struct bytes		 answers;
	struct arena		*arena;
	size_t			 who;

	if (len == 0)
		return 0;
	log_set_level(LOG_ERROR);
	arena = arena_open();
	answers = bytes_from(at + 1, len - 1);
	who = (at[0] & ASKER) % (sizeof(askers) / sizeof(askers[0]));
	web_open(arena, answers, (at[0] & PIECES) != 0 ? 1 : SIZE_MAX);
	askers[who](arena, answers);
	arena_close(arena);
	return 0;
}
