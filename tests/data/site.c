#include "data/site.h"

#include "../check.h"

static const struct row {
	const char	*a, *b;
	bool		 same;
} rows[] = {
	{ "example.org", "EXAMPLE.org", true },
	{ "example.org", "mx.a.example.org", true },
	{ "example.org.", "mx.example.org", true },
	{ "gmx.de", "mx.gmx.de", true },
	{ "aol.com", "www.aol.com", true },
	{ "shop.co.uk", "www.shop.co.uk", true },
	{ "localhost", "localhost", true },
	{ "co.uk", "co.uk", true },
	{ "", "", true },
	{ "shop.co.uk", "other.co.uk", false },
	{ "shop.co.uk", "co.uk", false },
	{ "example.org", "example.com", false },
	{ "example.org", "badexample.org", false },
	{ "example.org", "org", false },
	{ "example.org", "", false },
	{ "localhost", "a.localhost.example", false },
};

static void
each_pair(void **state)
{
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (site_is_same(rows[i].a, rows[i].b) != rows[i].same)
			fail_msg("%s, %s", rows[i].a, rows[i].b);
		assert_int_equal(site_is_same(rows[i].b, rows[i].a),
		    rows[i].same);
	}
}

CHECK_MAIN(cmocka_unit_test(each_pair))
