#include "../check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/text.h"
#include "crypt/digest.h"
#include "crypt/keys.h"

#define HEX	"000102030405060708090a0b0c0d0e0f" \
		"101112131415161718191a1b1c1d1e1f"
#define BASE64	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define URL	"_-7dzLuqmYh3ZlVEMyIRAP_u3cy7qpmId2ZVRDMiEQA"
#define KID	"630dcd29"	/* of HEX and BASE64: one key */

/* The kid expected of the newest key, or NULL for a refusal. */
static const struct row {
	const char	*given;
	const char	*kid;
} rows[] = {
	{ HEX, KID }, { BASE64 "\n", KID }, { "# old\n\n" BASE64 "\r\n", KID },
	{ BASE64 "\n" URL "\n", KID },
	{ "01234567 mcp-at+jwe " BASE64, "01234567" },
	{ "", NULL }, { "\n\n", NULL }, { "# none", NULL },
	{ "short", NULL }, { HEX "00", NULL }, { BASE64 "AAAA", NULL },
	{ "000102030405060708090a0b0c0d0e0f", NULL },
	{ "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g",
	  NULL },
	{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", NULL },
	{ BASE64 "\nnot a key at all", NULL }, { "a " BASE64, NULL },
	{ "0123 mcp-at+jwe " BASE64, NULL }, { BASE64 " " BASE64, NULL },
};

static void
reading(void **state)
{
	const struct fault	*bad;
	const struct keys	*keys;
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bad = keys_read(arena, bytes_of(rows[i].given), &keys);
		if ((bad == NULL) != (rows[i].kid != NULL))
			fail_msg("row %zu", i);
		if (bad == NULL)
			assert_string_equal(keys_newest(keys), rows[i].kid);
		else
			assert_null(strstr(bad->detail, BASE64));
	}
	arena_close(arena);
}

/* A sub-key is HKDF over the master with its kind, and nobody else's. */
static void
deriving(void **state)
{
	const struct keys	*keys;
	struct arena		*arena;
	struct bytes		 access, code, other;

	(void)state;
	arena = arena_open();
	assert_null(keys_read(arena, bytes_of(BASE64 "\n" URL "\n"), &keys));
	access = keys_derive(arena, keys, KID, "mcp-at+jwe");
	code = keys_derive(arena, keys, KID, "mcp-code+jwe");
	assert_int_equal(access.len, KEY_BYTES);
	assert_false(bytes_equal(access, code));
	assert_null(keys_derive(arena, keys, "ffffffff", "mcp-at+jwe").at);
	assert_null(keys_derive(arena, keys, "", "mcp-at+jwe").at);
	/* A file that holds only one sub-key gives that and no other. */
	assert_null(keys_read(arena, bytes_of(text_format(arena,
	    KID " mcp-at+jwe %s", digest_hex(arena, access))), &keys));
	other = keys_derive(arena, keys, KID, "mcp-at+jwe");
	assert_true(bytes_equal(access, other));
	assert_null(keys_derive(arena, keys, KID, "mcp-code+jwe").at);
	arena_close(arena);
}

static void
making(void **state)
{
	const struct keys	*first, *second;
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_null(keys_read(arena, bytes_of(keys_make(arena)), &first));
	assert_null(keys_read(arena, bytes_of(keys_make(arena)), &second));
	assert_string_not_equal(keys_newest(first), keys_newest(second));
	arena_close(arena);
}

static void
put_file(const char *path, mode_t mode)
{
	int	 fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, BASE64 "\n", strlen(BASE64) + 1),
	    (ssize_t)strlen(BASE64) + 1);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Who may read the file, whose it is and where it lies decide. */
static void
files(void **state)
{
	static const struct {
		mode_t	 mode;
		bool	 good;
	} modes[] = {
		{ 0400, true }, { 0600, true }, { 0604, false },
		{ 0644, false }, { 0660, false }, { 0402, false },
	};
	char			 folder[] = "/tmp/postern-keys-XXXXXX";
	const struct keys	*keys;
	struct config		 config = { 0 };
	struct arena		*arena;
	size_t			 i;

	(void)state;
	arena = arena_open();
	assert_non_null(mkdtemp(folder));
	config.key_file = text_format(arena, "%s/key", folder);
	assert_non_null(keys_load(arena, &config, NULL, &keys));
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put_file(config.key_file, modes[i].mode);
		if ((keys_load(arena, &config, NULL, &keys) == NULL) !=
		    modes[i].good)
			fail_msg("mode %o", (unsigned)modes[i].mode);
	}
	put_file(config.key_file, 0400);
	assert_null(keys_load(arena, &config, "/var/empty", &keys));
	assert_non_null(keys_load(arena, &config, folder, &keys));
	assert_non_null(keys_load(arena, &config, "/tmp", &keys));
	assert_non_null(keys_load(arena, &config, "/", &keys));
	assert_null(keys_load(arena, &config, "/tmp/postern", &keys));
	if (geteuid() == 0) {
		assert_int_equal(chown(config.key_file, 65534, 65534), 0);
		assert_non_null(keys_load(arena, &config, NULL, &keys));
	}
	unlink(config.key_file);
	config.key_file = folder;
	assert_non_null(keys_load(arena, &config, NULL, &keys));
	rmdir(folder);
	arena_close(arena);
}

/* Keys from the environment, old ones behind the newest. */
static void
environment(void **state)
{
	const struct keys	*keys;
	struct config		 config = { 0 };
	struct arena		*arena;

	(void)state;
	arena = arena_open();
	assert_non_null(keys_load(arena, &config, NULL, &keys));
	config.keys_old = HEX;
	assert_non_null(keys_load(arena, &config, NULL, &keys));
	config.key = URL;
	assert_null(keys_load(arena, &config, NULL, &keys));
	assert_string_not_equal(keys_newest(keys), KID);
	assert_non_null(keys_derive(arena, keys, KID, "mcp-rt+jwe").at);
	config.keys_old = HEX ",broken";
	assert_non_null(keys_load(arena, &config, NULL, &keys));
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(reading),
	cmocka_unit_test(deriving),
	cmocka_unit_test(making),
	cmocka_unit_test(files),
	cmocka_unit_test(environment)
)
