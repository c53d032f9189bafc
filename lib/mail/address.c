#include "mail/address.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "data/url_host.h"
#include "data/utf8.h"

enum {
	LABEL_BYTES = 63,
	SHOWN_CHARACTERS = 100	/* of an address in a fault */
};

const struct field	 address_rows[] = {
	{ FIELD(struct address, name) },
	{ FIELD(struct address, address), .present = true },
	{ FIELD_END }
};

/* RFC 5322 3.2.3, without letters and digits. */
static const char	 atom_marks[] = "!#$%&'*+-/=?^_`{|}~";
/* What a name without quotes must not hold. */
static const char	 name_specials[] = "()<>[]:;@\\,\"";

static const char	 why_at[] = "there is no @ in it";
static const char	 why_local[] = "what stands before the @ is not valid";
static const char	 why_domain[] = "the domain is not valid";
static const char	 why_long[] = "it is too long";
static const char	 why_form[] =
    "write it as name@example.org or \"Name\" <name@example.org>";

/* A cursor over the text; why says what was wrong. */
struct reader {
	struct arena	*arena;
	const char	*at;
	const char	*why;
	struct address	*addresses;
	size_t		 len;
};

/* RFC 5322 atext with the letters of RFC 6532. */
static bool
is_atom_byte(unsigned char c)
{
	return text_is_alnum(c) || c >= 0x80 ||
	    (c != '\0' && strchr(atom_marks, c) != NULL);
}

/* Letters that look like none, or turn the line, are in no address. */
static bool
shows_all(const char *text)
{
	struct bytes	 bytes;
	uint32_t	 character;
	size_t		 at;

	bytes = bytes_of(text);
	for (at = 0; at < bytes.len; ) {
		character = utf8_next(bytes, &at);
		if (utf8_is_invisible(character) ||
		    (character >= 0x80 && character <= 0xA0) ||
		    character == 0x1680 || character == 0x3000 ||
		    (character >= 0x2000 && character <= 0x202F) ||
		    character == 0x205F)
			return false;
	}
	return true;
}

/* dot-atom, RFC 5322 3.2.3. */
static bool
is_dot_atom(const char *text)
{
	bool	 was_dot;

	for (was_dot = true; *text != '\0'; text++) {
		if (*text == '.' ? was_dot :
		    !is_atom_byte((unsigned char)*text))
			return false;
		was_dot = *text == '.';
	}
	return !was_dot;
}

static bool
is_label(struct bytes label)
{
	size_t	 i;

	if (label.len == 0 || label.len > LABEL_BYTES ||
	    label.at[0] == '-' || label.at[label.len - 1] == '-')
		return false;
	for (i = 0; i < label.len; i++)
		if (!text_is_alnum(label.at[i]) && label.at[i] != '-')
			return false;
	return true;
}

static bool
is_number(struct bytes label)
{
	size_t	 i;

	for (i = 0; i < label.len; i++)
		if (!text_is_digit(label.at[i]))
			return false;
	return true;
}

/* RFC 5321 4.1.2, Domain; an IP address written like one is none. */
static bool
is_domain(const char *domain)
{
	struct bytes	 rest, label;

	for (rest = bytes_of(domain); ;
	    rest = bytes_slice(rest, label.len + 1, rest.len)) {
		label = bytes_slice(rest, 0, bytes_find(rest, '.'));
		if (!is_label(label))
			return false;
		if (label.len == rest.len)
			return !is_number(label);
	}
}

static const struct fault *
refuse(struct reader *reader, const char *text, const char *why)
{
	const char	*shown;

	shown = utf8_clean_line(reader->arena, bytes_of(text));
	shown = arena_copy(reader->arena, shown,
	    utf8_offset(shown, SHOWN_CHARACTERS));
	return fault_make(reader->arena, FAULT_ARGUMENT,
	    "\"%s\" is not an e-mail address: %s", shown, why);
}

static void
skip_blanks(struct reader *reader)
{
	reader->at += strspn(reader->at, " ");
}

/* quoted-string, RFC 5322 3.2.4; false, and moved, if it does not end. */
static bool
take_quoted(struct reader *reader, const char **text)
{
	struct buf	 buf;
	const char	*at;

	buf_start(&buf, reader->arena);
	for (at = reader->at + 1; *at != '\0' && *at != '"'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
		buf_byte(&buf, (unsigned char)*at);
	}
	*text = buf_string(&buf);
	reader->at = at + (*at == '"');
	return *at == '"';
}

/* A local part in quotes is kept where all servers read it alike. */
static bool
take_quoted_local(struct reader *reader, const char **local)
{
	const char	*text, *at;

	if (!take_quoted(reader, &text) || text[0] == '\0')
		return false;
	for (at = text; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80 || strchr("<>\"\\", *at) != NULL)
			return false;
	*local = is_dot_atom(text) ? text :
	    text_format(reader->arena, "\"%s\"", text);
	return true;
}

static bool
take_local(struct reader *reader, const char **local)
{
	size_t	 len;

	if (*reader->at == '"')
		return take_quoted_local(reader, local);
	len = strcspn(reader->at, "@<>,; \"");
	*local = arena_copy(reader->arena, reader->at, len);
	reader->at += len;
	return is_dot_atom(*local) && shows_all(*local);
}

