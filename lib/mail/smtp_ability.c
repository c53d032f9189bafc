#include "mail/smtp_ability.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

static void
read_size(struct texts words, struct smtp_ability *ability)
{
	ability->size = true;
	if (words.len > 1)
		text_number(bytes_of(words.at[1]), INT64_MAX,
		    &ability->size_most);
}

/* max-future-release-interval SP max-future-release-date-time */
static void
read_future(struct texts words, struct smtp_ability *ability)
{
	ability->future = true;
	if (words.len > 1)
		text_number(bytes_of(words.at[1]), INT32_MAX,
		    &ability->future_most);
	if (words.len > 2)
		clock_read_rfc3339(words.at[2], &ability->future_end);
}

/* Some servers still say it twice, "AUTH" and the older "AUTH=". */
static void
read_mechanisms(struct arena *arena, struct texts words,
    struct smtp_ability *ability)
{
	size_t	 i;

	for (i = 1; i < words.len; i++)
		if (!texts_have(ability->mechanisms, words.at[i]))
			texts_add(arena, &ability->mechanisms, words.at[i]);
}

/* ehlo-line = ehlo-keyword *( SP ehlo-param ) */
void
smtp_ability_read(struct arena *arena, struct texts lines,
    struct smtp_ability *ability)
{
	struct texts	 words;
	size_t		 i;

	memset(ability, 0, sizeof(*ability));
	for (i = 1; i < lines.len; i++) {
		words = text_split(arena, lines.at[i], " =");
		if (words.len == 0)
			continue;
		if (text_equal_case(words.at[0], "PIPELINING"))
			ability->pipelining = true;
		else if (text_equal_case(words.at[0], "8BITMIME"))
			ability->eight_bit = true;
		else if (text_equal_case(words.at[0], "SMTPUTF8"))
			ability->utf8 = true;
		else if (text_equal_case(words.at[0], "SIZE"))
			read_size(words, ability);
		else if (text_equal_case(words.at[0], "FUTURERELEASE"))
			read_future(words, ability);
		else if (text_equal_case(words.at[0], "XCLIENT"))
			ability->client = texts_have(words, "ADDR");
		else if (text_equal_case(words.at[0], "AUTH"))
			read_mechanisms(arena, words, ability);
	}
}
