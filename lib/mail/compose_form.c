#include "mail/compose_form.h"

enum { LINE_BYTES = 998 };	/* RFC 5322 2.1.1 */

static void
add_byte(struct compose_form_reader *reader, unsigned char c)
{
	if (c >= 0x80)
		reader->eight_bit = true;
	if ((c == '\n') != (reader->last == '\r') || c == '\0')
		reader->unfit = true;
	reader->last = c;
	if (c == '\n')
		reader->column = 0;
	else if (reader->column++ > LINE_BYTES)
		reader->unfit = true;
}

void
compose_form_add(struct compose_form_reader *reader, struct bytes piece)
{
	size_t	 i;

	for (i = 0; i < piece.len; i++)
		add_byte(reader, piece.at[i]);
}

enum compose_form
compose_form_end(const struct compose_form_reader *reader)
{
	if (reader->unfit || reader->last == '\r')
		return COMPOSE_CODED;
	return reader->eight_bit ? COMPOSE_MESSAGE_8BIT : COMPOSE_MESSAGE;
}
