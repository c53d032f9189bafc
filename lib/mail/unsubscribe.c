#include "mail/unsubscribe.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/url.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mail/verdict.h"

enum { URLS_MOST = 20 };

/* A DKIM-Signature (RFC 6376 3.5), as far as it is looked at. */
struct signature {
	const char	*domain;	/* d= */
	const char	*selector;	/* s= */
	const char	*start;		/* b=, without blanks */
	struct texts	 fields;	/* h= */
};

static size_t
count_fields(struct pairs fields, const char *name)
{
	size_t	 i, count;

	for (i = count = 0; i < fields.len; i++)
		count += text_equal_case(fields.at[i].name, name);
	return count;
}

static const char *
without_blanks(struct arena *arena, const char *text)
{
	return texts_join(arena, text_split(arena, text, " \t\r\n"), "");
}

/* tag-list = tag-spec *( ";" tag-spec ), tag-spec = tag-name "=" tag-value */
static void
read_signature(struct arena *arena, const char *value,
    struct signature *signature)
{
	struct texts	 tags;
	const char	*tag;
	size_t		 i;

	*signature = (struct signature){ 0 };
	tags = text_split(arena, value, ";");
	for (i = 0; i < tags.len; i++) {
		tag = without_blanks(arena, tags.at[i]);
		if (text_starts(tag, "d=") && signature->domain == NULL)
			signature->domain = tag + 2;
		else if (text_starts(tag, "s=") &&
		    signature->selector == NULL)
			signature->selector = tag + 2;
		else if (text_starts(tag, "b=") && signature->start == NULL)
			signature->start = tag + 2;
		else if (text_starts(tag, "h=") && signature->fields.len == 0)
			signature->fields = text_split(arena, tag + 2, ":");
	}
}

static bool
covers(const struct signature *signature, const char *field)
{
	size_t	 i;

	for (i = 0; i < signature->fields.len; i++)
		if (text_equal_case(signature->fields.at[i], field))
			return true;
	return false;
}

/* Whether it is the one that holds.  Where the server named no start of b=, no
 * other of that domain may be there: a sender can add one that does not hold
 * but covers more. */
static bool
is_proved(struct arena *arena, struct pairs fields,
    const struct signature *signature, const struct verdict_signature *held)
{
	struct signature	 other;
	size_t			 i, same = 0;

	if (signature->domain == NULL || signature->start == NULL ||
	    !text_equal_case(signature->domain, held->domain) ||
	    (held->selector != NULL && (signature->selector == NULL ||
	    !text_equal_case(signature->selector, held->selector))))
		return false;
	if (held->start != NULL)
		return text_starts(signature->start, held->start);
	for (i = 0; i < fields.len; i++) {
		if (!text_equal_case(fields.at[i].name, "DKIM-Signature"))
			continue;
		read_signature(arena, fields.at[i].value, &other);
		same += other.domain != NULL &&
		    text_equal_case(other.domain, held->domain);
	}
	return same == 1;
}

static bool
is_signed(struct arena *arena, struct pairs fields,
    const struct verdict *verdict)
{
	const struct verdict_signature	*held = verdict->signatures.at;
	struct signature		 signature;
	size_t				 i, j;

	for (i = 0; i < fields.len; i++) {
		if (!text_equal_case(fields.at[i].name, "DKIM-Signature"))
			continue;
		read_signature(arena, fields.at[i].value, &signature);
		if (!covers(&signature, "List-Unsubscribe") ||
		    !covers(&signature, "List-Unsubscribe-Post"))
			continue;
		for (j = 0; j < verdict->signatures.len; j++)
			if (is_proved(arena, fields, &signature, &held[j]))
				return true;
	}
	return false;
}

/* What keeps a URL from being asked, or NULL. A second field of the name
 * would be one that no signature covers. */
static const char *
find_objection(struct arena *arena, struct pairs fields,
    const struct verdict *verdict)
{
	size_t	 i;

	if (count_fields(fields, "List-Unsubscribe-Post") == 0)
		return "the list offers no one-click way (RFC 8058)";
	for (i = 0; i < fields.len; i++)
		if (text_equal_case(fields.at[i].name,
		    "List-Unsubscribe-Post") && !text_equal_case(
		    without_blanks(arena, fields.at[i].value),
		    "List-Unsubscribe=One-Click"))
			return "its List-Unsubscribe-Post is malformed";
	if (count_fields(fields, "List-Unsubscribe-Post") > 1 ||
	    count_fields(fields, "List-Unsubscribe") > 1)
		return "it has more than one field for that";
	if (verdict == NULL || verdict->dmarc == NULL ||
	    !text_equal(verdict->dmarc, "pass"))
		return "the mail server did not find its sender proved (dmarc)";
	if (!is_signed(arena, fields, verdict))
		return "no DKIM signature that holds covers the address";
	return NULL;
}

