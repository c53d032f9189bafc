#ifndef MAIL_SMTP_DATA_H
#define MAIL_SMTP_DATA_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"

struct arena;

/*
 * A message as it goes over the wire behind DATA: RFC 5321 2.3.8 and 4.5.2.
 * Every line ends with CRLF, whatever it ended with, since a bare CR or LF is
 * what smuggles a second message past a server; a dot at a line's start is
 * doubled.  Works on pieces of any size; the caller sends and cuts out.
 */
struct smtp_data {
	struct buf	 out;
	bool		 within_line;	/* something stands in it */
	bool		 after_cr;	/* whose CRLF is written */
};

void	 smtp_data_start(struct smtp_data *data, struct arena *arena);

/* Appends the piece to out. */
void	 smtp_data_add(struct smtp_data *data, struct bytes piece);

/* Ends the last line if it is open. The final dot is the caller's. */
void	 smtp_data_end(struct smtp_data *data);

#endif
