#include "mail/compose.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "crypt/digest.h"
#include "data/filename.h"
#include "data/utf8.h"
#include "mail/compose_check.h"
#include "mail/compose_form.h"
#include "mail/compose_header.h"
#include "mail/compose_stream.h"
#include "mail/compose_text.h"
#include "mail/source.h"

enum { RANDOM_BYTES = 16 };

/* A message while it is made: text gathers in out until a file comes. */
struct builder {
	struct arena		*arena;
	const struct compose	*compose;
	struct compose_stream	*stream;
	struct buf		 out;
	size_t			 boundaries;	/* made so far */
};

/* The first and the last of many: RFC 5322 3.6.4 lets a thread be cut. */
static struct texts
cut_ids(struct arena *arena, struct texts ids)
{
	struct texts	 cut = { 0 };
	size_t		 i;

	if (ids.len <= COMPOSE_IDS_MOST)
		return ids;
	texts_add(arena, &cut, ids.at[0]);
	for (i = ids.len - COMPOSE_IDS_MOST + 1; i < ids.len; i++)
		texts_add(arena, &cut, ids.at[i]);
	return cut;
}

static void
put_id(struct buf *out, const char *name, const char *id)
{
	if (id != NULL)
		compose_header_ids(out, name, (struct texts){ &id, 1 });
}

static void
put_headers(struct builder *builder)
{
	const struct compose	*compose;
	struct buf		*out;
	struct moment		 date = { 0 };

	compose = builder->compose;
	out = &builder->out;
	date.seconds = compose->date;
	buf_format(out, "Date: %s\r\n", clock_rfc5322(builder->arena, date));
	compose_header_addresses(out, "From",
	    (struct objects){ &compose->from, 1 });
	compose_header_addresses(out, "Reply-To", compose->reply_to);
	compose_header_addresses(out, "To", compose->to);
	compose_header_addresses(out, "Cc", compose->cc);
	if (compose->keep_bcc)
		compose_header_addresses(out, "Bcc", compose->bcc);
	else if (compose->to.len == 0 && compose->cc.len == 0)
		buf_text(out, "To: undisclosed-recipients:;\r\n");
	compose_header_text(out, "Subject", compose->subject == NULL ? "" :
	    compose->subject);
	put_id(out, "Message-ID", compose->message_id);
	put_id(out, "In-Reply-To", compose->in_reply_to);
	compose_header_ids(out, "References",
	    cut_ids(builder->arena, compose->references));
	buf_text(out, "MIME-Version: 1.0\r\n");
}

/*
 * Neither base64 nor our texts can hold "=_"; a message that is put in as it
 * stands could hold this only by chance.  It follows from the Message-ID, so
 * that the sender's copy is what was sent, but for Bcc.
 */
static const char *
make_boundary(struct builder *builder)
{
	struct bytes	 seed;

	if (builder->compose->message_id == NULL)
		seed = digest_random(builder->arena, SHA256_BYTES);
	else
		seed = digest(builder->arena, DIGEST_SHA256, bytes_of(
		    text_format(builder->arena, "boundary %zu of %s",
		    builder->boundaries++, builder->compose->message_id)));
	return text_format(builder->arena, "=_%s", digest_hex(builder->arena,
	    bytes_slice(seed, 0, RANDOM_BYTES)));
}

/* Starts a multipart; parameters go behind its type. */
static const char *
open_multipart(struct builder *builder, const char *subtype,
    const char *parameters)
{
	const char	*boundary;

	boundary = make_boundary(builder);
	buf_format(&builder->out, "Content-Type: multipart/%s%s;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n", subtype, parameters, boundary,
	    boundary);
	return boundary;
}

static void
next_part(struct builder *builder, const char *boundary)
{
	buf_format(&builder->out, "\r\n--%s\r\n", boundary);
}

static void
close_multipart(struct builder *builder, const char *boundary)
{
	buf_format(&builder->out, "\r\n--%s--\r\n", boundary);
}

static enum compose_form
find_form(const struct compose_file *file)
{
	struct compose_form_reader	 reader = { 0 };

	if (file->content_type == NULL ||
	    !text_equal_case(file->content_type, "message/rfc822"))
		return COMPOSE_CODED;
	if (file->source != NULL)
		return file->source->eight_bit ? COMPOSE_MESSAGE_8BIT :
		    COMPOSE_MESSAGE;
	compose_form_add(&reader, file->content);
	return compose_form_end(&reader);
}

/* Any message type that has to be coded becomes a plain file. */
static const char *
name_type(const struct compose_file *file, enum compose_form form)
{
	if (file->content_type == NULL || (form == COMPOSE_CODED &&
	    text_starts_case(file->content_type, "message/")))
		return "application/octet-stream";
	return file->content_type;
}

/* The charset of a text, or NULL where it has none that is known. */
static const char *
find_charset(const struct compose_file *file)
{
	if (file->content_type == NULL ||
	    !text_starts_case(file->content_type, "text/"))
		return NULL;
	if (file->source != NULL)
		return file->charset;
	return utf8_is_valid(file->content) ? "utf-8" : NULL;
}

static bool
is_related(const struct compose *compose, const struct compose_file *file)
{
	return file->content_id != NULL && compose->html != NULL;
}

