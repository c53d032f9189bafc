#include "mail/part_kind.h"

#include <string.h>

#include "base/text.h"

static const char *const	 tnef_types[] = {
	"ms-tnef", "vnd.ms-tnef", NULL
};
static const char *const	 smime_types[] = {
	"pkcs7-mime", "x-pkcs7-mime", NULL
};

bool
part_is_tnef(struct arena *arena, const struct part *part)
{
	const char	*name;

	if (!text_equal(part->type, "application"))
		return false;
	if (text_is_among(part->subtype, tnef_types))
		return true;
	name = part_filename(arena, part);
	return name != NULL && text_equal_case(name, "winmail.dat");
}

bool
part_is_message(const struct part *part)
{
	return text_equal(part->type, "message") && part->children != NULL;
}

/* RFC 8551 3.2.2.  Without a word about it, it is most often encrypted. */
static unsigned
smime_kind(struct arena *arena, const struct part *part)
{
	const char	*word;

	word = part_parameter(arena, part, "smime-type");
	if (word == NULL)
		return PART_ENCRYPTED;
	if (text_equal_case(word, "signed-data"))
		return PART_ENCLOSED;
	return text_equal_case(word, "certs-only") ? 0 : PART_ENCRYPTED;
}

static unsigned
own_kind(struct arena *arena, const struct part *part)
{
	if (text_equal(part->type, "multipart"))
		return text_equal(part->subtype, "signed") ? PART_SIGNED :
		    text_equal(part->subtype, "encrypted") ?
		    PART_ENCRYPTED : 0;
	if (!text_equal(part->type, "application"))
		return 0;
	if (text_is_among(part->subtype, smime_types))
		return smime_kind(arena, part);
	return part_is_tnef(arena, part) ? PART_TNEF : 0;
}

/* What is in an attached message is the message's. */
unsigned
part_kinds(struct arena *arena, const struct part *root)
{
	const struct part	*child;
	unsigned		 kinds;

	if (root == NULL)
		return 0;
	kinds = own_kind(arena, root);
	if (!text_equal(root->type, "multipart"))
		return kinds;
	for (child = root->children; child != NULL; child = child->next)
		kinds |= part_kinds(arena, child);
	return kinds;
}

static bool
has_line(const char *text, const char *line)
{
	const char	*at;

	at = strstr(text, line);
	return at != NULL && (at == text || at[-1] == '\n');
}

unsigned
part_text_kinds(const char *text)
{
	unsigned	 kinds = 0;

	if (has_line(text, "-----BEGIN PGP MESSAGE-----"))
		kinds |= PART_ENCRYPTED;
	if (has_line(text, "-----BEGIN PGP SIGNED MESSAGE-----"))
		kinds |= PART_SIGNED;
	return kinds;
}
