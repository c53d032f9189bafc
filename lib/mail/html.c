#include "mail/html.h"

#include "base/arena.h"
#include "base/text.h"
#include "data/utf8.h"
#include "mail/html_layout.h"
#include "mail/html_walk.h"

enum { OUTPUT_BYTES = 1024 * 1024 };

static void
begin(void *state, struct html_open *open, const struct html_token *token)
{
	html_layout_begin(state, open, token);
}

static void
end(void *state, struct html_open *open)
{
	html_layout_end(state, open);
}

static void
lone(void *state, struct html_kind_of kind, const struct html_token *token)
{
	html_layout_void(state, kind.id, token);
}

static void
put(void *state, uint32_t character)
{
	struct html_layout	*layout = state;

	html_write_character(&layout->writer, character);
}

static void
lost(void *state)
{
	html_layout_break(state, HTML_LINE);
}

static const struct html_sink	 sink = { begin, end, lone, put, lost };

void
html_to_text(struct arena *arena, const char *html,
    const struct html_options *options, struct html_text *result)
{
	struct html_layout	*layout;
	struct html_walk	*walk;
	size_t			 invisible;

	walk = arena_take(arena, sizeof(*walk));
	layout = arena_take(arena, sizeof(*layout));
	html_walk_start(walk, arena, html);
	layout->arena = arena;
	layout->scratch = walk->scratch;
	layout->stack = &walk->stack;
	layout->markdown = options->markdown;
	html_write_start(&layout->writer, arena,
	    options->most == 0 ? OUTPUT_BYTES : options->most);
	html_walk_run(walk, &sink, layout);
	result->text = utf8_visible(arena, buf_string(&layout->writer.out),
	    &invisible);
	result->hidden = walk->hidden + invisible;
	result->trackers = layout->trackers;
}
