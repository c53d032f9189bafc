#include "mcp/outgoing.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "data/url_host.h"
#include "data/utf8.h"
#include "mail/closing.h"
#include "mail/html.h"
#include "mail/header.h"
#include "mail/identity.h"
#include "mcp/call.h"
#include "mcp/enclosure.h"
#include "mcp/signature.h"

static void
join(struct arena *arena, struct objects *all, struct objects more)
{
	struct address	*joined;

	joined = arena_array(arena, all->len + more.len, sizeof(*joined));
	if (all->len > 0)
		memcpy(joined, all->at, all->len * sizeof(*joined));
	if (more.len > 0)
		memcpy(joined + all->len, more.at,
		    more.len * sizeof(*joined));
	all->at = joined;
	all->len += more.len;
}

/*
 * One item is one address: a second one hidden behind a comma is refused.
 * Only a whole list in one text that has quotes comes as one item
 * (data/field.h), since the commas in it may stand in a name.
 */
static const struct fault *
read_list(struct call *call, const char *argument, struct texts texts,
    struct objects *addresses)
{
	const struct fault	*bad;
	struct objects		 some;
	size_t			 i;

	for (i = 0; i < texts.len; i++) {
		if (text_is_empty(texts.at[i]))
			continue;
		some = (struct objects){ 0 };
		bad = address_read(call->arena, texts.at[i], &some);
		if (bad != NULL)
			return fault_make(call->arena, bad->kind, "%s: %s",
			    argument, bad->detail);
		if (some.len != 1 && strchr(texts.at[i], '"') == NULL)
			return fault_make(call->arena, FAULT_ARGUMENT,
			    "%s: each item is one address", argument);
		if (some.len > ADDRESSES_MOST - addresses->len)
			return fault_make(call->arena, FAULT_LIMIT,
			    "%s: more than %d addresses", argument,
			    ADDRESSES_MOST);
		join(call->arena, addresses, some);
	}
	return NULL;
}

static const char *
own_addresses(struct call *call)
{
	struct texts	 all = { 0 };
	size_t		 i;

	texts_add(call->arena, &all, call->account->address);
	for (i = 0; i < call->account->aliases.len; i++)
		texts_add(call->arena, &all, call->account->aliases.at[i]);
	return texts_join(call->arena, all, ", ");
}

static const struct fault *
read_from(struct call *call, const char *from, struct address *address)
{
	const struct address	*given;
	const struct fault	*bad;
	struct objects		 list = { 0 };

	address->address = call->account->address;
	address->name = call->account->name;
	if (text_is_empty(from))
		return NULL;
	if ((bad = address_read(call->arena, from, &list)) != NULL)
		return fault_make(call->arena, bad->kind, "from: %s",
		    bad->detail);
	given = list.at;
	if (list.len != 1 || !identity_owns(call->arena,
	    call->account, given->address))
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "from must be one of the account's own addresses: %s",
		    own_addresses(call));
	address->address = given->address;
	if (given->name != NULL)
		address->name = given->name;
	return NULL;
}

static bool
has_address(struct texts texts, const char *address)
{
	size_t	 i;

	for (i = 0; i < texts.len; i++)
		if (address_equal(texts.at[i], address))
			return true;
	return false;
}

static void
gather(struct call *call, struct outgoing *out)
{
	const struct objects	 lists[] = { out->compose.to, out->compose.cc,
				    out->compose.bcc };
	const struct address	*addresses;
	size_t			 i, j;

	out->utf8 = !text_is_ascii(out->compose.from.address);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		addresses = lists[i].at;
		for (j = 0; j < lists[i].len; j++) {
			if (has_address(out->recipients,
			    addresses[j].address))
				continue;
			texts_add(call->arena, &out->recipients,
			    addresses[j].address);
			out->utf8 = out->utf8 ||
			    !text_is_ascii(addresses[j].address);
		}
	}
}

const char *
outgoing_text(struct call *call, const struct outgoing_args *args)
{
	const struct html_options	 options = { .markdown = false };
	struct html_text		 plain = { 0 };

	if (!text_is_empty(args->text_body))
		return args->text_body;
	if (text_is_empty(args->html_body))
		return "";
	html_to_text(call->arena, args->html_body, &options, &plain);
	return plain.text;
}

void
outgoing_name(struct outgoing *out, struct texts message_ids)
{
	if (message_ids.len == 0)
		return;
	out->compose.message_id = message_ids.at[0];
	out->once = message_ids;
}

const struct fault *
outgoing_sign(struct call *call, struct outgoing_args *args)
{
	const struct fault	*bad;
	const char		*text, *html;

	if (!args->include_signature || (text_is_empty(args->text_body) &&
	    text_is_empty(args->html_body)))
		return NULL;
	if ((bad = signature_read(call, &text, &html)) != NULL)
		return bad;
	if (text == NULL)
		return NULL;
	args->text_body = closing_text(call->arena, outgoing_text(call, args),
	    text);
	if (!text_is_empty(args->html_body))
		args->html_body = closing_html(call->arena, args->html_body,
		    html);
	return NULL;
}

