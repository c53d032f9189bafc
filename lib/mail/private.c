#include "mail/private.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"
#include "data/utf7.h"
#include "data/utf8.h"
#include "mail/imap_quote.h"
#include "mail/imap_session.h"

enum {
	FULLWIDTH = 0xff01,		/* "!" as wide as an ideograph */
	FULLWIDTH_END = 0xff5e,
	FULLWIDTH_SHIFT = 0xfee0,
	COMBINING = 0x300,		/* marks above and below letters */
	COMBINING_END = 0x36f,
	CANDIDATES = 2			/* names that one of them may have */
};

/* Characters that fold to an ASCII one, by Unicode's case folding or because
 * they are blanks. */
static const struct {
	uint32_t	 character;
	unsigned char	 ascii;
} alike[] = {
	{ 0x17f, 's' }, { 0x130, 'i' }, { 0x131, 'i' }, { 0x212a, 'k' },
	{ 0xa0, ' ' }, { 0x2000, ' ' }, { 0x2002, ' ' }, { 0x2003, ' ' },
	{ 0x2007, ' ' }, { 0x2009, ' ' }, { 0x202f, ' ' }, { 0x3000, ' ' },
	{ '\t', ' ' }
};

static uint32_t
fold_character(uint32_t character)
{
	size_t	 i;

	if (character >= FULLWIDTH && character <= FULLWIDTH_END)
		character -= FULLWIDTH_SHIFT;
	for (i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i].character == character)
			character = alike[i].ascii;
	return character < 0x80 ? text_lower((unsigned char)character) :
	    character;
}

/* Whatever a server may have between levels: mostly "/" or ".", but it may be
 * any mark of ASCII. */
static bool
is_delimiter(uint32_t character)
{
	return character > ' ' && character < 0x7f &&
	    !text_is_alnum((unsigned char)character);
}

/* As the most forgiving of servers would compare it: without case, marks and
 * what can't be seen, a run of blanks as one, and the delimiters all alike. */
static const char *
fold(struct arena *arena, const char *name)
{
	struct bytes	 in = bytes_of(name);
	struct buf	 buf;
	uint32_t	 character, before = '/';
	size_t		 at;

	buf_start(&buf, arena);
	for (at = 0; at < in.len;) {
		character = fold_character(utf8_next(in, &at));
		if (utf8_is_invisible(character) || character < ' ' ||
		    (character >= COMBINING && character <= COMBINING_END))
			continue;
		if (is_delimiter(character))
			character = '/';
		if (character == ' ' && (before == ' ' || before == '/'))
			continue;
		utf8_put(&buf, character);
		before = character;
	}
	return buf_string(&buf);
}

static bool
has_level(const char *name, const char *own)
{
	const char	*level;
	size_t		 len = strlen(own);

	for (level = name; level != NULL; level = strchr(level, '/')) {
		level += *level == '/' ? 1 : 0;
		if (text_starts(level, own) &&
		    !text_is_alnum((unsigned char)level[len]))
			return true;
	}
	return false;
}

static bool
starts_case(const char *text, const char *start, size_t len)
{
	size_t	 i;

	for (i = 0; i < len; i++)
		if (text_lower((unsigned char)text[i]) !=
		    text_lower((unsigned char)start[i]))
			return false;
	return true;
}

/* Most names can be told apart as they stand, which costs no memory: ASCII
 * that is not encoded, and in which the first word is not. */
static bool
is_plainly_other(const char *wire, const char *own)
{
	size_t	 i, len;

	for (i = 0; wire[i] != '\0'; i++)
		if ((unsigned char)wire[i] >= 0x80 || wire[i] == '&' ||
		    text_is_control((unsigned char)wire[i]))
			return false;
	for (len = 0; text_is_alnum((unsigned char)own[len]); len++)
		continue;
	for (; i >= len; i--)
		if (starts_case(wire + i - len, own, len))
			return false;
	return true;
}

bool
private_covers(const struct imap *imap, struct arena *arena, const char *wire)
{
	const char	*own;

	if (imap_private_name(imap) == NULL)
		return false;
	if (is_plainly_other(wire, imap_private_name(imap)))
		return false;
	own = fold(arena, imap_private_name(imap));
	return has_level(fold(arena, wire), own) ||
	    has_level(fold(arena, utf7_read_loosely(arena, wire)), own);
}

const struct fault *
private_refusal(const struct imap *imap, struct arena *arena)
{
	return fault_hint(arena, fault_make(arena, FAULT_PERMISSION,
	    "the folder \"%s\" and all below it is this program's own: no "
	    "tool reaches it", imap_private_name(imap)),
	    "The user can look into it with a mail program.");
}

static const struct imap_command *
queue(struct imap *imap, struct arena *arena, const char *verb,
    const char *wire, const char *more)
{
	struct buf	 text;

	buf_start(&text, arena);
	buf_text(&text, verb);
	buf_byte(&text, ' ');
	imap_astring(&text, wire);
	buf_text(&text, more);
	return imap_queue(imap, arena, &text);
}

/* The prefix and the delimiter of the user's folders (RFC 2342), once in a
 * session; without NAMESPACE, the delimiter of LIST. */
