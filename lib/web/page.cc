#include "web/page.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <ctemplate/template.h>

#include <algorithm>
#include <string>

extern "C" {
#include "base/arena.h"
#include "base/fault.h"
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

enum { LEVELS = 5 };	/* of folders looked at, above the program's own */

/*
 * The file of a template: in the nearest folder "templates" beside the folder
 * of the program (as installed) or above that (as built).
 */
static std::string
find_template(const char *name)
{
	char		 program[PATH_MAX];
	std::string	 folder, path;
	ssize_t		 len;
	int		 level;

	len = readlink("/proc/self/exe", program, sizeof(program));
	if (len <= 0)
		return "";
	folder.assign(program, static_cast<size_t>(len));
	for (level = 0; level <= LEVELS; level++) {
		folder.resize(std::min(folder.rfind('/'), folder.size()));
		if (folder.empty())
			break;
		path = folder + "/templates/" + name + ".html";
		if (level > 0 && access(path.c_str(), R_OK) == 0)
			return path;
	}
	return "";
}

/* Whether the template asks for escaping. */
static bool
is_escaped(const std::string &path)
{
	char	 start[sizeof(escaping)] = { 0 };
	FILE	*file;
	size_t	 len;

	if ((file = fopen(path.c_str(), "re")) == NULL)
		return false;
	len = fread(start, 1, sizeof(escaping) - 1, file);
	fclose(file);
	return len == sizeof(escaping) - 1 && strcmp(start, escaping) == 0;
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
	std::string	 path, text;
	struct bytes	 view;

	path = find_template(page->name);
	if (path.empty() || !is_escaped(path))
		return fault_make(page->arena, FAULT_INTERNAL,
		    "the template %s.html is missing", page->name);
	if (!ctemplate::ExpandTemplate(path, ctemplate::DO_NOT_STRIP,
	    page->dictionary, &text))
		return fault_make(page->arena, FAULT_INTERNAL,
		    "the template %s.html cannot be used", page->name);
	view.at = reinterpret_cast<const unsigned char *>(text.data());
	view.len = text.size();
	buf_bytes(out, view);
	explicit_bzero(&text[0], text.size());
	return NULL;
}
