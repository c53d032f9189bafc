"""What a fence of a page is good for: it is typed, or saved, or put into a
file.  README.md beside this file."""
import os
import re
import subprocess
import tempfile

import chapter

FENCE_SECONDS = 300


def run(*command, **more):
    """What it prints; into a file, since a server it starts keeps that."""
    with tempfile.TemporaryFile() as file:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file,
                              stderr=subprocess.STDOUT, check=False,
                              timeout=FENCE_SECONDS, **more)
        file.seek(0)
        told = file.read().decode("utf-8", "replace")
    assert done.returncode == 0, (command, done.returncode, told)
    return told


def typed(text):
    """In the shell of the fences before: its folder and its variables."""
    return run("bash", "-c", (
        "cd %s\n[ ! -f /tmp/shell ] || . /tmp/shell\nset -e\n%s\n"
        "set +e; { export -p; echo \"cd '$PWD'\"; } >/tmp/shell\n"
        % (chapter.TOP, text)))


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def save(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def append(path, text):
    save(path, content(path) + text)


def set_in(path, text):
    """Lines NAME=value, each in place of the one of that name."""
    kept = content(path)
    for line in text.splitlines():
        name = re.escape(line.split("=", 1)[0])
        for pattern in ("^%s=.*$" % name, "^#%s=.*$" % name):
            kept, count = re.subn(pattern, lambda _, line=line: line, kept,
                                  count=1, flags=re.M)
            if count > 0:
                break
        else:
            kept += line + "\n"
    save(path, kept)


def replace(path, text):
    """The first line, wherever it stands, becomes the second."""
    first, last = text.strip("\n").splitlines()
    kept = content(path)
    assert first in kept, "no such line in %s: %s" % (path, first)
    save(path, kept.replace(first, last))


SAVING = {"file": save, "append": append, "set in": set_in,
          "replaces": replace}


def step(fence):
    order, value = fence.order or (None, None)
    if order in SAVING:
        SAVING[order](value, fence.text)
    else:
        typed(fence.text)
