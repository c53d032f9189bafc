#include "mcp/suspect.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/site.h"
#include "data/url.h"
#include "data/utf8.h"
#include "mail/address.h"
#include "mcp/excerpt.h"

enum { SHOWN_CHARS = 120, LABEL_BYTES = 300, URL_BYTES = 2000,
	TOP_LABEL_BYTES = 2 };

const struct field	 suspicion_rows[] = {
	{ FIELD(struct suspicion, code) },
	{ FIELD(struct suspicion, meaning) },
	{ FIELD(struct suspicion, shown) },
	{ FIELD(struct suspicion, actual) },
	{ FIELD_END }
};

static void
add(struct arena *arena, struct suspicions *found, struct suspicion one)
{
	if (found->len == SUSPICIONS_MOST)
		return;
	one.shown = excerpt_text(arena, one.shown, SHOWN_CHARS);
	one.actual = excerpt_text(arena, one.actual, SHOWN_CHARS);
	found->at[found->len++] = one;
}

/* Characters that look like a dot or an at sign become one. */
static const char *
plain(struct arena *arena, const char *text)
{
	struct bytes	 bytes = bytes_of(text);
	struct buf	 out;
	uint32_t	 character;
	size_t		 at;

	buf_start(&out, arena);
	for (at = 0; at < bytes.len; ) {
		character = utf8_next(bytes, &at);
		if (character == 0x2024 || character == 0xFF0E ||
		    character == 0x3002 || character == 0xFF61)
			character = '.';
		if (character == 0xFF20 || character == 0xFE6B)
			character = '@';
		utf8_put(&out, character);
	}
	return text_lower_copy(arena, buf_string(&out));
}

/* What looks like a host's last label, but mostly ends a file's name. */
static bool
is_file(const char *label)
{
	static const char *const	 endings[] = {
		"avi", "bmp", "csv", "css", "doc", "docx", "eml", "exe",
		"gif", "gz", "htm", "html", "ics", "jpeg", "jpg", "js",
		"json", "md", "mov", "mpeg", "ods", "odt", "pdf", "php",
		"png", "ppt", "pptx", "py", "rar", "rtf", "svg", "tar",
		"txt", "wav", "webp", "xls", "xlsx", "xml", "zip", NULL
	};
	const char *const		*ending;

	for (ending = endings; *ending != NULL; ending++)
		if (text_equal(label, *ending))
			return true;
	return false;
}

/* Whether a word is a host's name: labels with dots, the last of letters. */
static bool
is_host(const char *word)
{
	const char	*label = word, *at;
	size_t		 dots = 0;

	for (at = word; *at != '\0'; at++) {
		if (*at == '.') {
			if (at == label)
				return false;
			dots++;
			label = at + 1;
		} else if (!text_is_alnum((unsigned char)*at) && *at != '-') {
			return false;
		}
	}
	if (dots == 0 || at - label < TOP_LABEL_BYTES || is_file(label))
		return false;
	for (; *label != '\0'; label++)
		if (!text_is_alpha((unsigned char)*label))
			return false;
	return true;
}

/* The first host that a text names, by itself, in an address or a URL;
 * NULL if none. */
static const char *
named_host(struct arena *arena, const char *text)
{
	struct texts	 words;
	size_t		 i;

	words = text_split(arena, plain(arena, text),
	    " \t\n@/:<>()[]\"',;*_?&=#|\\");
	for (i = 0; i < words.len; i++)
		if (is_host(words.at[i]))
			return words.at[i];
	return NULL;
}

static void
check_name(struct arena *arena, const struct address *sender,
    struct suspicions *found)
{
	const char	*domain, *named;

	if (sender->name == NULL || sender->address == NULL ||
	    (domain = address_domain(sender->address)) == NULL)
		return;
	named = named_host(arena, sender->name);
	if (named != NULL && !site_is_same(named, domain))
		add(arena, found, (struct suspicion){
		    "sender_name_shows_other_address",
		    "The sender's display name shows another address or site "
		    "than the message comes from.", sender->name,
		    sender->address });
}

static void
check_domain(struct arena *arena, const struct address *sender,
    struct suspicions *found)
{
	const char	*domain, *at;

	if (sender->address == NULL ||
	    (domain = address_domain(sender->address)) == NULL)
		return;
	for (at = domain; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80)
			break;
	if (*at != '\0' || text_find_case(domain, "xn--") != NULL ||
	    text_find_case(domain, "=?") != NULL)
		add(arena, found, (struct suspicion){
		    "sender_domain_not_ascii",
		    "The sender's domain has letters outside ASCII: it may "
		    "imitate another.", NULL, domain });
}

void
suspect_senders(struct arena *arena, struct objects senders,
    struct suspicions *found)
{
	const struct address	*list = senders.at;
	size_t			 i;

	for (i = 0; i < senders.len; i++) {
		check_name(arena, &list[i], found);
		check_domain(arena, &list[i], found);
	}
	for (i = 1; i < senders.len; i++)
		add(arena, found, (struct suspicion){ "several_senders",
		    "The message names more than one sender.", NULL,
		    list[i].address });
}

static void
check_link(struct arena *arena, struct bytes label, struct bytes target,
    struct suspicions *found)
{
	const char	*named;
	struct url	 url;

	if (label.len == 0 || label.len > LABEL_BYTES ||
	    target.len > URL_BYTES ||
	    !url_read(arena, bytes_text(arena, target), &url) ||
	    url.host == NULL)
		return;
	named = named_host(arena, bytes_text(arena, label));
	if (named != NULL && !site_is_same(named, url.host))
		add(arena, found, (struct suspicion){
		    "link_text_names_other_host",
		    "The words of a link name another host than it leads to.",
		    bytes_text(arena, label), url.host });
}

void
suspect_links(struct arena *arena, const char *text,
    struct suspicions *found)
{
	const char	*middle, *start, *end;

	for (; (middle = strstr(text, "](")) != NULL; text = middle + 2) {
		for (start = middle; start > text && start[-1] != '[' &&
		    start[-1] != '\n'; start--)
			continue;
		end = strchr(middle, ')');
		if (start == text || start[-1] != '[' || end == NULL)
			continue;
		check_link(arena,
		    bytes_from(start, (size_t)(middle - start)),
		    bytes_from(middle + 2, (size_t)(end - middle - 2)),
		    found);
	}
}

void
suspect_plain(struct suspicions *found)
{
	if (found->len < SUSPICIONS_MOST)
		found->at[found->len++] = (struct suspicion){
			"plain_text_differs",
			"The message's plain text says something else than "
			"its HTML, which people see and which is given here.",
			NULL, NULL
		};
}