/* addr-spec, RFC 5322 3.4.1; NULL with why set if it is none. */
static const char *
take_address(struct reader *reader)
{
	const char	*local, *domain, *ascii;
	size_t		 len;

	if (!take_local(reader, &local)) {
		reader->why = why_local;
		return NULL;
	}
	if (*reader->at != '@') {
		reader->why = why_at;
		return NULL;
	}
	len = strcspn(++reader->at, "<>,; \"");
	domain = arena_copy(reader->arena, reader->at, len);
	reader->at += len;
	if (!shows_all(domain) ||
	    !url_host_to_ascii(reader->arena, domain, &ascii) ||
	    !is_domain(ascii)) {
		reader->why = why_domain;
		return NULL;
	}
	if (strlen(local) > ADDRESS_LOCAL_MOST ||
	    strlen(local) + 1 + strlen(ascii) > ADDRESS_CHARS_MOST) {
		reader->why = why_long;
		return NULL;
	}
	return text_format(reader->arena, "%s@%s", local, ascii);
}

/* Whether the element is "name <address>": a "<" before its comma. */
static bool
has_angle(const char *at)
{
	bool	 quoted;

	quoted = false;
	for (; *at != '\0' && (quoted || *at != ','); at++) {
		if (quoted && *at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (*at == '<' && !quoted)
			return true;
	}
	return false;
}

/* display-name, RFC 5322 3.4, also with dots. */
static bool
take_name(struct reader *reader, const char **name)
{
	struct buf	 buf;
	const char	*text;
	size_t		 len;

	buf_start(&buf, reader->arena);
	for (skip_blanks(reader); *reader->at != '<'; skip_blanks(reader)) {
		if (buf.len > 0)
			buf_byte(&buf, ' ');
		if (*reader->at == '"') {
			if (!take_quoted(reader, &text))
				return false;
			buf_text(&buf, text);
			continue;
		}
		len = strcspn(reader->at, " <\"");
		if (strcspn(reader->at, name_specials) < len)
			return false;
		buf_bytes(&buf, bytes_from(reader->at, len));
		reader->at += len;
	}
	text = utf8_visible(reader->arena, utf8_clean_line(reader->arena,
	    buf_view(&buf)), NULL);
	*name = text[strspn(text, " ")] == '\0' ? NULL : text;
	return true;
}

/* mailbox, RFC 5322 3.4. */
static bool
take_mailbox(struct reader *reader, struct address *address)
{
	reader->why = why_form;
	if (!has_angle(reader->at)) {
		address->address = take_address(reader);
		return address->address != NULL;
	}
	if (!take_name(reader, &address->name))
		return false;
	reader->at++;
	skip_blanks(reader);
	if ((address->address = take_address(reader)) == NULL)
		return false;
	skip_blanks(reader);
	if (*reader->at != '>')
		return false;
	reader->at++;
	return true;
}

static const struct fault *
read_list(struct reader *reader)
{
	const char	*start;

	for (;;) {
		reader->at += strspn(reader->at, " ,");
		if (*reader->at == '\0')
			return NULL;
		if (reader->len == ADDRESSES_MOST)
			return fault_make(reader->arena, FAULT_ARGUMENT,
			    "more than %d addresses", (int)ADDRESSES_MOST);
		start = reader->at;
		if (!take_mailbox(reader, &reader->addresses[reader->len]))
			return refuse(reader, start, reader->why);
		skip_blanks(reader);
		if (*reader->at != ',' && *reader->at != '\0')
			return refuse(reader, start, why_form);
		reader->len++;
	}
}

const struct fault *
address_read(struct arena *arena, const char *text, struct objects *addresses)
{
	struct reader		 reader = { .arena = arena, .at = text };
	const struct fault	*bad;

	if (!utf8_is_valid(bytes_of(text)) || text_has_control(text))
		return refuse(&reader, text,
		    "it has a line break or another control character");
	reader.addresses = arena_array(arena, ADDRESSES_MOST,
	    sizeof(*reader.addresses));
	if ((bad = read_list(&reader)) != NULL)
		return bad;
	*addresses = (struct objects){ reader.addresses, reader.len };
	return NULL;
}

/* Blanks at the ends or side by side last in quotes only. */
static bool
needs_quotes(const char *name)
{
	return strpbrk(name, name_specials) != NULL || name[0] == ' ' ||
	    name[strlen(name) - 1] == ' ' || strstr(name, "  ") != NULL;
}

const char *
address_write(struct arena *arena, const struct address *address)
{
	struct buf	 buf;
	const char	*at;

	if (text_is_empty(address->name))
		return address->address;
	buf_start(&buf, arena);
	if (!needs_quotes(address->name)) {
		buf_text(&buf, address->name);
	} else {
		buf_byte(&buf, '"');
		for (at = address->name; *at != '\0'; at++) {
			if (*at == '"' || *at == '\\')
				buf_byte(&buf, '\\');
			buf_byte(&buf, (unsigned char)*at);
		}
		buf_byte(&buf, '"');
	}
	buf_text(&buf, " <");
	buf_text(&buf, address->address);
	buf_byte(&buf, '>');
	return buf_string(&buf);
}

bool
address_equal(const char *a, const char *b)
{
	return text_equal_case(a, b);
}

const char *
address_domain(const char *address)
{
	const char	*at;

	at = strrchr(address, '@');
	return at == NULL ? NULL : at + 1;
}
