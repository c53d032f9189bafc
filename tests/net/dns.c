#include "net/dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

#include "../check.h"

#define QUESTION	"\x01" "d" "\x04" "test" "\x00\x00\x0f\x00\x01"
#define D_TEST		"\xc0\x0c"	/* a pointer to d.test */
#define MX		D_TEST "\x00\x0f\x00\x01\x00\x00\x00\x3c"
#define SRV		D_TEST "\x00\x21\x00\x01\x00\x00\x00\x3c"
#define CNAME		D_TEST "\x00\x05\x00\x01\x00\x00\x00\x3c"
#define BYTES(text)	text, sizeof(text) - 1

enum { MESSAGE_BYTES = 512, PATIENCE_S = 10 };

struct answer_case {
	const char	*what;
	enum dns_type	 type;
	const char	*records;	/* the message behind its question */
	size_t		 len;
	unsigned	 count;		/* as the header tells */
	const char	*read;		/* NULL: refused */
};

static const struct answer_case	 cases[] = {
	{ "none", DNS_MX, BYTES(""), 0, "" },
	{ "one", DNS_MX, BYTES(MX "\x00\x06\x00\x0a\x01" "m\xc0\x0c"), 1,
	  "10 0 0 m.d.test;" },
	{ "written out, in capitals", DNS_MX,
	  BYTES(MX "\x00\x08\x00\x0a\x01" "M\x02" "eX\x00"), 1,
	  "10 0 0 m.ex;" },
	{ "in order", DNS_SRV, BYTES(
	  SRV "\x00\x0a\x00\x05\x00\x01\x03\xe1\x01" "b\xc0\x0c"
	  SRV "\x00\x0a\x00\x00\x00\x01\x03\xe1\x01" "c\xc0\x0c"
	  SRV "\x00\x0a\x00\x00\x00\x09\x03\xe1\x01" "a\xc0\x0c"), 3,
	  "0 9 993 a.d.test;0 1 993 c.d.test;5 1 993 b.d.test;" },
	{ "the root: no such service", DNS_SRV,
	  BYTES(SRV "\x00\x07\x00\x00\x00\x00\x00\x00\x00"), 1, "0 0 0 ;" },
	{ "behind an alias", DNS_MX, BYTES(CNAME "\x00\x03\x01" "x\x00"
	  MX "\x00\x06\x00\x0a\x01" "m\xc0\x0c"), 2, "10 0 0 m.d.test;" },
	{ "of another type", DNS_SRV,
	  BYTES(MX "\x00\x06\x00\x0a\x01" "m\xc0\x0c"), 1, "" },
	{ "of another class", DNS_MX, BYTES(D_TEST "\x00\x0f\x00\x03"
	  "\x00\x00\x00\x3c\x00\x06\x00\x0a\x01" "m\xc0\x0c"), 1, "" },
	/* What is no host name is left out. */
	{ "a blank in it", DNS_MX, BYTES(MX "\x00\x05\x00\x0a\x01 \x00"), 1,
	  "" },
	{ "a dot in a label", DNS_MX,
	  BYTES(MX "\x00\x07\x00\x0a\x03" "a.b\x00"), 1, "" },
	{ "CR LF in it", DNS_MX,
	  BYTES(MX "\x00\x07\x00\x0a\x03" "a\r\n\x00"), 1, "" },
	{ "NUL in it", DNS_MX,
	  BYTES(MX "\x00\x07\x00\x0a\x03" "a\x00" "b\x00"), 1, "" },
	{ "a name that ends before its record", DNS_MX,
	  BYTES(MX "\x00\x07\x00\x0a\x01" "m\x00\x01\x00"), 1, "" },
	{ "a name that ends behind its record", DNS_MX,
	  BYTES(MX "\x00\x03\x00\x0a\x01" "m\x00"), 1, "" },
	{ "only a preference", DNS_MX, BYTES(MX "\x00\x02\x00\x0a"), 1, "" },
	{ "a short SRV", DNS_SRV,
	  BYTES(SRV "\x00\x06\x00\x00\x00\x00\x03\xe1"), 1, "" },
	{ "a pointer to itself", DNS_MX,
	  BYTES(MX "\x00\x04\x00\x0a\xc0\x26"), 1, "" },
	{ "a pointer past the end", DNS_MX,
	  BYTES(MX "\x00\x04\x00\x0a\xff\xff"), 1, "" },
	{ "a reserved kind of label", DNS_MX,
	  BYTES(MX "\x00\x05\x00\x0a\x41" "m\x00"), 1, "" },
	{ "fewer than told", DNS_MX,
	  BYTES(MX "\x00\x06\x00\x0a\x01" "m\xc0\x0c"), 2, NULL },
	{ "longer than the message", DNS_MX,
	  BYTES(MX "\x00\x60\x00\x0a\x01" "m\xc0\x0c"), 1, NULL },
	{ "an owner without an end", DNS_MX, BYTES("\x3f" "abc"), 1, NULL },
	{ "half a pointer as its owner", DNS_MX, BYTES("\xc0"), 1, NULL },
	{ "half a head", DNS_MX, BYTES(D_TEST "\x00\x0f\x00"), 1, NULL }
};

static struct bytes
message(struct arena *arena, const struct answer_case *row, bool cut)
{
	struct buf	 buf;

	buf_start(&buf, arena);
	buf_bytes(&buf, bytes_from("\x12\x34", 2));
	buf_byte(&buf, cut ? 0x83 : 0x81);
	buf_bytes(&buf, bytes_from("\x80\x00\x01\x00", 4));
	buf_byte(&buf, (unsigned char)row->count);
	buf_bytes(&buf, bytes_from("\x00\x00\x00\x00", 4));
	buf_bytes(&buf, bytes_from(QUESTION, sizeof(QUESTION) - 1));
	buf_bytes(&buf, bytes_from(row->records, row->len));
	return bytes_from(arena_copy(arena, buf.at, buf.len), buf.len);
}

