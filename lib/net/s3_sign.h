#ifndef NET_S3_SIGN_H
#define NET_S3_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "data/field.h"

struct arena;

/*
 * AWS Signature Version 4 of one request, in its headers or as a presigned
 * URL.
 */
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

/* The steps of the specification, for its published vectors.  With expires 0
 * the header X-Amz-Date is signed too, else the query carries all. */
const char	*s3_sign_canonical(struct arena *arena,
		    const struct s3_sign *sign);
const char	*s3_sign_text(struct arena *arena,
		    const struct s3_sign *sign);
const char	*s3_sign_signature(struct arena *arena,
		    const struct s3_sign *sign);
/* The presigned URL. */
const char	*s3_sign_url(struct arena *arena, const struct s3_sign *sign);

#endif
