#ifndef DATA_JSON_WRITE_H
#define DATA_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"

/*
 * Writing JSON: a stream into a buf.  The writer puts commas and quotes; a key
 * is given inside an object and NULL inside an array and for the root.  What
 * can't be written wrongly can't fail: open and close that do not match are
 * an assertion.
 */
struct json_writer {
	struct buf	*buf;
	unsigned	 depth;
	bool		 comma;		/* the next value needs one before it */
};

void	 json_start(struct json_writer *writer, struct buf *buf);
void	 json_open_object(struct json_writer *writer, const char *key);
void	 json_close_object(struct json_writer *writer);
void	 json_open_array(struct json_writer *writer, const char *key);
void	 json_close_array(struct json_writer *writer);
/* A text in UTF-8; a byte that is not becomes U+FFFD. NULL writes nothing. */
void	 json_put_text(struct json_writer *writer, const char *key,
	    const char *text);
void	 json_put_number(struct json_writer *writer, const char *key,
	    int64_t number);
void	 json_put_bool(struct json_writer *writer, const char *key, bool is);
void	 json_put_null(struct json_writer *writer, const char *key);
/* A value that is JSON already (made by us). */
void	 json_put_raw(struct json_writer *writer, const char *key,
	    struct bytes json);

#endif
