#include "oauth/consent_switches.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "oauth/asked.h"
#include "oauth/consent.h"
#include "oauth/drawing.h"
#include "oauth/mailbox.h"
#include "oauth/scope.h"
#include "oauth/switches.h"
#include "web/page.h"
#include "web/serve.h"

enum { DAY_SECONDS = 24 * 60 * 60 };

static const char	 send_scope[] = "mail:send";

static void
draw_scopes(const struct drawing *drawing)
{
	const struct consent	*consent = drawing->consent;
	struct page		*item;
	struct texts		 on;
	size_t			 i;

	on = consent->form != NULL ? consent->form->scope :
	    consent->asked->scopes;
	for (i = 0; scopes[i].name != NULL; i++) {
		if (!drawing->may_send &&
		    text_equal(scopes[i].name, send_scope))
			continue;
		item = page_show(drawing->page, "SCOPE");
		page_set(item, "SCOPE_NAME", scopes[i].name);
		page_set(item, "SENTENCE", scopes[i].sentence);
		if (texts_have(on, scopes[i].name))
			page_show(item, "SCOPE_ON");
	}
	if (!drawing->may_send)
		page_show(drawing->page, "NO_SENDING");
}

static void
draw_asks(const struct drawing *drawing)
{
	const struct consent	*consent = drawing->consent;
	struct page		*item;
	struct texts		 on;
	size_t			 i;

	on = consent->form != NULL ? consent->form->ask :
	    account_ask_usual(drawing->request->arena);
	for (i = 0; switches_actions[i].name != NULL; i++) {
		if (!drawing->may_send &&
		    text_equal(switches_actions[i].scope, send_scope))
			continue;
		item = page_show(drawing->page, "ASK");
		page_set(item, "ASK_NAME", switches_actions[i].name);
		page_set(item, "ASK_SENTENCE", switches_actions[i].sentence);
		if (texts_have(on, switches_actions[i].name))
			page_show(item, "ASK_ON");
	}
}

static void
draw_limits(const struct drawing *drawing)
{
	const struct mailbox_form	*form = drawing->consent->form;

	if (form != NULL) {
		page_set(drawing->page, "FOLDERS", form->folders);
		page_set(drawing->page, "RECIPIENTS", form->recipients);
	}
	if (drawing_is_wrong(drawing, "folders") ||
	    drawing_is_wrong(drawing, "recipients") || (form != NULL &&
	    (form->folders != NULL || form->recipients != NULL)))
		page_show(drawing->page, "LIMITS_OPEN");
}

/* Those that are shorter than what the operator allows. */
static void
draw_lifetimes(const struct drawing *drawing)
{
	const char	*chosen = drawing->consent->lasts;
	int64_t		 most;
	struct page	*item;
	uint64_t	 days;
	size_t		 i;

	if (chosen == NULL)
		chosen = switches_lifetimes[0].days;
	most = drawing->request->config->grant_max_age / DAY_SECONDS;
	for (i = 0; switches_lifetimes[i].days != NULL; i++) {
		days = 0;
		text_number(bytes_of(switches_lifetimes[i].days), UINT32_MAX,
		    &days);
		if ((int64_t)days > most)
			continue;
		item = page_show(drawing->page, "LIFETIME");
		page_set(item, "DAYS", switches_lifetimes[i].days);
		page_set(item, "LIFETIME_TEXT", days > 0 || most == 0 ?
		    switches_lifetimes[i].sentence :
		    text_format(drawing->request->arena,
		    "%s, at most %" PRId64 " days",
		    switches_lifetimes[i].sentence, most));
		if (text_equal(chosen, switches_lifetimes[i].days))
			page_show(item, "LIFETIME_ON");
	}
}

void
consent_switches_draw(const struct drawing *drawing)
{
	draw_scopes(drawing);
	draw_asks(drawing);
	draw_limits(drawing);
	draw_lifetimes(drawing);
}

const char *
consent_switches_tell(struct arena *arena, const struct account *account)
{
	struct texts	 may = { NULL, 0 }, asks = { NULL, 0 };
	struct buf	 buf;
	size_t		 i;

	for (i = 0; scopes[i].name != NULL; i++)
		if (texts_have(account->scopes, scopes[i].name))
			texts_add(arena, &may, scopes[i].word);
	for (i = 0; switches_actions[i].name != NULL; i++)
		if (texts_have(account->ask_first, switches_actions[i].name) &&
		    texts_have(account->scopes, switches_actions[i].scope))
			texts_add(arena, &asks, switches_actions[i].sentence);
	buf_start(&buf, arena);
	buf_format(&buf, "May %s.", texts_join(arena, may, ", "));
	if (asks.len > 0)
		buf_format(&buf, " Asks first before %s.",
		    texts_join(arena, asks, ", "));
	if (account->folders.len > 0)
		buf_format(&buf, " Only these folders: %s.",
		    texts_join(arena, account->folders, ", "));
	if (account->recipients.len > 0)
		buf_format(&buf, " Only to: %s.",
		    texts_join(arena, account->recipients, ", "));
	return buf_string(&buf);
}
