#include "mail/sasl.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/base64.h"
#include "mail/scram.h"

enum {
	NONCE_BYTES = 18,
	CHALLENGE_BYTES = 4096,		/* a longer one is nobody's */
	OFFERED_MOST = 20		/* named in a fault */
};

#define SEPARATOR	"\001"		/* RFC 7628 3.1 */

typedef const struct fault	*sasl_stepper(struct sasl *sasl,
				    struct bytes challenge,
				    struct bytes *response);

struct mechanism {
	const char	*name;
	bool		 speaks_first;
	bool		 bearer;
	bool		 clear;		/* shows the password to who listens */
	sasl_stepper	*step;
};

enum { COMMAND_CHARS = 1000 };	/* of a token in a command */

struct sasl {
	struct arena			*arena;
	struct sasl_credentials		 credentials;
	const struct mechanism		*mechanism;
	struct scram			*scram;
	int				 step;
	bool				 done;
};

static const struct fault *
out_of_turn(const struct sasl *sasl)
{
	return fault_make(sasl->arena, FAULT_PROTOCOL,
	    "the mail server broke the rules of %s", sasl->mechanism->name);
}

/* message = [authzid] NUL authcid NUL passwd */
static const struct fault *
step_plain(struct sasl *sasl, struct bytes challenge, struct bytes *response)
{
	struct buf	 buf;

	if (challenge.len > 0 || sasl->step > 0)
		return out_of_turn(sasl);
	buf_start(&buf, sasl->arena);
	buf_byte(&buf, '\0');
	buf_text(&buf, sasl->credentials.username);
	buf_byte(&buf, '\0');
	buf_text(&buf, sasl->credentials.password);
	*response = buf_view(&buf);
	sasl->done = true;
	return NULL;
}

/* Two prompts; what they say differs between servers and is not looked at. */
static const struct fault *
step_login(struct sasl *sasl, struct bytes challenge, struct bytes *response)
{
	(void)challenge;
	if (sasl->step > 1)
		return out_of_turn(sasl);
	*response = bytes_of(sasl->step == 0 ? sasl->credentials.username :
	    sasl->credentials.password);
	sasl->done = sasl->step == 1;
	return NULL;
}

static const struct fault *
step_cram_md5(struct sasl *sasl, struct bytes challenge,
    struct bytes *response)
{
	struct bytes	 mac;

	if (challenge.len == 0 || sasl->step > 0)
		return out_of_turn(sasl);
	mac = digest_hmac(sasl->arena, DIGEST_MD5,
	    bytes_of(sasl->credentials.password), challenge);
	*response = bytes_of(text_format(sasl->arena, "%s %s",
	    sasl->credentials.username, digest_hex(sasl->arena, mac)));
	sasl->done = true;
	return NULL;
}

static const struct fault *
step_scram(struct sasl *sasl, struct bytes challenge, struct bytes *response)
{
	*response = bytes_from(NULL, 0);
	switch (sasl->step) {
	case 0:
		if (challenge.len > 0)
			return out_of_turn(sasl);
		sasl->scram = scram_start(sasl->arena, text_equal(
		    sasl->mechanism->name, "SCRAM-SHA-1") ? DIGEST_SHA1 :
		    DIGEST_SHA256, sasl->credentials.username,
		    sasl->credentials.password, base64_write(sasl->arena,
		    digest_random(sasl->arena, NONCE_BYTES)));
		*response = scram_first(sasl->scram);
		return NULL;
	case 1:
		return scram_prove(sasl->scram, challenge, response);
	case 2:
		return scram_verify(sasl->scram, challenge, &sasl->done);
	default:
		return out_of_turn(sasl);
	}
}

/* A second challenge is the server's error; after our answer it refuses. */
static const struct fault *
step_bearer(struct sasl *sasl, const char *first, const char *answer,
    struct bytes *response)
{
	if (sasl->step > 1)
		return out_of_turn(sasl);
	sasl->done = sasl->step == 0;
	*response = bytes_of(sasl->step == 0 ? first : answer);
	return NULL;
}

static const struct fault *
step_xoauth2(struct sasl *sasl, struct bytes challenge, struct bytes *response)
{
	if (sasl->step == 0 && challenge.len > 0)
		return out_of_turn(sasl);
	return step_bearer(sasl, text_format(sasl->arena, "user=%s" SEPARATOR
	    "auth=Bearer %s" SEPARATOR SEPARATOR, sasl->credentials.username,
	    sasl->credentials.bearer), "", response);
}

/* gs2-header kvsep *kvpair kvsep, RFC 7628 3.1 */
static const struct fault *
step_oauthbearer(struct sasl *sasl, struct bytes challenge,
    struct bytes *response)
{
	struct buf	 buf;

