#include "mail/account.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "mail/address.h"

enum {
	HOST_CHARS = 253,
	NAME_CHARS = 500,
	SECRET_CHARS = 4000,
	BEARER_CHARS = 5376,	/* all that a token of 7,168 has room for */
	UPSTREAM_CHARS = 20,
	PIN_CHARS = 64,
	PATH_CHARS = 500,
	GRANT_CHARS = 22,
	WIRE_CHARS = 1000,
	ALIASES_MOST = 50,
	LIMITS_MOST = 100,
	ASK_USUAL = 3		/* a bit for each of account_actions */
};

const char *const	 account_scopes[] = {
	"mail:folders", "mail:read", "mail:search", "mail:modify",
	"mail:send", NULL
};

const char *const	 account_actions[] = {
	"send", "delete", "trash", "move", "draft", "invitation",
	"unsubscribe", NULL
};

const struct field	 mail_server_rows[] = {
	{ FIELD_AS(struct mail_server, host, "h"), .required = true,
	    .least = 1, .most = HOST_CHARS },
	{ FIELD_AS(struct mail_server, port, "p"), .required = true,
	    .least = 1, .most = UINT16_MAX },
	{ FIELD_AS(struct mail_server, tls, "t"), .least = TLS_DEFAULT,
	    .most = TLS_NONE },
	{ FIELD_AS(struct mail_server, pin_sha256, "k"), .most = PIN_CHARS },
	{ FIELD_AS(struct mail_server, ca_file, "c"), .most = PATH_CHARS },
	{ FIELD_AS(struct mail_server, named, "n") },
	{ FIELD_END }
};

const struct field	 card_place_rows[] = {
	{ FIELD_AS(struct card_place, grant, "g"), .required = true,
	    .least = GRANT_CHARS, .most = GRANT_CHARS },
	{ FIELD_AS(struct card_place, uidvalidity, "v"), .required = true,
	    .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct card_place, uid, "u"), .required = true,
	    .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct card_place, folder, "f"), .least = 1,
	    .most = WIRE_CHARS },
	{ FIELD_END }
};

const struct field	 ledger_place_rows[] = {
	{ FIELD_AS(struct ledger_place, uidvalidity, "v"), .required = true,
	    .least = 1, .most = UINT32_MAX },
	{ FIELD_AS(struct ledger_place, folder, "f"), .least = 1,
	    .most = WIRE_CHARS },
	{ FIELD_END }
};

const struct field	 account_rows[] = {
	{ FIELD_AS(struct account, address, "a"), .required = true,
	    .least = 1, .most = ADDRESS_CHARS_MOST },
	{ FIELD_AS(struct account, label, "l"), .most = NAME_CHARS },
	{ FIELD_AS(struct account, name, "n"), .most = NAME_CHARS },
	{ FIELD_AS(struct account, aliases, "al"), .most = ALIASES_MOST },
	{ FIELD_AS(struct account, scopes, "s"), .packed = true,
	    .words = account_scopes, .otherwise = ACCOUNT_SCOPES_ALL },
	{ FIELD_AS(struct account, ask_first, "q"), .packed = true,
	    .words = account_actions, .otherwise = ASK_USUAL },
	{ FIELD_AS(struct account, folders, "f"), .most = LIMITS_MOST },
	{ FIELD_AS(struct account, recipients, "r"), .most = LIMITS_MOST },
	{ FIELD_AS(struct account, username, "u"), .like = "a",
	    .least = 1, .most = NAME_CHARS },
	{ FIELD_AS(struct account, password, "p"), .most = SECRET_CHARS },
	{ FIELD_AS(struct account, bearer, "b"), .most = BEARER_CHARS },
	{ FIELD_AS(struct account, upstream, "us"),
	    .most = UPSTREAM_CHARS },
	{ FIELD_AS(struct account, renewal, "rn"), .most = BEARER_CHARS },
	{ FIELD_AS(struct account, imap, "i"), .rows = mail_server_rows,
	    .size = sizeof(struct mail_server) },
	{ FIELD_AS(struct account, smtp, "m"), .rows = mail_server_rows,
	    .size = sizeof(struct mail_server) },
	{ FIELD_AS(struct account, smtp_username, "mu"), .most = NAME_CHARS },
	{ FIELD_AS(struct account, smtp_password, "mp"),
	    .most = SECRET_CHARS },
	{ FIELD_AS(struct account, card, "d"), .rows = card_place_rows,
	    .size = sizeof(struct card_place) },
	{ FIELD_END }
};

