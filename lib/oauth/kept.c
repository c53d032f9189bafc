#include "oauth/kept.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mail/address.h"
#include "mail/signature.h"
#include "oauth/bearer.h"
#include "oauth/form.h"
#include "oauth/mailbox.h"
#include "oauth/token.h"
#include "oauth/upstream_renew.h"
#include "web/serve.h"

enum { MINUTE_SECONDS = 60 };

struct kept_claims {
	struct token_base	 base;
	const char		*binding;	/* form_binding */
	struct object		 account;
	const char		*signature;
	const char		*signature_html;
};

static const struct field	 kept_rows[] = {
	TOKEN_BASE_ROWS,
	{ FIELD_AS(struct kept_claims, binding, "b"), .required = true },
	{ FIELD_AS(struct kept_claims, account, "a"), .required = true,
	  .rows = account_rows, .size = sizeof(struct account) },
	{ FIELD_AS(struct kept_claims, signature, "g"),
	  .most = 2 * SIGNATURE_BYTES },
	{ FIELD_AS(struct kept_claims, signature_html, "h"),
	  .most = SIGNATURE_BYTES },
	{ FIELD_END }
};

static const struct token_sort	 kept_sort = { TOKEN_MAILBOX, kept_rows };

const struct fault *
kept_seal(struct request *request, const struct authority *authority,
    const struct kept *kept, const char **sealed)
{
	const struct objects	 one = { &kept->account, 1 };
	struct kept_claims	 claims = {
		.binding = form_binding(request),
		.account = { account_to_keep(request->arena, one).at },
		.signature = kept->signature.text,
		.signature_html = kept->signature.html
	};

	if (claims.binding == NULL)
		return fault_make(request->arena, FAULT_ORIGIN,
		    "the browser has no cookie of ours");
	claims.base.expires = clock_now() + KEPT_MINUTES * MINUTE_SECONDS;
	return token_seal(request->arena, authority, &kept_sort, &claims,
	    sealed);
}

static bool
open_one(struct request *request, const struct authority *authority,
    const char *sealed, struct kept *kept)
{
	struct kept_claims	 claims = { .binding = NULL };
	const char		*binding;

	binding = form_binding(request);
	if (binding == NULL || token_open(request->arena, authority,
	    &kept_sort, sealed, &claims) != NULL ||
	    !bytes_equal_secret(bytes_of(binding), bytes_of(claims.binding)))
		return false;
	kept->account = *(const struct account *)claims.account.at;
	kept->signature = (struct signature){ claims.signature,
	    claims.signature_html };
	return true;
}

void
kept_open(struct request *request, const struct authority *authority,
    struct texts sealed, const char *removed, struct kept_list *list,
    struct problems *problems)
{
	uint64_t	 out = UINT64_MAX;
	bool		 lost = false;
	size_t		 i;

	if (removed != NULL)
		text_number(bytes_of(removed), KEPT_MOST, &out);
	for (i = 0; i < sealed.len; i++) {
		if (i == out)
			continue;
		if (list->len < KEPT_MOST && open_one(request, authority,
		    sealed.at[i], &list->at[list->len]))
			list->len++;
		else
			lost = true;
	}
	if (lost)
		mailbox_problem(problems, NULL, "This page was open for so "
		    "long that a mailbox added before is forgotten: add it "
		    "once more.");
}

/* Takes out those that nothing opens any more, and says so. */
static void
take_out(struct request *request, struct kept_list *list,
    struct problems *problems)
{
	const struct account	*account;
	size_t			 i, left = 0;

	for (i = 0; i < list->len; i++) {
		account = &list->at[i].account;
		if (account_is_waiting(account) && account->renewal == NULL)
			mailbox_problem(problems, NULL, text_format(
			    request->arena, "Your sign-in to %s has ended: "
			    "sign in there once more.", account->address));
		else
			list->at[left++] = list->at[i];
	}
	list->len = left;
}

void
kept_renew(struct request *request, struct kept_list *list,
    struct problems *problems)
{
	struct account			*accounts;
	const struct account		*renewed;
	struct upstream_renewal		 renewal;
	size_t				 i;

	accounts = arena_array(request->arena, list->len, sizeof(*accounts));
	for (i = 0; i < list->len; i++)
		accounts[i] = list->at[i].account;
	upstream_renew(request, (struct objects){ accounts, list->len },
	    &renewal);
	renewed = renewal.accounts.at;
	for (i = 0; i < list->len; i++)
		list->at[i].account = renewed[i];
	take_out(request, list, problems);
	if (renewal.unasked != NULL)
		mailbox_problem(problems, NULL, "A mailbox could not be "
		    "opened just now. Try again in a few minutes.")->said =
		    renewal.unasked->detail;
}

static bool
is_name_of(const struct account *account, const char *name)
{
	return address_equal(account->address, name) ||
	    (account->label != NULL && text_equal_case(account->label, name));
}

void
kept_check(struct request *request, const struct kept_list *list,
    const struct account *account, struct problems *problems)
{
	size_t	 i;

	for (i = 0; i < list->len; i++) {
		if (account->address != NULL &&
		    is_name_of(&list->at[i].account, account->address))
			mailbox_problem(problems, "username",
			    "This mailbox is added already.")->advice =
			    "Type another address, or none if those above "
			    "are all. To change it, remove it there first.";
		else if (account->label != NULL &&
		    is_name_of(&list->at[i].account, account->label))
			mailbox_problem(problems, "label",
			    "Another mailbox has this label already.");
	}
	if (list->len == KEPT_MOST)
		mailbox_problem(problems, "username", text_format(
		    request->arena, "%d mailboxes are the most that one "
		    "connection can have.", KEPT_MOST));
}
