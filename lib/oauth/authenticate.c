#include "oauth/authenticate.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/base64.h"
#include "data/url.h"
#include "oauth/client.h"
#include "web/serve.h"

static const char	 scheme[] = "Basic ";

struct credentials {
	const char	*id;
	const char	*secret;
};

static const struct fault *
malformed(struct request *request)
{
	return fault_make(request->arena, FAULT_CLIENT,
	    "RFC 7617 2: Authorization is not HTTP Basic");
}

/*
 * basic-credentials = base64(id ":" secret).  RFC 6749 2.3.1 has both encoded
 * as in a form, which many clients leave out; ids and secrets made here look
 * the same either way, so decoding what can be decoded serves both.
 */
static const struct fault *
read_basic(struct request *request, const char *value,
    struct credentials *credentials)
{
	struct bytes	 text;
	size_t		 colon;

	value += strlen(scheme);
	value += strspn(value, " ");
	if (!base64_read_lenient(request->arena, bytes_of(value), &text))
		return malformed(request);
	colon = bytes_find(text, ':');
	if (colon == text.len || !url_unescape(request->arena,
	    bytes_slice(text, 0, colon), true, &credentials->id) ||
	    !url_unescape(request->arena,
	    bytes_slice(text, colon + 1, text.len), true,
	    &credentials->secret))
		return malformed(request);
	return NULL;
}

static const struct fault *
read_credentials(struct request *request, struct credentials *credentials)
{
	struct credentials	 form = *credentials;
	const struct fault	*bad;
	const char		*value;

	value = request_header(request, "Authorization");
	if (text_is_empty(value)) {
		if (form.id == NULL)
			return fault_make(request->arena, FAULT_REQUEST,
			    "client_id is missing");
		return NULL;
	}
	if (!text_starts_case(value, scheme))
		return malformed(request);
	if ((bad = read_basic(request, value, credentials)) != NULL)
		return bad;
	if (form.secret != NULL)
		return fault_make(request->arena, FAULT_REQUEST,
		    "RFC 6749 2.3: the client authenticates in two ways");
	if (form.id != NULL && !text_equal(form.id, credentials->id))
		return fault_make(request->arena, FAULT_REQUEST,
		    "client_id and Authorization name two clients");
	return NULL;
}

const struct fault *
authenticate(struct request *request, const char *id, const char *secret,
    struct client *client)
{
	struct credentials	 credentials = { id, secret };
	const struct fault	*bad;

	if ((bad = read_credentials(request, &credentials)) != NULL ||
	    (bad = client_open(request->arena, request->process,
	    credentials.id, client)) != NULL)
		return bad;
	if (!client_has_secret(client)) {
		if (credentials.secret == NULL)
			return NULL;
		return fault_make(request->arena, FAULT_CLIENT,
		    "this client has no secret: send its client_id only");
	}
	if (credentials.secret == NULL)
		return fault_make(request->arena, FAULT_CLIENT,
		    "this client must send its client_secret");
	if (!client_proves(request->arena, request->process, client,
	    credentials.secret))
		return fault_make(request->arena, FAULT_CLIENT,
		    "the client_secret is wrong");
	return NULL;
}
