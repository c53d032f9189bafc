#include "oauth/connections_page.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "mail/card.h"
#include "oauth/asked.h"
#include "oauth/consent_switches.h"
#include "oauth/drawing.h"
#include "oauth/mailbox.h"
#include "oauth/own_page.h"
#include "oauth/personal.h"
#include "oauth/scope.h"
#include "oauth/session.h"
#include "web/page.h"
#include "web/serve.h"

static const char	 send_scope[] = "mail:send";
static const char	 modify_scope[] = "mail:modify";

/* What a personal token may do unless more is switched on. */
static struct texts
scopes_at_first(struct arena *arena)
{
	struct texts	 first = { NULL, 0 };
	size_t		 i;

	for (i = 0; scopes[i].name != NULL; i++)
		if (!text_equal(scopes[i].name, send_scope) &&
		    !text_equal(scopes[i].name, modify_scope))
			texts_add(arena, &first, scopes[i].name);
	return first;
}

/* "7 May 2026" */
static const char *
tell_day(struct arena *arena, int64_t seconds)
{
	int	 year, month, day;

	clock_date(seconds, &year, &month, &day);
	return text_format(arena, "%d %s %d", day, clock_month(month), year);
}

/* "7 May 2026, 14:05 UTC" */
static const char *
tell_time(struct arena *arena, int64_t seconds)
{
	int64_t	 minute = seconds / 60 % (24 * 60);

	return text_format(arena, "%s, %02" PRId64 ":%02" PRId64 " UTC",
	    tell_day(arena, seconds), minute / 60, minute % 60);
}

/* Where it answers to; a token of the user's own answers to nobody. */
static void
draw_target(const struct card *card, struct page *item)
{
	if (card->client != NULL && text_equal(card->client, personal_client))
		page_show(item, "AGENT_OWN");
	else if (card->target != NULL)
		page_set(page_show(item, "AGENT_AT"), "AGENT_TARGET",
		    card->target);
}

static void
draw_card(struct arena *arena, struct page *list,
    const struct card_found *found, int64_t renewed)
{
	const struct card	*card = &found->card;
	const struct account	 may = {
		.scopes = card->scopes, .ask_first = card->ask_first
	};
	struct page		*item;
	const char		*name;

	name = card->name != NULL ? card->name : "An agent without a name";
	item = page_show(list, "AGENT");
	page_set(item, "AGENT_NAME", name);
	page_set(item, "AGENT_GRANT", card->grant);
	page_set(item, "AGENT_MAY", consent_switches_tell(arena, &may));
	page_set(item, "AGENT_SINCE", tell_day(arena, card->created));
	page_set(item, "AGENT_ENDS", tell_day(arena, card->ends));
	if (renewed != 0)
		page_set(page_show(item, "AGENT_RENEWED"), "RENEWED",
		    tell_time(arena, renewed));
	draw_target(card, item);
}

static void
draw_cards(const struct drawing *drawing, const struct connections_page *told)
{
	const struct config	*config = drawing->request->config;
	struct page		*list;
	size_t			 i;

	if (config->grants_folder == NULL) {
		page_show(drawing->page, "KEEPS_NOTHING");
		return;
	}
	page_set(page_show(drawing->page, "FOLDER_NAMED"), "FOLDER",
	    config->grants_folder);
	if (!told->listed)
		return;
	if (told->cards_len == 0) {
		page_show(drawing->page, "NO_AGENTS");
		return;
	}
	list = page_show(drawing->page, "AGENTS");
	for (i = 0; i < told->cards_len; i++)
		draw_card(drawing->request->arena, list, &told->cards[i],
		    told->renewed[i]);
	if (told->cards_len >= CARD_LIST_MOST)
		page_show(drawing->page, "AGENTS_MORE");
}

static bool
is_about(const struct problem *problem, bool smtp)
{
	return smtp == (problem->field != NULL &&
	    text_starts(problem->field, "smtp"));
}

/* How a server did: what was wrong with it; or that it was not asked, since
 * the first one refused. */
static void
draw_server(struct page *list, const struct problems *trial,
    const struct mail_server *server, bool smtp)
{
	const struct problem	*bad = NULL;
	struct page		*item;
	size_t			 i;

	if (server == NULL)
		return;
	for (i = 0; bad == NULL && i < trial->len; i++)
		if (is_about(&trial->at[i], smtp))
			bad = &trial->at[i];
	item = page_show(list, "SERVER");
	page_show(item, smtp ? "SMTP" : "IMAP");
	page_set(item, "SERVER_HOST", server->host);
	if (bad == NULL) {
		page_show(item, smtp && trial->len > 0 ? "UNTRIED" : "GOOD");
		return;
	}
	item = page_show(item, "BAD");
	page_set(item, "BAD_TEXT", bad->text);
	if (bad->said != NULL)
		page_set(page_show(item, "BAD_SAID"), "SAID_TEXT", bad->said);
	if (bad->advice != NULL)
		page_set(page_show(item, "BAD_ADVICE"), "ADVICE_TEXT",
		    bad->advice);
}

static void
draw_account(const struct drawing *drawing,
    const struct connections_page *told)
{
	struct page	*page = drawing->page, *list;

	page_show(page, "SIGNED_IN");
	page_set(page, "ADDRESS", told->account->address);
	page_set(page, "MINUTES", text_format(drawing->request->arena, "%d",
	    SESSION_MINUTES));
	if (told->note != NULL)
		page_set(page_show(page, "NOTE"), "NOTE_TEXT", told->note);
	if (told->token != NULL)
		page_set(page_show(page, "TOKEN"), "TOKEN_TEXT", told->token);
	if (told->trial != NULL) {
		list = page_show(page, "TRIAL");
		draw_server(list, told->trial, told->account->imap.at, false);
		draw_server(list, told->trial, told->account->smtp.at, true);
	}
	draw_cards(drawing, told);
	/* What a provider gave ends soon, and nothing renews such a token. */
	if (drawing->request->config->grants_folder == NULL ||
	    told->account->bearer != NULL)
		return;
	page_show(page, "MAKE");
	if (told->form != NULL)
		page_set(page, "LABEL", told->form->label);
	consent_switches_draw(drawing);
}

const struct fault *
connections_page_write(struct request *request, struct reply *reply,
    const struct connections_page *told)
{
	const struct asked	 asked = {
		.scopes = scopes_at_first(request->arena)
	};
	const struct own_page	 own = {
		.name = "connections", .path = "/connections",
		.asked = &asked, .account = told->account,
		.form = told->form, .problems = told->problems
	};
	const struct fault	*bad;
	struct drawing		*drawing;

	bad = own_page_open(request, reply, &own, &drawing);
	if (bad != NULL)
		return bad;
	if (told->account != NULL)
		draw_account(drawing, told);
	return own_page_write(reply, drawing);
}
