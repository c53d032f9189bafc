#include "mail/account.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/fault.h"
#include "data/json.h"

#include "../check.h"

/* What a token may carry as an account; a word of the refusal, or NULL. */
static const struct row {
	const char	*json;
	const char	*refusal;
} rows[] = {
	{ "{\"a\":\"anna@example.org\",\"u\":\"anna\",\"p\":\"x\"}", NULL },
	{ "{\"a\":\"anna@example.org\",\"u\":\"anna\",\"p\":\"x\","
	    "\"i\":{\"h\":\"imap.example.org\",\"p\":993},"
	    "\"m\":{\"h\":\"smtp.example.org\",\"p\":587,\"t\":2}}", NULL },
	{ "{\"a\":\"anna@example.org\",\"p\":\"x\"}", NULL },
	{ "{\"a\":\"anna@example.org\",\"s\":[\"mail:read\"]}", NULL },
	{ "{\"a\":\"anna@example.org\",\"u\":\"\"}", "u" },
	{ "{\"a\":\"anna@example.org\",\"s\":32}", "s" },
	{ "{\"a\":\"anna@example.org\",\"s\":-1}", "s" },
	{ "{\"a\":\"anna@example.org\",\"s\":[\"mail:all\"]}", "s" },
	{ "{\"a\":\"anna@example.org\",\"q\":128}", "q" },
	{ "{\"u\":\"anna\",\"p\":\"x\"}", "a" },
	{ "{\"a\":\"anna@example.org\",\"u\":\"anna\",\"q\":\"x\"}", "q" },
	{ "{\"a\":\"a@b\",\"u\":\"anna\",\"i\":{\"h\":\"x\"}}", "p" },
	{ "{\"a\":\"a@b\",\"u\":\"a\",\"i\":{\"h\":\"x\",\"p\":65536}}",
	    "p" },
	{ "{\"a\":\"a@b\",\"u\":\"a\",\"i\":{\"h\":\"x\",\"p\":0}}", "p" },
	{ "{\"a\":\"a@b\",\"u\":\"a\",\"i\":{\"h\":\"x\",\"p\":1,\"t\":4}}",
	    "t" },
	{ "{\"a\":\"a@b\",\"u\":\"a\",\"i\":{\"h\":\"\",\"p\":1}}", "h" },
};

static const struct json *
parse(struct arena *arena, const char *text)
{
	const struct json	*json;

	assert_null(json_read(arena, bytes_of(text),
	    JSON_KEYS_UNIQUE, &json));
	return json;
}

static void
rows_of_a_token(void **state)
{
	const struct fault	*bad;
	struct account		 account;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		account = (struct account){ 0 };
		bad = field_read(arena, account_rows, parse(arena,
		    rows[i].json), FIELD_STRICT, &account);
		if ((bad == NULL) != (rows[i].refusal == NULL))
			fail_msg("%s", rows[i].json);
		if (bad != NULL)
			assert_non_null(strstr(bad->detail,
			    rows[i].refusal));
	}
	arena_close(arena);
}

/* What a token says of the usual account, and of one where all is otherwise;
 * both come back as they were. */
static const struct {
	const char	*address, *username, *scopes, *ask;
	const char	*written;
} costs[] = {
	{ "a@b.c", "a@b.c", "mail:folders mail:read mail:search mail:modify "
	    "mail:send", "send delete", "{\"a\":\"a@b.c\"}" },
	{ "a@b.c", "anna", "mail:read", "",
	    "{\"a\":\"a@b.c\",\"s\":2,\"q\":0,\"u\":\"anna\"}" },
	{ "a@b.c", "A@b.c", "mail:folders mail:send", "send unsubscribe",
	    "{\"a\":\"a@b.c\",\"s\":17,\"q\":65,\"u\":\"A@b.c\"}" },
};

