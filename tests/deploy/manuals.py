#!/usr/bin/env python3
"""The manual pages: that mandoc has nothing to say, and that they tell what
the command, the programs and the sample of the settings do."""
import glob
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

MAN = os.path.join(TOP, "man")
COMMAND = os.path.join(TOP, os.environ.get("BUILD", "build"), "postern")
# What stands in the sample to show how it is written, and is no default.
SHOWN = {"BASE_URL", "ENCRYPTION_KEY_FILE", "IMAP_HOST", "SMTP_HOST",
         "UPSTREAM_EXAMPLE_ISSUER", "RUN_DIR"}
case = postern.Cases()


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as file:
        return file.read()


def ask(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          env={**os.environ, **postern.SANITIZERS})
    assert done.returncode == 0, done
    return done.stdout


@case("mandoc finds nothing to say of any page")
def _():
    pages = sorted(glob.glob(os.path.join(MAN, "*.[158]")))
    assert len(pages) >= 10, pages
    done = subprocess.run(["mandoc", "-Tlint", "-Wall", *pages],
                          capture_output=True, text=True, timeout=60)
    # Those of ours are not installed here.
    ours = {os.path.basename(page) for page in pages}
    said = [line for line in done.stdout.splitlines() if not
            (match := re.search(r"manual not found: Xr (\S+) ([158])", line))
            or "%s.%s" % match.groups() not in ours]
    assert not said, said


@case("postern.conf(5) has each setting of the sample, with its default")
def _():
    sample = dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$",
                             read("deploy", "postern.conf.sample"), re.M))
    page = dict(re.findall(r"^\.It Ev ([A-Z][A-Z0-9_]+)(?: Pq (.*))?$",
                           read("man", "postern.conf.5"), re.M))
    known = {name: value for name, value in page.items()
             if name not in ("POSTERN_CONF",)}
    assert set(known) == set(sample), set(known) ^ set(sample)
    for name, value in sample.items():
        wanted = "" if name in SHOWN else value
        assert known[name] == wanted, (name, known[name], wanted)


@case("and of defaults what the README's table has")
def _():
    page = dict(re.findall(r"^\.It Ev ([A-Z][A-Z0-9_]+)(?: Pq (.*))?$",
                           read("man", "postern.conf.5"), re.M))
    count = 0
    for names, value in re.findall(r"^\| (`[A-Z][^|]*)\| ([^|]*) \|",
                                   read("README.md"), re.M):
        names = re.findall(r"`(\w+)`", names)
        values = [one.strip(" `") for one in value.split(",")]
        if len(names) != len(values):
            continue
        for name, told in zip(names, values):
            if re.match(r"\d", told) and name in page:
                assert told.split(" ")[0] == page[name], (name, told)
                count += 1
    assert count > 10, count


@case("postern(1) has each command and each of its options")
def _():
    text = read("man", "postern.1")
    page = {}
    for part in re.split(r"^\.It Cm (?=[a-z-]+$)", text, flags=re.M)[1:]:
        part = part.split("\n.Sh ")[0]
        page[part.split("\n")[0]] = set(
            re.findall(r"^\.It Fl -([a-z0-9-]+)", part, re.M))
    told = ask(COMMAND, "help")
    commands = re.findall(r"^  ([a-z-]+) ", told, re.M)
    assert set(commands) == set(page), set(commands) ^ set(page)
    for name in commands:
        options = {one.replace("[no-]", "") for one in re.findall(
            r"^  --([][a-z0-9-]+)", ask(COMMAND, name, "--help"), re.M)}
        assert options == page[name], (name, options ^ page[name])


@case("each program has a page, with all it answers")
def _():
    for path in glob.glob(os.path.join(TOP, "cgi/*.c")):
        name = os.path.basename(path)[:-2]
        source = read("cgi", name + ".c")
        words = dict(re.findall(r"^#define\s+(\w+)\s+(.*)$", source, re.M))
        while any(word in source.split("endpoints[]")[1] for word in words):
            for word, meaning in words.items():
                head, rest = source.split("endpoints[]", 1)
                source = head + "endpoints[]" + re.sub(
                    r"\b%s\b" % word, meaning, rest)
        source = re.sub(r'" "', "", source)
        wanted = set(re.findall(r'\{ "([A-Z]+)", "([^"]+)"', source))
        page = read("man", "postern-%s.8" % name)
        told = {(method, where) for where, methods in re.findall(
            r"^\.It Pa (\S+) Pq (.*)$", page, re.M)
            for method in methods.split(", ")}
        assert told == wanted and wanted, (name, told ^ wanted)
        assert "\n.Nm postern-%s\n" % name in page, name
        assert ".Xr postern-%s 8" % name in read("man", "postern.1"), name


case.run()
