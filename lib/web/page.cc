#include "web/page.h"

#include <string.h>

#include <ctemplate/template.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

extern "C" {
#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/place.h"
}

using ctemplate::TemplateDictionary;

/* What a template must begin with to be used. */
static const char	 escaping[] = "{{%AUTOESCAPE context=\"HTML\"}}";

struct page {
	struct arena		*arena;
	const char		*name;		/* NULL within a page */
	TemplateDictionary	*dictionary;
};

static void
release(void *thing)
{
	delete static_cast<TemplateDictionary *>(thing);
}

static struct page *
make_page(struct arena *arena, const char *name, TemplateDictionary *from)
{
	struct page	*page;

	page = static_cast<struct page *>(arena_take(arena, sizeof(*page)));
	page->arena = arena;
	page->name = name;
	page->dictionary = from;
	return page;
}

enum {
	PARTS_MOST = 40		/* of a template, and of its parts */
};

static bool
read_template(struct arena *arena, const char *name, std::string &text)
{
	std::ifstream		 file;
	std::ostringstream	 all;
	const char		*path;

	path = place_beside(arena, text_format(arena, "templates/%s.html",
	    name));
	if (path == nullptr)
		return false;
	file.open(path);
	/* What can't be read to its end is no page, nor part of one. */
	if (!file || !(all << file.rdbuf()))
		return false;
	text = all.str();
	return true;
}

/*
 * Puts each part where {{>NAME}} names it.  ctemplate could do that itself,
 * but a part would then see no value of the page that it stands in, and not
 * be escaped for the place.
 */
static bool
put_parts(struct arena *arena, std::string &text)
{
	std::string	 part, name;
	size_t		 at, end;
	int		 parts = 0;

	while ((at = text.find("{{>")) != std::string::npos) {
		end = text.find("}}\n", at);
		if (end == std::string::npos || ++parts > PARTS_MOST)
			return false;
		name = text.substr(at + 3, end - at - 3);
		if (!read_template(arena, name.c_str(), part))
			return false;
		text.replace(at, end + 3 - at, part);
	}
	return true;
}

/* The template with its parts; NULL where it is missing, or does not ask for
 * escaping. */
static std::unique_ptr<ctemplate::Template>
open_template(struct arena *arena, const char *name)
{
	std::string	 text;

	if (!read_template(arena, name, text) ||
	    text.compare(0, strlen(escaping), escaping) != 0 ||
	    !put_parts(arena, text))
		return nullptr;
	return std::unique_ptr<ctemplate::Template>(
	    ctemplate::Template::StringToTemplate(text,
	    ctemplate::DO_NOT_STRIP));
}

struct page *
page_open(struct arena *arena, const char *name)
{
	TemplateDictionary	*dictionary;

	dictionary = new TemplateDictionary(name);
	arena_defer(arena, release, dictionary);
	return make_page(arena, name, dictionary);
}

void
page_set(struct page *page, const char *name, const char *value)
{
	page->dictionary->SetValue(name, value == NULL ? "" : value);
}

struct page *
page_show(struct page *page, const char *name)
{
	return make_page(page->arena, NULL,
	    page->dictionary->AddSectionDictionary(name));
}

const struct fault *
page_write(struct page *page, struct buf *out)
{
	std::unique_ptr<ctemplate::Template>	 from;
	std::string				 text;
	struct bytes				 view;

	from = open_template(page->arena, page->name);
	if (from == nullptr)
		return fault_make(page->arena, FAULT_INTERNAL,
		    "the template %s.html is missing, or one of its parts",
		    page->name);
	if (!from->Expand(&text, page->dictionary))
		return fault_make(page->arena, FAULT_INTERNAL,
		    "the template %s.html cannot be used", page->name);
	view.at = reinterpret_cast<const unsigned char *>(text.data());
	view.len = text.size();
	buf_bytes(out, view);
	explicit_bzero(&text[0], text.size());
	return NULL;
}
