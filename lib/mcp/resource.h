#ifndef MCP_RESOURCE_H
#define MCP_RESOURCE_H

#include <stdbool.h>

struct call;
struct fault;
struct json_writer;
struct message;

/*
 * Mailboxes as resources.  What is behind an address is what a tool answers,
 * so that a resource shows nothing that the tool would not, and is cut,
 * cleaned and refused as its answers are.
 */

/* resources/list: the inbox of each account that may be read, or the folders
 * that the grant is limited to.  No mailbox is opened. */
const struct fault	*resource_list(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/* resources/templates/list: those whose tools the grant has. */
const struct fault	*resource_list_templates(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/*
 * resources/read: JSON whose first member says what it is.  FAULT_PARAMS
 * without a uri, FAULT_RESOURCE for one that is malformed, not there, or out
 * of the grant's limits; FAULT_SCOPE, FAULT_TOKEN, and what the mail server
 * meets with.
 */
const struct fault	*resource_read(struct call *call,
			    const struct message *message,
			    struct json_writer *writer);

/* Whether the grant has a template of that URI with that variable; both may be
 * NULL. */
bool			 resource_takes(const struct call *call,
			    const char *uri, const char *variable);

#endif