const struct fault *
outgoing_read(struct call *call, const struct outgoing_args *args,
    struct outgoing *out)
{
	struct compose		*compose = &out->compose;
	const struct fault	*bad;
	struct enclosures	 files;

	if ((bad = read_from(call, args->from, &compose->from)) != NULL ||
	    (bad = read_list(call, "to", args->to, &compose->to)) != NULL ||
	    (bad = read_list(call, "cc", args->cc, &compose->cc)) != NULL ||
	    (bad = read_list(call, "bcc", args->bcc, &compose->bcc)) != NULL ||
	    (bad = read_list(call, "reply_to", args->reply_to,
	    &compose->reply_to)) != NULL)
		return bad;
	bad = enclosure_read(call, args->attachments, args->attachment_urls,
	    &files);
	if (bad == NULL)
		bad = enclosure_add_messages(call, args->attach_messages,
		    &files);
	if (bad != NULL)
		return bad;
	gather(call, out);
	compose->text = outgoing_text(call, args);
	compose->html = text_is_empty(args->html_body) ? NULL :
	    args->html_body;
	compose->subject = text_is_empty(args->subject) ? NULL :
	    utf8_clean_line(call->arena, bytes_of(args->subject));
	compose->files = files.at;
	compose->file_count = files.len;
	compose->date = clock_now();
	compose->message_id = compose_message_id(call->arena,
	    address_domain(compose->from.address));
	return NULL;
}

/* What stands behind the last @, or all of it, as ASCII. */
static const char *
to_ascii(struct arena *arena, const char *text)
{
	const char	*domain, *ascii;

	if ((domain = address_domain(text)) == NULL)
		domain = text;
	if (!url_host_to_ascii(arena, domain, &ascii))
		return text;
	return text_format(arena, "%.*s%s", (int)(domain - text), text,
	    ascii);
}

/* A limit is an address, or a domain with or without its @. */
static bool
is_allowed(struct arena *arena, const struct account *account,
    const char *address)
{
	const char	*limit, *domain;
	size_t		 i;

	address = to_ascii(arena, address);
	domain = address_domain(address);
	for (i = 0; i < account->recipients.len; i++) {
		limit = to_ascii(arena, account->recipients.at[i]);
		if (limit[0] == '@')
			limit++;
		else if (address_domain(limit) != NULL) {
			if (address_equal(limit, address))
				return true;
			continue;
		}
		if (domain != NULL && text_equal_case(limit, domain))
			return true;
	}
	return account->recipients.len == 0;
}

const struct fault *
outgoing_check_recipients(struct call *call, struct texts recipients)
{
	size_t	 i;

	if (recipients.len == 0)
		return fault_make(call->arena, FAULT_ARGUMENT,
		    "to must have at least one address");
	if (recipients.len > ADDRESSES_MOST)
		return fault_make(call->arena, FAULT_LIMIT,
		    "a message goes to at most %d addresses", ADDRESSES_MOST);
	for (i = 0; i < recipients.len; i++)
		if (!is_allowed(call->arena, call->account, recipients.at[i]))
			return fault_make(call->arena, FAULT_PERMISSION,
			    "the user allows mail to these only: %s",
			    texts_join(call->arena, call->account->recipients,
			    ", "));
	return NULL;
}

const struct fault *
outgoing_check_answers(struct call *call, struct objects answers)
{
	const struct address	*addresses = answers.at;
	size_t			 i;

	for (i = 0; i < answers.len; i++)
		if (!is_allowed(call->arena, call->account,
		    addresses[i].address) && identity_find(call->arena,
		    call->account, addresses[i].address) == NULL)
			return fault_make(call->arena, FAULT_PERMISSION,
			    "answers would go to %.254s, and the user allows "
			    "mail to these only: %s", addresses[i].address,
			    texts_join(call->arena, call->account->recipients,
			    ", "));
	return NULL;
}

const struct fault *
outgoing_check_header(struct call *call, struct bytes header)
{
	static const char *const	 names[] = {
		"reply-to", "mail-reply-to", "mail-followup-to",
		"disposition-notification-to", "return-receipt-to",
		"errors-to", NULL
	};
	struct arena			*arena = call->arena;
	const struct fault		*bad = NULL;
	struct pairs			 fields;
	size_t				 i;

	fields = header_fields(arena, header);
	for (i = 0; i < fields.len && bad == NULL; i++)
		if (text_is_among(text_lower_copy(arena, fields.at[i].name),
		    names))
			bad = outgoing_check_answers(call,
			    address_read_lenient(arena, fields.at[i].value));
	return bad;
}

const struct fault *
outgoing_open(struct call *call, struct outgoing *out, bool keep_bcc,
    struct source *source)
{
	out->compose.keep_bcc = keep_bcc;
	return compose_open(call->arena, &out->compose, source);
}
