#include "mcp/confirm_page.h"

#include "base/fault.h"
#include "mcp/confirm_act.h"
#include "mcp/confirm_link.h"
#include "oauth/asked.h"
#include "oauth/drawing.h"
#include "oauth/hosts.h"
#include "oauth/mailbox.h"
#include "oauth/own_page.h"
#include "web/page.h"
#include "web/serve.h"

/* Where the draft of a message lies is nothing to a person who reads all of
 * it. */
static bool
is_told(const struct confirm_link *link, const char *label)
{
	return link->draft.at == NULL || (!text_equal(label, "Folder") &&
	    !text_equal(label, "UID"));
}

static void
draw_rows(struct page *page, const struct confirm_link *link,
    struct pairs rows)
{
	struct page	*item;
	size_t		 i;

	for (i = 0; i < rows.len; i++) {
		if (!is_told(link, rows.at[i].name))
			continue;
		item = page_show(page, "ROW");
		page_set(item, "ROW_LABEL", rows.at[i].name);
		page_set(item, "ROW_VALUE", rows.at[i].value);
	}
}

/* Whether messages are named by their UIDs. */
static bool
has_numbers(struct pairs rows)
{
	size_t	 i;

	for (i = 0; i < rows.len; i++)
		if (text_starts(rows.at[i].name, "UID"))
			return true;
	return false;
}

static void
draw_line(struct page *page, const char *section, const char *name,
    const char *text)
{
	if (text != NULL)
		page_set(page_show(page, section), name, text);
}

static void
draw_view(struct page *page, const struct confirm_link *link,
    const struct confirm_view *view)
{
	page_set(page, "TITLE", "Do you confirm this?");
	page = page_show(page, "VIEW");
	page_set(page, "SENTENCE", view->sentence);
	if (view->agent == NULL)
		page_show(page, "NAMELESS");
	draw_line(page, "AGENT", "AGENT_NAME", view->agent);
	draw_rows(page, link, view->rows);
	if (view->text == NULL) {
		if (has_numbers(view->rows))
			page_show(page, "NUMBERS");
		return;
	}
	page = page_show(page, "TEXT");
	page_set(page, "TEXT_ITSELF", view->text);
	if (view->is_cut)
		page_show(page, "CUT");
}

static void
draw_outcome(struct page *page, const struct confirm_link *link,
    const struct confirm_outcome *outcome)
{
	page_set(page, "TITLE", outcome->unknown ?
	    "Nobody knows whether it was done" : "Your answer was taken");
	page = page_show(page, "OUTCOME");
	page_show(page, outcome->unknown ? "NOT_DONE" : "DONE");
	page_set(page, "SENTENCE", outcome->sentence);
	if (outcome->rows.len > 0)
		draw_rows(page_show(page, "ROWS"), link, outcome->rows);
	draw_line(page, "NOTE", "NOTE_TEXT", outcome->note);
}

/* Titles for what a person may meet here; the detail is the fault's own. */
static const struct {
	enum fault_kind	 kind;
	const char	*title;
	const char	*sentence;
	const char	*advice;
} refusals[] = {
	{ FAULT_CHANGED, "This link was used, or no longer fits",
	  "Nothing is done by this link any more.",
	  "If it was not done yet and is still to be, ask your agent to do it "
	  "again: it will give you a new link." },
	{ FAULT_PERMISSION, "This agent may not do that any more",
	  "Nothing was done.",
	  "It was disconnected, or is no longer allowed to. To let it, connect "
	  "it again." },
	{ FAULT_MESSAGE, "What was asked about is not there any more",
	  "Nothing is done by this link.",
	  "Tell your agent; it can look again at what there is." },
	{ FAULT_FOLDER, "What was asked about is not there any more",
	  "Nothing is done by this link.",
	  "Tell your agent; it can look again at what there is." },
	{ FAULT_KINDS, "It could not be done",
	  "Nothing was done.",
	  "Try again in a moment with the same link, or tell your agent." }
};

static void
draw_refusal(struct page *page, const struct fault *bad)
{
	size_t	 i = 0;

	while (refusals[i].kind != bad->kind &&
	    refusals[i].kind != FAULT_KINDS)
		i++;
	page_set(page, "TITLE", refusals[i].title);
	page = page_show(page, "OUTCOME");
	page_show(page, "NOT_DONE");
	page_set(page, "SENTENCE", refusals[i].sentence);
	draw_line(page, "SAID", "SAID_TEXT", bad->kind == FAULT_INTERNAL ?
	    NULL : bad->detail);
	draw_line(page, "ADVICE", "ADVICE_TEXT", refusals[i].advice);
}

/* The fields for signing in; the address that is wanted stands there. */
static void
draw_sign_in(struct page *page, const struct confirm_page *told)
{
	page_set(page, "TITLE", "An agent asks for your word");
	if (told->account != NULL && told->form == NULL)
		page_set(page_show(page, "OTHER_MAILBOX"), "OTHER_ADDRESS",
		    told->account->address);
}

static void
propose(struct request *request, const struct confirm_page *told,
    struct mailbox_form *form)
{
	hosts_propose(request->arena, request->config, form);
	form->username = told->link->address;
}

const struct fault *
confirm_page_write(struct request *request, struct reply *reply,
    const struct confirm_page *told)
{
	const bool		 signs_in = told->view == NULL &&
				    told->outcome == NULL && told->bad == NULL;
	const struct asked	 asked = { .client = told->link->servers };
	const struct fault	*bad;
	struct mailbox_form	 proposed = { 0 };
	struct own_page		 own = {
		.name = "confirm", .path = "/confirm", .asked = &asked,
		.account = signs_in ? NULL : told->account,
		.form = told->form, .problems = told->problems
	};
	struct drawing		*drawing;

	if (signs_in && own.form == NULL) {
		propose(request, told, &proposed);
		own.form = &proposed;
	}
	if ((bad = own_page_open(request, reply, &own, &drawing)) != NULL)
		return bad;
	page_set(drawing->page, "ADDRESS", told->link->address);
	if (told->view != NULL)
		draw_view(drawing->page, told->link, told->view);
	else if (told->outcome != NULL)
		draw_outcome(drawing->page, told->link, told->outcome);
	else if (told->bad != NULL)
		draw_refusal(drawing->page, told->bad);
	else
		draw_sign_in(drawing->page, told);
	return own_page_write(reply, drawing);
}
