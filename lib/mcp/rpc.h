#ifndef MCP_RPC_H
#define MCP_RPC_H

#include <stddef.h>

struct fault;
struct reply;
struct request;

/* How much a client may post, and how many messages in one batch. */
enum { RPC_BODY_BYTES = 24 * 1024 * 1024, RPC_BATCH_MOST = 50 };

/*
 * The MCP endpoint (Streamable HTTP): one JSON-RPC message in, one JSON
 * answer out, both eras of the protocol at one address, nothing remembered.
 * Everything that concerns a message is answered here with its id; what is
 * returned as a fault concerns the HTTP request, and rpc_explain says it.
 */
const struct fault	*rpc_answer(struct request *request,
			    struct reply *reply);

/* A fault as a JSON-RPC error without id; 401 and 403 with the challenge of
 * RFC 6750 and RFC 9728. */
void			 rpc_explain(struct request *request,
			    struct reply *reply, const struct fault *fault);

#endif
