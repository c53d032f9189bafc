/* What a key can seal with: never twice the same IV (NIST SP 800-38D 8), and
 * nothing where the kernel gives no randomness.  NONCES (20000) is how many
 * tokens are sealed; make nonces seals 10,000,000. */
#include "../check.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "crypt/aead.h"
#include "crypt/digest.h"
#include "crypt/jwe.h"
#include "data/base64.h"

enum { FEW = 20000, OF_EACH = 500, SEALED = 1 };

struct iv {
	unsigned char	 at[AEAD_IV_BYTES];
};

static const unsigned char	 key_bytes[AEAD_KEY_BYTES] = { 7 };
static const struct jwe_header	 header = { "k1", "mcp-at+jwe", NULL };

/* The IV of a new token, as it stands in it. */
static void
mint(struct arena *arena, struct iv *iv)
{
	const char	*token;
	struct bytes	 all, part;
	size_t		 at;

	token = jwe_seal(arena, bytes_of("{}"),
	    bytes_from(key_bytes, sizeof(key_bytes)), &header);
	all = bytes_of(token);
	at = bytes_find(all, '.') + 2;
	all = bytes_slice(all, at, all.len);
	assert_true(base64_read_url(arena, bytes_slice(all, 0,
	    bytes_find(all, '.')), &part));
	assert_int_equal(part.len, AEAD_IV_BYTES);
	memcpy(iv->at, part.at, AEAD_IV_BYTES);
}

static void
mint_many(struct iv *ivs, size_t count)
{
	struct arena	*arena;
	size_t		 i;

	arena = arena_open();
	for (i = 0; i < count; i++) {
		mint(arena, &ivs[i]);
		arena_wipe(arena);
	}
	arena_close(arena);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct iv));
}

static size_t
count_equal(struct iv *ivs, size_t count)
{
	size_t	 i, equal = 0;

	qsort(ivs, count, sizeof(*ivs), compare);
	for (i = 1; i < count; i++)
		if (compare(&ivs[i - 1], &ivs[i]) == 0)
			equal++;
	return equal;
}

static void
no_iv_comes_twice(void **state)
{
	const char	*told;
	struct iv	*ivs;
	size_t		 count, equal;

	(void)state;
	told = getenv("NONCES");
	count = told == NULL ? FEW : strtoul(told, NULL, 10);
	assert_true(count >= FEW);
	ivs = calloc(count, sizeof(*ivs));
	assert_non_null(ivs);
	mint_many(ivs, count);
	equal = count_equal(ivs, count);
	printf("# %zu tokens, %zu equal IVs\n", count, equal);
	free(ivs);
	assert_int_equal(equal, 0);
}

/* Also when its parent has sealed before: nothing that an IV is made of may
 * have been copied. */
static void
a_child_makes_others(void **state)
{
	struct iv	 ivs[3 * OF_EACH];
	size_t		 size = OF_EACH * sizeof(ivs[0]), got = 0;
	ssize_t		 n = 1;
	int		 ends[2], status;
	pid_t		 child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	mint_many(ivs, OF_EACH);
	if ((child = fork()) == 0) {
		mint_many(ivs, OF_EACH);
		_exit(write(ends[1], ivs, size) != (ssize_t)size);
	}
	assert_true(child > 0);
	close(ends[1]);
	mint_many(ivs + OF_EACH, OF_EACH);
	for (; got < size && n > 0; got += (size_t)n) {
		n = read(ends[0], (char *)(ivs + 2 * OF_EACH) + got,
		    size - got);
		assert_true(n >= 0);
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(got, size);
	assert_int_equal(count_equal(ivs, 3 * OF_EACH), 0);
}

/* As on a kernel that has none to give. */
static bool
forbid_randomness(void)
{
	struct sock_filter	 rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	};
	struct sock_fprog	 filter = {
		.len = sizeof(rows) / sizeof(rows[0]), .filter = rows
	};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* The program ends: to go on without is to seal with what can be guessed. */
static void
without_randomness_nothing_is_sealed(void **state)
{
	struct iv	 iv;
	pid_t		 child;
	int		 status;

	(void)state;
	fflush(NULL);
	if ((child = fork()) == 0) {
		if (!forbid_randomness())
			_exit(EX_SOFTWARE);
		mint_many(&iv, 1);
		_exit(SEALED);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == EX_SOFTWARE)
		skip();
	assert_int_equal(WEXITSTATUS(status), EX_OSERR);
}

CHECK_MAIN(
	cmocka_unit_test(no_iv_comes_twice),
	cmocka_unit_test(a_child_makes_others),
	cmocka_unit_test(without_randomness_nothing_is_sealed)
)