	if (sasl->step == 0 && challenge.len > 0)
		return out_of_turn(sasl);
	buf_start(&buf, sasl->arena);
	buf_text(&buf, "n,a=");
	scram_put_name(&buf, sasl->credentials.username);
	buf_format(&buf, "," SEPARATOR "host=%s" SEPARATOR "port=%d" SEPARATOR
	    "auth=Bearer %s" SEPARATOR SEPARATOR, sasl->credentials.host,
	    sasl->credentials.port, sasl->credentials.bearer);
	return step_bearer(sasl, buf_string(&buf), SEPARATOR, response);
}

/*
 * Best first.  In a verified TLS channel that is PLAIN: it costs one round
 * trip, and it works where the server keeps a hash that SCRAM cannot use,
 * which many that offer SCRAM do.  What shows the password comes last where
 * there is no TLS.
 */
static const struct mechanism	 mechanisms[] = {
	{ "OAUTHBEARER", true, true, true, step_oauthbearer },
	{ "XOAUTH2", true, true, true, step_xoauth2 },
	{ "PLAIN", true, false, true, step_plain },
	{ "SCRAM-SHA-256", true, false, false, step_scram },
	{ "SCRAM-SHA-1", true, false, false, step_scram },
	{ "LOGIN", false, false, true, step_login },
	{ "CRAM-MD5", false, false, false, step_cram_md5 }
};

static bool
is_offered(struct texts offered, const char *name)
{
	size_t	 i;

	for (i = 0; i < offered.len; i++)
		if (text_equal_case(offered.at[i], name))
			return true;
	return false;
}

static const struct mechanism *
choose(struct texts offered, bool bearer, bool encrypted)
{
	const struct mechanism	*found;
	size_t			 i;

	found = NULL;
	for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		if (mechanisms[i].bearer != bearer ||
		    !is_offered(offered, mechanisms[i].name))
			continue;
		if (encrypted || !mechanisms[i].clear)
			return &mechanisms[i];
		if (found == NULL)
			found = &mechanisms[i];
	}
	return found;
}

/* What the server offers, as far as it is made of what names are. */
static const char *
name_offered(struct arena *arena, struct texts offered)
{
	struct buf	 buf;
	const char	*at;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < offered.len && i < OFFERED_MOST; i++) {
		buf_byte(&buf, ' ');
		for (at = offered.at[i]; *at != '\0'; at++)
			if (text_is_alnum((unsigned char)*at) || *at == '-' ||
			    *at == '_')
				buf_byte(&buf, (unsigned char)*at);
	}
	return buf.len == 0 ? " nothing" : buf_string(&buf);
}

const struct fault *
sasl_start(struct arena *arena, const struct sasl_credentials *credentials,
    struct texts offered, struct sasl **result)
{
	const struct mechanism	*mechanism;
	struct sasl		*sasl;
	bool			 bearer;

	bearer = credentials->bearer != NULL;
	assert(credentials->username != NULL);
	assert(bearer ? credentials->host != NULL :
	    credentials->password != NULL);
	if (text_has_control(credentials->username) ||
	    (bearer && text_has_control(credentials->bearer)))
		return fault_make(arena, FAULT_LOGIN,
		    "the user name or token holds a control character");
	mechanism = choose(offered, bearer, credentials->encrypted);
	if (mechanism == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED, "the mail server "
		    "offers no way to log in with a %s; it offers:%s", bearer ?
		    "token" : "password", name_offered(arena, offered));
	sasl = arena_take(arena, sizeof(*sasl));
	sasl->arena = arena;
	sasl->credentials = *credentials;
	sasl->mechanism = mechanism;
	*result = sasl;
	return NULL;
}

const char *
sasl_mechanism(const struct sasl *sasl)
{
	return sasl->mechanism->name;
}

bool
sasl_speaks_first(const struct sasl *sasl)
{
	return sasl->mechanism->speaks_first;
}

bool
sasl_is_long(const struct sasl_credentials *credentials)
{
	return credentials->bearer != NULL &&
	    strlen(credentials->bearer) > COMMAND_CHARS;
}

const struct fault *
sasl_step(struct sasl *sasl, struct bytes challenge, struct bytes *response)
{
	const struct fault	*bad;

	sasl->done = false;
	if (challenge.len > CHALLENGE_BYTES)
		return out_of_turn(sasl);
	bad = sasl->mechanism->step(sasl, challenge, response);
	sasl->step++;
	return bad;
}

bool
sasl_is_done(const struct sasl *sasl)
{
	return sasl->done;
}

static bool
repeats(const char *words, const char *secret)
{
	return !text_is_empty(secret) && strstr(words, secret) != NULL;
}

const char *
sasl_words(struct arena *arena, const struct sasl_credentials *credentials,
    const char *words)
{
	if (text_is_empty(words) || repeats(words, credentials->password) ||
	    repeats(words, credentials->bearer))
		return "";
	return text_format(arena, ": \"%s\"", words);
}
