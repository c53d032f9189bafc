#include "../check.h"

#include "base/arena.h"
#include "base/text.h"
#include "mail/address.h"
#include "mcp/suspect.h"

/* A sender, and the code of what is found; NULL: nothing. */
static const struct {
	struct address	 sender;
	const char	*code;
} senders[] = {
	{ { "Anna Berg", "anna@example.org" }, NULL },
	{ { NULL, "anna@example.org" }, NULL },
	{ { "anna@example.org", "anna@example.org" }, NULL },
	{ { "Example.org News", "noreply@mail.example.org" }, NULL },
	{ { "Shop.co.uk", "x@shop.co.uk" }, NULL },
	{ { "report.pdf", "x@example.org" }, NULL },
	{ { "J. R. Smith", "x@example.org" }, NULL },
	{ { "v1.2", "x@example.org" }, NULL },
	{ { "service@paypal.com", "evil@example.net" },
	  "sender_name_shows_other_address" },
	{ { "PayPal (service@paypal.com)", "evil@example.net" },
	  "sender_name_shows_other_address" },
	{ { "security\xe2\x80\xa4paypal\xe2\x80\xa4" "com",
	  "x@evil.example" }, "sender_name_shows_other_address" },
	{ { "bank\xef\xbc\xa0" "bank.example", "x@evil.example" },
	  "sender_name_shows_other_address" },
	{ { "Shop.co.uk", "x@other.co.uk" },
	  "sender_name_shows_other_address" },
	{ { "PayPal", "service@p\xd0\xb0ypal.com" },
	  "sender_domain_not_ascii" },
	{ { "PayPal", "service@xn--pypal-4ve.com" },
	  "sender_domain_not_ascii" }
};

static void
looks_at_senders(void **state)
{
	struct suspicions	 found;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		found.len = 0;
		suspect_senders(arena, (struct objects){ &senders[i].sender,
		    1 }, &found);
		if (found.len != (senders[i].code != NULL))
			fail_msg("%s: %zu found", senders[i].sender.name,
			    found.len);
		if (found.len > 0)
			assert_string_equal(found.at[0].code,
			    senders[i].code);
	}
	arena_close(arena);
}

static void
tells_of_several_senders(void **state)
{
	static const struct address	 both[] = {
		{ NULL, "boss@example.org" }, { NULL, "evil@evil.example" }
	};
	struct suspicions		 found = { .len = 0 };
	struct arena			*arena = arena_open();

	(void)state;
	suspect_senders(arena, (struct objects){ both, 2 }, &found);
	assert_int_equal(found.len, 1);
	assert_string_equal(found.at[0].code, "several_senders");
	assert_string_equal(found.at[0].actual, "evil@evil.example");
	arena_close(arena);
}

static const struct {
	const char	*text;
	size_t		 found;
} texts[] = {
	{ "", 0 },
	{ "See https://example.org/ and [1](2).", 0 },
	{ "[here](https://evil.example/)", 0 },
	{ "[example.org](https://example.org/x)", 0 },
	{ "[www.example.org](https://mail.example.org/x)", 0 },
	{ "[report.pdf](https://files.example/x)", 0 },
	{ "[https://bank.example/login](https://evil.example/)", 1 },
	{ "[bank.example](https://evil.example/) "
	  "[bank.example](https://evil2.example/)", 2 },
	{ "[Log in at www.bank.example now](http://evil.example/)", 1 },
	{ "[bank.example](https://bank.example@evil.example/)", 1 },
	{ "[bank.example](mailto:x@evil.example)", 0 },
	{ "bank.example](https://evil.example/)", 0 },
	{ "[bank.example](https://evil.example/", 0 },
	{ "](](](", 0 }
};

static void
looks_at_links(void **state)
{
	struct suspicions	 found;
	struct arena		*arena = arena_open();
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		found.len = 0;
		suspect_links(arena, texts[i].text, &found);
		if (found.len != texts[i].found)
			fail_msg("%s: %zu found", texts[i].text, found.len);
	}
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(looks_at_senders),
    cmocka_unit_test(tells_of_several_senders),
    cmocka_unit_test(looks_at_links))
