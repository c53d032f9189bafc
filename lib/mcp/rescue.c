#include "mcp/rescue.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/imap_session.h"
#include "mail/part.h"
#include "mcp/call.h"

/* A part whose header was asked for. */
struct lead {
	struct part			*part;
	const struct imap_command	*command;
	uint32_t			 uid;
};

struct leads {
	struct lead	at[RESCUE_MULTIPARTS_MOST * RESCUE_PARTS_MOST];
	size_t		len;
};

/* What header fields say of a part; without any it is plain text. */
static void
describe(struct arena *arena, struct pairs fields, struct part *part)
{
	struct texts	 words = { .len = 0 };
	const char	*type = NULL, *value;

	if ((value = header_find(fields, "Content-Type")) != NULL)
		part->parameters = header_parameters(arena, value, &type);
	if (type != NULL)
		words = text_split(arena, type, "/");
	part->type = words.len > 1 ? words.at[0] : "text";
	part->subtype = words.len > 1 ? words.at[1] : "plain";
	part->encoding = "7bit";
	value = header_find(fields, "Content-Transfer-Encoding");
	if (value != NULL)
		header_parameters(arena, value, &part->encoding);
	value = header_find(fields, "Content-Disposition");
	if (value != NULL)
		part->disposition_parameters = header_parameters(arena, value,
		    &part->disposition);
}

static void
ask(struct call *call, struct leads *leads, uint32_t uid, struct part *part,
    const char *section)
{
	struct buf	 text;

	if (leads->len == sizeof(leads->at) / sizeof(leads->at[0]))
		return;
	buf_start(&text, call->arena);
	buf_format(&text, "UID FETCH %lu (UID BODY.PEEK[%s]<0.%d>)",
	    (unsigned long)uid, section, RESCUE_HEADER_BYTES);
	leads->at[leads->len++] = (struct lead){ part, imap_queue(call->imap,
	    call->arena, &text), uid };
}

/* Asks for the headers of what may be in a multipart. */
static void
ask_children(struct call *call, struct leads *leads, const struct lead *lead)
{
	struct part	*child, **tail = &lead->part->children;
	size_t		 i;

	for (i = 1; i <= RESCUE_PARTS_MOST; i++) {
		child = arena_take(call->arena, sizeof(*child));
		child->number = text_format(call->arena, "%s%s%zu",
		    lead->part->number, lead->part->number[0] == '\0' ? "" :
		    ".", i);
		child->size = lead->part->size;
		ask(call, leads, lead->uid, child, text_format(call->arena,
		    "%s.MIME", child->number));
		*tail = child;
		tail = &child->next;
	}
}

/* Fills a part by what came; false where there is none. */
static bool
learn(struct call *call, const struct lead *lead)
{
	const struct imap_message	*told;

	told = lead->command->outcome != IMAP_OK ? NULL :
	    imap_find_message(&lead->command->replies, lead->uid);
	if (told == NULL || told->sections == NULL ||
	    told->sections->content.len == 0)
		return false;
	describe(call->arena, header_fields(call->arena,
	    told->sections->content), lead->part);
	return true;
}

/* The parts that are not there are taken off their list's end. */
static void
drop_absent(struct part *part)
{
	struct part	**tail = &part->children;

	while (*tail != NULL && (*tail)->type != NULL)
		tail = &(*tail)->next;
	*tail = NULL;
}

static bool
is_multipart(const struct part *part)
{
	return part->type != NULL && text_equal(part->type, "multipart");
}

/* One level: what was asked for is read, and what is in it asked for. */
static const struct fault *
descend(struct call *call, bool last, struct leads *leads)
{
	struct leads		*next;
	const struct fault	*bad;
	size_t			 i, many = 0;

	if ((bad = imap_run(call->imap)) != NULL)
		return bad;
	next = arena_take(call->arena, sizeof(*next));
	for (i = 0; i < leads->len; i++)
		if (learn(call, &leads->at[i]) &&
		    is_multipart(leads->at[i].part) && !last &&
		    many++ < RESCUE_MULTIPARTS_MOST)
			ask_children(call, next, &leads->at[i]);
	*leads = *next;
	return NULL;
}

static void
trim_tree(struct part *part, size_t level)
{
	struct part	*child;

	drop_absent(part);
	for (child = part->children; child != NULL && level < RESCUE_LEVELS;
	    child = child->next)
		trim_tree(child, level + 1);
}

const struct fault *
rescue_structures(struct call *call, struct imap_command *fetch)
{
	struct imap_message	*message;
	struct leads		 leads = { .len = 0 };
	const struct fault	*bad;
	struct part		*root;
	size_t			 level;

	for (message = fetch->replies.messages; message != NULL;
	    message = message->next) {
		if (message->uid == 0 || message->body != NULL)
			continue;
		root = arena_take(call->arena, sizeof(*root));
		root->number = "";
		root->size = message->size;
		ask(call, &leads, message->uid, root, "HEADER");
		message->body = root;
	}
	for (level = 0; level < RESCUE_LEVELS && leads.len > 0; level++)
		if ((bad = descend(call, level + 1 == RESCUE_LEVELS,
		    &leads)) != NULL)
			return bad;
	for (message = fetch->replies.messages; message != NULL;
	    message = message->next) {
		if (message->body == NULL || message->body->number[0] != '\0')
			continue;
		trim_tree(message->body, 0);
		if (message->body->type == NULL)
			message->body = NULL;
		else if (!is_multipart(message->body))
			message->body->number = "1";
	}
	return NULL;
}
