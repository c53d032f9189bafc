#include "mail/folder_name.h"

#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "data/utf7.h"
#include "data/utf8.h"
#include "mail/folder_make.h"
#include "mail/folder_role.h"

/* The server's delimiter: that of INBOX, else of any. */
static char
find_delimiter(const struct folders *all)
{
	size_t	 i;

	for (i = 0; i < all->len; i++)
		if (all->at[i].delimiter != '\0')
			return all->at[i].delimiter;
	return '\0';
}

/* The name with the server's delimiter in the place of "/", and its first level
 * as servers list it where that is INBOX in any case. */
static const char *
translate(struct arena *arena, const char *name, char delimiter)
{
	static const char	 inbox[] = "INBOX";
	const size_t		 len = sizeof(inbox) - 1;
	char			*own, *at;

	if (delimiter == '\0')
		return name;
	own = arena_text(arena, name);
	for (at = own; *at != '\0'; at++)
		if (*at == '/')
			*at = delimiter;
	if (strcspn(own, (const char[]){ delimiter, '\0' }) == len &&
	    own[len] != '\0' &&
	    text_equal_case(arena_copy(arena, own, len), inbox))
		memcpy(own, inbox, len);
	return own;
}

static const struct folder *
find_named(const struct folders *all, const char *name)
{
	size_t	 i;

	for (i = 0; i < all->len; i++)
		if (text_equal(all->at[i].name, name) ||
		    (text_equal_case(name, "INBOX") &&
		    text_equal(all->at[i].wire, "INBOX")))
			return &all->at[i];
	return NULL;
}

static const struct folder *
find_wire(const struct folders *all, const char *wire)
{
	size_t	 i;

	for (i = 0; i < all->len; i++)
		if (text_equal(all->at[i].wire, wire))
			return &all->at[i];
	return NULL;
}

static const struct folder *
find_role(const struct folders *all, const char *name)
{
	const char	*role = folder_role_find(name);
	size_t		 i;

	for (i = 0; role != NULL && i < all->len; i++)
		if (all->at[i].role != NULL &&
		    text_equal(all->at[i].role, role))
			return &all->at[i];
	return NULL;
}

const struct fault *
folder_name_find(struct imap *imap, struct arena *arena,
    const struct folders *all, const char *name, const struct folder **found)
{
	const struct fault	*bad;
	const char		*own;

	*found = name[0] == '\\' ? find_role(all, name) : NULL;
	if (*found == NULL)
		*found = find_named(all, name);
	if (*found != NULL)
		return NULL;
	name = translate(arena, name, find_delimiter(all));
	if ((*found = find_named(all, name)) != NULL)
		return NULL;
	bad = folder_make_name(imap, arena, name, &own);
	if (bad == NULL && (*found = find_named(all, own)) == NULL &&
	    strchr(name, '&') != NULL)
		*found = find_wire(all, name);
	return bad;
}

bool
folder_name_is_below(const struct folder *folder, const struct folder *parent)
{
	size_t	 len = strlen(parent->wire);

	return parent->delimiter != '\0' &&
	    text_starts(folder->wire, parent->wire) &&
	    folder->wire[len] == parent->delimiter;
}

/* C0, DEL and C1: what modified UTF-7 would hide. */
static bool
has_control(const char *name)
{
	const char	*at;

	for (at = name; (at = strchr(at, '\xc2')) != NULL; at++)
		if ((unsigned char)at[1] < 0xa0)
			return true;
	return text_has_control(name);
}

static const struct fault *
refuse(struct arena *arena, const char *rule)
{
	return fault_hint(arena, fault_make(arena, FAULT_ARGUMENT,
	    "a new folder's name %s", rule), "Give a name as \"Projects\", "
	    "or \"Projects/2026\" for a folder below another.");
}

static const struct fault *
check_levels(struct arena *arena, const char *name, char delimiter)
{
	const char	 separator[] = { delimiter, '\0' };
	struct bytes	 level;
	const char	*at;
	size_t		 levels = 1;

	if (delimiter == '\0')
		return strchr(name, '/') == NULL ? NULL :
		    fault_make(arena, FAULT_UNSUPPORTED,
		    "this mail server has no folders below others");
	for (at = name;; at++, levels++) {
		level = bytes_trim(bytes_from(at, strcspn(at, separator)));
		if (level.len == 0)
			return refuse(arena, "can't have an empty level");
		at += strcspn(at, separator);
		if (*at == '\0')
			break;
	}
	return levels <= FOLDER_LEVELS_MOST ? NULL :
	    refuse(arena, "can't have so many levels");
}

static const struct fault *
check_new(struct arena *arena, const char *name, char delimiter)
{
	if (name[0] == '\0')
		return refuse(arena, "can't be empty");
	if (name[0] == '\\')
		return refuse(arena, "can't start with a backslash, which is "
		    "for roles");
	if (!utf8_is_valid(bytes_of(name)) || has_control(name))
		return refuse(arena, "can't hold control characters");
	if (strpbrk(name, "*%") != NULL)
		return refuse(arena, "can't hold * or %");
	if (strlen(name) > FOLDER_NAME_BYTES)
		return refuse(arena, "is too long");
	if (text_equal_case(name, "INBOX"))
		return refuse(arena, "can't be INBOX, which is there always");
	return check_levels(arena, name, delimiter);
}

/* Whether the first level of the name is that of a folder there is: then the
 * caller named all of it. */
static bool
is_whole(const struct folders *all, const char *wire, char delimiter)
{
	const char	*end = delimiter == '\0' ? NULL :
			    strchr(wire, delimiter);
	size_t		 i, len;

	if (end == NULL)
		return false;
	len = (size_t)(end - wire);
	for (i = 0; i < all->len; i++)
		if (strncmp(all->at[i].wire, wire, len) == 0 &&
		    (all->at[i].wire[len] == delimiter ||
		    all->at[i].wire[len] == '\0'))
			return true;
	return false;
}

const struct fault *
folder_name_new(struct imap *imap, struct arena *arena,
    const struct folders *all, const char *name, const char **wire)
{
	const struct fault	*bad;
	const struct folder	*there;
	char			 delimiter = find_delimiter(all);

	name = translate(arena, name, delimiter);
	if ((bad = check_new(arena, name, delimiter)) != NULL)
		return bad;
	there = find_named(all, name);
	*wire = utf7_write(arena, name);
	if (!is_whole(all, *wire, delimiter) &&
	    (bad = folder_make_name(imap, arena, *wire, wire)) != NULL)
		return bad;
	if (there == NULL)
		there = find_wire(all, *wire);
	if (there == NULL || !there->selectable)
		return NULL;
	return fault_hint(arena, fault_make(arena, FAULT_ARGUMENT,
	    "there is a folder \"%s\" already", there->name),
	    "Use it, or choose another name.");
}
