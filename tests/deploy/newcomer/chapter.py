"""Chapters: README.md and the pages of doc/, and what of them is to be typed
or saved.  README.md beside this file tells authors how to write them."""
import glob
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
# What may stand in a comment right above a fence.
ORDERS = ("not run", "run by", "file", "append", "set in", "replaces")
PROBE = "https://mail.example.org"


class Fence:
    """A block of a page: its language, text and line, and what the comment
    above it orders (a pair, or None)."""

    def __init__(self, page, line, language, text, order):
        self.page, self.line, self.language = page, line, language
        self.text, self.order = text, order

    def where(self):
        return "%s:%d" % (self.page, self.line)

    def name(self):
        return "%s: %s" % (self.where(),
                           (self.text.splitlines() or [""])[0][:60])


def slug(title):
    """An anchor as GitHub makes it of a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def orders(comment):
    """The pairs of a comment: one a line, NAME: VALUE."""
    found = []
    for line in re.split(r"\n(?=[a-z]+(?: [a-z]+)?: )", comment.strip()):
        name, _, value = line.partition(":")
        if name.startswith("run by "):
            name, value = "run by", name[7:] + value
        found.append((name.strip(), " ".join(value.split())))
    return found


def read(page):
    """The page's sections: a list of (anchor, level, fences, orders that
    stand alone)."""
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        text = file.read()
    sections = [("", 0, [], [])]
    pattern = re.compile(
        r"^(?P<level>#+) (?P<title>[^\n]*)$|"
        r"(?:^<!--(?P<above>(?:(?!-->).)*)-->\n)?"
        r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$|"
        r"^<!--(?P<alone>.*?)-->$", re.M | re.S)
    for found in pattern.finditer(text):
        if found["level"]:
            sections.append((slug(found["title"]), len(found["level"]), [],
                             []))
        elif found["alone"] is not None:
            sections[-1][3].extend(orders(found["alone"]))
        else:
            above = found["above"]
            line = text.count("\n", 0, found.start("language")) + 1
            sections[-1][2].append(Fence(
                page, line, found["language"].strip(), found["text"],
                orders(above)[0] if above is not None else None))
    return sections


class Chapter:
    """doc/NAME.md, or a section of README.md: its fences, and the orders
    that hold for all of it."""

    def __init__(self, name, sections):
        self.name = name
        self.fences = sum((one[2] for one in sections), [])
        self.orders = sum((one[3] for one in sections), [])

    def told(self, name, default=None):
        return dict(self.orders).get(name, default)

    def is_walked(self):
        """Whether anything of it is done in a room."""
        return not self.told("walk", "").startswith("no,") and any(
            is_step(fence) for fence in self.fences)


def is_step(fence):
    if fence.order is not None and fence.order[0] in ("not run", "run by"):
        return False
    return fence.language in ("sh", "bash") or fence.order is not None


def find(name):
    """A chapter by name: doc/x.md, or README.md#anchor: the section with those
    below it; of a page's title, what stands before the next heading."""
    page, _, anchor = name.partition("#")
    sections = read(page)
    if not anchor:
        return Chapter(name, sections)
    at = [i for i, one in enumerate(sections) if one[0] == anchor]
    if not at:
        raise LookupError("no section %s" % name)
    end = at[0] + 1
    level = sections[at[0]][1]
    while level > 1 and end < len(sections) and sections[end][1] > level:
        end += 1
    return Chapter(name, sections[at[0]:end])


def pages():
    return ["README.md"] + sorted(
        os.path.relpath(path, TOP)
        for path in glob.glob(os.path.join(TOP, "doc", "*.md")))


def chapters():
    """All there are: pages of doc/, and README.md's sections of the second
    level."""
    found = [find("README.md#" + anchor)
             for anchor, level, _, _ in read("README.md") if level == 2]
    return found + [find(page) for page in pages()[1:]]


def way(chapter):
    """The chapters that are walked before it, and it."""
    before = chapter.told("follows")
    return (way(find(before)) if before else []) + [chapter]
