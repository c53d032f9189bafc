#ifndef NET_S3_H
#define NET_S3_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"
#include "net/fetch.h"

struct arena;
struct config;
struct fault;

/*
 * S3 by presigned URLs, signed here (AWS Signature Version 4).  Path style
 * with AWS_ENDPOINT_URL_S3, else virtual-host style at amazonaws.com.
 */
enum { S3_EXPIRES_MOST = 7 * 24 * 3600 };	/* seconds */

struct s3_sign {
	const char	*method;
	const char	*scheme;	/* "https" */
	const char	*host;		/* with port if not the default */
	const char	*path;		/* not encoded */
	struct pairs	 query;		/* not encoded, signed too */
	struct pairs	 headers;	/* signed besides host */
	const char	*region;
	const char	*service;	/* "s3" */
	const char	*access_key;
	const char	*secret_key;
	const char	*payload_hash;	/* hex, or "UNSIGNED-PAYLOAD" */
	int64_t		 time;		/* seconds since 1970 */
	int64_t		 expires;	/* seconds; 0: header signing */
	bool		 raw_path;	/* S3: encoded once, not normalised */
};

/* The steps of the specification, for its published vectors. */
const char	*s3_canonical_request(struct arena *arena,
		    const struct s3_sign *sign);
const char	*s3_string_to_sign(struct arena *arena,
		    const struct s3_sign *sign);
const char	*s3_signature(struct arena *arena, const struct s3_sign *sign);
/* The presigned URL. */
const char	*s3_presign(struct arena *arena, const struct s3_sign *sign);

/* Whether S3 is configured. */
bool		 s3_is_configured(const struct config *config);

struct s3_object {
	const char	*key;		/* object key */
	const char	*filename;	/* for Content-Disposition, or NULL */
	const char	*content_type;	/* or NULL */
};

/* A presigned URL of the configured bucket; method GET, PUT or HEAD. */
const char	*s3_url(struct arena *arena, const struct config *config,
		    const char *method, const struct s3_object *object,
		    int64_t expires);

/* Whether the object is there, and since how many seconds. FAULT_STORAGE. */
const struct fault	*s3_age(struct arena *arena,
			    const struct config *config, const char *key,
			    bool *there, int64_t *age);

/* Uploads a body of known length from fetch's source (fields source, state,
 * length, deadline are used). FAULT_STORAGE, or the source's fault. */
const struct fault	*s3_put(struct arena *arena,
			    const struct config *config,
			    const struct s3_object *object,
			    const struct fetch *body);

/* Whether a URL names an object of our bucket (any query); gives the key. */
bool		 s3_is_ours(struct arena *arena, const struct config *config,
		    const char *url, const char **key);

#endif
