#include "net/dns.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

enum {
	ANSWER_BYTES = 4096,	/* no datagram of EDNS has more */
	HEADER_BYTES = 12,
	QUESTION_FIXED = 4,	/* type, class */
	RECORD_FIXED = 10,	/* type, class, TTL, length */
	MX_FIXED = 2,
	SRV_FIXED = 6,
	SKIPPED_MOST = 64,	/* records of other types, such as CNAME */
	POINTER_BITS = 0xc0,
	TEXT_BYTES = 1025	/* what dn_expand may write */
};

/* A message that is read, and how far. */
struct message {
	struct bytes	 all;
	size_t		 at;
};

static bool
has(const struct message *message, size_t len)
{
	return len <= message->all.len - message->at;
}

/* 16 bits at an offset from here; there are that many. */
static unsigned
number(const struct message *message, size_t offset)
{
	const unsigned char	*at;

	at = message->all.at + message->at + offset;
	return (unsigned)at[0] << 8 | at[1];
}

/* domain-name, RFC 1035 4.1.4, that is not looked at */
static bool
skip_name(struct message *message)
{
	size_t	 len;

	while (has(message, 1)) {
		len = message->all.at[message->at];
		if ((len & POINTER_BITS) == POINTER_BITS) {
			if (!has(message, 2))
				return false;
			message->at += 2;
			return true;
		}
		if ((len & POINTER_BITS) != 0 || !has(message, len + 1))
			return false;
		message->at += len + 1;
		if (len == 0)
			return true;
	}
	return false;
}

static bool
is_host(const char *text)
{
	size_t	 i;

	for (i = 0; text[i] != '\0'; i++)
		if (!text_is_alnum((unsigned char)text[i]) &&
		    strchr("-_.", text[i]) == NULL)
			return false;
	return i <= DNS_NAME_BYTES;
}

/* The domain-name at that offset from here, which ends with the data: the
 * last of a record's. dn_expand checks pointers against the message. */
static bool
read_host(struct arena *arena, const struct message *message, size_t offset,
    size_t end, const char **host)
{
	const unsigned char	*start, *at;
	char			 text[TEXT_BYTES];
	int			 len;

	start = message->all.at;
	at = start + message->at + offset;
	len = dn_expand(start, start + message->all.len, at, text,
	    sizeof(text));
	if (len < 0 || offset + (size_t)len != end)
		return false;
	text[sizeof(text) - 1] = '\0';
	if (!is_host(text))
		return false;
	*host = text_lower_copy(arena, text_equal(text, ".") ? "" : text);
	return true;
}

/* RDATA of len bytes from here */
static bool
read_data(struct arena *arena, const struct message *message,
    enum dns_type type, size_t len, struct dns_record *record)
{
	size_t	 fixed;

	fixed = type == DNS_SRV ? SRV_FIXED : MX_FIXED;
	if (len <= fixed)
		return false;
	*record = (struct dns_record){ .priority = number(message, 0) };
	if (type == DNS_SRV) {
		record->weight = number(message, 2);
		record->port = number(message, 4);
	}
	return read_host(arena, message, fixed, len, &record->host);
}

/* resource record; one that is not ours or whose host is no host name is left
 * out. */
static bool
read_record(struct arena *arena, struct message *message,
    enum dns_type type, struct dns_records *records)
{
	unsigned	 found, class;
	size_t		 len;

	if (!skip_name(message) || !has(message, RECORD_FIXED))
		return false;
	found = number(message, 0);
	class = number(message, 2);
	len = number(message, 8);
	message->at += RECORD_FIXED;
	if (!has(message, len))
		return false;
	if (found == (unsigned)type && class == ns_c_in &&
	    records->len < DNS_RECORDS_MOST && read_data(arena, message, type,
	    len, &records->at[records->len]))
		records->len++;
	message->at += len;
	return true;
}

static int
compare(const void *left, const void *right)
{
	const struct dns_record	*a = left, *b = right;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return strcmp(a->host, b->host);
}

const struct fault *
dns_read(struct arena *arena, struct bytes answer, enum dns_type type,
    struct dns_records *records)
{
	struct message	 message = { .all = answer };
	unsigned	 questions, answers, i;
	bool		 cut;

	records->len = 0;
	records->at = arena_array(arena, DNS_RECORDS_MOST,
	    sizeof(*records->at));
	if (answer.len < HEADER_BYTES)
		return fault_make(arena, FAULT_PROTOCOL,
		    "the nameserver's answer is too short");
	cut = (answer.at[2] & 0x02) != 0;
	questions = number(&message, 4);
	answers = number(&message, 6);
	message.at = HEADER_BYTES;
	for (i = 0; i < questions; i++) {
		if (i > 0 || !skip_name(&message) ||
		    !has(&message, QUESTION_FIXED))
			return fault_make(arena, FAULT_PROTOCOL,
			    "the nameserver's answer repeats no question");
		message.at += QUESTION_FIXED;
	}
	for (i = 0; i < answers && i < SKIPPED_MOST; i++)
		if (!read_record(arena, &message, type, records)) {
			if (cut)
				break;
			return fault_make(arena, FAULT_PROTOCOL,
			    "the nameserver's answer is malformed");
		}
	qsort(records->at, records->len, sizeof(*records->at), compare);
	return NULL;
}

/* The system's resolver, which takes no search list, no TCP (it knows no time
 * to connect within), and one turn. */
static bool
start(struct __res_state *state, const struct sockaddr_in *server)
{
	memset(state, 0, sizeof(*state));
	if (res_ninit(state) != 0)
		return false;
	state->options &= ~(unsigned long)(RES_DEFNAMES | RES_DNSRCH |
	    RES_ROTATE);
	state->options |= RES_IGNTC | RES_USE_EDNS0;
	state->retrans = DNS_SECONDS;
	state->retry = 1;
	if (server != NULL) {
		state->nsaddr_list[0] = *server;
		state->nscount = 1;
	}
	return true;
}

const struct fault *
dns_find(struct arena *arena, const struct sockaddr_in *server,
    const char *name, enum dns_type type, struct dns_records *records)
{
	struct __res_state	 state;
	unsigned char		*answer;
	int			 len, why;

	*records = (struct dns_records){ 0 };
	answer = arena_take(arena, ANSWER_BYTES);
	if (!start(&state, server))
		return fault_make(arena, FAULT_INTERNAL,
		    "the resolver does not start");
	len = res_nquery(&state, name, ns_c_in, (int)type, answer,
	    ANSWER_BYTES);
	why = state.res_h_errno;
	res_nclose(&state);
	if (len > ANSWER_BYTES)
		len = ANSWER_BYTES;
	if (len >= 0)
		return dns_read(arena, bytes_from(answer, (size_t)len), type,
		    records);
	if (why == NO_DATA)
		return NULL;
	return fault_make(arena, why == HOST_NOT_FOUND ? FAULT_HOST :
	    FAULT_TIMEOUT, why == HOST_NOT_FOUND ? "there is no such name" :
	    "no nameserver knows the name in time");
}
