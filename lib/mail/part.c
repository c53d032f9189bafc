#include "mail/part.h"

#include "base/arena.h"
#include "data/filename.h"
#include "mail/header.h"

/* How deep a list goes is bounded by who reads the tree (PART_DEPTH). */

/* A line of an encoding: bytes of it, and bytes it stands for. */
struct ratio {
	const char	*encoding;
	uint32_t	 coded, plain;
};

static const struct ratio ratios[] = {
	{ "base64", 78, 57 },
	{ "x-uuencode", 63, 45 },
	{ "uuencode", 63, 45 }
};

/* Subtypes of text that are meant to be shown; other text is a file. */
static const char *const	 shown[] = {
	"html", "plain", "enriched", "richtext", "markdown", NULL
};
/* Other forms of the same text, for programs that know them. */
static const char *const	 never_shown[] = {
	"x-amp-html", "watch-html", NULL
};

static bool
is_multipart(const struct part *part)
{
	return text_equal(part->type, "multipart");
}

static bool
is_multipart_of(const struct part *part, const char *subtype)
{
	return is_multipart(part) && text_equal(part->subtype, subtype);
}

static bool
has_disposition(const struct part *part, const char *word)
{
	return part->disposition != NULL &&
	    text_equal_case(part->disposition, word);
}

static bool
names_start(struct pairs pairs, const char *name)
{
	size_t	 i;

	/* filename, filename* and filename*0 alike. */
	for (i = 0; i < pairs.len; i++)
		if (text_starts_case(pairs.at[i].name, name) &&
		    !text_is_empty(pairs.at[i].value))
			return true;
	return false;
}

static bool
has_filename(const struct part *part)
{
	return names_start(part->disposition_parameters, "filename") ||
	    names_start(part->parameters, "name");
}

const struct part *
part_find(const struct part *root, const char *number)
{
	const struct part	*found, *child;

	if (root == NULL)
		return NULL;
	if (text_equal(root->number, number))
		return root;
	for (child = root->children; child != NULL; child = child->next)
		if ((found = part_find(child, number)) != NULL)
			return found;
	return NULL;
}

const char *
part_parameter(struct arena *arena, const struct part *part, const char *name)
{
	return header_parameter(arena, part->parameters, name);
}

const char *
part_filename(struct arena *arena, const struct part *part)
{
	const char	*name;

	name = header_parameter(arena, part->disposition_parameters,
	    "filename");
	if (text_is_empty(name))
		name = part_parameter(arena, part, "name");
	return text_is_empty(name) ? NULL : filename_clean(arena, name);
}

static bool
is_shown_text(const struct part *part)
{
	return text_equal(part->type, "text") &&
	    text_is_among(part->subtype, shown) &&
	    !has_disposition(part, "attachment");
}

bool
part_is_attachment(const struct part *part)
{
	if (is_multipart(part))
		return false;
	if (text_equal(part->type, "text") &&
	    text_is_among(part->subtype, never_shown))
		return false;
	return !is_shown_text(part) || has_filename(part);
}

bool
part_is_inline(const struct part *part)
{
	return part_is_attachment(part) &&
	    !has_disposition(part, "attachment") &&
	    (part->id != NULL || has_disposition(part, "inline"));
}

uint32_t
part_decoded_size(const struct part *part)
{
	const struct ratio	*ratio;
	size_t			 i;

	for (i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		ratio = &ratios[i];
		if (text_equal_case(part->encoding, ratio->encoding))
			return part->size / ratio->coded * ratio->plain +
			    part->size % ratio->coded / 4 * 3;
	}
	return part->size;
}

static void
add(struct part_list *list, const struct part *part)
{
	if (list->len == PART_LIST_MOST)
		list->more++;
	else
		list->at[list->len++] = part;
}

/* Whether text of that subtype (NULL: any) would be shown of the part. */
static bool
shows(const struct part *part, const char *subtype)
{
	const struct part	*child;

	if (!is_multipart(part))
		return is_shown_text(part) && !has_filename(part) &&
		    (subtype == NULL || text_equal(part->subtype, subtype));
	for (child = part->children; child != NULL; child = child->next)
		if (shows(child, subtype))
			return true;
	return false;
}

/* A boundary at the end that does not close makes a part of nothing. */
static bool
is_blank(const struct part *part)
{
	enum { BLANK_BYTES = 4 };	/* two line ends */

	return part->children == NULL && part->size <= BLANK_BYTES;
}

static const struct part *
find_showing(const struct part *part, const char *subtype)
{
	const struct part	*child, *found;

	found = NULL;
	/* RFC 2046 5.1.4: the last one is the best. */
	for (child = part->children; child != NULL; child = child->next)
		if (shows(child, subtype) &&
		    (found == NULL || !is_blank(child)))
			found = child;
	return found;
}

static const struct part *
choose_alternative(const struct part *part, bool html)
{
	const struct part	*found;

	found = find_showing(part, html ? "html" : "plain");
	if (found == NULL)
		found = find_showing(part, html ? "plain" : "html");
	return found != NULL ? found : find_showing(part, NULL);
}

/* RFC 2387 3.2: the part that "start" names, else the first. */
static const struct part *
choose_root(const struct part *part)
{
	const struct part	*child;
	const char		*start;
	size_t			 i, len;

	start = NULL;
	for (i = 0; i < part->parameters.len; i++)
		if (text_equal(part->parameters.at[i].name, "start"))
			start = part->parameters.at[i].value;
	if (text_is_empty(start))
		return part->children;
	start += start[0] == '<';
	len = bytes_find(bytes_of(start), '>');
	for (child = part->children; child != NULL; child = child->next)
		if (child->id != NULL &&
		    bytes_is(bytes_from(start, len), child->id))
			return child;
	return part->children;
}

static void
list_text(const struct part *part, bool html, struct part_list *list)
{
	const struct part	*child;

	if (!is_multipart(part)) {
		if (shows(part, NULL))
			add(list, part);
		return;
	}
	child = NULL;
	if (is_multipart_of(part, "alternative"))
		child = choose_alternative(part, html);
	else if (is_multipart_of(part, "related"))
		child = choose_root(part);
	if (child != NULL && shows(child, NULL)) {
		list_text(child, html, list);
		return;
	}
	for (child = part->children; child != NULL; child = child->next)
		list_text(child, html, list);
}

/* Text that has a file name but was not sent as an attachment. */
static void
list_named_text(const struct part *part, struct part_list *list)
{
	const struct part	*child;

	if (is_shown_text(part))
		add(list, part);
	if (!is_multipart(part))
		return;
	for (child = part->children; child != NULL; child = child->next)
		list_named_text(child, list);
}

void
part_list_text(const struct part *root, bool html, struct part_list *list)
{
	*list = (struct part_list){ 0 };
	if (root == NULL)
		return;
	list_text(root, html, list);
	if (list->len == 0)
		list_named_text(root, list);
}

static void
list_attachments(const struct part *part, bool inside, struct part_list *list)
{
	const struct part	*child;

	if (part_is_attachment(part))
		add(list, part);
	if (!is_multipart(part) && !inside)
		return;
	for (child = part->children; child != NULL; child = child->next)
		list_attachments(child, inside, list);
}

void
part_list_attachments(const struct part *root, struct part_list *list)
{
	*list = (struct part_list){ 0 };
	if (root != NULL)
		list_attachments(root, false, list);
}

void
part_list_files(const struct part *root, struct part_list *list)
{
	*list = (struct part_list){ 0 };
	if (root != NULL)
		list_attachments(root, true, list);
}