static const char *
describe(struct arena *arena, const struct dns_records *records)
{
	struct buf	 buf;
	size_t		 i;

	buf_start(&buf, arena);
	for (i = 0; i < records->len; i++)
		buf_format(&buf, "%u %u %u %s;", records->at[i].priority,
		    records->at[i].weight, records->at[i].port,
		    records->at[i].host);
	return buf_string(&buf);
}

static void
test_read(void **state)
{
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct dns_records	 records;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bad = dns_read(arena, message(arena, &cases[i], false),
		    cases[i].type, &records);
		if ((bad != NULL) != (cases[i].read == NULL))
			fail_msg("%s: %s", cases[i].what,
			    bad == NULL ? "accepted" : bad->detail);
		if (bad != NULL)
			assert_int_equal(bad->kind, FAULT_PROTOCOL);
		else if (strcmp(describe(arena, &records), cases[i].read) != 0)
			fail_msg("%s: %s", cases[i].what,
			    describe(arena, &records));
	}
	arena_close(arena);
}

/* Every beginning of a message, in memory that ends with it. */
static void
test_cut(void **state)
{
	struct arena		*arena = arena_open();
	struct dns_records	 records;
	struct bytes		 whole;
	size_t			 i, len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		whole = message(arena, &cases[i], i % 2 == 0);
		for (len = 0; len <= whole.len; len++)
			dns_read(arena, bytes_from(arena_copy(arena, whole.at,
			    len), len), cases[i].type, &records);
	}
	whole = message(arena, &cases[3], true);
	assert_null(dns_read(arena, bytes_slice(whole, 0, whole.len - 3),
	    DNS_SRV, &records));
	assert_int_equal(records.len, 2);
	arena_close(arena);
}

static void
test_many(void **state)
{
	struct arena		*arena = arena_open();
	struct answer_case	 row = { .type = DNS_MX };
	struct dns_records	 records;
	struct buf		 buf;
	unsigned		 i;

	(void)state;
	buf_start(&buf, arena);
	for (i = 0; i < 200; i++)
		buf_bytes(&buf, bytes_from(BYTES(MX
		    "\x00\x06\x00\x0a\x01" "m\xc0\x0c")));
	row.records = (const char *)buf.at;
	row.len = buf.len;
	row.count = 200;
	assert_null(dns_read(arena, message(arena, &row, false), DNS_MX,
	    &records));
	assert_int_equal(records.len, DNS_RECORDS_MOST);
	arena_close(arena);
}

/* Answers with the case's records and this code (0, or 3: no such name). */
static void
answer_one(int fd, const struct answer_case *row, unsigned char code)
{
	struct arena		*arena = arena_open();
	struct sockaddr_in	 from;
	socklen_t		 size = sizeof(from);
	unsigned char		 asked[MESSAGE_BYTES], *out;
	struct bytes		 answer;
	struct buf		 buf;
	ssize_t			 len;

	len = recvfrom(fd, asked, sizeof(asked), 0, (struct sockaddr *)&from,
	    &size);
	if (len < 12)
		_exit(1);
	answer = message(arena, row, false);
	buf_start(&buf, arena);
	buf_bytes(&buf, answer);
	out = buf.at;
	memcpy(out, asked, 2);
	out[3] = (unsigned char)(0x80 | code);
	/* The question as it was asked: its type may be another. */
	memcpy(out + 12, asked + 12, sizeof(QUESTION) - 1);
	if (sendto(fd, out, buf.len, 0, (struct sockaddr *)&from, size) < 0)
		_exit(1);
	_exit(0);
}

static pid_t
serve(struct sockaddr_in *server, const struct answer_case *row,
    unsigned char code)
{
	socklen_t	 size = sizeof(*server);
	pid_t		 child;
	int		 fd;

	*server = (struct sockaddr_in){ .sin_family = AF_INET };
	server->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)server, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)server, &size), 0);
	if ((child = fork()) == 0) {
		alarm(PATIENCE_S);
		if (row == NULL)
			pause();
		answer_one(fd, row, code);
	}
	close(fd);
	return child;
}

static const struct fault *
ask(struct arena *arena, const struct answer_case *row, unsigned char code,
    struct dns_records *records)
{
	const struct fault	*bad;
	struct sockaddr_in	 server;
	pid_t			 child;

	child = serve(&server, row, code);
	bad = dns_find(arena, &server, "d.test", row == NULL ? DNS_MX :
	    row->type, records);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return bad;
}

static void
test_find(void **state)
{
	struct arena		*arena = arena_open();
	const struct fault	*bad;
	struct dns_records	 records;

	(void)state;
	assert_null(ask(arena, &cases[3], 0, &records));
	assert_string_equal(describe(arena, &records), cases[3].read);
	assert_null(ask(arena, &cases[0], 0, &records));
	assert_int_equal(records.len, 0);
	bad = ask(arena, &cases[0], 3, &records);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_HOST);
	bad = ask(arena, NULL, 0, &records);
	assert_non_null(bad);
	assert_int_equal(bad->kind, FAULT_TIMEOUT);
	arena_close(arena);
}

CHECK_MAIN(cmocka_unit_test(test_read), cmocka_unit_test(test_cut),
    cmocka_unit_test(test_many), cmocka_unit_test(test_find))
