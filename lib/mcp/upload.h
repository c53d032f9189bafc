#ifndef MCP_UPLOAD_H
#define MCP_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "mail/compose.h"
#include "oauth/token.h"
#include "web/serve.h"

struct arena;
struct call;
struct config;
struct fault;

/*
 * URLs to PUT one file to, which then goes to attachment_urls.  With S3 they
 * are presigned.  Without, BASE_URL/attachment/TOKEN: the sealed token holds
 * the mailbox, in whose hidden folder (mail/parcel) the file then lies.  A
 * file is gone once it was used; what never is, after a day or two.
 */
enum {
	UPLOAD_PUT_SECONDS = 3600,		/* to put the file there */
	UPLOAD_USE_SECONDS = 24 * 3600		/* to use the URL */
};

struct upload {
	struct token_base	 base;
	struct object		 account;	/* struct account: IMAP only */
	const char		*id;		/* of the parcel */
	const char		*filename;	/* cleaned */
	const char		*content_type;	/* or NULL */
	int64_t			 size;		/* bytes it must have */
};

/* One whose file a call has taken, to be removed when the call went well. */
struct upload_used {
	struct upload_used	*next;
	const struct upload	*upload;	/* sealed, or */
	const char		*key;		/* of the S3 object */
};

/* The URL for what is to be put, as a caller describes it.  FAULT_UNSUPPORTED
 * where there is no place for it. */
const struct fault	*upload_url(struct call *call,
			    const struct upload *wanted, const char **url);

/* Opens the token of a sealed URL. FAULT_TOKEN. */
const struct fault	*upload_open(struct arena *arena,
			    const struct authority *authority,
			    const char *token, struct upload *upload);

/* Whether an object's key is one of an upload of this call's account; then
 * what it is. */
bool			 upload_is_stored(struct call *call, const char *key,
			    struct compose_file *file);

/* The content, read from its mailbox in a session of its own.  FAULT_LIMIT
 * over most bytes; FAULT_MESSAGE where nothing has been put there. */
const struct fault	*upload_read(struct call *call,
			    const struct upload *upload, size_t most,
			    struct compose_file *file);

/* Notes that the call takes this one: upload or key, the other NULL. */
void			 upload_take(struct call *call,
			    const struct upload *upload, const char *key);

/* The call went well: removes what it took.  What can't be removed now is
 * removed when it is old. */
void			 upload_spend(struct call *call);

/* PUT /attachment/TOKEN: streams the body into the mailbox. */
endpoint_answer		 upload_answer;

#endif
