#include "web/client_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "base/config.h"
#include "web/serve.h"

const struct config *
client_address_add(const struct request *request, const struct config *config)
{
	struct in6_addr	 v6;
	struct in_addr	 v4;
	struct config	*own;
	const char	*address;

	if (config->tell_client == 0)
		return config;
	address = request_variable(request, "REMOTE_ADDR");
	if (address == NULL || (inet_pton(AF_INET, address, &v4) != 1 &&
	    inet_pton(AF_INET6, address, &v6) != 1))
		return config;
	own = arena_take(request->arena, sizeof(*own));
	*own = *config;
	own->client = arena_text(request->arena, address);
	return own;
}
