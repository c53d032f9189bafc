#include "mail/imap_cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/confine.h"
#include "imap_stage.h"

/* Each test meets one server, which takes one connection: who is not given
 * the kept session finds nobody. */
static const struct step	 steps[] = { LOGGED_IN("UIDPLUS"),
	{ "A2 NOOP", "A2 OK\r\n" }, { "A3 NOOP", "A3 OK\r\n" },
	{ NULL, NULL } };

static const struct step	 once[] = { LOGGED_IN("UIDPLUS"),
	{ "A2 NOOP", "A2 OK\r\n" }, { NULL, NULL } };

static const struct step	 parting[] = { LOGGED_IN("UIDPLUS"),
	{ "A2 NOOP", "A2 OK\r\n* BYE too idle\r\n" }, { NULL, NULL } };

static void
open_kept(struct stage *stage, const struct step *script)
{
	begin(stage);
	stage->config.keep_sessions = 2;
	stage->config.keep_idle = 30;
	assert_null(meet(stage, play, script));
	queue(stage, "NOOP");
	assert_null(imap_run(stage->imap));
}

static const struct fault *
take(struct stage *stage, struct imap **imap)
{
	return imap_cache_take(stage->arena, &stage->account,
	    &stage->config, clock_ms() + SHORT_MS, imap);
}

static void
kept(void **state)
{
	struct stage	 stage;
	struct imap	*imap;

	(void)state;
	open_kept(&stage, steps);
	imap_cache_put(&stage.account, &stage.config, stage.imap);
	imap_cache_sweep(&stage.config);
	assert_null(take(&stage, &imap));
	assert_ptr_equal(imap, stage.imap);
	queue(&stage, "NOOP");
	assert_null(imap_run(imap));
	imap_cache_put(&stage.account, &stage.config, imap);
	imap_cache_close();
	stage.imap = NULL;
	end(&stage);
}

/* Whoever lacks the secret, or means another server, gets no session. */
static void
not_for_others(void **state)
{
	struct mail_server	 server;
	struct account		 account;
	struct stage		 stage;
	struct imap		*imap;
	int			 i;

	(void)state;
	open_kept(&stage, once);
	imap_cache_put(&stage.account, &stage.config, stage.imap);
	account = stage.account;
	server = stage.server;
	for (i = 0; i < 5; i++) {
		stage.account = account;
		stage.server = server;
		if (i == 0)
			stage.account.password = "open sesamf";
		if (i == 1)
			stage.account.password = NULL;
		if (i == 2)
			stage.account.username = "bert@example.org";
		if (i == 3)
			stage.server.host = "127.0.0.1";
		if (i == 4)
			stage.server.pin_sha256 = "pin";
		stage.account.imap.at = &stage.server;
		assert_non_null(take(&stage, &imap));
	}
	stage.account = account;
	stage.server = server;
	assert_null(take(&stage, &imap));
	assert_ptr_equal(imap, stage.imap);
	imap_cache_put(&stage.account, &stage.config, imap);
	imap_cache_close();
	stage.imap = NULL;
	end(&stage);
}

/* A session that the server has ended, or that idled too long, is not given
 * out. */
static void
not_when_over(void **state)
{
	struct stage	 stage;
	struct imap	*imap;

	(void)state;
	open_kept(&stage, parting);
	peer_sleep(SHORT_MS / 4);
	imap_cache_put(&stage.account, &stage.config, stage.imap);
	assert_non_null(take(&stage, &imap));
	stage.imap = NULL;
	end(&stage);
	open_kept(&stage, once);
	imap_cache_put(&stage.account, &stage.config, stage.imap);
	stage.config.keep_idle = -1;
	assert_non_null(take(&stage, &imap));
	stage.imap = NULL;
	end(&stage);
	open_kept(&stage, once);
	stage.config.keep_sessions = 0;
	imap_cache_put(&stage.account, &stage.config, stage.imap);
	assert_non_null(take(&stage, &imap));
	stage.imap = NULL;
	end(&stage);
}

