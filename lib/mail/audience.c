#include "mail/audience.h"

#include <string.h>

#include "base/arena.h"
#include "mail/account.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/identity.h"

/* An answer while its recipients are gathered. */
struct gathering {
	struct arena		*arena;
	const struct account	*account;
	struct audience		*audience;
};

static struct objects
read_field(struct arena *arena, struct pairs fields, const char *name)
{
	return address_read_lenient(arena, header_find(fields, name));
}

void
audience_read(struct arena *arena, struct pairs fields,
    struct correspondence *from)
{
	static const char *const	 traces[] = {
		"Delivered-To", "X-Original-To", "Envelope-To", NULL
	};
	const char *const		*trace;

	from->from = read_field(arena, fields, "From");
	from->reply_to = read_field(arena, fields, "Reply-To");
	from->to = read_field(arena, fields, "To");
	from->cc = read_field(arena, fields, "Cc");
	from->bcc = read_field(arena, fields, "Bcc");
	from->mail_reply_to = read_field(arena, fields, "Mail-Reply-To");
	from->mail_followup_to = read_field(arena, fields,
	    "Mail-Followup-To");
	from->delivered_to = (struct objects){ 0 };
	for (trace = traces; *trace != NULL &&
	    from->delivered_to.len == 0; trace++)
		from->delivered_to = read_field(arena, fields, *trace);
}

static bool
has(struct objects list, const char *address)
{
	const struct address	*addresses = list.at;
	size_t			 i;

	for (i = 0; i < list.len; i++)
		if (address_equal(addresses[i].address, address))
			return true;
	return false;
}

/* As it may be sent to: what is read leniently may be anything. */
static bool
make_strict(struct arena *arena, const struct address *given,
    struct address *made)
{
	struct objects	 list = { 0 };

	if (address_read(arena, given->address, &list) != NULL ||
	    list.len != 1)
		return false;
	*made = *(const struct address *)list.at;
	made->name = given->name;
	return true;
}

/* Adds those of more that are not named yet, to one of the lists. */
static void
add(struct gathering *gathering, struct objects more, bool own,
    struct objects *list)
{
	const struct address	*given = more.at;
	struct audience		*audience = gathering->audience;
	struct address		*all;
	size_t			 i;

	all = arena_array(gathering->arena, list->len + more.len,
	    sizeof(*all));
	if (list->len > 0)
		memcpy(all, list->at, list->len * sizeof(*all));
	list->at = all;
	for (i = 0; i < more.len; i++) {
		if (!make_strict(gathering->arena, &given[i],
		    &all[list->len])) {
			audience->unusable = true;
			continue;
		}
		if (has(audience->to, all[list->len].address) ||
		    has(audience->cc, all[list->len].address) ||
		    (!own && identity_find(gathering->arena,
		    gathering->account, all[list->len].address) != NULL))
			continue;
		list->len++;
	}
}

static struct objects
first_of(struct objects a, struct objects b, struct objects c)
{
	if (a.len > 0)
		return a;
	return b.len > 0 ? b : c;
}

static bool
is_own(struct arena *arena, const struct account *account,
    struct objects from)
{
	const struct address	*addresses = from.at;

	return from.len > 0 && identity_find(arena, account,
	    addresses[0].address) != NULL;
}

void
audience_choose(struct arena *arena, const struct account *account,
    const struct correspondence *from, bool all, struct audience *audience)
{
	struct gathering	 gathering = { arena, account, audience };
	struct objects		 sender;

	*audience = (struct audience){ .unusable = false };
	sender = first_of(from->mail_reply_to, from->reply_to, from->from);
	if (is_own(arena, account, from->from)) {
		add(&gathering, from->to, false, &audience->to);
		if (all || audience->to.len == 0)
			add(&gathering, from->cc, false, &audience->cc);
	} else if (all && from->mail_followup_to.len > 0) {
		add(&gathering, from->mail_followup_to, false, &audience->to);
	} else {
		add(&gathering, sender, !all, &audience->to);
		if (all) {
			add(&gathering, from->to, false, &audience->to);
			add(&gathering, from->cc, false, &audience->cc);
		}
	}
	if (audience->to.len == 0 && audience->cc.len == 0)
		add(&gathering, sender, true, &audience->to);
	if (audience->to.len == 0) {
		audience->to = audience->cc;
		audience->cc = (struct objects){ 0 };
	}
}

const char *
audience_own(struct arena *arena, const struct account *account,
    const struct correspondence *from)
{
	const struct objects	 lists[] = { from->from, from->to, from->cc,
				    from->bcc, from->delivered_to };
	const struct address	*addresses;
	const char		*own;
	size_t			 i, j;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		addresses = lists[i].at;
		for (j = 0; j < lists[i].len; j++) {
			own = identity_find(arena, account,
			    addresses[j].address);
			if (own != NULL)
				return own;
		}
	}
	return account->address;
}
