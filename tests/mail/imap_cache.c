#include "mail/imap_cache.h"

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

CHECK_MAIN(
	cmocka_unit_test(kept),
	cmocka_unit_test(not_for_others),
	cmocka_unit_test(not_when_over)
)