static const struct fault *
learn_namespace(struct imap *imap, struct arena *arena)
{
	const struct imap_command	*command;
	struct imap_namespace		 space = { 0 };
	const struct fault		*bad;
	struct buf			 text;

	if (imap_namespace(imap)->is_known)
		return NULL;
	buf_start(&text, arena);
	buf_text(&text, imap_can(imap, IMAP_CAN_NAMESPACE) ? "NAMESPACE" :
	    "LIST \"\" \"\"");
	command = imap_queue(imap, arena, &text);
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	if (command->outcome == IMAP_OK && command->replies.space.is_known)
		space = command->replies.space;
	else if (command->replies.listings != NULL)
		space.delimiter = command->replies.listings->delimiter;
	space.is_known = true;
	imap_keep_namespace(imap, space);
	return NULL;
}

/* The names that one of the folders may have, the better first. */
static size_t
find_names(struct imap *imap, struct arena *arena, const char *below,
    const char **names)
{
	const struct imap_namespace	*space = imap_namespace(imap);
	const char			*root;
	size_t				 len = 0;

	root = text_format(arena, "%s%s", space->prefix,
	    imap_private_name(imap));
	if (below[0] == '\0') {
		names[len++] = root;
		/* Where all is below INBOX and nobody says so. */
		if (space->prefix[0] == '\0' && space->delimiter == '.')
			names[len++] = text_format(arena, "INBOX.%s", root);
		return len;
	}
	if (space->delimiter != '\0')
		names[len++] = text_format(arena, "%s%c%s", root,
		    space->delimiter, below);
	names[len++] = text_format(arena, "%s (%s)", root, below);
	return len;
}

static void
take_status(const struct imap_command *command, const char *wire,
    struct private_folder *folder)
{
	const struct imap_status	*status = command->replies.statuses;

	*folder = (struct private_folder){
		.wire = wire, .there = command->outcome == IMAP_OK,
		.messages = -1, .uidvalidity = -1
	};
	if (folder->there && status != NULL) {
		folder->messages = status->messages;
		folder->uidvalidity = status->uidvalidity;
	}
}

/* Looks under all its names; not there: folder->wire is the best. */
static const struct fault *
look(struct imap *imap, struct arena *arena, const char *below,
    struct private_folder *folder)
{
	const struct imap_command	*commands[CANDIDATES];
	const struct fault		*bad;
	const char			*names[CANDIDATES];
	size_t				 i, len;

	len = find_names(imap, arena, below, names);
	for (i = 0; i < len; i++)
		commands[i] = queue(imap, arena, "STATUS", names[i],
		    " (MESSAGES UIDVALIDITY)");
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	take_status(commands[0], names[0], folder);
	for (i = 1; i < len && !folder->there; i++)
		if (commands[i]->outcome == IMAP_OK)
			take_status(commands[i], names[i], folder);
	return NULL;
}

const struct fault *
private_find(struct imap *imap, struct arena *arena, const char *below,
    struct private_folder *folder)
{
	const struct fault	*bad;

	if (imap_private_name(imap) == NULL)
		return fault_make(arena, FAULT_UNSUPPORTED,
		    "this server keeps nothing in mailboxes");
	if ((bad = learn_namespace(imap, arena)) != NULL)
		return bad;
	return look(imap, arena, below, folder);
}

/* What the server said is in *refused; there are servers that subscribe to
 * what they make. */
static const struct fault *
create(struct imap *imap, struct arena *arena, const char *wire,
    bool subscribe, const struct fault **refused)
{
	const struct imap_command	*created;
	const struct fault		*bad;

	created = queue(imap, arena, "CREATE", wire, "");
	(void)queue(imap, arena, subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE",
	    wire, "");
	if ((bad = imap_run(imap)) != NULL)
		return bad;
	*refused = imap_command_fault(arena, created, "make its folder");
	return NULL;
}

/* Makes it by the first of its names that the server takes. */
static const struct fault *
make(struct imap *imap, struct arena *arena, const char *below,
    struct private_folder *folder)
{
	const struct fault	*bad, *refused = NULL;
	const char		*names[CANDIDATES];
	size_t			 i, len;

	len = find_names(imap, arena, below, names);
	for (i = 0; i < len && (i == 0 || refused != NULL); i++)
		if ((bad = create(imap, arena, names[i], below[0] == '\0',
		    &refused)) != NULL)
			return bad;
	if ((bad = look(imap, arena, below, folder)) != NULL)
		return bad;
	if (folder->there)
		return NULL;
	return refused != NULL ? refused : fault_make(arena, FAULT_PROTOCOL,
	    "the mail server made the folder \"%s\", but has none",
	    folder->wire);
}

const struct fault *
private_make(struct imap *imap, struct arena *arena, const char *below,
    struct private_folder *folder)
{
	const struct fault	*bad;
	struct private_folder	 root;

	bad = private_find(imap, arena, below, folder);
	if (bad != NULL || folder->there)
		return bad;
	if (below[0] != '\0' && (bad = private_make(imap, arena, PRIVATE_ROOT,
	    &root)) != NULL)
		return bad;
	return make(imap, arena, below, folder);
}
