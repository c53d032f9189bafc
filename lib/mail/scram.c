#include "mail/scram.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/base64.h"

#define GS2_HEADER	"n,,"
#define GS2_BASE64	"biws"

struct scram {
	struct arena	*arena;
	enum digest	 kind;
	struct bytes	 password;
	const char	*nonce;
	const char	*first_bare;	/* client-first-message-bare */
	struct bytes	 signature;	/* what the server must show */
};

/* What the server's first message holds. */
struct offer {
	const char	*nonce;
	struct bytes	 salt;
	uint64_t	 iterations;
};

/* saslname = 1*(value-safe-char / "=2C" / "=3D") */
void
scram_put_name(struct buf *buf, const char *name)
{
	for (; *name != '\0'; name++)
		if (*name == ',')
			buf_text(buf, "=2C");
		else if (*name == '=')
			buf_text(buf, "=3D");
		else
			buf_byte(buf, (unsigned char)*name);
}

struct scram *
scram_start(struct arena *arena, enum digest kind, const char *username,
    const char *password, const char *nonce)
{
	struct scram	*scram;
	struct buf	 buf;

	scram = arena_take(arena, sizeof(*scram));
	scram->arena = arena;
	scram->kind = kind;
	scram->password = bytes_of(password);
	scram->nonce = nonce;
	buf_start(&buf, arena);
	buf_text(&buf, "n=");
	scram_put_name(&buf, username);
	buf_text(&buf, ",r=");
	buf_text(&buf, nonce);
	scram->first_bare = buf_string(&buf);
	return scram;
}

/* client-first-message = gs2-header client-first-message-bare */
struct bytes
scram_first(const struct scram *scram)
{
	return bytes_of(text_format(scram->arena, GS2_HEADER "%s",
	    scram->first_bare));
}

/* Takes attribute "=" value, up to the next comma. */
static bool
take_value(struct bytes *rest, char attribute, struct bytes *value)
{
	if (rest->len < 2 || rest->at[0] != attribute || rest->at[1] != '=')
		return false;
	*value = bytes_slice(*rest, 2, rest->len);
	value->len = bytes_find(*value, ',');
	*rest = bytes_slice(*rest, 2 + value->len + 1, rest->len);
	return true;
}

/*
 * server-first-message = nonce "," salt "," iteration-count ["," extensions]
 * A message that starts with "m=" asks for an extension we do not have.
 */
static bool
read_offer(const struct scram *scram, struct bytes text, struct offer *offer)
{
	struct bytes	 nonce, salt, iterations;

	if (text.len > SCRAM_CHALLENGE_BYTES ||
	    bytes_find(text, '\0') < text.len ||
	    !take_value(&text, 'r', &nonce) ||
	    !take_value(&text, 's', &salt) ||
	    !take_value(&text, 'i', &iterations))
		return false;
	offer->nonce = bytes_text(scram->arena, nonce);
	if (!text_starts(offer->nonce, scram->nonce) ||
	    text_equal(offer->nonce, scram->nonce))
		return false;
	return base64_read(scram->arena, salt, &offer->salt) &&
	    offer->salt.len > 0 && text_number(iterations,
	    SCRAM_ITERATIONS_MOST, &offer->iterations) &&
	    offer->iterations >= SCRAM_ITERATIONS_LEAST;
}

static struct bytes
combine(struct arena *arena, struct bytes a, struct bytes b)
{
	unsigned char	*result;
	size_t		 i;

	assert(a.len == b.len);
	result = arena_take(arena, a.len);
	for (i = 0; i < a.len; i++)
		result[i] = a.at[i] ^ b.at[i];
	return bytes_from(result, a.len);
}

/* RFC 5802 3, with its names; the proof of the client in base64. */
static const char *
sign(struct scram *scram, const struct offer *offer, const char *auth_message)
{
	struct arena	*arena = scram->arena;
	struct bytes	 salted_password, client_key, stored_key, server_key;
	struct bytes	 client_signature;

	salted_password = digest_pbkdf2(arena, scram->kind, scram->password,
	    offer->salt, (unsigned)offer->iterations);
	client_key = digest_hmac(arena, scram->kind, salted_password,
	    bytes_of("Client Key"));
	stored_key = digest(arena, scram->kind, client_key);
	client_signature = digest_hmac(arena, scram->kind, stored_key,
	    bytes_of(auth_message));
	server_key = digest_hmac(arena, scram->kind, salted_password,
	    bytes_of("Server Key"));
	scram->signature = digest_hmac(arena, scram->kind, server_key,
	    bytes_of(auth_message));
	return base64_write(arena, combine(arena, client_key,
	    client_signature));
}

/* client-final-message = "c=biws" "," nonce "," "p=" base64 */
const struct fault *
scram_prove(struct scram *scram, struct bytes server_first,
    struct bytes *proof)
{
	struct offer	 offer;
	const char	*unsigned_final, *auth_message;

	if (!read_offer(scram, server_first, &offer))
		return fault_make(scram->arena, FAULT_PROTOCOL,
		    "RFC 5802 7: the mail server's first message of the login "
		    "is malformed or asks for what is not safe");
	unsigned_final = text_format(scram->arena, "c=" GS2_BASE64 ",r=%s",
	    offer.nonce);
	auth_message = text_format(scram->arena, "%s,%s,%s",
	    scram->first_bare, bytes_text(scram->arena, server_first),
	    unsigned_final);
	*proof = bytes_of(text_format(scram->arena, "%s,p=%s",
	    unsigned_final, sign(scram, &offer, auth_message)));
	return NULL;
}

/* server-final-message = ("e=" error / "v=" base64) ["," extensions] */
const struct fault *
scram_verify(struct scram *scram, struct bytes server_final, bool *proved)
{
	struct bytes	 text, value, signature;

	*proved = false;
	text = server_final;
	if (take_value(&text, 'e', &value))
		return NULL;
	if (server_final.len > SCRAM_CHALLENGE_BYTES ||
	    !take_value(&text, 'v', &value) ||
	    !base64_read(scram->arena, value, &signature) ||
	    !bytes_equal_secret(signature, scram->signature))
		return fault_make(scram->arena, FAULT_PROTOCOL,
		    "RFC 5802 3: the mail server does not know the password");
	*proved = true;
	return NULL;
}