/* A server for one session, of which so many may be open at a time. */
static void
count_places(struct stage *stage, const char *folder, int64_t most)
{
	static const struct step	 script[] = { LOGGED_IN("UIDPLUS"),
		{ NULL, NULL } };

	begin(stage);
	stage->config.keep_sessions = 2;
	stage->config.keep_idle = 30;
	stage->config.sessions = most;
	stage->config.run_dir = folder;
	peer_start(&stage->peer, play, script);
	stage->server.port = stage->peer.port;
}

/* Done with one of so many places: whether the session is kept. */
static bool
is_kept(const char *folder, int64_t most)
{
	struct stage	 stage;
	struct imap	*imap, *again = NULL;

	count_places(&stage, folder, most);
	assert_null(take(&stage, &imap));
	imap_cache_put(&stage.account, &stage.config, imap);
	if (take(&stage, &again) == NULL)
		assert_ptr_equal(again, imap);
	imap_cache_put(&stage.account, &stage.config, again);
	imap_cache_close();
	end(&stage);
	return again != NULL;
}

/* With all that was counted there. */
static void
remove_folder(const char *folder)
{
	static const char *const	 counters[] = { "sessions",
					    "waited-for", "refused-logins" };
	char				 file[64];
	size_t				 i;

	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", folder, counters[i]);
		assert_int_equal(unlink(file), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

/* While the one place is held nobody else gets a session; and it is not kept
 * where nobody else could have two then. */
static void
places(void **state)
{
	char		 folder[] = "/tmp/postern-cache-XXXXXX";
	struct stage	 stage;
	struct imap	*imap, *again;

	(void)state;
	assert_non_null(mkdtemp(folder));
	count_places(&stage, folder, 1);
	assert_null(take(&stage, &imap));
	expect_fault(take(&stage, &again), FAULT_UNAVAILABLE, "1 calls");
	stage.account.username = "Anna@Example.org";
	expect_fault(take(&stage, &again), FAULT_UNAVAILABLE, "1 calls");
	/* Whose digest starts with the same 16 bits. */
	stage.account.username = "u22571@example.org";
	expect_fault(take(&stage, &again), FAULT_CONNECT, NULL);
	stage.account.username = "anna@example.org";
	imap_cache_put(&stage.account, &stage.config, imap);
	expect_fault(take(&stage, &again), FAULT_CONNECT, NULL);
	end(&stage);
	assert_false(is_kept(folder, 2));
	assert_true(is_kept(folder, 3));
	remove_folder(folder);
}

static int
count_descriptors(void)
{
	int	 fd, count = 0;

	for (fd = 0; fd < CONFINE_DESCRIPTORS; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* As many as KEEP_SESSIONS may be, and some for what is done beside: else no
 * request would be accepted any more. */
static void
descriptors(void **state)
{
	enum { KEPT_MOST = 64, BESIDE = 64 };

	char		 folder[] = "/tmp/postern-cache-XXXXXX";
	struct stage	 stage;
	struct imap	*imap;
	int		 before, each;

	(void)state;
	assert_non_null(mkdtemp(folder));
	count_places(&stage, folder, 3);
	before = count_descriptors();
	assert_null(take(&stage, &imap));
	imap_cache_put(&stage.account, &stage.config, imap);
	each = count_descriptors() - before;
	assert_in_range(each, 2, (CONFINE_DESCRIPTORS - BESIDE) / KEPT_MOST);
	imap_cache_close();
	assert_int_equal(count_descriptors(), before);
	end(&stage);
	remove_folder(folder);
}

CHECK_MAIN(
	cmocka_unit_test(kept),
	cmocka_unit_test(not_for_others),
	cmocka_unit_test(not_when_over),
	cmocka_unit_test(places),
	cmocka_unit_test(descriptors)
)