static void
put_file(struct builder *builder, const struct compose_file *file)
{
	static const char *const	 encodings[] = {
		"base64", "7bit", "8bit"
	};
	enum compose_form			 form;
	struct buf			*out;

	form = find_form(file);
	out = &builder->out;
	buf_format(out, "Content-Type: %s", name_type(file, form));
	if (find_charset(file) != NULL)
		buf_format(out, "; charset=%s", find_charset(file));
	buf_format(out, "\r\nContent-Transfer-Encoding: %s\r\n",
	    encodings[form]);
	if (file->content_id != NULL)
		buf_format(out, "Content-ID: <%s>\r\n", file->content_id);
	buf_format(out, "Content-Disposition: %s",
	    is_related(builder->compose, file) ? "inline" : "attachment");
	if (!text_is_empty(file->filename))
		compose_header_parameter(out, "filename",
		    filename_clean(builder->arena, file->filename));
	buf_text(out, "\r\n\r\n");
	compose_stream_add(builder->stream, buf_view(out));
	buf_start(out, builder->arena);
	if (file->source != NULL)
		compose_stream_add_source(builder->stream, file->source,
		    form == COMPOSE_CODED);
	else if (form == COMPOSE_CODED)
		compose_stream_add_file(builder->stream, file->content);
	else
		compose_stream_add(builder->stream, file->content);
}

/* Puts the files that are related to the HTML, or those that are not, each
 * behind a boundary. */
static void
put_files(struct builder *builder, const char *boundary, bool related)
{
	const struct compose	*compose;
	size_t			 i;

	compose = builder->compose;
	for (i = 0; i < compose->file_count; i++)
		if (is_related(compose, &compose->files[i]) == related) {
			next_part(builder, boundary);
			put_file(builder, &compose->files[i]);
		}
	close_multipart(builder, boundary);
}

static size_t
count_related(const struct compose *compose)
{
	size_t	 i, count;

	for (i = count = 0; i < compose->file_count; i++)
		if (is_related(compose, &compose->files[i]))
			count++;
	return count;
}

static void
put_html(struct builder *builder)
{
	const char	*boundary;

	if (count_related(builder->compose) == 0) {
		compose_text_write(&builder->out, "html",
		    builder->compose->html);
		return;
	}
	boundary = open_multipart(builder, "related", "; type=\"text/html\"");
	compose_text_write(&builder->out, "html", builder->compose->html);
	put_files(builder, boundary, true);
}

/* RFC 6047 2.4: the type says the method, too. */
static void
put_calendar(struct builder *builder)
{
	compose_text_write(&builder->out, text_format(builder->arena,
	    "calendar; method=%s", builder->compose->calendar_method),
	    builder->compose->calendar);
}

static void
put_texts(struct builder *builder)
{
	const struct compose	*compose;
	const char		*boundary;

	compose = builder->compose;
	if (compose->html == NULL && compose->calendar == NULL) {
		compose_text_write(&builder->out, "plain",
		    compose->text == NULL ? "" : compose->text);
		return;
	}
	if (compose->text == NULL && compose->calendar == NULL) {
		put_html(builder);
		return;
	}
	boundary = open_multipart(builder, "alternative", "");
	compose_text_write(&builder->out, "plain", compose->text == NULL ?
	    "" : compose->text);
	if (compose->html != NULL) {
		next_part(builder, boundary);
		put_html(builder);
	}
	if (compose->calendar != NULL) {
		next_part(builder, boundary);
		put_calendar(builder);
	}
	close_multipart(builder, boundary);
}

/* RFC 2045 6.4: a multipart that holds 8-bit parts says so. */
static bool
has_8bit(const struct compose *compose)
{
	size_t	 i;

	for (i = 0; i < compose->file_count; i++)
		if (find_form(&compose->files[i]) == COMPOSE_MESSAGE_8BIT)
			return true;
	return false;
}

static void
put_body(struct builder *builder)
{
	const struct compose	*compose;
	const char		*boundary;

	compose = builder->compose;
	if (count_related(compose) == compose->file_count) {
		put_texts(builder);
		return;
	}
	if (has_8bit(compose))
		buf_text(&builder->out, "Content-Transfer-Encoding: 8bit\r\n");
	boundary = open_multipart(builder, "mixed", "");
	put_texts(builder);
	put_files(builder, boundary, false);
}

const struct fault *
compose_open(struct arena *arena, const struct compose *compose,
    struct source *source)
{
	struct builder		 builder = { .arena = arena };
	const struct fault	*bad;

	if ((bad = compose_check(arena, compose)) != NULL)
		return bad;
	builder.compose = compose;
	builder.stream = compose_stream_make(arena);
	buf_start(&builder.out, arena);
	put_headers(&builder);
	put_body(&builder);
	compose_stream_add(builder.stream, buf_view(&builder.out));
	compose_stream_source(builder.stream, source);
	return NULL;
}

const char *
compose_message_id(struct arena *arena, const char *domain)
{
	if (domain == NULL || domain[0] == '\0' ||
	    !compose_check_word(domain, "<>@()[]\\,;:\""))
		domain = "localhost";
	return text_format(arena, "<%s@%s>", digest_hex(arena,
	    digest_random(arena, RANDOM_BYTES)), domain);
}
