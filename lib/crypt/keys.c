#include "crypt/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/place.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "data/base64.h"

enum {
	KEY_FILE_BYTES = 32 * 1024,
	HEX_KEY_CHARS = 2 * KEY_BYTES,
	LINES_MOST = 256	/* several kinds of KEYS_MOST keys */
};

/* A master key, or with a kind the sub-key of that kind. */
struct key {
	const char	*kid;		/* NULL: not asked for yet */
	const char	*kind;
	struct bytes	 bytes;
};

struct keys {
	struct arena	*arena;
	struct key	*at;
	size_t		 len;
};

static const char	 advice[] =
	"make one with: postern key --file=PATH, and set ENCRYPTION_KEY_FILE";

static const char	 stranger[] =
	"only root and the user the programs run as may: be one of them";

static bool
read_hex(struct arena *arena, const char *text, struct bytes *key)
{
	unsigned char	*bytes;
	size_t		 i;
	int		 digit;

	if (strlen(text) != HEX_KEY_CHARS)
		return false;
	bytes = arena_take(arena, KEY_BYTES);
	for (i = 0; i < HEX_KEY_CHARS; i++) {
		digit = text_hex((unsigned char)text[i]);
		if (digit == -1)
			return false;
		bytes[i / 2] = (unsigned char)(bytes[i / 2] << 4 | digit);
	}
	*key = bytes_from(bytes, KEY_BYTES);
	return true;
}

/* A key of one octet over and over was typed, not drawn. */
static bool
is_drawn(struct bytes key)
{
	size_t	 i;

	for (i = 1; i < key.len; i++)
		if (key.at[i] != key.at[0])
			return true;
	return false;
}

static bool
read_key(struct arena *arena, const char *text, struct bytes *key)
{
	return (read_hex(arena, text, key) ||
	    base64_read_lenient(arena, bytes_of(text), key)) &&
	    key->len == KEY_BYTES && is_drawn(*key);
}

/* Made when it is asked for: many a program ends, or waits, before it has to
 * do with a token, and to start OpenSSL is half of what it would do. */
static const char *
find_kid(const struct keys *keys, size_t n)
{
	struct key	*key = &keys->at[n];

	if (key->kid == NULL)
		key->kid = arena_copy(keys->arena, digest_hex(keys->arena,
		    digest(keys->arena, DIGEST_SHA256, key->bytes)),
		    KID_CHARS);
	return key->kid;
}

/* line = key / kid SP kind SP key */
static const struct fault *
read_line(struct arena *arena, const char *line, struct keys *keys)
{
	struct texts	 words;
	struct key	*key;

	words = text_split(arena, line, " \t");
	if (words.len == 0 || words.at[0][0] == '#')
		return NULL;
	key = &keys->at[keys->len];
	if ((words.len != 1 && words.len != 3) ||
	    !read_key(arena, words.at[words.len - 1], &key->bytes))
		return fault_make(arena, FAULT_INTERNAL, "encryption key %zu: "
		    "not 32 random bytes as base64 or 64 hex digits; %s",
		    keys->len + 1, advice);
	if (words.len == 3) {
		key->kid = words.at[0];
		key->kind = words.at[1];
		if (strlen(key->kid) != KID_CHARS)
			return fault_make(arena, FAULT_INTERNAL,
			    "encryption key %zu: the kid is not 8 hex digits",
			    keys->len + 1);
	}
	keys->len++;
	return NULL;
}

const struct fault *
keys_read(struct arena *arena, struct bytes text, const struct keys **result)
{
	const struct fault	*bad;
	struct texts		 lines;
	struct keys		*keys;
	size_t			 i;

	lines = text_split(arena, bytes_text(arena, text), "\r\n");
	if (lines.len > LINES_MOST)
		return fault_make(arena, FAULT_INTERNAL,
		    "encryption keys: more than %d lines", LINES_MOST);
	keys = arena_take(arena, sizeof(*keys));
	keys->arena = arena;
	keys->at = arena_array(arena, lines.len + 1, sizeof(*keys->at));
	for (i = 0; i < lines.len; i++)
		if ((bad = read_line(arena, lines.at[i], keys)) != NULL)
			return bad;
	if (keys->len == 0)
		return fault_make(arena, FAULT_INTERNAL,
		    "there is no encryption key; %s", advice);
	*result = keys;
	return NULL;
}

/*
 * Only its owner may read it, and that is us or root.  systemd hands a
 * credential over as root's with an ACL for us, whose mask shows as 0440.
 */
