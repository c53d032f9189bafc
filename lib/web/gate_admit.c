#include "web/gate_admit.h"

/* FCGI_Record: version, type, id (2), length (2), padding, reserved. */
enum {
	VERSION = 1,
	BEGIN_BYTES = 8		/* FCGI_BeginRequestBody */
};

enum {
	TYPE_BEGIN = 1, TYPE_ABORT = 2, TYPE_PARAMS = 4, TYPE_STDIN = 5
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * FCGI_NameValuePair: the length of the name, that of the value, then both.  A
 * length is one byte, or four of which the first has its highest bit set.
 */
static bool
end_length(struct gate_admit *admit)
{
	if (admit->length > GATE_ADMIT_BYTES)
		return false;
	admit->named = !admit->named;
	if (admit->named) {
		admit->name = admit->length;
		return true;
	}
	admit->text = (size_t)admit->name + admit->length;
	return ++admit->variables <= GATE_ADMIT_VARIABLES;
}

static bool
read_length(struct gate_admit *admit, unsigned char byte)
{
	if (admit->missing > 0) {
		admit->length = admit->length << 8 | byte;
		admit->missing--;
	} else if (byte & 0x80) {
		admit->length = byte & 0x7f;
		admit->missing = 3;
	} else
		admit->length = byte;
	return admit->missing > 0 || end_length(admit);
}

static bool
read_variables(struct gate_admit *admit, struct bytes piece)
{
	size_t	 at, len;

	admit->bytes += piece.len;
	if (admit->bytes > GATE_ADMIT_BYTES)
		return false;
	for (at = 0; at < piece.len; at += len) {
		len = least(admit->text, piece.len - at);
		admit->text -= len;
		if (len > 0)
			continue;
		len = 1;
		if (!read_length(admit, piece.at[at]))
			return false;
	}
	return true;
}

static bool
ends_whole(const struct gate_admit *admit)
{
	return !admit->named && admit->missing == 0 && admit->text == 0;
}

/*
 * libfcgi does not skip the padding of a record with which it changes what it
 * reads: it would take that for records.  No web server pads these.
 */
static bool
read_begin(struct gate_admit *admit, unsigned type, unsigned id)
{
	admit->id = id;
	admit->phase = GATE_ADMIT_PARAMS;
	return type == TYPE_BEGIN && id != 0 &&
	    admit->content == BEGIN_BYTES && admit->padding == 0;
}

static bool
read_type(struct gate_admit *admit, unsigned type)
{
	if (type == TYPE_ABORT)
		return true;
	if (admit->phase == GATE_ADMIT_PARAMS) {
		if (admit->content == 0)
			admit->phase = GATE_ADMIT_BODY;
		return type == TYPE_PARAMS && (admit->content > 0 ||
		    (admit->padding == 0 && ends_whole(admit)));
	}
	if (admit->content == 0)
		admit->phase = GATE_ADMIT_DONE;
	return type == TYPE_STDIN;
}

static bool
read_head(struct gate_admit *admit)
{
	const unsigned char	*head = admit->head;
	unsigned		 id = (unsigned)head[2] << 8 | head[3];

	admit->content = (size_t)head[4] << 8 | head[5];
	admit->padding = head[6];
	if (head[0] != VERSION)
		return false;
	if (admit->phase == GATE_ADMIT_BEGIN)
		return read_begin(admit, head[1], id);
	return id == admit->id && read_type(admit, head[1]);
}

/* Of a record whose head was read; *len of the piece were this. */
static bool
read_rest(struct gate_admit *admit, struct bytes piece, size_t *len)
{
	if (admit->content == 0) {
		*len = least(admit->padding, piece.len);
		admit->padding -= *len;
		return true;
	}
	*len = least(admit->content, piece.len);
	admit->content -= *len;
	return admit->head[1] != TYPE_PARAMS ||
	    read_variables(admit, bytes_from(piece.at, *len));
}

static bool
read_some(struct gate_admit *admit, struct bytes piece, size_t *len)
{
	bool	 fine = true;

	*len = 1;
	if (admit->have < GATE_ADMIT_HEAD) {
		admit->head[admit->have++] = piece.at[0];
		if (admit->have == GATE_ADMIT_HEAD)
			fine = read_head(admit);
	} else
		fine = read_rest(admit, piece, len);
	if (admit->have == GATE_ADMIT_HEAD && admit->content == 0 &&
	    admit->padding == 0)
		admit->have = 0;
	return fine;
}

bool
gate_admit(struct gate_admit *admit, struct bytes piece)
{
	size_t	 at, len;

	for (at = 0; at < piece.len && admit->phase < GATE_ADMIT_DONE;
	    at += len)
		if (!read_some(admit, bytes_from(piece.at + at, piece.len -
		    at), &len))
			admit->phase = GATE_ADMIT_REFUSED;
	return admit->phase != GATE_ADMIT_REFUSED;
}
