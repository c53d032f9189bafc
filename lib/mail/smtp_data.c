#include "mail/smtp_data.h"

#include <string.h>

#include "base/arena.h"

void
smtp_data_start(struct smtp_data *data, struct arena *arena)
{
	memset(data, 0, sizeof(*data));
	buf_start(&data->out, arena);
}

static void
end_line(struct smtp_data *data)
{
	buf_text(&data->out, "\r\n");
	data->within_line = false;
}

/* How many bytes there are before the end of the line or of the piece. */
static size_t
measure(struct bytes piece)
{
	size_t	 i;

	for (i = 0; i < piece.len; i++)
		if (piece.at[i] == '\r' || piece.at[i] == '\n')
			break;
	return i;
}

void
smtp_data_add(struct smtp_data *data, struct bytes piece)
{
	size_t	 len;

	for (; piece.len > 0; piece = bytes_slice(piece, len, piece.len)) {
		if ((len = measure(piece)) > 0) {
			if (!data->within_line && piece.at[0] == '.')
				buf_byte(&data->out, '.');
			buf_bytes(&data->out, bytes_slice(piece, 0, len));
			data->within_line = true;
			data->after_cr = false;
			continue;
		}
		len = 1;
		if (piece.at[0] != '\n' || !data->after_cr)
			end_line(data);
		data->after_cr = piece.at[0] == '\r';
	}
}

void
smtp_data_end(struct smtp_data *data)
{
	if (data->within_line)
		end_line(data);
}