static const char *
write_account(struct arena *arena, const struct account *account)
{
	struct json_writer	 writer;
	struct buf		 buf;

	buf_start(&buf, arena);
	json_start(&writer, &buf);
	json_open_object(&writer, NULL);
	field_write(&writer, account_rows, account);
	json_close_object(&writer);
	return buf_string(&buf);
}

static void
what_it_costs(void **state)
{
	struct arena	*arena = arena_open();
	struct account	 account, back;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		account = (struct account){ .address = costs[i].address,
		    .username = costs[i].username,
		    .scopes = text_split(arena, costs[i].scopes, " "),
		    .ask_first = text_split(arena, costs[i].ask, " ") };
		assert_string_equal(write_account(arena, &account),
		    costs[i].written);
		back = (struct account){ .address = NULL };
		assert_null(field_read(arena, account_rows, parse(arena,
		    costs[i].written), FIELD_STRICT, &back));
		assert_string_equal(back.username, account.username);
		assert_string_equal(texts_join(arena, back.scopes, " "),
		    costs[i].scopes);
		assert_string_equal(texts_join(arena, back.ask_first, " "),
		    costs[i].ask);
	}
	assert_string_equal(texts_join(arena, account_ask_usual(arena), " "),
	    "send delete");
	arena_close(arena);
}

static void
targets(void **state)
{
	static const struct mail_server	 own = { .host = "imap.example.org",
	    .port = 143 };
	static const struct mail_server	 mine = { .host = "smtp.example.org",
	    .port = 465, .pin_sha256 = "pin" };
	struct account			 account;
	struct config			 config;
	struct wire_target		 target;

	(void)state;
	memset(&account, 0, sizeof(account));
	memset(&config, 0, sizeof(config));
	config.imap_host = "mail.postern.test";
	config.imap_port = 993;
	config.smtp_host = "mail.postern.test";
	config.smtp_port = 587;
	config.mail_ca_file = "ca";
	account_imap_target(&account, &config, &target);
	assert_string_equal(target.guard.host, "mail.postern.test");
	assert_true(target.guard.named);
	assert_int_equal(target.tls, TLS_IMPLICIT);
	account_smtp_target(&account, &config, &target);
	assert_int_equal(target.protocol, WIRE_SMTP);
	assert_int_equal(target.tls, TLS_STARTTLS);
	assert_string_equal(target.ca_file, "ca");
	account.imap.at = &own;
	account_imap_target(&account, &config, &target);
	assert_string_equal(target.guard.host, "imap.example.org");
	assert_false(target.guard.named);
	assert_true(target.guard.mail);
	assert_int_equal(target.tls, TLS_STARTTLS);
	account_smtp_target(&account, &config, &target);
	assert_null(target.guard.host);
	account.smtp.at = &mine;
	config.smtp_ca_file = "other";
	account_smtp_target(&account, &config, &target);
	assert_int_equal(target.tls, TLS_IMPLICIT);
	assert_string_equal(target.pin_sha256, "pin");
	assert_string_equal(target.ca_file, "other");
}

static void
identities(void **state)
{
	struct mail_server	 server = { .host = "IMAP.example.org",
				    .port = 993 };
	struct account		 account;
	struct arena		*arena = arena_open();
	const char		*first;

	(void)state;
	memset(&account, 0, sizeof(account));
	account.username = "anna";
	first = account_identity(arena, &account);
	account.imap.at = &server;
	assert_string_not_equal(account_identity(arena, &account), first);
	first = account_identity(arena, &account);
	server.host = "imap.example.org";
	assert_string_equal(account_identity(arena, &account), first);
	server.port = 143;
	assert_string_not_equal(account_identity(arena, &account), first);
	server.port = 993;
	account.username = "Anna";
	assert_string_not_equal(account_identity(arena, &account), first);
	arena_close(arena);
}

CHECK_MAIN(
	cmocka_unit_test(rows_of_a_token),
	cmocka_unit_test(what_it_costs),
	cmocka_unit_test(targets),
	cmocka_unit_test(identities)
)