static const struct fault *
check_file(struct arena *arena, const char *path, const struct stat *status)
{
	unsigned	 others;

	if (!S_ISREG(status->st_mode))
		return fault_make(arena, FAULT_INTERNAL,
		    "ENCRYPTION_KEY_FILE: %s is not a file", path);
	if (status->st_uid != geteuid() && status->st_uid != 0)
		return fault_make(arena, FAULT_INTERNAL, "ENCRYPTION_KEY_FILE:"
		    " %s belongs to somebody else: chown it to user %u", path,
		    (unsigned)geteuid());
	others = status->st_uid == 0 && status->st_gid == 0 ? 037 : 077;
	if ((status->st_mode & others) != 0)
		return fault_make(arena, FAULT_INTERNAL, "ENCRYPTION_KEY_FILE:"
		    " others may read %s: chmod 0400 it", path);
	if (status->st_size > KEY_FILE_BYTES)
		return fault_make(arena, FAULT_INTERNAL,
		    "ENCRYPTION_KEY_FILE: %s is no key file", path);
	return NULL;
}

static const struct fault *
read_open(struct arena *arena, const char *path, int fd, struct buf *buf)
{
	const struct fault	*bad;
	struct stat		 status;
	ssize_t			 got;
	size_t			 size;

	if (fstat(fd, &status) == -1)
		return fault_make(arena, FAULT_INTERNAL,
		    "ENCRYPTION_KEY_FILE: %s: %s", path, strerror(errno));
	if ((bad = check_file(arena, path, &status)) != NULL)
		return bad;
	size = (size_t)status.st_size;
	got = read(fd, buf_room(buf, size), size);
	if (got == -1)
		return fault_make(arena, FAULT_INTERNAL,
		    "ENCRYPTION_KEY_FILE: %s: %s", path, strerror(errno));
	buf_cut(buf, (size_t)got);
	return NULL;
}

static const struct fault *
read_file(struct arena *arena, const char *path, const char *document_root,
    struct buf *buf)
{
	const struct fault	*bad;
	int			 fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return fault_make(arena, FAULT_INTERNAL, "ENCRYPTION_KEY_FILE:"
		    " cannot read %s: %s; %s", path, strerror(errno),
		    errno == EACCES ? stranger : advice);
	bad = read_open(arena, path, fd, buf);
	close(fd);
	if (bad == NULL && place_lies_below(arena, path, document_root))
		return fault_make(arena, FAULT_INTERNAL, "ENCRYPTION_KEY_FILE:"
		    " %s lies in what the web server gives out: move it "
		    "elsewhere", path);
	return bad;
}

const struct fault *
keys_load(struct arena *arena, const struct config *config,
    const char *document_root, const struct keys **keys)
{
	const struct fault	*bad;
	struct texts		 old;
	struct buf		 buf;

	buf_start(&buf, arena);
	if (config->key_file != NULL) {
		bad = read_file(arena, config->key_file, document_root, &buf);
		if (bad != NULL)
			return bad;
	} else if (config->key != NULL) {
		buf_text(&buf, config->key);
	}
	if (buf.len == 0)
		return fault_make(arena, FAULT_INTERNAL,
		    "there is no encryption key; %s", advice);
	if (config->keys_old != NULL) {
		old = text_split(arena, config->keys_old, ", \t");
		buf_byte(&buf, '\n');
		buf_text(&buf, texts_join(arena, old, "\n"));
	}
	return keys_read(arena, buf_view(&buf), keys);
}

const char *
keys_newest(const struct keys *keys)
{
	return find_kid(keys, 0);
}

const char *
keys_kid(const struct keys *keys, size_t n)
{
	size_t	 i, k;

	/* The keys of one program have several lines of the same kid. */
	for (i = 0; i < keys->len; i++) {
		for (k = 0; !text_equal(find_kid(keys, k), find_kid(keys, i));
		    k++)
			continue;
		if (k == i && n-- == 0)
			return find_kid(keys, i);
	}
	return NULL;
}

struct bytes
keys_derive(struct arena *arena, const struct keys *keys, const char *kid,
    const char *kind)
{
	const struct key	*key;
	const char		*info;
	size_t			 i;

	info = text_format(arena, "postern1|%s", kind);
	for (i = 0; i < keys->len; i++) {
		key = &keys->at[i];
		if (!text_equal(find_kid(keys, i), kid))
			continue;
		if (key->kind == NULL)
			return digest_hkdf(arena, key->bytes, bytes_of(info),
			    KEY_BYTES);
		if (text_equal(key->kind, kind))
			return key->bytes;
	}
	return bytes_from(NULL, 0);
}

const char *
keys_make(struct arena *arena)
{
	return text_format(arena, "%s\n", base64_write(arena,
	    digest_random(arena, KEY_BYTES)));
}
