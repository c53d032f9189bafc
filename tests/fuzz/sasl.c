#include "fuzz.h"

#include "base/arena.h"
#include "base/fault.h"
#include "mail/sasl.h"
#include "mail/scram.h"

static const char *const	 mechanisms[] = {
	"OAUTHBEARER", "XOAUTH2", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN",
	"LOGIN", "CRAM-MD5"
};

enum { MECHANISMS = sizeof(mechanisms) / sizeof(mechanisms[0]) };

/* Up to a line end; what follows is the next challenge. */
static struct bytes
take_line(struct bytes *rest)
{
	struct bytes	 line;

	line = bytes_slice(*rest, 0, bytes_find(*rest, '\n'));
	*rest = bytes_slice(*rest, line.len + 1, SIZE_MAX);
	return line;
}

/* Whatever a server asks for, it ends; and a proof is none without the
 * password. */
static void
check_steps(struct arena *arena, const char *mechanism, struct bytes rest)
{
	const struct sasl_credentials	 credentials = {
		.username = "me@example.org",
		.password = mechanism[0] == 'O' || mechanism[0] == 'X' ?
		    NULL : "geheim",
		.bearer = mechanism[0] == 'O' || mechanism[0] == 'X' ?
		    "token" : NULL,
		.host = "mail.example.org", .port = 993
	};
	const struct fault		*bad;
	struct bytes			 response;
	struct sasl			*sasl;

	assert(sasl_start(arena, &credentials, (struct texts){ &mechanism, 1 },
	    &sasl) == NULL);
	if (sasl_speaks_first(sasl))
		assert(sasl_step(sasl, bytes_of(""), &response) == NULL);
	while (rest.len > 0)
		if ((bad = sasl_step(sasl, take_line(&rest), &response)) !=
		    NULL) {
			fuzz_is_text(bad->detail);
			break;
		}
	assert(!text_starts(mechanism, "SCRAM") || !sasl_is_done(sasl));
}

/* With a nonce that is known a challenge may get further. */
static void
check_scram(struct arena *arena, enum digest kind, struct bytes rest)
{
	struct scram	*scram;
	struct bytes	 proof;
	bool		 proved = false;

	scram = scram_start(arena, kind, "me", "geheim", "nonce");
	if (scram_prove(scram, take_line(&rest), &proof) == NULL &&
	    scram_verify(scram, take_line(&rest), &proved) == NULL)
		assert(!proved);
}

/* The first byte chooses the mechanism; lines are the server's challenges. */
int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	const char	*mechanism;
	struct arena	*arena;
	struct bytes	 rest;

	if (len == 0)
		return 0;
	arena = arena_open();
	rest = bytes_from(at + 1, len - 1);
	mechanism = mechanisms[at[0] % MECHANISMS];
	check_steps(arena, mechanism, rest);
	if (text_equal(mechanism, "SCRAM-SHA-256"))
		check_scram(arena, DIGEST_SHA256, rest);
	if (text_equal(mechanism, "SCRAM-SHA-1"))
		check_scram(arena, DIGEST_SHA1, rest);
	fuzz_is_text(sasl_words(arena, &(struct sasl_credentials){
	    .password = "geheim" }, utf8_clean(arena, rest)));
	arena_close(arena);
	return 0;
}