struct texts
account_ask_usual(struct arena *arena)
{
	struct texts	 usual = { NULL, 0 };
	size_t		 i;

	for (i = 0; account_actions[i] != NULL; i++)
		if ((ASK_USUAL >> i & 1) != 0)
			texts_add(arena, &usual, account_actions[i]);
	return usual;
}

bool
account_is_waiting(const struct account *account)
{
	return account->password == NULL && account->bearer == NULL;
}

const struct fault *
account_waits(struct arena *arena, const struct account *account)
{
	return fault_make(arena, FAULT_UNAVAILABLE, "who signs in to %s could "
	    "not be asked for its next key: try again in a minute",
	    account->address);
}

static void
set_target(const struct mail_server *server, const struct config *config,
    struct wire_target *target)
{
	target->guard.host = server->host;
	target->guard.port = server->port;
	target->guard.named = server->named;
	target->guard.patterns = config->mail_hosts;
	target->guard.mail = true;
	target->tls = config_tls((enum tls_mode)server->tls, server->port);
	target->pin_sha256 = server->pin_sha256;
	if (server->ca_file != NULL)
		target->ca_file = server->ca_file;
}

/* Who sits in wait_for_mail, and who waits for a server that hangs: of each
 * there are so many workers. */
static struct crowd_limit
crowd_limit(const struct account *account, const struct config *config)
{
	return (struct crowd_limit){ config->run_dir,
	    config->waiting_workers > 0 ? config->waiting_workers : 1,
	    account->stranger };
}

void
account_imap_target(const struct account *account,
    const struct config *config, struct wire_target *target)
{
	struct mail_server	 fixed;

	memset(target, 0, sizeof(*target));
	target->protocol = WIRE_IMAP;
	target->ca_file = config->mail_ca_file;
	target->crowd = crowd_limit(account, config);
	if (account->imap.at != NULL) {
		set_target(account->imap.at, config, target);
		return;
	}
	memset(&fixed, 0, sizeof(fixed));
	fixed.host = config->imap_host;
	fixed.port = config->imap_port;
	fixed.tls = config->imap_tls;
	fixed.named = true;
	set_target(&fixed, config, target);
}

void
account_smtp_target(const struct account *account,
    const struct config *config, struct wire_target *target)
{
	struct mail_server	 fixed;

	memset(target, 0, sizeof(*target));
	target->protocol = WIRE_SMTP;
	target->crowd = crowd_limit(account, config);
	target->ca_file = config->smtp_ca_file != NULL ?
	    config->smtp_ca_file : config->mail_ca_file;
	if (account->smtp.at != NULL) {
		set_target(account->smtp.at, config, target);
		return;
	}
	if (account->imap.at != NULL)
		return;
	memset(&fixed, 0, sizeof(fixed));
	fixed.host = config->smtp_host;
	fixed.port = config->smtp_port;
	fixed.tls = config->smtp_tls;
	fixed.named = true;
	set_target(&fixed, config, target);
}

struct account *
account_for_reading(struct arena *arena, const struct account *account)
{
	struct account	*copy;

	copy = arena_take(arena, sizeof(*copy));
	copy->address = account->address;
	copy->username = account->username;
	copy->password = account->password;
	copy->bearer = account->bearer;
	copy->imap = account->imap;
	copy->card = account->card;
	return copy;
}

static struct account *
copy(struct arena *arena, struct objects accounts)
{
	struct account	*copies;

	copies = arena_array(arena, accounts.len, sizeof(*copies));
	memcpy(copies, accounts.at, accounts.len * sizeof(*copies));
	return copies;
}

struct objects
account_to_keep(struct arena *arena, struct objects accounts)
{
	struct account	*copies = copy(arena, accounts);
	size_t		 i;

	for (i = 0; i < accounts.len; i++)
		if (copies[i].renewal != NULL)
			copies[i].bearer = NULL;
	return (struct objects){ copies, accounts.len };
}

struct objects
account_to_use(struct arena *arena, struct objects accounts)
{
	struct account	*copies = copy(arena, accounts);
	size_t		 i;

	for (i = 0; i < accounts.len; i++)
		copies[i].upstream = copies[i].renewal = NULL;
	return (struct objects){ copies, accounts.len };
}

const char *
account_identity(struct arena *arena, const struct account *account)
{
	const struct mail_server	*server = account->imap.at;
	struct buf			 buf;

	buf_start(&buf, arena);
	buf_counted(&buf, server == NULL ? "" :
	    text_lower_copy(arena, server->host));
	buf_number(&buf, server == NULL ? 0 : server->port);
	buf_byte(&buf, ':');
	buf_counted(&buf, account->username);
	return buf_string(&buf);
}
