#ifndef NET_S3_H
#define NET_S3_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "net/fetch.h"
#include "net/s3_sign.h"

struct arena;
struct config;
struct fault;

/*
 * S3 by presigned URLs (net/s3_sign).  Path style with
 * AWS_ENDPOINT_URL_S3, else virtual-host style at amazonaws.com, unless the
 * bucket has a dot in its name, which no certificate covers.
 */
enum { S3_EXPIRES_MOST = 7 * 24 * 3600 };	/* seconds */

/* Whether S3 is configured. */
bool		 s3_is_configured(const struct config *config);

struct s3_object {
	const char	*key;		/* object key */
	const char	*filename;	/* for Content-Disposition, or NULL */
	const char	*content_type;	/* or NULL */
	int64_t		 length;	/* a PUT must have; 0: any */
};

/* A presigned URL of the configured bucket; method GET, PUT, HEAD or
 * DELETE. */
const char	*s3_url(struct arena *arena, const struct config *config,
		    const char *method, const struct s3_object *object,
		    int64_t expires);

/* Whether the object is there, and since how many seconds, where the store
 * does not say: S3_EXPIRES_MOST. FAULT_STORAGE. */
const struct fault	*s3_age(struct arena *arena,
			    const struct config *config, const char *key,
			    bool *there, int64_t *age);

/* Uploads a body of known length from fetch's source (fields source, state,
 * length, deadline, watch are used). FAULT_STORAGE, FAULT_GONE, or the
 * source's fault. */
const struct fault	*s3_put(struct arena *arena,
			    const struct config *config,
			    const struct s3_object *object,
			    const struct fetch *body);

/* Removes an object; one that is not there is well. FAULT_STORAGE. */
const struct fault	*s3_delete(struct arena *arena,
			    const struct config *config, const char *key);

/* Whether a URL names an object of our bucket (any query); gives the key. */
bool		 s3_is_ours(struct arena *arena, const struct config *config,
		    const char *url, const char **key);

#endif
