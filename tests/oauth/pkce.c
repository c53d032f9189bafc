#include "../check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "oauth/pkce.h"

/* RFC 7636 appendix B. */
#define VERIFIER	"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE	"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define TEN		"abcdefghij"
#define HUNDRED		TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

enum { GOOD = -1 };

static const struct {
	const char	*challenge;
	const char	*method;
	int		 kind;
} challenges[] = {
	{ CHALLENGE, "S256", GOOD },
	{ CHALLENGE, "plain", FAULT_REQUEST },
	{ CHALLENGE, "s256", FAULT_REQUEST },
	{ CHALLENGE, "", FAULT_REQUEST }, { CHALLENGE, NULL, FAULT_REQUEST },
	{ NULL, "S256", FAULT_REQUEST }, { "", "S256", FAULT_REQUEST },
	{ NULL, NULL, FAULT_REQUEST },
	{ CHALLENGE "A", "S256", FAULT_REQUEST },
	{ CHALLENGE "=", "S256", FAULT_REQUEST },
	{ "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "S256",
	  FAULT_REQUEST },
	{ "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "S256",
	  FAULT_REQUEST },
	{ "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM", "S256",
	  FAULT_REQUEST },
	{ "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", "S256",
	  FAULT_REQUEST },
};

static const struct {
	const char	*challenge;
	const char	*verifier;
	int		 kind;
} verifiers[] = {
	{ CHALLENGE, VERIFIER, GOOD },
	{ CHALLENGE, NULL, FAULT_REQUEST }, { CHALLENGE, "", FAULT_REQUEST },
	{ CHALLENGE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
	  FAULT_GRANT },
	{ CHALLENGE, VERIFIER " ", FAULT_REQUEST },
	{ CHALLENGE, VERIFIER VERIFIER, FAULT_GRANT },
	{ CHALLENGE, "too-short", FAULT_REQUEST },
	{ CHALLENGE, CHALLENGE, FAULT_GRANT },
	{ CHALLENGE, HUNDRED TEN TEN TEN, FAULT_REQUEST },
	{ CHALLENGE, "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk",
	  FAULT_REQUEST },
	{ "", VERIFIER, FAULT_GRANT },
	{ "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", VERIFIER,
	  FAULT_GRANT },
};

static int
kind_of(const struct fault *bad)
{
	return bad == NULL ? GOOD : (int)bad->kind;
}

static void
challenge(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(challenges) / sizeof(challenges[0]); i++)
		if (kind_of(pkce_check_challenge(arena,
		    challenges[i].challenge, challenges[i].method)) !=
		    challenges[i].kind)
			fail_msg("row %zu", i);
	arena_close(arena);
}

static void
verifier(void **state)
{
	struct arena	*arena;
	size_t		 i;

	(void)state;
	arena = arena_open();
	for (i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (kind_of(pkce_check_verifier(arena,
		    verifiers[i].challenge, verifiers[i].verifier)) !=
		    verifiers[i].kind)
			fail_msg("row %zu", i);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(challenge),
	cmocka_unit_test(verifier)
)
