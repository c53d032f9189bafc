#include "mail/verdict.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "data/site.h"

const struct field	 verdict_rows[] = {
	{ FIELD(struct verdict, server) },
	{ FIELD(struct verdict, spf) },
	{ FIELD(struct verdict, dkim) },
	{ FIELD(struct verdict, dmarc) },
	{ FIELD_END }
};

enum { WORD_BYTES = 255, STATEMENTS_MOST = 100 };

/* The value without its comments, which may be nested. */
static const char *
without_comments(struct arena *arena, const char *value)
{
	struct buf	 out;
	unsigned	 depth;
	bool		 quoted;

	buf_start(&out, arena);
	for (depth = 0, quoted = false; *value != '\0'; value++) {
		if (*value == '\\' && value[1] != '\0' &&
		    (quoted || depth > 0)) {
			value++;
			continue;
		}
		if (*value == '"' && depth == 0)
			quoted = !quoted;
		else if (*value == '(' && !quoted)
			depth++;
		else if (*value == ')' && !quoted && depth > 0)
			depth--;
		else if (depth == 0)
			buf_byte(&out, (unsigned char)*value);
	}
	return buf_string(&out);
}

/* The host behind "by" in a Received field, or NULL. */
static const char *
received_by(struct arena *arena, const char *value)
{
	struct texts	 words;
	size_t		 i;

	words = text_split(arena, without_comments(arena, value), " \t\r\n;");
	for (i = 0; i + 1 < words.len; i++)
		if (text_equal_case(words.at[i], "by"))
			return words.at[i + 1];
	return NULL;
}

/* "pass" of a statement "dkim=pass header.d=example.org". */
static const char *
result_of(struct arena *arena, const char *statement, const char *method)
{
	struct texts	 words;
	struct bytes	 word, name;
	size_t		 equals, i;

	words = text_split(arena, statement, " \t\r\n");
	if (words.len == 0)
		return NULL;
	word = bytes_of(words.at[0]);
	equals = bytes_find(word, '=');
	name = bytes_slice(word, 0, bytes_find(bytes_slice(word, 0, equals),
	    '/'));
	if (equals == word.len || !bytes_is_case(name, method))
		return NULL;
	word = bytes_slice(word, equals + 1, WORD_BYTES);
	if (word.len == 0 && words.len > 1)
		word = bytes_slice(bytes_of(words.at[1]), 0, WORD_BYTES);
	for (i = 0; i < word.len; i++)
		if (!text_is_alpha(word.at[i]))
			return NULL;
	return word.len == 0 ? NULL : text_lower_copy(arena,
	    bytes_text(arena, word));
}

/* The value of a property "header.d=example.org", without quotes. */
static const char *
property_of(struct arena *arena, const char *statement, const char *name)
{
	struct texts	 words;
	struct bytes	 value;
	size_t		 i, len = strlen(name);

	words = text_split(arena, statement, " \t\r\n");
	for (i = 1; i < words.len; i++) {
		if (!text_starts_case(words.at[i], name) ||
		    words.at[i][len] != '=')
			continue;
		value = bytes_slice(bytes_of(words.at[i]), len + 1,
		    WORD_BYTES);
		if (value.len >= 2 && value.at[0] == '"' &&
		    value.at[value.len - 1] == '"')
			value = bytes_slice(value, 1, value.len - 2);
		return value.len == 0 ? NULL : bytes_text(arena, value);
	}
	return NULL;
}

/* A signature that holds; the identity's domain where no other is told. */
static void
add_signature(struct arena *arena, const char *statement,
    struct verdict *verdict)
{
	struct verdict_signature	*all, *one;
	const char			*identity;

	all = arena_array(arena, verdict->signatures.len + 1, sizeof(*all));
	if (verdict->signatures.len > 0)
		memcpy(all, verdict->signatures.at,
		    verdict->signatures.len * sizeof(*all));
	one = &all[verdict->signatures.len];
	one->domain = property_of(arena, statement, "header.d");
	one->selector = property_of(arena, statement, "header.s");
	one->start = property_of(arena, statement, "header.b");
	identity = property_of(arena, statement, "header.i");
	if (one->domain == NULL && identity != NULL &&
	    strchr(identity, '@') != NULL)
		one->domain = strchr(identity, '@') + 1;
	if (one->domain == NULL)
		return;
	verdict->signatures.at = all;
	verdict->signatures.len++;
}

/* One signature that holds is enough; else the first word counts. */
static void
take(const char **slot, const char *result)
{
	if (result != NULL && (*slot == NULL || text_equal(result, "pass")))
		*slot = result;
}

static bool
read_value(struct arena *arena, const char *value, struct verdict *verdict)
{
	struct texts	 statements, words;
	const char	*result;
	size_t		 i;

	*verdict = (struct verdict){ 0 };
	statements = text_split(arena, without_comments(arena, value), ";");
	if (statements.len == 0)
		return false;
	words = text_split(arena, statements.at[0], " \t\r\n");
	if (words.len == 0 || bytes_of(words.at[0]).len > WORD_BYTES)
		return false;
	verdict->server = words.at[0];
	for (i = 1; i < statements.len && i < STATEMENTS_MOST; i++) {
		take(&verdict->spf, result_of(arena, statements.at[i], "spf"));
		take(&verdict->dkim, result_of(arena, statements.at[i],
		    "dkim"));
		take(&verdict->dmarc, result_of(arena, statements.at[i],
		    "dmarc"));
		result = result_of(arena, statements.at[i], "dkim");
		if (result != NULL && text_equal(result, "pass"))
			add_signature(arena, statements.at[i], verdict);
	}
	return true;
}

/* Whether all hops above field n, and at least one in all, are of the site. */
static bool
is_ours(struct arena *arena, struct pairs fields, size_t n,
    const char *server)
{
	const char	*host;
	size_t		 i;
	bool		 any = false;

	for (i = 0; i < fields.len && (i < n || !any); i++) {
		if (!text_equal_case(fields.at[i].name, "Received"))
			continue;
		host = received_by(arena, fields.at[i].value);
		if (host == NULL || !site_is_same(host, server))
			return false;
		any = true;
	}
	return any;
}

bool
verdict_read(struct arena *arena, struct pairs fields,
    struct verdict *verdict)
{
	size_t	 i;

	for (i = 0; i < fields.len; i++)
		if (text_equal_case(fields.at[i].name,
		    "Authentication-Results"))
			return read_value(arena, fields.at[i].value,
			    verdict) && is_ours(arena, fields, i,
			    verdict->server);
	return false;
}
