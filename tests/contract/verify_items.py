#!/usr/bin/env python3
"""tests/contract/items itself: with a case for every item it is content, and
each way not to have one is found."""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NUMBERS = range(1, 63)
SOUND = ["ok %d - item %d: it works" % (n, n) for n in NUMBERS]


def judged(lines):
    """The exit status, what is wrong, and the table."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "cgi-e2e-all.py.tap"), "w",
                  encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        table = os.path.join(folder, "table")
        done = subprocess.run([os.path.join(HERE, "items"), folder, table],
                              check=False, capture_output=True, text=True)
        with open(table, encoding="utf-8") as file:
            return (done.returncode, done.stdout.splitlines()[:-1],
                    file.read())


def changed(number, line):
    return [line if n == number else sound
            for n, sound in zip(NUMBERS, SOUND)]


CASES = (
    ("each item has a case", SOUND, 0, None),
    ("an item without a case", changed(34, "ok 34 - it works"), 1,
     "item 34: no case proves it"),
    ("a case that failed", changed(34, "not ok 34 - item 34: it works"), 1,
     "item 34: a case failed"),
    ("one that failed beside one that passed",
     SOUND + ["not ok 99 - items 34, 36: it works"], 1,
     "item 36: a case failed"),
    ("a case for two", changed(34, "ok 34 - it works") +
     ["ok 99 - items 34, 35: both"], 0, None),
    ("a number that is none", SOUND + ["ok 99 - item 99: it works"], 1,
     "item 99: there is none"),
    ("one that was skipped is in the table",
     changed(34, "ok 34 - item 34: it works # SKIP no corpora"), 0, None))

print("1..%d" % (len(CASES) + 1))
failed = 0
for at, (name, lines, status, words) in enumerate(CASES, 1):
    told = judged(lines)
    good = told[0] == status and (
        words is None and not told[1] or
        any(line.startswith(words) for line in told[1] if words))
    failed += not good
    print("%sok %d - items: %s" % ("" if good else "not ", at, name))
    if not good:
        print("# %r" % (told[:2],))
TABLE = judged(changed(34, "ok 34 - item 34: it works # SKIP no corpora"))[2]
GOOD = "e2e-all.py: it works | skipped |" in TABLE
failed += not GOOD
print("%sok %d - items: the table says how each went" % (
    "" if GOOD else "not ", len(CASES) + 1))
sys.exit(failed != 0)
