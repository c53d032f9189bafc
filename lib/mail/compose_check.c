#include "mail/compose_check.h"

#include <string.h>

#include "base/fault.h"
#include "mail/compose_header.h"

enum { TYPE_BYTES = 127 };	/* of a type or subtype, RFC 6838 4.2 */

/* RFC 2045 5.1 token, besides letters and digits. */
static const char	 type_marks[] = "!#$&-^_.+";

static bool
is_type_word(struct bytes word)
{
	size_t	 i;

	if (word.len == 0 || word.len > TYPE_BYTES)
		return false;
	for (i = 0; i < word.len; i++)
		if (!text_is_alnum(word.at[i]) && (word.at[i] == '\0' ||
		    strchr(type_marks, word.at[i]) == NULL))
			return false;
	return true;
}

bool
compose_check_type(const char *type)
{
	struct bytes	 bytes;
	size_t		 slash;

	bytes = bytes_of(type);
	slash = bytes_find(bytes, '/');
	return is_type_word(bytes_slice(bytes, 0, slash)) &&
	    is_type_word(bytes_slice(bytes, slash + 1, bytes.len)) &&
	    !text_starts_case(type, "multipart/");
}

bool
compose_check_word(const char *text, const char *without)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text >= 0x7F ||
		    strchr(without, *text) != NULL)
			return false;
	return true;
}

bool
compose_check_charset(const char *charset)
{
	return is_type_word(bytes_of(charset));
}

bool
compose_check_id(const char *id)
{
	return id[0] != '\0' && strlen(id) <= COMPOSE_ID_BYTES &&
	    compose_check_word(id, "<>");
}

/* As far as a header is concerned; a local part may be outside ASCII. */
static bool
is_address(const char *address)
{
	bool	 quoted;

	quoted = address[0] == '"';
	if (strlen(address) > ADDRESS_CHARS_MOST ||
	    strchr(address, '@') == NULL)
		return false;
	for (; *address != '\0'; address++)
		if (text_is_control((unsigned char)*address) ||
		    (!quoted && strchr(" <>,;:()\"", *address) != NULL))
			return false;
	return true;
}

static const struct fault *
check_file(struct arena *arena, const struct compose_file *file)
{
	if (file->content_type != NULL &&
	    !compose_check_type(file->content_type))
		return fault_make(arena, FAULT_ARGUMENT,
		    "content_type of an attachment must be like \"image/png\"");
	if (file->charset != NULL && !compose_check_charset(file->charset))
		return fault_make(arena, FAULT_ARGUMENT,
		    "the charset of an attachment is not valid");
	if (file->content_id != NULL && !compose_check_id(file->content_id))
		return fault_make(arena, FAULT_ARGUMENT,
		    "content_id of an attachment must be like \"image1\"");
	return NULL;
}

/* What address_read gives is all right; this is for all the rest. */
static const struct fault *
check_addresses(struct arena *arena, struct objects addresses)
{
	const struct address	*address;
	size_t			 i;

	address = addresses.at;
	for (i = 0; i < addresses.len; i++)
		if (!is_address(address[i].address))
			return fault_make(arena, FAULT_ARGUMENT,
			    "an address of the message is not valid");
	return NULL;
}

const struct fault *
compose_check(struct arena *arena, const struct compose *compose)
{
	const struct objects	 lists[] = { { &compose->from, 1 },
				    compose->to, compose->cc, compose->bcc,
				    compose->reply_to };
	const struct fault	*bad;
	size_t			 i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if ((bad = check_addresses(arena, lists[i])) != NULL)
			return bad;
	if (compose->file_count > COMPOSE_FILES_MOST)
		return fault_make(arena, FAULT_ARGUMENT,
		    "more than %d attachments", (int)COMPOSE_FILES_MOST);
	for (i = 0; i < compose->file_count; i++)
		if ((bad = check_file(arena, &compose->files[i])) != NULL)
			return bad;
	return NULL;
}
