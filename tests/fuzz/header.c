#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mail/header.h"
#include "mail/robot.h"
#include "mail/stem.h"
#include "mail/subject.h"
#include "mail/unsubscribe.h"
#include "mail/verdict.h"

static void
check_parameters(struct arena *arena, const char *raw)
{
	struct pairs	 parameters;
	const char	*word;
	size_t		 i;

	parameters = header_parameters(arena, raw, &word);
	assert(parameters.len <= HEADER_PARAMETERS_MOST);
	for (i = 0; i < parameters.len; i++)
		fuzz_is_text(header_parameter(arena, parameters,
		    parameters.at[i].name));
	fuzz_is_text(header_parameter(arena, parameters, "filename"));
}

static void
check_ids(struct arena *arena, const char *raw)
{
	struct texts	 ids;
	size_t		 i, len;

	ids = header_ids(arena, raw);
	for (i = 0; i < ids.len; i++) {
		len = bytes_of(ids.at[i]).len;
		assert(len > 2 && ids.at[i][0] == '<' &&
		    ids.at[i][len - 1] == '>');
		assert(!text_has_control(ids.at[i]));
	}
}

/* One "Re:" is enough. */
static void
check_subject(struct arena *arena, const char *subject)
{
	const char	*reply, *forward, *stem;

	reply = subject_reply(arena, subject);
	forward = subject_forward(arena, subject);
	fuzz_is_line(reply);
	fuzz_is_line(forward);
	assert(text_equal(reply, subject_reply(arena, reply)));
	assert(text_equal(forward, subject_forward(arena, forward)));
	if ((stem = stem_of(arena, subject)) != NULL)
		fuzz_is_text(stem_needle(arena, stem));
}

static void
check_field(struct arena *arena, const struct pair *field)
{
	struct moment	 moment;
	const char	*decoded;

	assert(!text_has_control(field->name));
	decoded = header_decode(arena, field->value);
	fuzz_is_line(decoded);
	if (header_date(field->value, &moment))
		fuzz_is_line(clock_rfc3339(arena, moment));
	check_parameters(arena, field->value);
	check_ids(arena, field->value);
	check_subject(arena, decoded);
}

/* What is told of the sender is fit to be shown, and to be used. */
static void
check_sender(struct arena *arena, struct pairs fields)
{
	struct unsubscribe_ways	 ways;
	struct verdict		 verdict;

	unsubscribe_read(arena, fields, &ways);
	assert(ways.post == NULL || text_starts(ways.post, "https://"));
	fuzz_is_line(ways.post);
	fuzz_is_line(ways.link);
	fuzz_is_line(ways.address);
	fuzz_is_line(ways.subject);
	fuzz_is_text(ways.body);
	assert(ways.offered || (ways.post == NULL && ways.link == NULL &&
	    ways.address == NULL));
	if (verdict_read(arena, fields, &verdict)) {
		assert(verdict.server != NULL);
		fuzz_is_line(verdict.spf);
		fuzz_is_line(verdict.dkim);
		fuzz_is_line(verdict.dmarc);
	}
	robot_wrote(arena, fields, "news@example.org");
}

/* The fields one by one are those of the block. */
static void
check_lengths(struct arena *arena, struct bytes block, size_t count)
{
	struct pairs	 one;
	size_t		 len, n = 0;

	while ((len = header_field_length(block)) > 0) {
		assert(len <= block.len);
		one = header_fields(arena, bytes_slice(block, 0, len));
		assert(one.len <= 1);
		n += one.len;
		block = bytes_slice(block, len, SIZE_MAX);
	}
	assert(n == count || count == HEADER_FIELDS_MOST);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct arena	*arena;
	struct pairs	 fields;
	size_t		 i;

	arena = arena_open();
	fields = header_fields(arena, bytes_from(at, len));
	assert(fields.len <= HEADER_FIELDS_MOST);
	check_lengths(arena, bytes_from(at, len), fields.len);
	for (i = 0; i < fields.len; i++) {
		assert(header_find(fields, fields.at[i].name) != NULL);
		check_field(arena, &fields.at[i]);
	}
	check_sender(arena, fields);
	arena_close(arena);
	return 0;
}
