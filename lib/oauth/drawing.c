#include "oauth/drawing.h"

#include "base/text.h"
#include "oauth/consent.h"
#include "oauth/mailbox.h"
#include "web/page.h"

bool
drawing_is_wrong(const struct drawing *drawing, const char *field)
{
	const struct problems	*problems = drawing->consent->problems;
	size_t			 i;

	for (i = 0; problems != NULL && i < problems->len; i++)
		if (problems->at[i].field != NULL &&
		    text_equal(problems->at[i].field, field))
			return true;
	return false;
}

/* A field's id and the section of the template that says it is wrong. */
struct mark {
	const char	*field;
	const char	*section;
	bool		 of_server;	/* is there only where they are typed */
	bool		 of_sending;
};

static const struct mark	 marks[] = {
	{ "username", "USERNAME_BAD", false, false },
	{ "password", "PASSWORD_BAD", false, false },
	{ "login", "LOGIN_BAD", false, false },
	{ "label", "LABEL_BAD", false, false },
	{ "imap_host", "IMAP_HOST_BAD", true, false },
	{ "imap_port", "IMAP_PORT_BAD", true, false },
	{ "smtp_host", "SMTP_HOST_BAD", true, false },
	{ "smtp_port", "SMTP_PORT_BAD", true, false },
	{ "name", "NAME_BAD", false, true },
	{ "aliases", "ALIASES_BAD", false, true },
	{ "signature", "SIGNATURE_BAD", false, true },
	{ "signature_html", "SIGNATURE_HTML_BAD", false, true },
	{ "smtp_username", "SMTP_USERNAME_BAD", false, true },
	{ "smtp_password", "SMTP_PASSWORD_BAD", false, true },
	{ "scopes", "SCOPES_BAD", false, false },
	{ "folders", "FOLDERS_BAD", false, false },
	{ "recipients", "RECIPIENTS_BAD", false, true },
	{ "lasts", "LASTS_BAD", false, false }
};

/* The mark of a field that is on the page, or NULL. */
static const struct mark *
find_mark(const struct drawing *drawing, const char *field)
{
	size_t	 i;

	for (i = 0; field != NULL && i < sizeof(marks) / sizeof(marks[0]);
	    i++)
		if (text_equal(marks[i].field, field))
			return (marks[i].of_server && !drawing->typed) ||
			    (marks[i].of_sending && !drawing->may_send) ?
			    NULL : &marks[i];
	return NULL;
}

static void
draw_problem(const struct drawing *drawing, struct page *list,
    const struct problem *problem)
{
	const struct mark	*mark;
	struct page		*item;

	item = page_show(list, "PROBLEM");
	page_set(item, "TEXT", problem->text);
	if (problem->said != NULL)
		page_set(page_show(item, "SAID"), "SAID_TEXT", problem->said);
	if (problem->advice != NULL)
		page_set(page_show(item, "ADVICE"), "ADVICE_TEXT",
		    problem->advice);
	if (problem->link != NULL)
		page_set(page_show(item, "LINK"), "LINK_URL", problem->link);
	mark = find_mark(drawing, problem->field);
	if (mark == NULL) {
		page_show(item, "PLAIN");
		return;
	}
	page_set(page_show(item, "FIELD"), "ID", mark->field);
	page_set(page_show(drawing->page, mark->section), "WRONG",
	    problem->text);
}

/* The address stands there already: the password is what is wanted. */
static bool
is_filled(const struct drawing *drawing)
{
	const struct mailbox_form	*form = drawing->consent->form;

	return form != NULL && !text_is_empty(form->username);
}

void
drawing_problems(const struct drawing *drawing)
{
	const struct problems	*problems = drawing->consent->problems;
	struct page		*list;
	size_t			 i;

	if (problems == NULL || problems->len == 0) {
		page_show(drawing->page, is_filled(drawing) ? "FILLED" :
		    "FRESH");
		return;
	}
	list = page_show(drawing->page, "PROBLEMS");
	for (i = 0; i < problems->len; i++)
		draw_problem(drawing, list, &problems->at[i]);
	if (problems->sending)
		page_show(drawing->page, drawing->consent->adds ?
		    "ADD_WITHOUT_SENDING" : "WITHOUT_SENDING");
}

