#include "mail/verdict.h"

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
