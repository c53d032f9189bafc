#ifndef WEB_CLIENT_ADDRESS_H
#define WEB_CLIENT_ADDRESS_H

struct config;
struct request;

/*
 * The configuration as this request has it: where the operator lets mail
 * servers be told who asks (TELL_CLIENT_ADDRESS), a copy in which client is
 * REMOTE_ADDR, if that is an IP address; else the one that was given.
 */
const struct config	*client_address_add(const struct request *request,
			    const struct config *config);

#endif
