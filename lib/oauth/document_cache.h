#ifndef OAUTH_DOCUMENT_CACHE_H
#define OAUTH_DOCUMENT_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena;
struct config;

/*
 * Metadata documents that were good, in RUN_DIR: of clients by their URL, of
 * providers of sign-ins by "openid:" and theirs, so that none stands in for
 * another.  There is one file for each first byte of the name's digest, so
 * that they are DOCUMENT_FILES at most; a newer one takes the place of an
 * older.  A file says its name and end, and a digest over all of it; what does
 * not agree is not there.
 */
enum { DOCUMENT_FILES = 256 };

bool	 document_cache_read(struct arena *arena, const struct config *config,
	    const char *url, struct bytes *text);

/* For as long as the Cache-Control (or NULL) says, within our limits. */
void	 document_cache_keep(struct arena *arena, const struct config *config,
	    const char *url, struct bytes text, const char *cache_control);

/* How many seconds that is. */
int64_t	 document_cache_seconds(struct arena *arena,
	    const char *cache_control);

#endif
