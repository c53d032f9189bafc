#include "oauth/admission.h"

#include <string.h>

#include "base/config.h"
#include "base/fault.h"
#include "web/serve.h"

static bool
is_asked(const struct config *config)
{
	return config->remote_user != 0 || config->remote_users.len > 0;
}

const char *
admission_address(const struct request *request)
{
	const char	*user;

	if (!is_asked(request->config))
		return NULL;
	user = request_variable(request, "REMOTE_USER");
	return user != NULL && strchr(user, '@') != NULL ? user : NULL;
}

const struct fault *
admission_check(const struct request *request)
{
	const struct config	*config = request->config;
	const char		*user;

	if (!is_asked(config))
		return NULL;
	user = request_variable(request, "REMOTE_USER");
	if (text_is_empty(user))
		return fault_make(request->arena, FAULT_PERMISSION,
		    "the web server has not said who you are");
	if (config->remote_users.len == 0 ||
	    texts_have(config->remote_users, user))
		return NULL;
	return fault_make(request->arena, FAULT_PERMISSION,
	    "you are not among those who may use this service");
}
