#ifndef CRYPT_KEYS_H
#define CRYPT_KEYS_H

#include <stddef.h>

#include "base/bytes.h"

struct arena;
struct config;
struct fault;

/*
 * The keys of a program, newest first: the first seals, all open.  A line of
 * the key file is a master key (32 bytes as base64, base64url or 64 hex
 * digits), or, for one program, "kid kind key" with a key derived already.
 * A key's kid is the first eight hex digits of its SHA-256.
 */
enum { KEY_BYTES = 32, KID_CHARS = 8, KEYS_MOST = 16 };

struct keys;

/*
 * From ENCRYPTION_KEY_FILE, else ENCRYPTION_KEY, then ENCRYPTION_KEYS_OLD.
 * Refused, with what to do: no key at all; a file that others may read, that
 * is not ours (or root's), or that lies below DOCUMENT_ROOT (document_root,
 * NULL when there is none).
 */
const struct fault	*keys_load(struct arena *arena,
			    const struct config *config,
			    const char *document_root,
			    const struct keys **keys);

/* Keys from text, one a line, as in the file: for tests and the operator. */
const struct fault	*keys_read(struct arena *arena, struct bytes text,
			    const struct keys **keys);

/* The kid of the newest key. */
const char		*keys_newest(const struct keys *keys);

/* The kid of key n, the newest is 0; NULL behind the last. */
const char		*keys_kid(const struct keys *keys, size_t n);

/*
 * The sub-key for a kind ("mcp-at+jwe"): HKDF-SHA256(master, "postern1|" +
 * kind), security.md T1.  at->at is NULL where no key has that kid.
 */
struct bytes		 keys_derive(struct arena *arena,
			    const struct keys *keys, const char *kid,
			    const char *kind);

/* A new master key as base64 with its newline: for postern key. */
const char		*keys_make(struct arena *arena);

#endif
