#!/usr/bin/env python3
"""tests/threats/table itself, in a tree made up for it: what is proved is told
so, and each way not to be is found."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MUTANTS = os.path.join(os.path.dirname(HERE), "mutants")
PATCH = """Row: %s
Without: a token's kind is compared
Test: build/tests/oauth/token
Case: kinds

--- a/lib/a.c
+++ b/lib/a.c
@@ -1 +1 @@
-kept
+lost
"""
ROWS = """# Rows.
T1: kinds
T2: supply chain
\tasvs: 15.1.2
\tno patch: a patch can't show it
\tdiffers: lists are made by hand
R1: endurance
\tcommand: make endurance COUNT=3
R2: corpora
\ttest: case | every set
"""


class Tree:
    """What the table is made of, all of it sound."""

    def __init__(self, top):
        self.top = top
        for folder in ("tests/oauth", "tests/threats/last", "tests/mutants", "tap"):
            os.makedirs(os.path.join(top, folder))
        shutil.copy(os.path.join(HERE, "table"),
                    os.path.join(top, "tests/threats"))
        shutil.copy(os.path.join(MUTANTS, "sum"),
                    os.path.join(top, "tests/mutants"))
        self.write("tests/threats/rows.txt", ROWS)
        self.write("tests/threats/last/R1", "2026-01-02 abc 3 requests\n")
        self.write("SECURITY.md", "Kinds are apart (T1), and so on (T2).\n")
        self.write("GNUmakefile", "endurance: all\n\t@true\n")
        self.write("tap/unit-oauth-token.tap", "ok 1 - kinds\n1..1\n")
        self.write("tap/case-corpora.tap", "ok - every set is read\n")
        self.patch("T1")

    def write(self, name, words):
        with open(os.path.join(self.top, name), "w",
                  encoding="utf-8") as file:
            file.write(words)

    def patch(self, row, change=""):
        name = "tests/mutants/key-kind.patch"
        self.write(name, PATCH % row)
        told = subprocess.run(
            [os.path.join(self.top, "tests/mutants/sum"),
             os.path.join(self.top, name)], check=True, capture_output=True,
            text=True).stdout.strip()
        self.write(name, (PATCH % row + change).replace(
            "Case: kinds", "Case: kinds\nProved: 2026-01-02 " + told))

    def table(self):
        done = subprocess.run(
            [os.path.join(self.top, "tests/threats/table"),
             os.path.join(self.top, "tap"), os.path.join(self.top, "table")],
            check=False, capture_output=True, text=True)
        with open(os.path.join(self.top, "table"), encoding="utf-8") as file:
            return done.returncode, done.stdout + done.stderr, file.read()


def writes(name, words):
    return lambda tree: tree.write(name, words)


# What is done to the tree, whether it is content then, and what it says.
CASES = (
    ("all is proved", lambda tree: None, 0, "0 wrong"),
    ("a case that failed",
     writes("tap/unit-oauth-token.tap", "not ok 1 - kinds\n"), 1,
     "T1: key-kind: kinds of build/tests/oauth/token: failed"),
    ("a case that failed in one place",
     writes("tap/san-oauth-token.tap", "not ok 1 - kinds\n"), 1,
     "T1: key-kind: kinds of build/tests/oauth/token: failed"),
    ("a case that was not run",
     writes("tap/unit-oauth-token.tap", "ok 1 - others\n"), 1,
     "T1: key-kind: kinds of build/tests/oauth/token: not run"),
    ("a threat without a patch",
     writes("tests/threats/rows.txt", ROWS + "T3: spellings\n"), 1,
     "T3: no patch, and no reason why"),
    ("a threat that no promise is about",
     writes("SECURITY.md", "Kinds are apart (T1).\n"), 1,
     "T2: SECURITY.md promises nothing of it"),
    ("a promise of a row that is none",
     writes("SECURITY.md", "Promises: T1, T2, R7.\n"), 1,
     "R7: there is none"),
    ("a patch of a row that is none", lambda tree: tree.patch("T9"), 1,
     "T9: there is none"),
    ("a patch changed after it was proved",
     lambda tree: tree.patch("T1", "+more\n"), 1,
     "T1: key-kind: not proved as it is now"),
    ("a patch that only moved",
     lambda tree: tree.patch("T1", "@@ -3 +3 @@\n"), 0, "0 wrong"),
    ("a command that there is none",
     writes("GNUmakefile", "other:\n"), 1,
     "R1: there is no make endurance COUNT=3"),
    ("a command that was never run",
     writes("tests/threats/last/R1", ""), 1,
     "R1: make endurance COUNT=3 was never run in full"),
    ("a bar without a command",
     writes("tests/threats/rows.txt", ROWS + "R3: nothing\n"), 1,
     "R3: no command"),
    ("a test of a bar that failed",
     writes("tap/case-corpora.tap", "not ok 1 - every set is read\n"), 1,
     "R2: case | every set: failed"))

print("1..%d" % (len(CASES) + 1))
failed = 0
for at, (name, change, status, words) in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory() as folder:
        made = Tree(folder)
        change(made)
        told = made.table()
    good = told[0] == status and words in told[1]
    failed += not good
    print("%sok %d - threats: %s" % ("" if good else "not ", at, name))
    if not good:
        print("# %r" % (told[:2],))
with tempfile.TemporaryDirectory() as folder:
    TABLE = Tree(folder).table()[2]
LINES = (
    "| T1 | kinds | a token's kind is compared (key-kind) | oauth/token: kinds "
    "| passed | 2026-01-02 |",
    "| T2 | supply chain (ASVS 15.1.2) | a patch can't show it |  |  | no patch"
    " |",
    "| T2 |  | lists are made by hand |  |  | differs |",
    "| R1 | endurance |  | `make endurance COUNT=3` | 2026-01-02 abc 3 requests"
    " |  |")
GOOD = all(line in TABLE for line in LINES)
failed += not GOOD
print("%sok %d - threats: the table says how each went" % (
    "" if GOOD else "not ", len(CASES) + 1))
if not GOOD:
    print("# %r" % TABLE)
sys.exit(failed != 0)