static bool
is_fetchable(struct arena *arena, const char *text)
{
	struct url	 url;

	return url_read(arena, text, &url) && url.host != NULL &&
	    text_equal(url.scheme, "https") && !url.has_userinfo &&
	    !url.has_fragment;
}

/* hfield = hfname "=" hfvalue (RFC 6068); *found stays where it is another's
 * or malformed. */
static void
take_hfield(struct arena *arena, const char *hfield, const char *name,
    const char **found)
{
	size_t	 len = strlen(name);

	if (*found == NULL && text_starts_case(hfield, name) &&
	    hfield[len] == '=')
		url_unescape(arena, bytes_of(hfield + len + 1), false, found);
}

/* Only a short subject and text: it is the user who says it. */
static bool
take_texts(struct arena *arena, const char *query,
    struct unsubscribe_ways *ways)
{
	struct texts	 hfields;
	const char	*subject = NULL, *body = NULL;
	size_t		 i;

	hfields = text_split(arena, query, "&");
	for (i = 0; i < hfields.len; i++) {
		take_hfield(arena, hfields.at[i], "subject", &subject);
		take_hfield(arena, hfields.at[i], "body", &body);
	}
	subject = utf8_clean_line(arena, bytes_of(subject == NULL ?
	    "unsubscribe" : subject));
	body = utf8_clean(arena, bytes_of(body == NULL ? "" : body));
	if (utf8_count(subject) > UNSUBSCRIBE_SUBJECT_CHARS ||
	    utf8_count(body) > UNSUBSCRIBE_BODY_CHARS)
		return false;
	ways->subject = subject;
	ways->body = body;
	return true;
}

/* mailto = "mailto:" to [ "?" hfields ] */
static void
take_mailto(struct arena *arena, const char *text,
    struct unsubscribe_ways *ways)
{
	struct objects	 found = { 0 };
	struct bytes	 rest;
	const char	*to;
	size_t		 mark;

	rest = bytes_of(text + strlen("mailto:"));
	mark = bytes_find(rest, '?');
	if (!url_unescape(arena, bytes_slice(rest, 0, mark), false, &to) ||
	    address_read(arena, to, &found) != NULL || found.len != 1 ||
	    !take_texts(arena, bytes_text(arena, bytes_slice(rest, mark + 1,
	    rest.len)), ways))
		return;
	ways->address = ((const struct address *)found.at)->address;
}

static void
take_url(struct arena *arena, const char *url, struct unsubscribe_ways *ways)
{
	struct url	 read;

	if (text_starts_case(url, "mailto:")) {
		if (ways->address == NULL)
			take_mailto(arena, url, ways);
		return;
	}
	if (ways->post == NULL && is_fetchable(arena, url))
		ways->post = url;
	if (ways->link == NULL && url_read(arena, url, &read) &&
	    read.host != NULL && (text_equal(read.scheme, "https") ||
	    text_equal(read.scheme, "http")))
		ways->link = url;
}

/* "<" URL ">" between commas; blanks in it are folding's. */
static void
take_urls(struct arena *arena, const char *value,
    struct unsubscribe_ways *ways)
{
	const char	*open, *end;
	size_t		 n = 0;

	for (open = value; (open = strchr(open, '<')) != NULL &&
	    n < URLS_MOST; open = end, n++) {
		end = open + 1 + strcspn(open + 1, "<>");
		if (*end == '>' && end - open <= UNSUBSCRIBE_URL_BYTES)
			take_url(arena, without_blanks(arena, bytes_text(arena,
			    bytes_from(open + 1, (size_t)(end - open - 1)))),
			    ways);
	}
}

void
unsubscribe_read(struct arena *arena, struct pairs fields,
    struct unsubscribe_ways *ways)
{
	struct verdict	 verdict;
	size_t		 i;
	bool		 known;

	*ways = (struct unsubscribe_ways){ 0 };
	for (i = 0; i < fields.len; i++)
		if (text_equal_case(fields.at[i].name, "List-Unsubscribe")) {
			ways->offered = true;
			take_urls(arena, fields.at[i].value, ways);
		}
	known = verdict_read(arena, fields, &verdict);
	ways->forged = known && verdict.dmarc != NULL &&
	    text_equal(verdict.dmarc, "fail");
	ways->why_not = ways->post == NULL ?
	    "it has no https address that could be asked" :
	    find_objection(arena, fields, known ? &verdict : NULL);
	if (ways->why_not != NULL)
		ways->post = NULL;
}
